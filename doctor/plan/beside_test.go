package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/cachetest"
	"godoctor/scan/project"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

func age(t testing.TB, days int, names ...string) {
	t.Helper()
	for _, name := range names {
		must(t, os.Chtimes(name, ago(days), ago(days)))
	}
}

// A clone goes whose address is known to be public; another one waits in the quarantine; the present use of one is not.
func TestClones(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	public, err := l.VCS("git3", "https://code.example/lib.git", 9000, ago(100))
	must(t, err)
	private, err := l.VCS("git3", "https://corp.test/secret", 5000, ago(100))
	must(t, err)
	shell, err := l.VCS("git3", "ssh://git@code.example/other", 4000, ago(100))
	must(t, err)
	odd, err := l.VCS("git3", "https://code.example/renamed", 3000, ago(100))
	must(t, err)
	l.write(odd+".info", "git3:https://code.example/another")
	l.write(filepath.Join(l.GOMODCACHE, "cache", "vcs", "notes", "x"), "x")
	for _, dir := range []string{public, private, shell, odd} {
		age(t, 100, dir, filepath.Join(dir, "objects"))
	}
	in := inputOf(t, l.Machine, append([]string{"GOPRIVATE=corp.test"}, l.Environ()...), nil)
	in.Policies = Policies{VCS: true}
	p, err := New(t.Context(), in)
	must(t, err)
	want(t, p, filepath.Base(public)+" vcs network", filepath.Base(private)+" vcs hold", filepath.Base(shell)+" vcs hold", filepath.Base(odd)+" vcs hold")
	if p.Items[0].Bytes < 9000 || p.Items[0].Dir.Mtime == 0 {
		t.Errorf("%+v", p.Items[0])
	}
	in.Grace = 200 * day
	p, err = New(t.Context(), in)
	must(t, err)
	wantKept(t, p, keptYoung, 4)
	in.Grace, in.OlderThan = 0, 101*day
	p, err = New(t.Context(), in)
	must(t, err)
	wantKept(t, p, keptRecent, 4)
}

// Leftovers go by their names, when they are a day old; a directory that is half unpacked when nobody has the lock.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	half := mod("example.com/half", "v1.0.0", 100)
	must(t, l.PartialDownload(half))
	paths, err := l.Leftovers(l.old0)
	must(t, err)
	at := filepath.Dir(l.CachePath(l.old0, "zip"))
	ours := l.Dir(l.old1) + ".tmp-godoctor-20261126-214501-001-7"
	waits := l.Dir(l.old1) + ".godoctor-keep-20261126-214501-001-8"
	for _, name := range []string{filepath.Join(at, "v1.0.0.zip.godoctor-20261126-214501-001-3.tmp"), ours + "/x", waits + "/x",
		filepath.Join(at, "notes.tmp"), filepath.Join(at, "v1.0.0.ziphash12x.tmp")} {
		l.write(name, "some text")
	}
	for _, path := range append(paths, ours, waits, filepath.Join(at, "notes.tmp"), l.CachePath(half, "partial")) {
		age(t, 90, path)
	}
	below := func(path string) string {
		rel, err := filepath.Rel(l.GOMODCACHE, path)
		must(t, err)
		return filepath.ToSlash(rel)
	}
	fresh := paths[0]
	age(t, 0, fresh)
	p := l.plan(Policies{Leftovers: true}, nil)
	list := []string{below(ours) + " leftover free", below(l.CachePath(half, "partial")) + " leftover free",
		"cache/download/example.com/!upper/@v/v1.0.0.zip.godoctor-20261126-214501-001-3.tmp leftover free"}
	for _, path := range paths[1:] {
		list = append(list, below(path)+" leftover free")
	}
	for i := range p.Items {
		p.Items[i].Bytes = max(p.Items[i].Bytes, 1) // a temporary file may be empty
	}
	want(t, p, list...)
	wantKept(t, p, keptRecent, 1)
	wantKept(t, p, keptUndo, 1)
	wantKept(t, p, keptName, 2)
}

