package toolchain

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
	"godoctor/scan/tree"
)

// The Go that runs this test is found, by its own files, as what it says it is.
func TestRealGoroot(t *testing.T) {
	root := testGoroot(t)
	env := []string{"HOME=" + t.TempDir(), "PATH=" + filepath.Join(root, "bin"), "GOTOOLCHAIN=local", "GOENV=off"}
	f := Find(t.Context(), Input{Environ: env, Env: goenv.Load(goenv.Input{Environ: env}), Home: t.TempDir(), Now: day(2026, 11, 22)})
	i := slices.IndexFunc(f.Toolchains, func(tc Toolchain) bool { return tc.Root == root })
	if i != 0 {
		t.Fatalf("the active toolchain is not first: %+v", f.Toolchains)
	}
	got := f.Toolchains[0]
	if got.Version != runtime.Version() || got.GOOS != runtime.GOOS || got.GOARCH != runtime.GOARCH || !got.Active || got.Removable || len(got.Problems) > 0 {
		t.Errorf("got %+v", got)
	}
	if f.Choice.Root != root || f.Choice.Local != root || !strings.Contains(f.Choice.Why, "the first go in PATH") {
		t.Errorf("choice %+v", f.Choice)
	}
}

// A toolchain that the go command downloaded is what cachetest makes of it.
func TestModuleCache(t *testing.T) {
	w := newWorld(t)
	m, err := cachetest.New(filepath.Join(w.root, "m"))
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	then := day(2026, 1, 2)
	for _, platform := range []string{"linux", "windows"} {
		_, err := m.Toolchain("go1.25.4", platform, "amd64", then, nil)
		must(t, err)
	}
	in := w.input()
	in.ModCache = m.GOMODCACHE
	f := Find(t.Context(), in)
	if len(f.Toolchains) != 2 {
		t.Fatalf("found %+v", f.Toolchains)
	}
	for _, tc := range f.Toolchains {
		foreign := has(tc.Problems, "built for another platform")
		if tc.Version != "go1.25.4" || tc.Source != "modcache" || foreign != (tc.GOOS == "windows") || !tc.Removable {
			t.Errorf("got %+v", tc)
		}
	}
}

// What godoctor may remove is what its owner brings back and nothing leads to.
func TestRemovable(t *testing.T) {
	w := newWorld(t)
	in := "~/go/pkg/mod/golang.org/toolchain@v0.0.1-"
	w.tree("/usr/local/go", "go1.26.8")
	for _, v := range []string{"go1.25.1", "go1.25.2", "go1.25.3"} {
		w.tree(in+v+".linux-amd64", v)
	}
	w.env = []string{"PATH=$ROOT/usr/local/go/bin:" + w.at(in+"go1.25.1.linux-amd64/bin"), "GOROOT=" + w.at(in+"go1.25.2.linux-amd64")}
	f := w.find()
	for version, want := range map[string]bool{"go1.25.1": false, "go1.25.2": false, "go1.25.3": true} {
		if got := w.one(f, in+version+".linux-amd64"); got.Removable != want {
			t.Errorf("%s: %+v", version, got)
		}
	}
}

