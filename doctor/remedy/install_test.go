package remedy

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"

	"godoctor/doctor/plan"
	"godoctor/scan/meter"
)

// goCommand is the go command of the machine that the test runs on.
func goCommand(t testing.TB) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(string(out[:len(out)-1]), "bin", "go")
}

// What was removed comes back with the same hash: sources from the zip, offline; a version from a proxy.
func TestInstall(t *testing.T) {
	m := made(t)
	if err := m.Publish(mod("example.com/a", "v1.0.0"), mod("example.com/a", "v1.1.0")); err != nil {
		t.Fatal(err)
	}
	r := remover(t, m, Options{})
	zip := filepath.Join(m.GOMODCACHE, "cache/download/example.com/a/@v/v1.0.0.zip")
	hash, err := dirhash.HashZip(zip, dirhash.Hash1)
	if err != nil {
		t.Fatal(err)
	}
	run := apply(r, item(t, m, "example.com/a", "v1.0.0", plan.Sources), item(t, m, "example.com/a", "v1.1.0", plan.Version))
	if run.Done != 2 {
		t.Fatalf("%+v", run.Outcomes)
	}
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	list := []Want{{Module: "example.com/a", Version: "v1.0.0", Hash: hash, Offline: true},
		{Module: "example.com/a", Version: "v1.1.0"},
		{Module: "example.com/a", Version: "v1.1.0", Hash: "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		{Module: "example.com/none", Version: "v1.0.0", Offline: true}}
	errs := make([]error, len(list))
	r.Install(t.Context(), in, list[:2], func(i int, err error) { errs[i] = err })
	r.Install(t.Context(), in, list[2:], func(i int, err error) { errs[i+2] = err })
	for i, want := range []bool{true, true, false, false} {
		if (errs[i] == nil) != want {
			t.Errorf("%v: %v", list[i], errs[i])
		}
	}
	for _, v := range []string{"v1.0.0", "v1.1.0"} {
		if !exists(t, filepath.Join(m.GOMODCACHE, "example.com", "a@"+v, "a.go")) {
			t.Errorf("%s did not come back", v)
		}
	}
}

// Sources come back from the zip, offline, where the .info file is missing: go is lent one, which does not stay.
func TestInstallNoInfo(t *testing.T) {
	m := made(t)
	r := remover(t, m, Options{})
	a, b := mod("example.com/a", "v1.0.0"), mod("example.com/a", "v1.1.0")
	if run := apply(r, item(t, m, a.Path, a.Version, plan.Sources), item(t, m, b.Path, b.Version, plan.Sources)); run.Done != 2 {
		t.Fatalf("%+v", run.Outcomes)
	}
	if err := os.Remove(m.CachePath(a, "info")); err != nil {
		t.Fatal(err)
	}
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	r.Install(t.Context(), in, []Want{{Module: a.Path, Version: a.Version, Offline: true}, {Module: b.Path, Version: b.Version, Offline: true},
		{Module: "example.com/none", Version: "v1.0.0", Offline: true}}, func(i int, err error) {
		if (err == nil) != (i < 2) {
			t.Errorf("%d: %v", i, err)
		}
	})
	if !exists(t, m.Dir(a)) || !exists(t, m.Dir(b)) || exists(t, m.CachePath(a, "info")) || !exists(t, m.CachePath(b, "info")) {
		t.Error("not all is as it was")
	}
	if list, err := filepath.Glob(filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "staging", "*")); len(list) > 0 || err != nil {
		t.Errorf("%q is left, %v", list, err)
	}
}

// TestMadeUpInfo: what somebody who was killed left of an .info file that was lent to go goes with the next run, and no other .info.
func TestMadeUpInfo(t *testing.T) {
	m := made(t)
	a, b := mod("example.com/a", "v1.0.0"), mod("example.com/a", "v1.1.0")
	write(t, m.CachePath(a, "info"), string(madeUp(a.Version)))
	remover(t, m, Options{}).Sweep(t.Context(), []module.Version{a.ID(), b.ID(), {Path: "example.com/none", Version: "v1.0.0"}}, func(m module.Version, _ int64, err error) {
		t.Errorf("%v: %v", m, err)
	})
	if exists(t, m.CachePath(a, "info")) || !exists(t, m.CachePath(b, "info")) {
		t.Error("the wrong one stayed")
	}
	for _, text := range []string{"", "{}", `{"Version":"v1.0.0"}`, `{"Version":"v1.0.0","Time":"0001-01-01T00:00:00Z"}`, `["Time"]`} {
		if isMadeUp([]byte(text)) {
			t.Errorf("%s is taken for made up", text)
		}
	}
}

// While one go command brings many versions, the meter says which of them have come.
func TestInstallTells(t *testing.T) {
	m := made(t)
	names := []string{"example.com/x", "example.com/y", "example.com/z"}
	for _, n := range names {
		if err := m.Publish(mod(n, "v1.0.0")); err != nil {
			t.Fatal(err)
		}
	}
	p, err := m.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	watched := new(meter.Meter)
	p.Hook(func(_ http.ResponseWriter, q *http.Request) bool {
		for strings.HasSuffix(q.URL.Path, "/z/@v/v1.0.0.zip") && !strings.HasSuffix(watched.Sample().Now, "v1.0.0 (2 of 3)") && q.Context().Err() == nil {
			time.Sleep(time.Millisecond) // the last one comes when the other two were told
		}
		return false
	})
	r := remover(t, m, Options{Meter: watched})
	var list []Want
	for _, n := range names {
		list = append(list, Want{Module: n, Version: "v1.0.0"})
	}
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	r.Install(t.Context(), in, list, func(i int, err error) {
		if err != nil {
			t.Errorf("%s: %v", list[i].Module, err)
		}
	})
	if got := watched.Sample().Units; got != 3 {
		t.Errorf("%d done", got)
	}
}
