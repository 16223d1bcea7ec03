package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
)

// Many versions, some from the zip in the cache and some from a proxy, are told each by its own place, and those from the cache ask
// nobody: no proxy, and no checksum database. Nothing is left of where go was run.
func TestInstallMany(t *testing.T) {
	m := machine(t, quick(t))
	var list []Want
	for i := range 2*installMax + 20 {
		x := mod("example.com/m", fmt.Sprintf("v1.0.%d", i))
		w := Want{Module: x.Path, Version: x.Version, Offline: i%2 == 0}
		var err error
		if w.Hash, err = x.Sum(); err != nil {
			t.Fatal(err)
		}
		if w.Offline && i != 2 { // of the third nothing is there
			if err := m.Install(x); err != nil {
				t.Fatal(err)
			}
			away(t, partsOf(t, m, x.Path, x.Version)[2])
		}
		if err := m.Publish(x); err != nil {
			t.Fatal(err)
		}
		list = append(list, w)
	}
	p, err := m.Serve()
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	r := remover(t, m, Options{})
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), append(m.Environ(), "GOSUMDB="+cachetest.SumDBKey())...)}
	told := make(map[int]error)
	r.Install(t.Context(), in, list, func(i int, err error) {
		if _, twice := told[i]; twice {
			t.Errorf("%d is told of twice", i)
		}
		told[i] = err
	})
	for i, w := range list {
		if err := told[i]; (err == nil) != (i != 2) {
			t.Errorf("%d: %v", i, err)
		}
		if exists(t, partsOf(t, m, w.Module, w.Version)[2]) != (i != 2) {
			t.Errorf("%d: there, or not", i)
		}
		if n := p.Count("/example.com/m/@v/" + w.Version + ".zip"); n > 0 == w.Offline {
			t.Errorf("%d: the proxy was asked %d times", i, n)
		}
	}
	if left, err := os.ReadDir(scratch); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	p.Forget()
	in.Offline = true
	r.Install(t.Context(), in, list[1:3], func(i int, err error) {
		if (err == nil) != (i == 0) {
			t.Errorf("%d: %v", i, err)
		}
	})
	if n := len(p.Requests()); n > 0 {
		t.Errorf("the proxy was asked %d times", n)
	}
	t.Setenv("TMPDIR", filepath.Join(scratch, "none"))
	r.Install(t.Context(), in, list[:1], func(_ int, err error) {
		if !gone(err) {
			t.Error(err)
		}
	})
}

// away removes a tree that cannot be written.
func away(t *testing.T, dir string) {
	t.Helper()
	if err := cachetest.Remove(dir); err != nil {
		t.Fatal(err)
	}
}

// Directories can be written where the user has it so, and only there.
func TestInstallWritable(t *testing.T) {
	for _, writable := range []bool{false, true} {
		m := made(t)
		r := remover(t, m, Options{})
		in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...), Writable: writable, Offline: true}
		a, b := partsOf(t, m, "example.com/a", "v1.0.0")[2], staged(t, m, mod("example.com/w", "v1.0.0"))
		away(t, a)
		r.Install(t.Context(), in, []Want{{Module: "example.com/a", Version: "v1.0.0"}}, func(_ int, err error) {
			if err != nil {
				t.Error(err)
			}
		})
		r.InstallFrom(t.Context(), in, []Staged{b}, func(_ int, err error) {
			if err != nil {
				t.Error(err)
			}
		})
		for _, dir := range []string{a, partsOf(t, m, b.Module, b.Version)[2]} {
			if fi, err := os.Stat(dir); err != nil || (fi.Mode().Perm()&0o200 != 0) != writable {
				t.Errorf("writable %v: %v, %v", writable, fi.Mode(), err)
			}
		}
	}
}

// What go says of a version is judged: an error, a hash that is another, and nothing.
func TestArrived(t *testing.T) {
	for _, c := range []struct {
		want, got, says string
		bad             bool
	}{{"h1:a", "h1:a", "", false}, {"", "h1:a", "", false}, {"h1:a", "h1:b", "", true}, {"h1:a", "", "", true}, {"", "", "no", true}, {"h1:a", "h1:a", "no", true}} {
		err := arrived(&Want{Hash: c.want}, &gocmd.Downloaded{Sum: c.got, Error: c.says})
		if (err != nil) != c.bad || c.says != "" && err.Error() != c.says || c.bad && c.says == "" && !(strings.Contains(err.Error(), c.want) && strings.Contains(err.Error(), c.got)) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	list := []Want{{Module: "example.com/a", Version: "v1.0.0"}, {Module: "example.com/b", Version: "v1.0.0"}}
	for _, err := range download(t.Context(), gocmd.Download{Go: filepath.Join(t.TempDir(), "none"), Dir: t.TempDir()}, list) {
		if !errors.Is(err, errSilent) || !gone(err) {
			t.Error(err)
		}
	}
	for _, err := range download(t.Context(), gocmd.Download{Dir: filepath.Join(t.TempDir(), "none")}, list) {
		if !gone(err) || errors.Is(err, errSilent) {
			t.Error(err)
		}
	}
}

// The scratch module knows the hashes that are known, and nothing else.
func TestScratchModule(t *testing.T) {
	dir := t.TempDir()
	for _, want := range []struct {
		list []Want
		sums string
	}{
		{[]Want{{Module: "a.b/c", Version: "v1.0.0", Hash: "h1:z", ModHash: "h1:m"}, {Module: "a.b/d", Version: "v1.1.0"}, {Module: "a.b/e", Version: "v1.2.0", ModHash: "h1:e"}},
			"a.b/c v1.0.0 h1:z\na.b/c v1.0.0/go.mod h1:m\na.b/e v1.2.0/go.mod h1:e\n"},
		{nil, ""},
	} {
		if err := scratchModule(dir, want.list); err != nil {
			t.Fatal(err)
		}
		sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
		gomod, err2 := os.ReadFile(filepath.Join(dir, "go.mod"))
		if string(sums) != want.sums || string(gomod) != "module scratch\n" || err != nil || err2 != nil {
			t.Errorf("%q, %q, %v, %v", sums, gomod, err, err2)
		}
	}
}

// A version that was broken off within a batch, when go ended at once, is not tried once more after a stop.
func TestDownloadStopped(t *testing.T) {
	m := made(t)
	in := gocmd.Download{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...), Dir: t.TempDir(), ModCache: m.GOMODCACHE}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range download(ctx, in, []Want{{Module: "example.com/a", Version: "v1.0.0"}, {Module: "example.com/a", Version: "v1.1.0"}}) {
		if !errors.Is(err, errSilent) {
			t.Error(err)
		}
	}
}