// entries makes a build cache: two Go versions, a test result, all of some age.
func (l *lab) entries() map[string]cachetest.BuildEntry {
	l.t.Helper()
	must(l.t, l.BuildCacheFiles(ago(10), time.Time{}))
	out := make(map[string]cachetest.BuildEntry)
	for name, e := range map[string]cachetest.BuildEntry{
		"old":   {Kind: cachetest.KindPackage, Package: "a", GoVersion: "go1.20.1", Used: ago(10)},
		"older": {Kind: cachetest.KindPackage, Package: "b", GoVersion: "go1.99.1", Used: ago(30)},
		"fresh": {Kind: cachetest.KindPackage, Package: "c", GoVersion: "go1.20.1", Used: ago(0).Add(-23 * time.Hour)},
		"test":  {Kind: cachetest.KindTestOutput, Package: "d", Used: ago(10)},
		"exe":   {Kind: cachetest.KindExecutable, Package: "e", GoVersion: "go1.20.1", Used: ago(10)},
	} {
		e.Size = 20000
		must(l.t, l.BuildEntry(e))
		out[name] = e
	}
	return out
}

// names are all entries of a plan.
func names(p *Plan) map[string]bool {
	out := make(map[string]bool)
	for i := range p.Items {
		for _, n := range p.Items[i].Names {
			out[n] = true
		}
	}
	return out
}