// broken are trees with something wrong, and what is said of them.
var broken = []struct {
	name    string
	spoil   func(w *world)
	problem string // "": nothing
	partial bool   // too little is left
	version string // "": go1.26.8
}{
	{name: "whole"},
	{name: "no bin/go", problem: "no bin/go", spoil: func(w *world) { w.remove("bin/go") }},
	{name: "bin/go and gofmt trimmed away", problem: "no bin/go", spoil: func(w *world) { w.remove("bin") }},
	{name: "no VERSION", problem: "no VERSION", spoil: func(w *world) { w.remove("VERSION") }, version: "?"},
	{name: "no sources", problem: "no src/runtime", spoil: func(w *world) { w.remove("src") }},
	{name: "no tools", problem: "no pkg/tool", spoil: func(w *world) { w.remove("pkg") }},
	{name: "no compiler", problem: "no compile in pkg/tool/linux_amd64", spoil: func(w *world) { w.remove("pkg/tool/linux_amd64/compile") }},
	{name: "empty bin/go", problem: "bin/go is empty", spoil: func(w *world) { w.put("bin/go", "") }},
	{name: "script as bin/go", problem: "a script", spoil: func(w *world) { w.put("bin/go", "#!/bin/sh\nexec go1.1\n") }},
	{name: "half an ELF file", problem: "says nothing of itself", spoil: func(w *world) { w.put("bin/go", "\x7fELF\x02\x01\x01"+strings.Repeat("\xff", 500)) }},
	{name: "not executable", problem: "bin/go is not executable", spoil: func(w *world) { must(w.t, os.Chmod(w.at("/usr/local/go/bin/go"), 0o644)) }},
	{name: "bin/go is a directory", problem: "no readable bin/go: not a regular file", spoil: func(w *world) { w.remove("bin/go"); w.put("bin/go/x", "") }},
	{name: "bin/go leads nowhere", problem: "no bin/go: a link there leads nowhere", spoil: func(w *world) { w.relink("bin/go", "gone") }},
	{name: "bin/go leads in a circle", problem: "no bin/go: a link on the way leads in a circle", spoil: func(w *world) { w.relink("bin/go", "go") }},
	{name: "bin leads in a circle", problem: "leads in a circle", spoil: func(w *world) { w.relink("bin", "bin") }},
	{name: "src leads nowhere", problem: "no src/runtime: a link there leads nowhere", spoil: func(w *world) { w.relink("src", "../nowhere") }},
	{name: "a directory that holds itself", spoil: func(w *world) { w.link("/usr/local/go/src/again", "..") }},
	{name: "src is the whole machine", problem: "no src/runtime", spoil: func(w *world) { w.relink("src", "$ROOT") }},
	{name: "huge VERSION", problem: "VERSION does not name a version", version: "?", spoil: func(w *world) {
		w.put("VERSION", strings.Repeat("1", 5000))
		must(w.t, os.Truncate(w.at("/usr/local/go/VERSION"), 100<<20)) // sparse
	}},
	{name: "VERSION is noise", problem: "VERSION does not name a version", version: "\x1b[31m", spoil: func(w *world) { w.put("VERSION", "\x1b[31m\n") }},
	{name: "tools of another machine", problem: "built for another platform: darwin/arm64", spoil: func(w *world) {
		must(w.t, os.Rename(w.at("/usr/local/go/pkg/tool/linux_amd64"), w.at("/usr/local/go/pkg/tool/darwin_arm64")))
	}},
	{name: "only sources and VERSION", partial: true, spoil: func(w *world) { w.remove("bin"); w.remove("pkg") }},
}

func (w *world) remove(name string)     { must(w.t, os.RemoveAll(w.at("/usr/local/go/"+name))) }
func (w *world) put(name, text string)  { w.write("/usr/local/go/"+name, text, 0o755) }
func (w *world) relink(name, to string) { w.remove(name); w.link("/usr/local/go/"+name, to) }

func TestBroken(t *testing.T) {
	for _, b := range broken {
		t.Run(b.name, func(t *testing.T) {
			w := newWorld(t)
			w.tree("/usr/local/go", "go1.26.8")
			if b.spoil != nil {
				b.spoil(w)
			}
			f := w.find()
			if b.partial {
				if len(f.Toolchains) != 0 || len(f.Partials) != 1 || !slices.Equal(f.Partials[0].Missing, []string{"bin/go", "pkg/tool"}) {
					t.Errorf("found %+v, partial %+v", f.Toolchains, f.Partials)
				}
				return
			}
			got := w.one(f, "/usr/local/go")
			version := "go1.26.8"
			if b.version != "" {
				version = strings.TrimPrefix(b.version, "?")
			}
			if got.Version != version || !has(got.Problems, b.problem) {
				t.Errorf("version %q, problems %q; want %q, %q", got.Version, got.Problems, version, b.problem)
			}
			f.Sizes(t.Context(), nil, 2)
			if want := du(t, got.Root); got.Size != want || !got.SizeKnown {
				t.Errorf("size %+v, want %+v", got.Size, want)
			}
		})
	}
}

// What VERSION says does not count where bin/go speaks.
func TestLyingVersion(t *testing.T) {
	w := newWorld(t)
	w.real("/usr/local/go", "go1.99.9")
	w.real("/usr/local/go1.x", runtime.Version())
	got := w.one(w.find(), "/usr/local/go")
	if got.Version != runtime.Version() || got.VersionFile != "go1.99.9" ||
		!has(got.Problems, fmt.Sprintf(`VERSION says "go1.99.9", but bin/go is %q`, runtime.Version())) {
		t.Errorf("got %+v", got)
	}
	if honest := w.one(w.find(), "/usr/local/go1.x"); len(honest.Problems) > 0 {
		t.Errorf("got %+v", honest)
	}
}

// A program of another kind at the place of bin/go is not taken at its word: this test's own binary was built
// by some Go, and is none.
func TestOtherProgram(t *testing.T) {
	w := newWorld(t)
	w.tree("/usr/local/go", "go1.22.1")
	exe, err := os.Executable()
	must(t, err)
	text, err := os.ReadFile(exe)
	must(t, err)
	must(t, os.WriteFile(w.at("/usr/local/go/bin/go"), text, 0o755))
	got := w.one(w.find(), "/usr/local/go")
	if got.Version != "go1.22.1" || !has(got.Problems, "not the go command") {
		t.Errorf("got %+v", got)
	}
}

