package plan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
)

// What must not go is found in a directory, above it where it is a cache, and not beside it.
func TestHolds(t *testing.T) {
	mod, build, tool, file, runs := abs("home", "mod"), abs("home", "build"), abs("opt", "tools", "go1.20"), abs("work", "p", "go.mod"), abs("run", "bin", "gopls")
	inv := &scan.Inventory{ModCache: &modcache.Cache{Root: mod}, BuildCache: &gocache.Cache{Root: build},
		Toolchains: &toolchain.Found{Toolchains: []toolchain.Toolchain{{Root: abs("usr", "go")}, {Root: tool}}},
		Projects:   &project.Found{Projects: []*project.Project{{File: abs("work", "o", "go.mod")}, {File: file}}}}
	f := &facts{in: &Input{Inventory: inv, Running: []string{runs}}}
	for _, dir := range []string{mod, build, filepath.Join(mod, "cache"), filepath.Join(build, "0a"), abs("home"), abs(), tool, filepath.Dir(tool), abs("usr", "go"),
		abs("usr"), filepath.Dir(file), abs("work"), abs("work", "o"), file, runs, filepath.Dir(runs), abs("run")} {
		if !f.holds(dir) {
			t.Errorf("%s holds nothing", dir)
		}
	}
	for _, dir := range []string{mod + "2", abs("home", "mo"), abs("home", "builds"), tool + ".1", abs("opt", "tools", "go1.2"), filepath.Join(tool, "pkg"), abs("work", "q"),
		abs("work", "p", "go.mod2"), abs("run", "b"), abs("usr", "g"), abs("elsewhere")} {
		if f.holds(dir) {
			t.Errorf("%s holds something", dir)
		}
	}
	if none := (&facts{in: &Input{Inventory: &scan.Inventory{}}}); none.holds(abs("home")) {
		t.Error("a machine with nothing")
	}
}

