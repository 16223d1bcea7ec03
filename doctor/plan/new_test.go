package plan

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/doctor/usage"
	"godoctor/scan"
)

// By default whole versions go that nobody needs, and of those whose go.mod alone is needed all but that.
func TestOrphans(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	before := digest(t, l.Root)
	p := l.plan(Policies{}, nil)
	want(t, p, "example.com/Upper@v1.0.0 version network", "example.com/Upper@v1.1.0 version network",
		"example.com/Upper@v1.2.0 version network", "corp.test/private@v1.0.0 version hold", "example.com/used@v0.9.0 version network")
	wantKept(t, p, keptInUse, 2)
	wantKept(t, p, keptYoung, 1)
	if strings.Join(p.Policies, " ") != "orphans" || p.ID != now.UTC().Format("20060102-150405") || p.ModCache == "" || p.Versions != 9 || p.Total <= 0 {
		t.Errorf("%+v", p)
	}
	for i := range p.Items {
		it := &p.Items[i]
		if it.Dir.Mtime == 0 || it.ZipFile.Size == 0 || it.Hash != "" || it.Proved || it.Changed.IsZero() || it.Tier == usage.Network && it.Fetch == 0 {
			t.Errorf("%+v", it)
		}
		if i > 0 && p.Items[i-1].Disk < it.Disk {
			t.Errorf("%d: not by size", i)
		}
	}
	if digest(t, l.Root) != before {
		t.Error("making a plan changed something")
	}
}

// .mod and .info go only where that was asked for, no graph names the version, and all of it comes back.
func TestForget(t *testing.T) {
	t.Parallel()
	p := newLab(t).plan(Policies{Forget: true}, nil)
	want(t, p, "example.com/Upper@v1.0.0 forget network", "example.com/Upper@v1.1.0 forget network",
		"example.com/Upper@v1.2.0 forget network", "corp.test/private@v1.0.0 version hold", "example.com/used@v0.9.0 version network")
}

// Where what may not come back is left to a person, its directory goes all the same: the zip gives that back.
func TestNoHold(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	leave := func(in *Input) { in.NoHold = true }
	p := l.plan(Policies{}, leave)
	want(t, p, "example.com/Upper@v1.0.0 version network", "example.com/Upper@v1.1.0 version network",
		"example.com/Upper@v1.2.0 version network", "example.com/used@v0.9.0 version network")
	wantKept(t, p, keptHold, 1)
	p = l.plan(Policies{Orphans: true, Sources: true}, leave)
	found := false
	for i := range p.Items {
		it := &p.Items[i]
		found = found || it.Module == "corp.test/private" && it.Part == Sources && it.Tier == usage.Free
		if it.Later() {
			t.Errorf("%+v", it)
		}
	}
	if !found {
		t.Error("the sources of what is private stay")
	}
}

// A directory that only has the name of a module version is somebody's: nothing removes it, so no plan has it.
func TestStranger(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	_, err := l.Alien("example.com/mine@v1.0.0/work.go", []byte("package mine\n"))
	must(t, err)
	for _, p := range []Policies{{}, {Forget: true}, {AllModules: true}} {
		made := l.plan(p, nil)
		wantKept(t, made, keptStranger, 1)
		for i := range made.Items {
			if made.Items[i].Module == "example.com/mine" {
				t.Errorf("%+v", made.Items[i])
			}
		}
	}
}

// What keeps a version keeps it: too little is known, it is pinned, young, recent, one of the newest.
func TestKept(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	t.Run("unsure", func(t *testing.T) {
		in := l.input(nil)
		in.Usage.Unsure = true // as after a doubt that is not bounded
		for i := range in.Usage.Versions {
			if u := &in.Usage.Versions[i]; u.State == usage.Orphan {
				u.State = usage.Unknown
			}
		}
		p, err := New(t.Context(), in)
		must(t, err)
		want(t, p)
		wantKept(t, p, keptUnknown, 5)
	})
	t.Run("pinned", func(t *testing.T) {
		in := l.input(func(in *usage.Input) { in.Config = &config.Config{Protect: []string{"example.com/Upper"}} })
		in.Policies = Policies{AllModules: true, Sources: true, Zips: true}
		in.Modules, in.Insist = []string{"example.com/Upper"}, true
		p, err := New(t.Context(), in)
		must(t, err)
		want(t, p)
		wantKept(t, p, keptPinned, 3)
	})
	t.Run("keep", func(t *testing.T) {
		p := l.plan(Policies{}, func(in *Input) { in.Keep = 2 })
		want(t, p, "example.com/Upper@v1.0.0 version network")
		wantKept(t, p, keptNewest, 4)
	})
	t.Run("older than", func(t *testing.T) {
		p := l.plan(Policies{}, func(in *Input) { in.OlderThan = 95 * day })
		want(t, p, "example.com/Upper@v1.0.0 version network", "corp.test/private@v1.0.0 version hold", "example.com/used@v0.9.0 version network")
		wantKept(t, p, keptRecent, 2)
	})
	t.Run("offline", func(t *testing.T) {
		in := inputOf(t, l.Machine, append([]string{"GOPROXY=off"}, l.Environ()...), nil)
		p, err := New(t.Context(), in)
		must(t, err)
		for i := range p.Items {
			if p.Items[i].Tier != usage.Hold {
				t.Errorf("%+v", p.Items[i])
			}
		}
		if len(p.Items) != 5 || p.Now() != 0 || p.Later() == 0 || p.Weigh() != Severe {
			t.Errorf("%s", items(p))
		}
	})
}

