package project

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"godoctor/scan/goenv"
	"godoctor/scan/meter"
)

func TestFind(t *testing.T) {
	w := newWorld(t)
	w.file("src/app/go.mod", "module example.com/app\n\ngo 1.24.0\n\ntoolchain go1.24.1\n\nrequire (\n\texample.com/a v1.2.3\n\texample.com/b v0.1.0 // indirect\n)\n\ntool example.com/a/cmd/x\n\nreplace example.com/b => ../b\n")
	w.file("src/app/go.sum", "example.com/a v1.2.3 "+hash1+"\nexample.com/a v1.2.3/go.mod "+hash2+"\n")
	w.file("src/app/internal/nested/go.mod", "module example.com/app/internal/nested\n")
	w.file("src/app/testdata/m/go.mod", "module m\n")
	w.file("src/app/vendor/example.com/a/go.mod", "module example.com/a\n")
	w.file("src/old/vendor/modules.txt", "# example.com/a v1.2.3\n")
	w.file("src/old/vendor/example.com/a/go.mod", "module example.com/a\n")
	w.file("src/web/node_modules/x/go.mod", "module x\n")
	w.file("src/py/env/pyvenv.cfg", "home = /usr\n")
	w.file("src/py/env/lib/go.mod", "module lib\n")
	w.file("src/py/venv/go.mod", "module venv\n") // only a name
	w.file("src/app/.git/x/go.mod", "module x\n")
	w.file("src/bare.git/HEAD", "ref: refs/heads/main\n")
	w.file("src/bare.git/objects/go.mod", "module x\n")
	w.file("src/bare.git/refs/x", "")
	w.file("sdk/go1/VERSION", "go1.26.8\n")
	w.file("sdk/go1/src/runtime/r.go", "package runtime\n")
	w.file("sdk/go1/src/go.mod", "module std\n")
	w.file("sdk/go1/pkg/tool/linux_amd64/compile", "")
	w.file("volume/mod/cache/download/example.com/a/@v/v1.0.0.mod", "module example.com/a\n")
	w.file("volume/mod/example.com/a@v1.0.0/go.mod", "module example.com/a\n")
	w.file("named/mod/x/go.mod", "module x\n")
	w.file("tool/cache/download/go.mod", "module download\n") // no module cache
	w.file(".cargo/registry/x/go.mod", "module x\n")
	w.file(".local/share/Trash/files/x/go.mod", "module x\n")
	w.file("gone.mod", "")

	m := new(meter.Meter)
	f := w.find(func(in *Input) {
		in.SkipDirs = []string{w.path("named/mod"), w.path("none")}
		in.Roots = append(in.Roots, w.path("src/app"), w.path("nowhere"))
		in.Meter = m
	})
	same(t, "projects", w.files(f), []string{
		"src/app/go.mod", "src/app/internal/nested/go.mod", "src/app/testdata/m/go.mod", "src/py/venv/go.mod",
		"tool/cache/download/go.mod",
	})
	same(t, "skipped", w.skipped(f), []string{
		"GOROOT: sdk/go1", "module cache: volume/mod", "named to be skipped: named/mod",
		"packages of another language: .cargo/registry", "packages of another language: src/py/env/lib",
		"packages of another language: src/web/node_modules", "trash: .local/share/Trash",
		"vendor directory: src/app/vendor", "vendor directory: src/old/vendor",
		"version control: src/app/.git", "version control: src/bare.git",
	})
	if r := f.Roots; len(r) != 3 || !r[0].Exists || !r[1].Exists || r[2].Exists || r[2].Err != nil {
		t.Errorf("roots: %+v", r)
	}
	if s := m.Sample(); s.Entries != f.Entries || s.Units != 5 || f.Entries < 40 {
		t.Errorf("meter %+v, %d entries", s, f.Entries)
	}
	p := w.one(f, "src/app/go.mod")
	if p.Kind != Module || p.Weak || p.Module != "example.com/app" || p.Go != "1.24.0" || p.Toolchain != "go1.24.1" || p.SumState != SumOK {
		t.Errorf("%+v", p)
	}
	same(t, "requires", p.Main.Require, versions("example.com/a@v1.2.3", "example.com/b@v0.1.0"))
	same(t, "tools", p.Tools, []string{"example.com/a/cmd/x"})
	if len(p.Sums) != 2 || p.Sums[0].GoMod || !p.Sums[1].GoMod || p.Sums[1].Version != "v1.2.3" || p.Sums[1].Hash != hash2 || p.Sums[1].Line != 2 {
		t.Errorf("sums %+v", p.Sums)
	}
	if len(p.Doubts)+len(f.Unreadable) != 0 {
		t.Errorf("doubts %v, unreadable %v", p.Doubts, f.Unreadable)
	}
	if v := p.Vendor; v == nil || v.Used || !strings.Contains(v.Why, "not marked as explicit") {
		t.Errorf("vendor %+v", v)
	}
	if !w.one(f, "src/app/testdata/m/go.mod").Weak {
		t.Error("a fixture is no weak project")
	}
}

// TestTwice: the same tree gives the same answer, whatever the workers do.
func TestTwice(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"a", "b/c", "b/d", "e/f/g", "h"} {
		w.file(name+"/go.mod", "module "+name+"\nrequire example.com/a v1.2.3\n")
		w.file(name+"/go.sum", "example.com/a v1.2.3 "+hash1+"\n")
		w.file(name+"/node_modules/x", "")
	}
	one := w.find(func(in *Input) { in.Workers = 1 })
	for range 5 {
		two := w.find(func(in *Input) { in.Workers = 8 })
		two.Elapsed = one.Elapsed
		if !reflect.DeepEqual(one, two) {
			t.Fatalf("%+v\n%+v", one, two)
		}
	}
}