// Each reason keeps what lies beside the caches by itself, and ages are kept to the nanosecond.
func TestBesideKept(t *testing.T) {
	const grace, old = 3 * day, 5 * day
	inv := &scan.Inventory{ModCache: &modcache.Cache{Root: abs("home", "mod")}}
	for _, c := range []struct {
		name string
		part Part
		root func(r *related.Root, it *Item)
		age  time.Duration
		want string
	}{
		{"a cache", Related, nil, old, ""},
		{"almost old", Related, nil, old - 1, keptRecent},
		{"a day", Related, nil, day, keptRecent},
		{"not a day", Related, nil, day - 1, keptYoung},
		{"an abandoned one", Abandoned, nil, old, ""},
		{"young for that", Abandoned, nil, grace - 1, keptYoung},
		{"not young", Abandoned, nil, grace, keptRecent},
		{"a problem", Related, func(r *related.Root, _ *Item) { r.Problem = "no permission" }, old, keptUnread},
		{"no size", Related, func(r *related.Root, _ *Item) { r.SizeKnown = false }, old, keptUnread},
		{"it holds", Related, func(r *related.Root, _ *Item) { r.Holds = []string{"x"} }, old, keptHolds},
		{"in a cache", Related, func(r *related.Root, _ *Item) { r.Real = abs("home", "mod", "x") }, old, keptHolds},
		{"telemetry", Related, func(r *related.Root, _ *Item) { r.Name = "telemetry" }, old, keptProtects},
		{"its name", Related, func(_ *related.Root, it *Item) { it.Name = "nobody's" }, old, keptName},
		{"the root of all", Abandoned, func(_ *related.Root, it *Item) { it.Name, it.Root = abs(), abs() }, old, keptName},
	} {
		root := &related.Root{Name: "gopls", Real: abs("home", "gopls"), Changed: now.Add(-c.age), SizeKnown: true}
		it := &Item{Part: c.part, Name: "gopls", Root: root.Real}
		if c.part == Abandoned {
			it.Name = root.Real
		}
		if c.root != nil {
			c.root(root, it)
		}
		f := &facts{in: &Input{Inventory: inv, Grace: grace, OlderThan: old, Now: now}}
		if got := f.besideKept(root, it); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A toolchain is selected by what a project, a branch or a dependency says, and by nothing else.
func TestSelected(t *testing.T) {
	tool := &toolchain.Toolchain{Version: "go1.22.3", Root: abs("home", "sdk", "go1.22.3")}
	branch := func(b project.Branch) usage.Project {
		return usage.Project{Project: &project.Project{Branches: []project.Branch{b}}}
	}
	plain := usage.Project{Project: &project.Project{}}
	with := func(change func(p *usage.Project)) usage.Project { p := plain; change(&p); return p }
	for name, c := range map[string]struct {
		p    usage.Project
		want bool
	}{
		"nothing":             {plain, false},
		"the project":         {with(func(p *usage.Project) { p.Selects = "go1.22.3" }), true},
		"another":             {with(func(p *usage.Project) { p.Selects = "go1.22.4" }), false},
		"a dependency":        {with(func(p *usage.Project) { p.NewGo = "1.22.3" }), true},
		"an older one":        {with(func(p *usage.Project) { p.NewGo = "1.21" }), true},
		"a newer one":         {with(func(p *usage.Project) { p.NewGo = "1.22.4" }), false},
		"a branch":            {branch(project.Branch{Toolchain: "go1.22.3"}), true},
		"another branch":      {branch(project.Branch{Toolchain: "go1.22.4", Go: "1.22.4"}), false},
		"go line of a branch": {branch(project.Branch{Go: "1.22.3"}), true},
	} {
		f := &facts{in: &Input{Inventory: &scan.Inventory{}, Usage: &usage.Result{Projects: []usage.Project{plain, c.p}}}}
		if got := f.selected(0, tool); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	zero := &toolchain.Toolchain{Version: "go1.22.0", Root: abs("home", "sdk", "go1.22.0")}
	f := &facts{in: &Input{Inventory: &scan.Inventory{}, Usage: &usage.Result{Projects: []usage.Project{branch(project.Branch{Go: "1.22"})}}}}
	if !f.selected(0, zero) {
		t.Error("go 1.22 is go1.22.0")
	}
	f.in.Usage = &usage.Result{Toolchains: [][]int32{{}, {0}}}
	if f.selected(0, tool) || !f.selected(1, tool) || f.selected(2, tool) {
		t.Error("what usage says of each")
	}
}

// A program runs from a directory when it lies in it, and not beside it.
func TestRuns(t *testing.T) {
	root := abs("home", "sdk", "go1.22.3")
	for path, want := range map[string]bool{filepath.Join(root, "bin", "go"): true, root + "0" + string(filepath.Separator) + "go": false, root: false, "": false} {
		if got := (&facts{in: &Input{Running: []string{abs("other"), path}}}).runs(root); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// What rests a day does so to the nanosecond; what was asked for may be more, and never less. What is not known was long ago.
func TestRested(t *testing.T) {
	f := &facts{in: &Input{Now: now}}
	if !f.rested(now.Add(-day), day) || f.rested(now.Add(-day+1), day) || !f.rested(time.Time{}, day) || !f.rested(now, 0) {
		t.Error("a day")
	}
	f.in.OlderThan = 2 * day
	if f.rested(now.Add(-day), day) || !f.rested(now.Add(-2*day), day) || f.rested(now.Add(-2*day+1), day) {
		t.Error("two days")
	}
	f.in.OlderThan = time.Hour
	if f.rested(now.Add(-2*time.Hour), day) {
		t.Error("an hour")
	}
}

// The look of a dry run goes nowhere but below the two caches.
func TestLookOutside(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "other", "x"), "x")
	l := Look(filepath.Join(dir, "mod"), filepath.Join(dir, "build"))
	for _, it := range []*Item{{Part: VCS}, {Part: Fuzz}} {
		err := l.same(it, filepath.Join(dir, "other", "x"), Stamp{}, false, true)
		if err == nil || !strings.Contains(err.Error(), errName.Error()) {
			t.Errorf("%s: %v", it.Part, err)
		}
	}
}

// An entry goes for the reason that is said, once it rested for a day.
func TestEntryReasons(t *testing.T) {
	for _, c := range []struct {
		p    Policies
		kind string
		why  string
	}{
		{Policies{Build: true}, gocache.KindArchive, "not used for a day; go builds it again"},
		{Policies{Dead: true}, gocache.KindArchive, "made by go1.20.1, which is not installed"},
		{Policies{Test: true}, gocache.KindTestResult, "the test runs again"},
		{Policies{Build: true, Test: true}, gocache.KindProfile, "the test runs again"},
		{Policies{Build: true}, gocache.KindTestLog, ""},
		{Policies{Test: true}, gocache.KindArchive, ""},
	} {
		in := &Input{Inventory: &scan.Inventory{BuildCache: &gocache.Cache{Root: abs("build")}}, Policies: c.p, Now: now}
		m := &maker{facts: &facts{in: in}, kept: make(tally)}
		b := builds{maker: m, installed: map[string]bool{"go1.26.1": true}}
		for _, age := range []time.Duration{day - 1, day} {
			b.entry(&gocache.Entry{Name: hash + "-d", Kind: c.kind, GoVersion: "go1.20.1", Mtime: now.Add(-age).UnixNano(), Bytes: 1, Disk: 4096})
		}
		switch {
		case c.why == "" && (len(m.found) > 0 || len(m.kept) > 0):
			t.Errorf("%+v: %+v, kept %v", c.p, m.found, m.kept)
		case c.why != "" && (len(m.found) != 1 || m.found[0].Why != c.why || m.kept[keptRecent] == nil || m.kept[keptRecent].Items != 1):
			t.Errorf("%+v: %+v, kept %v", c.p, m.found, m.kept)
		}
	}
}

// The lock of a leftover is that of the version whose part it is.
func TestLockOf(t *testing.T) {
	dir := abs("mod", "cache", "download", "example.com", "a", "@v") + string(filepath.Separator)
	for name, want := range map[string]string{
		"v1.0.0.partial": "v1.0.0.lock", "v1.0.0.zip12.tmp": "v1.0.0.lock", "v1.0.0-rc.1.ziphash1.tmp": "v1.0.0-rc.1.lock",
		"v1.0.0.zip.godoctor-20261126-1.tmp": "v1.0.0.lock", "list12.tmp": "", "v1.0.0.zip": "", "notes.tmp": "",
	} {
		if want != "" {
			want = dir + want
		}
		if got := lockOf(dir + name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// What godoctor renamed is as old as its new name, however old what is in it: it is somebody's who may still undo.
func TestLeftoverRenamed(t *testing.T) {
	root := t.TempDir()
	for name, ours := range map[string]bool{"example.com/a@v1.0.0.tmp-godoctor-20261126-1": true, "example.com/a@v1.0.0.tmp-1": false} {
		path := filepath.Join(root, filepath.FromSlash(name))
		write(t, filepath.Join(path, "x"), "x")
		age(t, 90, path)
		fi, err := os.Lstat(path)
		must(t, err)
		want := fi.ModTime()
		if renamed := changeTime(fi); ours && !renamed.IsZero() {
			want = renamed
		}
		f := &facts{in: &Input{Inventory: &scan.Inventory{}, Now: want.Add(day)}}
		it := &Item{Part: Leftover, Name: name, Path: path}
		if reason := f.leftoverKept(it); reason != "" || !it.Changed.Equal(want) {
			t.Errorf("%s: %q, changed %v, want %v", name, reason, it.Changed, want)
		}
		f.in.Now = want.Add(day - 1)
		if reason := f.leftoverKept(it); reason != keptRecent {
			t.Errorf("%s, not a day later: %q", name, reason)
		}
		kept := &Item{Part: Leftover, Name: "example.com/a@v1.0.0.godoctor-keep-20261126-214501-1", Path: path}
		if reason := f.leftoverKept(kept); reason != keptUndo {
			t.Errorf("%s, waiting: %q", kept.Name, reason)
		}
	}
}

// What cannot be looked at is not taken for gone.
func TestStampUnread(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "x")
	if got, reason := stampAt(file, false, true); reason != "" || got.Size != 1 || got.Mtime == 0 {
		t.Errorf("%+v, %q", got, reason)
	}
	if got, reason := stampAt(file, true, false); reason != keptChanged || got != (Stamp{}) {
		t.Errorf("a file for a directory: %+v, %q", got, reason)
	}
	if got, reason := stampAt(filepath.Dir(file), false, true); reason != keptChanged || got != (Stamp{}) {
		t.Errorf("a directory for a file: %+v, %q", got, reason)
	}
	if got, reason := stampAt(file+"2", false, true); reason != "" || got != (Stamp{}) {
		t.Errorf("nothing: %+v, %q", got, reason)
	}
	if got, reason := stampFrom(nil, os.ErrPermission, true, false); reason != keptUnread || got != (Stamp{}) {
		t.Errorf("no permission: %+v, %q", got, reason)
	}
}

// What is gone by the time that the plan is made is counted with what stays.
func TestGoneSinceScan(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.input(nil)
	l.remove(l.Dir(l.old0))
	l.remove(l.CachePath(l.old0, "zip"))
	p, err := New(t.Context(), in)
	must(t, err)
	if strings.Contains(items(p), l.old0.String()) {
		t.Error(items(p))
	}
	wantKept(t, p, keptGone, 1)
}

// A person may insist when the proof is made; who is not named, is not meant.
func TestInsistAtProof(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.edit(l.used)
	in := l.input(func(in *usage.Input) { in.Grace = 0 }) // what was edited just now is not young
	in.Policies = Policies{Sources: true}
	p, err := New(t.Context(), in)
	must(t, err)
	for name, modified := range map[string]bool{l.used.String(): true, l.used.Path: true, l.old0.String(): false, "example.com/none": false} {
		again := in
		again.Modules, again.Insist = []string{name}, true
		q := Prove(t.Context(), p, again, nil)
		n := 0
		for i := range q.Items {
			if it := &q.Items[i]; it.Modified {
				n++
				if it.Label() != l.used.String() || !it.Later() || it.Proved || it.Hash != l.hash(l.used) {
					t.Errorf("%s: %+v", name, it)
				}
			}
		}
		if (n == 1) != modified || kept(q, keptDiffers) != 1-n {
			t.Errorf("%s: %d modified, %+v", name, n, q.Kept)
		}
	}
}
