package remedy_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/scan/cachetest"
)

// ward publishes modules and makes a project that needs them. Of every third the zip is damaged, of every third the directory,
// and the others are not there at all.
func (l *sickbay) ward(n int) (mods []cachetest.Module) {
	l.t.Helper()
	require := ""
	for i := range n {
		m := cachetest.Module{Path: fmt.Sprintf("ward.example/m%02d", i), Version: "v1.0.0", Files: map[string]string{
			"a.go": fmt.Sprintf("package m\n\nconst A = %d\n", i), "doc/c.txt": strings.Repeat("text ", 50+i)}}
		mods = append(mods, m)
		require += "require " + m.Path + " v1.0.0\n"
		must(l.t, l.Publish(m))
		if i%3 != 2 {
			must(l.t, l.Install(m))
		}
	}
	_, err := l.Project("ward", "module ward.example/p\n\ngo 1.20\n\n"+require, map[string]string{"p.go": "package p\n"})
	must(l.t, err)
	l.worse(mods)
	return mods
}

// worse damages what is there of them.
func (l *sickbay) worse(mods []cachetest.Module) {
	for i, m := range mods {
		switch i % 3 {
		case 0:
			must(l.t, os.Truncate(l.CachePath(m, "zip"), 10))
		case 1:
			l.write(filepath.Join(l.Dir(m), "a.go"), "package m // edited\n")
		}
	}
}

// wardRepair plans the repair of all that is found, and what the projects need.
func (l *sickbay) wardRepair() *plan.Repair {
	l.t.Helper()
	list, in := l.examine()
	r := plan.NewRepair(l.t.Context(), list, in)
	for i := range in.Usage.Projects {
		r.Need(l.t.Context(), &in.Usage.Projects[i], in)
	}
	return r
}

// Many versions, of different damage, are mended by few go commands and syncs. One that the proxy has not as it should be, and
// one that somebody uses, are told of and stay as they were; the others do not suffer by it.
func TestMendBatch(t *testing.T) {
	l := newSickbay(t)
	mods := l.ward(24)
	wrong, used := mods[0], mods[4]
	l.gate = func(context.Context) remedy.Users {
		return func(path, _ string) string {
			if path == used.Path {
				return "go (pid 1)"
			}
			return ""
		}
	}
	was := l.stateOf(wrong) + l.stateOf(used)
	r := l.wardRepair()
	if len(r.Steps) != len(mods) || len(r.Left) > 0 {
		t.Fatalf("%d steps, want %d; left %+v", len(r.Steps), len(mods), r.Left)
	}
	l.proxy.Misbehave("/ward.example/m00/@v/v1.0.0.zip", cachetest.Fault{Flip: true, FlipAt: 60})
	var syncs atomic.Int32
	l.before = func(op, path string) error {
		if op == "sync" && path == l.GOMODCACHE {
			syncs.Add(1)
		}
		return nil
	}
	_, out := l.mend(t.Context(), r, true)
	l.before = nil
	for i, o := range out {
		switch s := &r.Steps[i]; s.Module {
		case wrong.Path:
			if o.Result != plan.Failed || !strings.Contains(fmt.Sprint(o.Err), "what came") {
				t.Errorf("%s: %+v", s.Module, o)
			}
		case used.Path:
			if o.Result != plan.Skipped || !o.Busy {
				t.Errorf("%s: %+v", s.Module, o)
			}
		default:
			if o.Result != plan.Done || o.Err != nil {
				t.Errorf("%s: %+v", s.Module, o)
			}
		}
	}
	if now := l.stateOf(wrong) + l.stateOf(used); now != was {
		t.Errorf("it was\n%s\nand is\n%s", was, now)
	}
	if n := syncs.Load(); n != 2 { // of those that were put aside, and of the others
		t.Errorf("%d syncs", n)
	}
	l.tidy()
	l.gate = nil
	l.proxy.Forget()
	r = l.wardRepair()
	if _, out := l.mend(t.Context(), r, true); len(out) != 2 || out[0].Result != plan.Done || out[1].Result != plan.Done {
		t.Errorf("afterwards: %+v", out)
	}
	if list, _ := l.examine(); len(list) > 0 {
		t.Errorf("still found: %+v", list)
	}
}