// Sources go of versions in use too, for their zips stay; where there is no zip they stay.
func TestSources(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.remove(l.CachePath(l.old0, "zip"))
	l.remove(l.CachePath(l.old1, "ziphash"))
	p := l.plan(Policies{Sources: true}, nil)
	want(t, p, "example.com/Upper@v1.2.0 sources free", "corp.test/private@v1.0.0 sources free", "example.com/used@v0.9.0 sources free",
		"example.com/used@v1.0.0 sources free", "example.com/middle@v1.0.0 sources free")
	wantKept(t, p, keptNoZip, 2)
	wantKept(t, p, keptYoung, 1)
	if p.Weigh() == Normal {
		t.Error("all of it is free")
	}
	// With orphans: the whole where that goes, else the sources.
	p = l.plan(Policies{Sources: true, Orphans: true}, nil)
	want(t, p, "example.com/Upper@v1.0.0 version network", "example.com/Upper@v1.1.0 version network", "example.com/Upper@v1.2.0 version network",
		"corp.test/private@v1.0.0 version hold", "example.com/used@v0.9.0 version network",
		"example.com/used@v1.0.0 sources free", "example.com/middle@v1.0.0 sources free")
}

func TestZips(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.remove(l.Dir(l.old0))
	p := l.plan(Policies{Zips: true}, nil)
	want(t, p, "example.com/Upper@v1.1.0 zip network", "example.com/Upper@v1.2.0 zip network", "corp.test/private@v1.0.0 zip hold",
		"example.com/used@v0.9.0 zip network", "example.com/used@v1.0.0 zip network", "example.com/middle@v1.0.0 zip network")
	wantKept(t, p, keptNoDir, 1)
}

func TestAllModules(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.plan(Policies{AllModules: true}, nil)
	want(t, p, "example.com/Upper@v1.0.0 forget network", "example.com/Upper@v1.1.0 forget network", "example.com/Upper@v1.2.0 forget network",
		"corp.test/private@v1.0.0 version hold", "example.com/used@v0.9.0 version network", "example.com/used@v1.0.0 version network",
		"example.com/middle@v1.0.0 version network")
	wantKept(t, p, keptYoung, 1)
	if p.Weigh() != Severe {
		t.Error("more than half of the cache")
	}
}

// Named modules are the only ones; insisting overcomes need and age.
func TestNamed(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := l.plan(Policies{}, func(in *Input) { in.Modules = []string{"example.com/Upper@v1.1.0", "example.com/used"} })
	want(t, p, "example.com/Upper@v1.1.0 version network", "example.com/used@v0.9.0 version network")
	wantKept(t, p, keptInUse, 1)
	p = l.plan(Policies{Toolchains: true, Build: true, VCS: true, Leftovers: true, Related: true, Orphans: true}, func(in *Input) {
		in.Modules, in.Insist = []string{"example.com/used", "example.com/young@v1.0.0"}, true
	})
	want(t, p, "example.com/used@v0.9.0 version network", "example.com/used@v1.0.0 version network", "example.com/young@v1.0.0 version hold")
	for i := range p.Items {
		if !p.Items[i].Insisted {
			t.Errorf("%+v", p.Items[i])
		}
	}
}

// Goal and budget stop at what is enough, the cheapest and then the oldest first.
func TestGoal(t *testing.T) {
	t.Parallel()
	base := newLab(t).input(nil)
	plan := func(p Policies, goal, budget int64) *Plan {
		in := base
		in.Policies, in.Goal, in.Budget = p, goal, budget
		got, err := New(t.Context(), in)
		must(t, err)
		return got
	}
	all := plan(Policies{Sources: true, Orphans: true}, 0, 0)
	p := plan(Policies{Sources: true, Orphans: true}, 1, 0)
	want(t, p, "example.com/middle@v1.0.0 sources free")
	if kept(p, keptGoal) != len(all.Items)-1 {
		t.Errorf("%+v", p.Kept)
	}
	free := int64(0)
	for i := range all.Items {
		if all.Items[i].Tier == usage.Free {
			free += all.Items[i].Disk
		}
	}
	p = plan(Policies{Sources: true, Orphans: true}, free+1, 0)
	want(t, p, "example.com/middle@v1.0.0 sources free", "example.com/used@v1.0.0 sources free", "example.com/used@v0.9.0 version network")
	p = plan(Policies{Sources: true, Orphans: true}, 0, all.Total-free)
	want(t, p, "example.com/middle@v1.0.0 sources free", "example.com/used@v1.0.0 sources free")
	p = plan(Policies{Orphans: true}, 0, all.Total)
	want(t, p)
	p = plan(Policies{Orphans: true}, 0, 1)
	if len(p.Items) != 5 {
		t.Errorf("%s", items(p))
	}
}