func TestBuild(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	made := l.entries()
	pair := func(p *Plan, name string) (n int) {
		has := names(p)
		for _, f := range []string{l.ActionFile(made[name]), l.OutputFile(made[name])} {
			if has[filepath.Base(f)] {
				n++
			}
		}
		return n
	}
	base := l.input(nil)
	base.Inventory.Toolchains = &toolchain.Found{Toolchains: []toolchain.Toolchain{{Version: "go1.99.1"}}}
	for _, c := range []struct {
		name   string
		p      Policies
		change func(*Input)
		want   string
		part   Part
	}{
		{"build", Policies{Build: true}, nil, "exe old older", Entry},
		{"older", Policies{Build: true}, func(in *Input) { in.OlderThan = 20 * day }, "older", Entry},
		{"an hour is a day", Policies{Build: true}, func(in *Input) { in.OlderThan = time.Hour }, "exe old older", Entry},
		{"dead", Policies{Dead: true}, nil, "old", Entry},
		{"build and dead", Policies{Build: true, Dead: true}, nil, "old", Entry},
		{"goal", Policies{Build: true}, func(in *Input) { in.Goal = 21000 }, "older", Entry},
		{"test", Policies{Test: true}, nil, "test", Test},
		{"build and test", Policies{Build: true, Test: true}, nil, "exe old older test", ""},
		{"dead and test", Policies{Dead: true, Test: true}, nil, "old test", ""},
	} {
		in := base
		in.Policies = c.p
		if c.change != nil {
			c.change(&in)
		}
		p, err := New(t.Context(), in)
		must(t, err)
		var got []string
		for _, name := range []string{"exe", "fresh", "old", "older", "test"} {
			if n := pair(p, name); n == 2 {
				got = append(got, name)
			} else if n == 1 && c.name != "goal" {
				t.Errorf("%s: half of %s", c.name, name)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", c.name, got, c.want)
		}
		for i := range p.Items {
			it := &p.Items[i]
			if c.part != "" && it.Part != c.part || it.Tier != usage.Rebuild || it.check() != nil || it.Disk <= 0 || it.Changed.IsZero() {
				t.Errorf("%s: %+v, %v", c.name, it, it.check())
			}
		}
	}
	// Where an installed Go does not say which it is, nothing is dead.
	in := base
	in.Policies = Policies{Dead: true}
	in.Inventory.Toolchains = &toolchain.Found{Toolchains: []toolchain.Toolchain{{Version: "go1.99.1"}, {}}}
	p, err := New(t.Context(), in)
	must(t, err)
	want(t, p)
	wantKept(t, p, keptNoGo, 1)
}

// A directory that go was pointed to by mistake is no build cache.
func TestForeignBuildCache(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.entries()
	for i := range 20 {
		l.write(filepath.Join(l.GOCACHE, "work"+string(rune('a'+i))), "somebody's")
	}
	must(t, l.FuzzCorpus("example.com/p", "FuzzX", ago(10), []byte("x")))
	p := l.plan(Policies{Build: true, Test: true, Fuzz: []string{"all"}}, nil)
	want(t, p)
	wantKept(t, p, keptForeign, 2)
}

// The inputs of fuzz functions go only when they are named.
func TestFuzzCorpus(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.entries()
	for _, name := range []string{"FuzzX", "FuzzY"} {
		must(t, l.FuzzCorpus("example.com/p", name, ago(10), []byte("x"), []byte("y")))
	}
	must(t, l.FuzzCorpus("example.com/q", "FuzzX", ago(10), []byte("x")))
	base := l.input(nil)
	x, y, q := "example.com/p/FuzzX fuzz hold", "example.com/p/FuzzY fuzz hold", "example.com/q/FuzzX fuzz hold"
	for _, c := range []struct{ names, want string }{
		{"example.com/p", x + "," + y}, {"example.com/p/FuzzX", x}, {"all", x + "," + y + "," + q}, {"example.com", ""},
	} {
		in := base
		in.Policies = Policies{Fuzz: []string{c.names}}
		p, err := New(t.Context(), in)
		must(t, err)
		if got := strings.ReplaceAll(items(p), "\n", ","); got != c.want {
			t.Errorf("%s: %s, want %s", c.names, got, c.want)
		}
		if len(p.Items) > 0 && p.Weigh() != Severe {
			t.Error("nothing brings them back")
		}
	}
	if p := l.plan(Policies{Build: true, Test: true, Related: true}, nil); strings.Contains(items(p), "fuzz") {
		t.Error(items(p))
	}
}

// A toolchain in ~/sdk goes when golang.org/dl has put it there and nothing leads to it.
func TestSDK(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	gone := l.sdk("go1.20.3", true)
	l.sdk("go1.20.4", false)
	runs := l.sdk("go1.20.5", true)
	l.sdk("go1.30.6", true)
	_, err := l.Project("new", "module p.example/new\n\ngo 1.30.6\n", map[string]string{"main.go": "package main\n\nfunc main() {}\n"})
	must(t, err)
	in := inputOf(t, l.Machine, append([]string{"GOTOOLCHAIN=auto"}, l.Environ()...), nil)
	in.Policies, in.Running = Policies{Toolchains: true}, []string{filepath.Join(runs, "bin", "go")}
	p, err := New(t.Context(), in)
	must(t, err)
	if p.Items == nil || p.Items[0].Name != "go1.20.3" || p.Items[0].Root != gone || p.Items[0].Part != SDK || len(p.Items) != 1 {
		t.Errorf("%s\n%+v", items(p), p.Kept)
	}
	wantKept(t, p, keptRuns, 1)
	for reason, change := range map[string]func(*Input){
		keptUnknown: func(in *Input) { u := *in.Usage; u.Unsure = true; in.Usage = &u },
		keptYoung:   func(in *Input) { in.Grace = 100 * day },
		keptRecent:  func(in *Input) { in.OlderThan = 100 * day },
	} {
		again := in
		change(&again)
		p, err := New(t.Context(), again)
		must(t, err)
		if len(p.Items) > 0 || kept(p, reason) < 1 {
			t.Errorf("%s: %s, %+v", reason, items(p), p.Kept)
		}
	}
}

// What lies beside the caches goes only if it is a cache, rested, and nothing else lies in it.
func TestBeside(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	base := l.input(nil)
	size := tree.Size{Bytes: 5000, Disk: 8192}
	dir := func(name string) string {
		path := filepath.Join(l.Home, "beside", name)
		l.write(filepath.Join(path, "x"), "x")
		return path
	}
	root := func(place, store, path string, change func(*related.Root)) related.Root {
		r := related.Root{Name: place, Store: store, Path: path, Real: path, What: "in words", Changed: ago(100), Size: size, SizeKnown: true}
		if change != nil {
			change(&r)
		}
		return r
	}
	inv := *base.Inventory
	inv.Related = []related.Root{
		root("gopls", related.StoreRelated, dir("gopls"), nil),
		root("staticcheck", related.StoreRelated, dir("staticcheck"), func(r *related.Root) { r.Changed = now }),
		root("telemetry", related.StoreRelated, dir("telemetry"), nil),
		root("sumdb", related.StoreRelated, dir("sumdb"), nil),
		root("golangci-lint", related.StoreRelated, dir("lint"), func(r *related.Root) { r.SizeKnown = false }),
		root("gopath-pkg", related.StoreGopathPkg, dir("linux_amd64"), nil),
		root("gopath-pkg", related.StoreGopathPkg, dir("dep"), nil),
		root("gopath-src", related.StoreGopathSrc, dir("src"), nil),
		root("modcache", related.StoreAbandoned, dir("mod"), nil),
		root("buildcache", related.StoreAbandoned, dir("go-build"), nil),
		root("gvm", related.StoreAbandoned, l.Home, nil), // the current caches and projects lie in it
		root("asdf", related.StoreAbandoned, dir("holds"), func(r *related.Root) { r.Holds = []string{"x"} }),
		root("goenv", related.StoreAbandoned, dir("recent"), func(r *related.Root) { r.Changed = ago(7) }),
		root("mise", related.StoreAbandoned, filepath.Join(l.GOMODCACHE, "cache"), nil),
	}
	base.Inventory = &inv
	base.Policies, base.Grace = Policies{Related: true, Abandoned: true}, 14*day
	p, err := New(t.Context(), base)
	must(t, err)
	at := func(name string) string { return filepath.Join(l.Home, "beside", name) }
	want(t, p, "gopls "+at("gopls")+" related rebuild", "linux_amd64 "+at("linux_amd64")+" gopath-pkg rebuild",
		at("mod")+" abandoned hold", at("go-build")+" abandoned rebuild")
	for reason, n := range map[string]int{keptProtects: 2, keptYoung: 2, keptUnread: 1, keptHolds: 3, keptName: 1} {
		wantKept(t, p, reason, n)
	}
	if p.Weigh() != Severe {
		t.Error("a whole cache")
	}
	base.Policies = Policies{Orphans: true, Build: true}
	p, err = New(t.Context(), base)
	must(t, err)
	for i := range p.Items {
		if p.Items[i].Root != "" {
			t.Errorf("%+v", p.Items[i])
		}
	}
}

// What a scan of a machine finds of its own accord: a build that was killed, and a second module cache.
func TestBesideFound(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	left := filepath.Join(l.Tmp, "go-build123456")
	l.write(filepath.Join(left, "b001", "x"), "x")
	other := filepath.Join(l.Home, "other")
	l.write(filepath.Join(other, "cache", "download", "example.com", "a", "@v", "list"), "v1.0.0\n")
	age(t, 30, left, filepath.Join(left, "b001"), filepath.Join(other, "cache", "download"), filepath.Join(other, "cache"), other,
		filepath.Join(other, "cache", "download", "example.com"))
	env := append([]string{"GOMODCACHE=" + l.GOMODCACHE}, l.Environ()...)
	inv := scan.Run(t.Context(), scan.Options{Environ: env, Dir: l.Home, Projects: &project.Input{Roots: []string{l.Home}}, Now: func() time.Time { return now }})
	in := Input{Inventory: inv, Usage: usage.Look(t.Context(), &usage.Input{Inventory: inv, Now: now}), Policies: Policies{Related: true}, Now: now}
	p, err := New(t.Context(), in)
	must(t, err)
	want(t, p, "leftovers "+left+" related rebuild")
}
