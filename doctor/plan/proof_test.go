package plan

import (
	"errors"
	"io/fs"
	"slices"
	"testing"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"

	"golang.org/x/mod/module"
)

// What the hash of a zip proves, by what .ziphash and go.sum say of it.
func TestBadZip(t *testing.T) {
	unread := &sum.Hashed{Err: &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}}
	damaged := &sum.Hashed{Err: errors.New("zip: not a valid zip file")}
	for i, c := range []struct {
		h      *sum.Hashed
		says   string
		claims []string
		stays  bool
		want   string
	}{
		{&sum.Hashed{H1: hashA}, hashA, []string{hashA}, true, ""},
		{&sum.Hashed{H1: hashA}, hashA, nil, true, ""},
		{&sum.Hashed{H1: hashA}, "", []string{hashA}, false, ""},
		{&sum.Hashed{H1: hashA}, "", []string{hashA}, true, keptNoZip},
		{&sum.Hashed{H1: hashA}, "", nil, true, keptNoZip},
		{&sum.Hashed{H1: hashA}, "", nil, false, keptUnproved},
		{&sum.Hashed{H1: hashA}, hashA, []string{hashA, hashB}, true, keptUnproved},
		{&sum.Hashed{H1: hashA}, hashA, []string{hashB, hashA}, false, keptUnproved},
		{&sum.Hashed{H1: hashA}, hashB, nil, true, keptDamaged},
		{&sum.Hashed{H1: hashA}, hashB, []string{hashA}, false, keptDamaged},
		{&sum.Hashed{H1: hashA}, hashA, []string{hashB}, false, keptDamaged},
		{damaged, hashA, []string{hashA}, true, keptDamaged},
		{unread, hashA, []string{hashA}, true, keptUnread},
	} {
		if got := badZip(c.h, c.says, c.claims, c.stays); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

// The hash that a directory without a zip has to have: none where claims differ.
func TestKnown(t *testing.T) {
	for i, c := range []struct {
		claims []string
		says   string
		hash   string
		reason string
	}{
		{nil, "", "", keptUnproved}, {nil, hashA, hashA, ""}, {[]string{hashA}, "", hashA, ""}, {[]string{hashA}, hashA, hashA, ""},
		{[]string{hashA}, hashB, "", keptUnproved}, {[]string{hashA, hashB}, "", "", keptUnproved}, {[]string{hashA, hashB}, hashA, "", keptUnproved},
	} {
		if hash, reason := known(c.claims, c.says); hash != c.hash || reason != c.reason {
			t.Errorf("%d: %q, %q", i, hash, reason)
		}
	}
}

// A directory that differs goes only where a person insists, on this version; what could not be read goes never.
func TestBadDir(t *testing.T) {
	a := module.Version{Path: "a.example/a", Version: "v1.0.0"}
	on := func(m module.Version) *named { return &named{versions: map[module.Version]bool{m: true}} }
	for i, c := range []struct {
		part     Part
		insisted bool
		now      bool
		names    *named
		h        *sum.Hashed
		modified bool
		reason   string
	}{
		{Sources, false, false, nil, &sum.Hashed{H1: hashA}, false, ""},
		{Sources, false, false, nil, &sum.Hashed{H1: hashB}, false, keptDiffers},
		{Sources, false, false, nil, &sum.Hashed{Err: errors.New("odd entry")}, false, keptDiffers},
		{Sources, true, false, nil, &sum.Hashed{H1: hashB}, true, ""},
		{Version, true, false, nil, &sum.Hashed{Err: fs.ErrPermission}, false, keptUnread},
		{Zip, true, true, on(a), &sum.Hashed{H1: hashB}, false, keptDiffers},
		{Version, false, true, on(a), &sum.Hashed{H1: hashB}, true, ""},
		{Version, false, false, on(a), &sum.Hashed{H1: hashB}, false, keptDiffers},
		{Version, false, true, nil, &sum.Hashed{H1: hashB}, false, keptDiffers}, // what was named is not there: nobody is meant
		{Version, false, true, on(module.Version{Path: a.Path, Version: "v1.0.1"}), &sum.Hashed{H1: hashB}, false, keptDiffers},
	} {
		pr := &prover{in: &Input{Insist: c.now}, names: c.names}
		modified, reason := pr.badDir(&Item{Module: a.Path, Version: a.Version, Part: c.part, Insisted: c.insisted}, c.h, hashA)
		if modified != c.modified || reason != c.reason {
			t.Errorf("%d: %v, %q", i, modified, reason)
		}
	}
}

// What stayed before stays counted, and what is no module version is not asked for a proof.
func TestProofKeepsCount(t *testing.T) {
	p := &Plan{ModCache: abs("m"), Kept: []Kept{{Reason: keptYoung, Items: 3, Disk: 4096, First: []string{"x"}}},
		Items: []Item{{Part: Fuzz, Name: "example.com/p/FuzzX", Tier: usage.Hold}, {Module: "a.example/a", Version: "v1.0.0", Part: Version}}}
	q := Prove(t.Context(), p, Input{}, nil)
	if len(q.Items) != 1 || q.Items[0].Part != Fuzz || kept(q, keptYoung) != 3 || kept(q, keptGone) != 1 || len(p.Kept) != 1 {
		t.Errorf("%+v, kept %+v", q.Items, q.Kept)
	}
}

// Whoever made a plan, an item whose names go cannot have made is not rechecked into one.
func TestRecheckNames(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	in := l.input(nil)
	p := &Plan{Made: now, ModCache: l.GOMODCACHE, GoCache: l.GOCACHE, Items: []Item{
		{Part: VCS, Name: ".."}, {Part: Leftover, Name: "example.com"}, {Part: Fuzz, Name: "../p/FuzzX"}, {Part: Entry, Name: "..", Names: []string{"x"}},
		{Part: Abandoned, Name: "/", Root: "/"}, {Module: "../x", Version: "v1.0.0", Part: Version},
		{Module: l.old0.Path, Version: "v1.9.9", Part: Version, Rule: ruleOrphans},
	}}
	q, err := Recheck(t.Context(), p, in)
	must(t, err)
	want(t, q)
	wantKept(t, q, keptName, 6)
	wantKept(t, q, keptGone, 1)
}

// The facts of a version that keep it, one by one.
func TestAlways(t *testing.T) {
	for i, c := range []struct {
		v    modcache.Version
		u    usage.Version
		want string
	}{
		{modcache.Version{Path: "a.example/a", Parts: modcache.HasZip}, usage.Version{}, ""},
		{modcache.Version{Path: "a.example/a", Parts: modcache.HasDir}, usage.Version{}, keptStranger},
		{modcache.Version{Path: "a.example/a"}, usage.Version{Pinned: true}, keptPinned},
		{modcache.Version{Path: fipsPath}, usage.Version{}, keptBuiltIn},
		{modcache.Version{Path: "a.example/a", Parts: modcache.HasPartial | modcache.HasZip}, usage.Version{}, keptPartial},
		{modcache.Version{Path: toolchainPath, Toolchain: true, Parts: modcache.HasZiphash}, usage.Version{}, ""},
		{modcache.Version{Path: toolchainPath, Toolchain: true, Parts: modcache.HasZiphash}, usage.Version{Others: []string{"it is the active one"}}, keptInUse},
		{modcache.Version{Path: "a.example/a", Parts: modcache.HasInfo}, usage.Version{Others: []string{"it is the active one"}}, ""},
	} {
		f := &facts{in: &Input{}, list: []modcache.Version{c.v}, uses: []usage.Version{c.u}}
		if got := f.always(0); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

// What keeps a version that nobody insists on, by state and rule.
func TestNeeded(t *testing.T) {
	for i, c := range []struct {
		u      usage.Version
		rule   string
		unsure bool
		newest bool
		old    bool
		want   string
	}{
		{usage.Version{State: usage.Orphan}, ruleOrphans, false, false, true, ""},
		{usage.Version{State: usage.GraphOnly}, ruleOrphans, false, false, true, ""},
		{usage.Version{State: usage.Orphan}, ruleOrphans, true, false, true, keptUnknown},
		{usage.Version{State: usage.Orphan}, ruleOrphans, false, true, true, keptNewest},
		{usage.Version{State: usage.Orphan}, ruleOrphans, false, false, false, keptRecent},
		{usage.Version{State: usage.Orphan, Young: true}, ruleAll, false, false, true, keptYoung},
		{usage.Version{State: usage.Young}, ruleAll, false, false, true, keptYoung},
		{usage.Version{State: usage.InUse}, ruleOrphans, false, false, true, keptInUse},
		{usage.Version{State: usage.InUse}, ruleAll, true, false, true, ""},
		{usage.Version{State: usage.InUse}, ruleAll, false, true, true, keptNewest},
		{usage.Version{State: usage.Listed}, ruleToolchains, false, false, true, keptListed},
		{usage.Version{State: usage.Unknown}, ruleOrphans, false, false, true, keptUnknown},
		{usage.Version{State: "a later one"}, ruleOrphans, false, false, true, "a later one"},
	} {
		v := modcache.Version{Fetched: now.Add(-day)}
		f := &facts{in: &Input{Usage: &usage.Result{Unsure: c.unsure}, OlderThan: 2 * day, Now: now, Elsewhere: true}, list: []modcache.Version{v},
			uses: []usage.Version{c.u}, newest: []bool{c.newest}}
		if c.old {
			f.in.OlderThan = day
		}
		if got := f.needed(0, c.rule); got != c.want {
			t.Errorf("%d: %q, want %q", i, got, c.want)
		}
	}
}

// A version is fetched again only where it is public, there, with a hash that is known, and a network may be used.
func TestTier(t *testing.T) {
	for i, c := range []struct {
		u     usage.Version
		noNet bool
		want  usage.Tier
	}{
		{usage.Version{Hash: hashA}, false, usage.Network}, {usage.Version{Hash: hashA}, true, usage.Hold}, {usage.Version{}, false, usage.Hold},
		{usage.Version{Hash: hashA, Private: true}, false, usage.Hold}, {usage.Version{Hash: hashA, Gone: true}, false, usage.Hold},
	} {
		f := &facts{uses: []usage.Version{c.u}, noNet: c.noNet}
		if got := f.tier(0); got != c.want {
			t.Errorf("%d: %s, want %s", i, got, c.want)
		}
	}
}

// A zip goes while its directory stays, and a directory while its zip stays: each only where the other is whole.
func TestHalves(t *testing.T) {
	const all = modcache.HasDir | modcache.HasZip | modcache.HasZiphash
	for i, c := range []struct {
		v        modcache.Version
		u        usage.Version
		newest   bool
		insist   bool
		old      bool
		zip, dir string
	}{
		{v: modcache.Version{Parts: all}, old: true},
		{v: modcache.Version{Parts: all}, zip: keptRecent, dir: keptRecent},
		{v: modcache.Version{Parts: all}, insist: true},
		{v: modcache.Version{Parts: all}, old: true, newest: true, zip: keptNewest},
		{v: modcache.Version{Parts: all}, insist: true, newest: true},
		{v: modcache.Version{Parts: all}, old: true, u: usage.Version{Young: true}, zip: keptYoung, dir: keptYoung},
		{v: modcache.Version{Parts: all}, old: true, u: usage.Version{State: usage.Young}, zip: keptYoung, dir: keptYoung},
		{v: modcache.Version{Parts: all}, insist: true, u: usage.Version{Young: true}},
		{v: modcache.Version{Parts: all}, insist: true, u: usage.Version{Pinned: true}, zip: keptPinned, dir: keptPinned},
		{v: modcache.Version{Parts: modcache.HasDir | modcache.HasZiphash}, old: true, dir: keptNoZip},
		{v: modcache.Version{Parts: modcache.HasZip | modcache.HasZiphash}, old: true, zip: keptNoDir},
		{v: modcache.Version{Parts: modcache.HasZip | modcache.HasDir}, insist: true, zip: keptNoDir, dir: keptNoZip},
		{v: modcache.Version{Parts: all, Toolchain: true}, old: true, u: usage.Version{State: usage.InUse}, dir: keptInUse},
		{v: modcache.Version{Parts: all, Toolchain: true}, old: true, u: usage.Version{State: usage.Orphan}},
	} {
		c.v.Path, c.v.Fetched = "a.example/a", now.Add(-day)
		f := &facts{in: &Input{OlderThan: 2 * day, Now: now, Elsewhere: true}, list: []modcache.Version{c.v}, uses: []usage.Version{c.u}, newest: []bool{c.newest}}
		if c.old {
			f.in.OlderThan = day
		}
		if got := f.zip(0, c.insist); got != c.zip {
			t.Errorf("%d: zip %q, want %q", i, got, c.zip)
		}
		if got := f.sources(0, c.insist); got != c.dir {
			t.Errorf("%d: sources %q, want %q", i, got, c.dir)
		}
	}
}

// The newest of each path that has something to lose are kept, as many as was said.
func TestKeepNewest(t *testing.T) {
	version := func(path, v string, parts modcache.Parts) modcache.Version {
		return modcache.Version{Path: path, Version: v, Parts: parts}
	}
	inv := &scan.Inventory{ModCache: &modcache.Cache{Versions: []modcache.Version{version("a", "v1.0.0", modcache.HasZip), version("a", "v1.1.0", modcache.HasDir),
		version("a", "v1.2.0", modcache.HasZip), version("a", "v1.3.0", modcache.HasMod), version("b", "v1.0.0", modcache.HasDir), version("c", "v1.0.0", modcache.HasZip)}}}
	for keep, want := range map[int][]bool{0: {false, false, false, false, false, false}, 1: {false, false, true, false, true, true},
		2: {false, true, true, false, true, true}, 9: {true, true, true, false, true, true}} {
		f := newFacts(&Input{Inventory: inv, Keep: keep}, nil)
		if !slices.Equal(f.newest, want) {
			t.Errorf("%d: %v, want %v", keep, f.newest, want)
		}
	}
}

// Why an orphan goes is said with the number of those who were asked.
func TestNobody(t *testing.T) {
	for n, want := range map[int]string{0: "none of the 0 projects found needs it", 1: "the one project found does not need it", 2: "none of the 2 projects found needs it"} {
		f := newFacts(&Input{Inventory: &scan.Inventory{}, Usage: &usage.Result{Projects: make([]usage.Project, n)}}, nil)
		if f.nobody != want {
			t.Errorf("%d: %q", n, f.nobody)
		}
	}
}

// What is usual asks for nothing that a person has to name: no whole module cache, no inputs of fuzzing; nor for what was used
// within a month.
func TestUsual(t *testing.T) {
	p, old := Usual()
	if old != 30*day || p.AllModules || p.Fuzz != nil || p.Zips || p.Forget || p.Test || p.Dead || len(p.flags()) != 8 {
		t.Errorf("%+v, %v", p, old)
	}
}
