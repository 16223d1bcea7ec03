package remedy

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/modcache"
)

const inPlaceRun = "20261126-220000-000"

// keptInPlace cleans example.com/a@v1.0.0 away where there is no room for the quarantine, and gives its item and the places that wait.
func keptInPlace(t *testing.T, m *cachetest.Machine) (r *Remover, it plan.Item, left []string) {
	t.Helper()
	r = remover(t, m, Options{Run: inPlaceRun, Before: func(op, name string) error {
		if strings.Contains(name, ".godoctor") && (op == "mkdir" || op == "create") || strings.HasSuffix(name, "cache/godoctor") {
			return syscall.ENOSPC
		}
		return nil
	}})
	it = item(t, m, "example.com/a", "v1.0.0", plan.Version)
	it.Tier = usage.Hold
	run := apply(r, it)
	if run.Done != 1 || run.Outcomes[0].Kept != "" || run.Later == 0 && it.Disk > 0 {
		t.Fatalf("%+v", run.Outcomes)
	}
	for _, part := range partsOf(t, m, "example.com/a", "v1.0.0") {
		names, _ := filepath.Glob(part + ".godoctor-keep-*")
		if left = append(left, names...); len(names) != 1 || exists(t, part) {
			t.Fatalf("%s: %q", part, names)
		}
	}
	return r, it, left
}

// waitsHere is what a scan finds waiting in its place.
func waitsHere(t *testing.T, m *cachetest.Machine) (*modcache.Cache, []Held) {
	t.Helper()
	c := scan.Run(t.Context(), scan.Options{Environ: m.Environ(), Dir: m.Home}).ModCache
	return c, WaitsHere(c)
}

// Where there is no room for the quarantine, what may not come back stays under another name, and is put back from there by the undo
// of the run that left it, and of no other.
func TestKeptInPlace(t *testing.T) {
	m := made(t)
	r, it, _ := keptInPlace(t, m)
	a := module.Version{Path: "example.com/a", Version: "v1.0.0"}
	r.Sweep(t.Context(), []module.Version{a}, func(_ module.Version, _ int64, err error) {
		if err != nil && !errors.Is(err, syscall.ENOSPC) {
			t.Error(err)
		}
	})
	if found, err := r.RestoreHere(a, "20261126-220000-001"); found || err != nil {
		t.Error("another run:", found, err)
	}
	found, err := r.RestoreHere(a, inPlaceRun)
	if !found || err != nil {
		t.Fatal(found, err)
	}
	if now := item(t, m, "example.com/a", "v1.0.0", plan.Version); now.Dir.Inode != it.Dir.Inode || now.ZipFile != it.ZipFile {
		t.Errorf("%+v, was %+v", now, it)
	}
	if found, err = r.RestoreHere(a, inPlaceRun); found || err != nil {
		t.Error(found, err)
	}
}

// The real go sweeps nothing away that waits in its place: neither when it looks for the version in vain, nor when it fetches it.
func TestKeptInPlaceFromGo(t *testing.T) {
	m := made(t)
	_, _, left := keptInPlace(t, m)
	download := func(proxy string) error {
		cmd := exec.Command(goCommand(t), "mod", "download", "example.com/a@v1.0.0")
		cmd.Dir = m.Home
		cmd.Env = append(append(os.Environ(), m.Environ()...), "GOPROXY="+proxy, "GOSUMDB=off", "GOWORK=off")
		out, err := cmd.CombinedOutput()
		t.Logf("%s", out)
		return err
	}
	waits := func(what string) {
		t.Helper()
		for _, name := range left {
			if !exists(t, name) {
				t.Errorf("%s: %s is gone", what, name)
			}
		}
	}
	for _, proxy := range []string{"off", "file:///nowhere"} {
		if err := download(proxy); err == nil {
			t.Error("it was downloaded from nowhere")
		}
		waits(proxy)
	}
	if err := m.Publish(mod("example.com/a", "v1.0.0")); err != nil {
		t.Fatal(err)
	}
	if err := download(m.GOPROXY); err != nil {
		t.Error(err)
	}
	waits("fetched")
	if !exists(t, m.Dir(mod("example.com/a", "v1.0.0"))) {
		t.Error("go has not fetched it")
	}
}

// What waits in its place is found by a scan, is overdue after seven days, and purge removes all of it, also beside the version that go
// has fetched anew; what has such a name and is not of a run stays.
func TestPurgeInPlace(t *testing.T) {
	for _, again := range []bool{false, true} {
		m := made(t)
		r, _, left := keptInPlace(t, m)
		mine := []string{filepath.Dir(left[0]) + "/v1.0.0.zip.godoctor-keep-1-1", m.Dir(mod("example.com/a", "v1.0.0")) + ".godoctor-keep-mine/x",
			filepath.Dir(left[0]) + "/notes.godoctor-keep-20200101-000000-001-1"}
		for _, name := range mine {
			write(t, name, "mine")
		}
		if again {
			if err := m.Install(mod("example.com/a", "v1.0.0")); err != nil {
				t.Fatal(err)
			}
		}
		c, held := waitsHere(t, m)
		var names []string
		for _, h := range held {
			if names = append(names, h.Name); h.Run != inPlaceRun || h.Module != "example.com/a" || h.Version != "v1.0.0" || h.Disk == 0 ||
				!h.Made.Equal(time.Date(2026, 11, 26, 22, 0, 0, 0, time.UTC)) {
				t.Errorf("%+v", h)
			}
		}
		if len(names) != len(left) {
			t.Fatalf("%q, want %q", names, left)
		}
		s := &Session{Remover: r}
		for after, want := range map[time.Duration][]string{HoldFor - 1: nil, HoldFor: names} {
			r.opt.Now = func() time.Time { return held[0].Made.Add(after) }
			if got := s.Overdue(c); !slices.Equal(got, want) {
				t.Errorf("after %v: %q", after, got)
			}
		}
		var freed int64
		r.Purge(t.Context(), append(names, "example.com/a@v1.0.0.godoctor-keep-1-1", "../x@v1.0.0.godoctor-keep-20200101-000000-001-1"), func(name string, n int64, err error) {
			if freed += n; (err == nil) != slices.Contains(names, name) {
				t.Errorf("%s: %v", name, err)
			}
		})
		if _, held := waitsHere(t, m); len(held) > 0 || freed == 0 {
			t.Errorf("%d bytes, %+v", freed, held)
		}
		for _, name := range append(left, mine...) {
			if exists(t, name) != slices.Contains(mine, name) {
				t.Errorf("%s is there: %v", name, exists(t, name))
			}
		}
		if again && !exists(t, m.Dir(mod("example.com/a", "v1.0.0"))) {
			t.Error("what go has fetched is gone")
		}
	}
}

// While somebody is at work on the version nothing of it is purged.
func TestPurgeInPlaceBusy(t *testing.T) {
	m := made(t)
	r, _, left := keptInPlace(t, m)
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	names, err := plan.Places(module.Version{Path: "example.com/a", Version: "v1.0.0"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := b.at(filepath.Dir(names.Lock))
	if err != nil {
		t.Fatal(err)
	}
	lock, err := d.lock(filepath.Base(names.Lock))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	_, held := waitsHere(t, m)
	for _, h := range held {
		r.Purge(t.Context(), []string{h.Name}, func(_ string, freed int64, err error) {
			if err == nil || freed > 0 {
				t.Errorf("%s was purged", h.Name)
			}
		})
	}
	for _, name := range left {
		if !exists(t, name) {
			t.Errorf("%s is gone", name)
		}
	}
}