func TestNamed(t *testing.T) {
	w := newWorld(t)
	w.file("root/work/go.work", "go 1.24\n\nuse (\n\t./in\n\t../../outside\n\t./missing\n)\n\nreplace example.com/x => example.com/y v1.0.0\n")
	w.file("root/work/go.work.sum", "example.com/x v1.0.0/go.mod "+hash1+"\n")
	w.file("root/work/in/go.mod", "module in\n\ngo 1.24\n")
	w.file("outside/go.mod", "module outside\n\ngo 1.24\n")
	w.file("seen/go.mod", "module seen\n")
	w.file("alt/alt.mod", "module alt\n\ngo 1.20\n\nrequire example.com/a v1.0.0\n")
	w.file("alt/alt.sum", "example.com/a v1.0.0 "+hash1+"\n")
	f := w.find(func(in *Input) {
		in.Roots = []string{w.path("root")}
		in.Seen = []string{w.path("seen/go.mod"), w.path("gone/go.mod"), w.path("root/work/in/go.mod"), w.path("gone/go.mod")}
		in.Modfiles = []ModfilePair{{File: w.path("alt/alt.mod"), Dir: w.path("root")}, {File: w.path("alt/none.mod")}}
	})
	same(t, "projects", w.files(f), []string{"alt/alt.mod", "outside/go.mod", "root/work/go.work", "root/work/in/go.mod", "seen/go.mod"})
	same(t, "gone", f.Gone, []string{w.path("alt/none.mod"), w.path("gone/go.mod")})
	p := w.one(f, "root/work/go.work")
	same(t, "members", p.Use, []string{w.path("outside"), w.path("root/work/in"), w.path("root/work/missing")})
	same(t, "doubts", kinds(p.Doubts), []DoubtKind{DoubtMember})
	if p.Kind != Workspace || p.Go != "1.24" || len(p.Replace) != 1 || len(p.Sums) != 1 || p.Main != nil || !p.Doubts[0].Bounded {
		t.Errorf("%+v", p)
	}
	p = w.one(f, "alt/alt.mod")
	if p.Kind != Modfile || p.Dir != w.path("root") || p.Main.Dir != p.Dir || p.SumFile != w.path("alt/alt.sum") || len(p.Sums) != 1 {
		t.Errorf("%+v", p)
	}
}

func TestLinkedRoots(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // links want a privilege there
	}
	w := newWorld(t)
	w.file("real/a/go.mod", "module a\n")
	w.file("real/b/x", "module b\n")
	w.must(os.Symlink(w.path("real"), w.path("link")))
	w.must(os.Symlink(w.path("real"), w.path("real/a/loop")))
	w.must(os.Symlink("x", w.path("real/b/go.mod")))
	w.must(os.Symlink("nowhere", w.path("real/go.mod")))
	f := w.find(func(in *Input) {
		in.Roots = []string{w.path("link"), w.path("real")}
		in.Seen = []string{w.path("real/a/go.mod")}
	})
	same(t, "projects", w.files(f), []string{"link/a/go.mod", "link/b/go.mod", "link/go.mod"})
	same(t, "doubts", kinds(w.one(f, "link/go.mod").Doubts), []DoubtKind{DoubtUnreadable})
	if p := w.one(f, "link/b/go.mod"); p.Module != "b" {
		t.Errorf("a linked go.mod: %+v", p)
	}
}

func TestDefaultRoots(t *testing.T) {
	w := newWorld(t)
	home := w.path("home")
	w.must(os.MkdirAll(home, 0o777))
	environ := []string{"HOME=" + home, "USERPROFILE=" + home, "LocalAppData=" + filepath.Join(home, ".cache"), "PATH=",
		"GOPATH=" + filepath.Join(home, "go") + string(os.PathListSeparator) + w.path("gopath"), "XDG_CACHE_HOME=" + filepath.Join(home, ".cache")}
	roots := func(dir string) []string {
		return DefaultRoots(goenv.Load(goenv.Input{Environ: environ, Dir: dir}), environ, dir)
	}
	src := w.path("gopath/src")
	same(t, "inside", roots(filepath.Join(home, "x", "y")), []string{home, src})
	same(t, "in a cache", roots(filepath.Join(home, ".cache", "y")), []string{home, src, filepath.Join(home, ".cache", "y")})
	same(t, "in node_modules", roots(filepath.Join(home, "node_modules")), []string{home, src, filepath.Join(home, "node_modules")})
	same(t, "elsewhere", roots(w.path("tmp")), []string{home, src, w.path("tmp")})
	same(t, "the root", roots(filepath.VolumeName(home)+string(filepath.Separator)), []string{home, src})
	skips := DefaultSkips(goenv.Load(goenv.Input{Environ: environ, Dir: home}), environ)
	for _, want := range []string{"go/pkg/mod", "sdk", ".cache", ".cache/go-build"} {
		if !slices.Contains(skips, filepath.Join(home, filepath.FromSlash(want))) {
			t.Errorf("%q is not left out: %q", want, skips)
		}
	}
}

func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	w.file("a/go.mod", "module a\n")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := Find(ctx, Input{Roots: []string{w.dir}, Seen: []string{w.path("a/go.mod")}})
	if !f.Interrupted {
		t.Errorf("%+v", f)
	}
	same(t, "doubts", kinds(w.one(f, "a/go.mod").Doubts), []DoubtKind{DoubtInterrupted})
}