// A program that dies at any change of a batch leaves each of its versions as it was, or mended, once the next one has begun.
func TestMendBatchDies(t *testing.T) {
	l := newSickbay(t)
	mods := l.ward(4)
	c := &sickness{online: true}
	for at, total := 0, 1; at < total; at += 3 {
		l.worse(mods)
		r := l.wardRepair()
		var was []string
		for _, m := range mods {
			was = append(was, l.stateOf(m))
		}
		total = max(total, l.faultAt(c, r, at, true)+1)
		list, _ := l.examine()
		for i, m := range mods {
			sick := slices.ContainsFunc(list, func(f finding.Finding) bool { return f.Target.Module == m.Path })
			if now := l.stateOf(m); sick && now != was[i] {
				t.Fatalf("dead at %d: it was\n%s\nand is\n%s", at, was[i], now)
			}
		}
		if r = l.wardRepair(); len(r.Steps) > 0 {
			if _, out := l.mend(t.Context(), r, true); slices.ContainsFunc(out, func(o plan.Outcome) bool { return o.Result != plan.Done }) {
				t.Fatalf("after it died at %d: %+v", at, out)
			}
		}
		l.tidy()
	}
	l.builds()
}

// Where go ends at once because of one version, for a .ziphash in the cache contradicts its go.sum, the others are mended.
func TestMendBatchFatal(t *testing.T) {
	l := newSickbay(t)
	mods := l.ward(6)
	r := l.wardRepair()
	l.before = func(op, path string) error {
		if op == "install" && strings.HasPrefix(path, mods[2].Path) { // somebody puts another one in its place, just now
			must(t, l.Install(mods[2]))
			l.write(l.CachePath(mods[2], "ziphash"), "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
		}
		return nil
	}
	_, out := l.mend(t.Context(), r, true)
	for i, o := range out {
		if want := r.Steps[i].Module != mods[2].Path; (o.Result == plan.Done) != want {
			t.Errorf("%s: %+v", r.Steps[i].Module, o)
		}
	}
}

// A toolchain that was fetched again, and installed from files without a checksum database, can be used without a network: the go
// command has its signed record. Where it has not, it refuses.
func TestMendToolchainRunsOffline(t *testing.T) {
	l := newSickbay(t)
	tool, err := l.Toolchain("go1.99.1", runtime.GOOS, runtime.GOARCH, time.Now(), nil)
	must(t, err)
	must(t, l.Publish(tool))
	l.mod, l.db = tool, true
	must(t, os.Truncate(l.file("zip"), 100))
	l.write(l.file("dir")+"/VERSION", "go1.99.1 with something in it\n")
	runs := func() (string, error) {
		cmd := exec.Command("go", "version")
		cmd.Dir = l.Home
		cmd.Env = append(l.Environ(), "GOSUMDB="+cachetest.SumDBKey(), "GOPROXY=off", "GOTOOLCHAIN=go1.99.1")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	records := filepath.Join(l.GOMODCACHE, "cache", "download", "sumdb")
	if out, err := runs(); err == nil {
		t.Fatalf("it runs without a record: %s", out)
	}
	_, out := l.mend(t.Context(), l.plan(), true)
	if len(out) != 1 || out[0].Result != plan.Done || out[0].Err != nil {
		t.Fatalf("%+v", out)
	}
	if out, err := runs(); err != nil || !strings.Contains(out, "go1.99.1") {
		t.Errorf("%v: %s", err, out)
	}
	must(t, os.RemoveAll(records))
	if out, err := runs(); err == nil {
		t.Errorf("it runs without a record: %s", out)
	}
}