// What makes no sense makes no plan.
func TestRefused(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	good := l.input(nil)
	unfinished := *good.Inventory
	unfinished.Done = false
	for name, change := range map[string]func(*Input){
		"nothing was scanned":   func(in *Input) { in.Inventory = nil },
		"scan did not come":     func(in *Input) { in.Inventory = &unfinished },
		"who needs what":        func(in *Input) { in.Usage = nil },
		"look again":            func(in *Input) { in.Usage = &usage.Result{} },
		"in the future":         func(in *Input) { in.OlderThan = -time.Hour },
		"negative":              func(in *Input) { in.Budget = -1 },
		"only modules that are": func(in *Input) { in.Insist = true },
		"is not in the module":  func(in *Input) { in.Modules = []string{"example.com/none"} },
		"is not in the":         func(in *Input) { in.Modules = []string{"example.com/used@v9.9.9"} },
	} {
		in := good
		change(&in)
		if p, err := New(t.Context(), in); p != nil || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New(ctx, good); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if p, err := New(t.Context(), Input{Inventory: &scan.Inventory{Done: true}, Usage: &usage.Result{}}); err != nil || len(p.Items) > 0 {
		t.Errorf("a machine with nothing: %v, %v", p, err)
	}
}

// Half-unpacked versions, fips140 and used toolchains are nobody's orphans.
func TestSpecialVersions(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	_, err := l.FIPS140("v1.0.0", ago(100))
	must(t, err)
	must(t, l.PartialDownload(mod("example.com/half", "v1.0.0", 100)))
	spare, err := l.Toolchain("go1.21.9", "linux", "amd64", ago(100), nil)
	must(t, err)
	runs, err := l.Toolchain("go1.22.9", "linux", "amd64", ago(100), nil)
	must(t, err)
	in := l.input(func(in *usage.Input) { in.Running = []string{filepath.Join(l.Dir(runs), "bin", "go")} })
	in.Policies = Policies{AllModules: true}
	p, err := New(t.Context(), in)
	must(t, err)
	for _, path := range []string{fipsPath, "example.com/half"} {
		if strings.Contains(items(p), path) {
			t.Errorf("%s is planned", path)
		}
	}
	wantKept(t, p, keptBuiltIn, 1)
	wantKept(t, p, keptPartial, 1)
	if s := items(p); !strings.Contains(s, spare.Version+" version") || strings.Contains(s, runs.Version) {
		t.Error(s)
	}
	in.Policies = Policies{Toolchains: true}
	p, err = New(t.Context(), in)
	must(t, err)
	want(t, p, spare.Path+"@"+spare.Version+" version hold")
	in.Policies = Policies{} // orphans leave toolchains alone
	p, err = New(t.Context(), in)
	must(t, err)
	if strings.Contains(items(p), "toolchain") {
		t.Error(items(p))
	}
	in.Modules, in.Insist = []string{runs.Path}, true
	p, err = New(t.Context(), in)
	must(t, err)
	want(t, p, spare.Path+"@"+spare.Version+" version hold")
}

// A link in the place of a version is not planned.
func TestLinkedVersion(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.remove(l.Dir(l.old0))
	if err := os.Symlink(l.Dir(l.used), l.Dir(l.old0)); err != nil {
		t.Log(err) // Windows without the right to: the directory is only gone
		return
	}
	p := l.plan(Policies{}, nil)
	if strings.Contains(items(p), "v1.0.0 version network") && kept(p, keptLink) != 1 {
		t.Errorf("%s\n%+v", items(p), p.Kept)
	}
}

func TestPlaces(t *testing.T) {
	at, err := Places(module.Version{Path: "example.com/Upper", Version: "v1.0.0-Rc1"})
	if err != nil || at.Dir != "example.com/!upper@v1.0.0-!rc1" || at.Lock != "cache/download/example.com/!upper/@v/v1.0.0-!rc1.lock" {
		t.Errorf("%+v, %v", at, err)
	}
	for _, m := range []module.Version{{}, {Path: "example.com/a"}, {Path: "../x", Version: "v1.0.0"}, {Path: "example.com/../x", Version: "v1.0.0"},
		{Path: "/etc", Version: "v1.0.0"}, {Path: "example.com/a", Version: "v1"}, {Path: "example.com/a", Version: "v1.0.0/../../x"},
		{Path: "example.com/!upper", Version: "v1.0.0"}, {Path: "example.com/a/v2", Version: "v1.0.0"}, {Path: "example.com/a\x00", Version: "v1.0.0"}} {
		if at, err := Places(m); err == nil {
			t.Errorf("%v: %+v", m, at)
		}
	}
}