// A downloaded toolchain whose directory is called otherwise than it is.
func TestBrokenPromise(t *testing.T) {
	w := newWorld(t)
	w.real("~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.2.3.plan9-arm", runtime.Version())
	got := w.find().Toolchains[0]
	if !has(got.Problems, `its name says "go1.2.3"`) || !has(got.Problems, `its name says "plan9-arm"`) {
		t.Errorf("got %+v", got)
	}
}

// Links at the place of a toolchain that lead nowhere, in a circle, or to a file.
func TestBrokenLinks(t *testing.T) {
	w := newWorld(t)
	w.link("~/sdk/go1.20.1", "go1.20.1")
	w.link("~/sdk/go1.20.2", "gone")
	w.link("~/sdk/go1.20.3", "$HOME/file")
	w.link("~/.goenv/versions", "versions")
	w.write("~/file", "", 0o644)
	f := w.find()
	var got []string
	for _, u := range f.Unreadable {
		got = append(got, strings.TrimPrefix(u.Path, w.root)+": "+u.Err.Error())
	}
	for _, want := range []string{"go1.20.1: too many", "go1.20.2: a link that leads nowhere", "versions: too many"} {
		if !has(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
	if len(f.Toolchains)+len(f.Partials) > 0 || has(got, "go1.20.3") {
		t.Errorf("got %+v", f)
	}
}

// One tree under many names is one toolchain; a tree of links to it is it, too; a copy made of hard links is a
// toolchain of its own that costs no more.
func TestDuplicates(t *testing.T) {
	w := newWorld(t)
	w.tree("/usr/local/go", "go1.26.8")
	w.link("/opt/go", "$ROOT/usr/local/go")
	w.link("~/sdk/go1.26.8", "../../../usr/local/go")
	for _, name := range []string{"VERSION", "bin", "pkg", "src"} {
		w.link("~/.cache/bazel/_bazel_u/0123456789abcdef0123456789abcdef/external/go_sdk/"+name, "$ROOT/usr/local/go/"+name)
	}
	w.env = []string{"PATH=$ROOT/opt/go/bin", "GOROOT=$ROOT/usr/local/go"}
	f := w.find()
	if len(f.Toolchains) != 1 {
		t.Fatalf("found %+v", f.Toolchains)
	}
	got := f.Toolchains[0]
	want := []string{"bazel $HOME/.cache/bazel/_bazel_u/0123456789abcdef0123456789abcdef/external/go_sdk",
		"goland $HOME/sdk/go1.26.8", "goroot $ROOT/usr/local/go", "hand $ROOT/opt/go", "path $ROOT/opt/go/bin/go"}
	for i := range want {
		want[i] = w.say(want[i])
	}
	if slices.Sort(got.Also); got.Source != "official" || !got.Active || !slices.Equal(got.Also, want) {
		t.Errorf("got %+v\nwant also %q", got, want)
	}
	if len(f.Choice.Problems) > 0 {
		t.Errorf("problems %q", f.Choice.Problems)
	}
}

func TestHardLinks(t *testing.T) {
	w := newWorld(t)
	w.tree("/usr/local/go", "go1.26.8")
	w.tree("/usr/local/go1.26.8", "go1.26.8")
	big := w.write("/usr/local/go/src/big", strings.Repeat("x", 1<<20), 0o644)
	must(t, os.Link(big, w.at("/usr/local/go1.26.8/src/big")))
	f := w.find()
	f.Sizes(t.Context(), nil, 2)
	var sum tree.Size
	for _, tc := range f.Toolchains {
		sum = sum.Add(tc.Size)
	}
	want := du(t, w.at("/usr/local/go"), w.at("/usr/local/go1.26.8"))
	if len(f.Toolchains) != 2 || sum.Bytes != want.Bytes-1<<20 {
		t.Errorf("sum %+v, want %+v less 1 MiB once", sum, want)
	}
}

// A Go unpacked into ~/go has the module cache inside, which is not its own; neither is a toolchain in it.
func TestNested(t *testing.T) {
	w := newWorld(t)
	w.tree("~/go", "go1.26.8")
	want := du(t, w.at("~/go"))
	w.tree("~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64", "go1.27.4")
	w.tree("~/go/sdk/go1.25.1", "go1.25.1")
	f := w.find()
	f.Sizes(t.Context(), nil, 1)
	got := w.one(f, "~/go")
	extra := du(t, w.at("~/go/sdk")).Dirs // the directory sdk itself is part of ~/go
	if len(f.Toolchains) != 3 || got.Size.Files != want.Files || got.Size.Dirs > want.Dirs+extra {
		t.Errorf("size %+v, want %+v", got.Size, want)
	}
	if inner := w.one(f, "~/go/sdk/go1.25.1"); inner.Size != du(t, inner.Root) {
		t.Errorf("inner %+v", inner.Size)
	}
}

// Two hundred toolchains are all found, in order.
func TestMany(t *testing.T) {
	w := newWorld(t)
	for i := range 200 {
		if i%2 == 0 {
			w.real(fmt.Sprintf("~/.goenv/versions/1.%d.%d", i/10, i%10), runtime.Version())
		} else {
			w.tree(fmt.Sprintf("~/.goenv/versions/1.%d.%d", i/10, i%10), fmt.Sprintf("go1.%d.%d", i/10, i%10))
		}
	}
	f := w.find()
	f.Sizes(t.Context(), nil, 0)
	if len(f.Toolchains) != 200 {
		t.Errorf("found %d", len(f.Toolchains))
	}
	if !slices.IsSortedFunc(f.Toolchains, func(a, b Toolchain) int { return before(&a, &b) }) {
		t.Error("not sorted")
	}
}

// A context that ended is no reason to fail, and nothing is called known.
func TestCancelled(t *testing.T) {
	w := newWorld(t)
	w.tree("/usr/local/go", "go1.26.8")
	ctx, cancel := context.WithCancel(t.Context())
	f := Find(ctx, w.input())
	cancel()
	f.Sizes(ctx, nil, 1)
	if len(f.Toolchains) != 1 || f.Toolchains[0].SizeKnown {
		t.Errorf("got %+v", f.Toolchains)
	}
	if g := Find(ctx, w.input()); len(g.Toolchains) != 0 {
		t.Errorf("got %+v", g.Toolchains)
	}
}

// Nothing at all is an answer, too.
func TestEmptyMachine(t *testing.T) {
	w := newWorld(t)
	f := Find(t.Context(), Input{Root: w.root})
	if len(f.Toolchains)+len(f.Partials)+len(f.Archives)+len(f.Unreadable) > 0 || f.Choice.Why != "no go command in PATH" {
		t.Errorf("got %+v", f)
	}
}

func TestArchives(t *testing.T) {
	w := newWorld(t)
	for _, p := range []string{
		"~/Downloads/go1.26.8.linux-amd64.tar.gz", "~/Downloads/go1.26.8.linux-amd64 (1).tar.gz", "~/Downloads/go1.21.0.src.tar.gz",
		"~/Downloads/go1.27rc1.windows-arm64.msi", "~/sdk/go1.22.1/go1.22.1.linux-amd64.tar.gz", "~/.g/downloads/go1.20.3.darwin-arm64.tar.gz",
		"~/.gobrew/downloads/go1.19.linux-386.tar.gz", "~/.asdf/downloads/golang/1.18.2/archive.tar.gz",
		"~/scoop/cache/go#1.26.7#0a1b2c3.zip", "/usr/local/src/go1.17.13.linux-amd64.tar.gz",
		"~/.local/share/mise/downloads/go/1.25.1/go1.25.1.linux-amd64.tar.gz",
		"~/Library/Caches/Homebrew/downloads/" + strings.Repeat("0f", 32) + "--go--1.26.8.arm64_sequoia.bottle.tar.gz",
		// and these are none
		"~/Downloads/go1.26.8.linux-amd64.tar.gz.part", "~/Downloads/gopher.tar.gz", "~/Downloads/go1.26.8.notes-2.zip", "~/Downloads/go-1.zip",
	} {
		w.write(p, "0123456789", 0o644)
	}
	w.link("~/Downloads/go1.26.9.linux-amd64.tar.gz", "gone")
	must(t, os.Mkdir(w.at("~/Downloads/go1.26.10.linux-amd64.tar.gz"), 0o755))
	var got []string
	for _, a := range w.find().Archives {
		if a.Size.Bytes != 10 || a.Size.Files != 1 || a.Time.IsZero() {
			t.Errorf("%+v", a)
		}
		got = append(got, a.Version+" "+a.GOOS+" "+a.GOARCH)
	}
	slices.Sort(got)
	want := []string{"go1.17.13 linux amd64", "go1.18.2  ", "go1.19 linux 386", "go1.20.3 darwin arm64", "go1.21.0  ", "go1.22.1 linux amd64",
		"go1.25.1 linux amd64", "go1.26.7  ", "go1.26.8  ", "go1.26.8 linux amd64", "go1.26.8 linux amd64", "go1.27rc1 windows arm64"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
