package plan

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"
	"godoctor/scan/toolchain"
)

// A plan file that cannot be read, whose items are no array or too many, is none; a path that is no text is written so that nothing is lost.
func TestOddFiles(t *testing.T) {
	if _, err := Decode(iotest.ErrReader(os.ErrClosed)); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
	for _, text := range []string{"{}", "1", "null", ""} {
		var l fileItems
		if err := l.UnmarshalJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), "no array") {
			t.Errorf("%q: %v", text, err)
		}
	}
	l := make(fileItems, itemsMax)
	if err := l.UnmarshalJSON([]byte(`[{}]`)); !errors.Is(err, errMany) || len(l) != itemsMax {
		t.Error(err)
	}
	if f := encodeItem(&Item{Path: "a\xff"}); string(f.PathB64) != "a\xff" {
		t.Errorf("%q", f.PathB64)
	}
	if f := encodeItem(&Item{Path: "ä"}); f.PathB64 != nil {
		t.Errorf("%q", f.PathB64)
	}
}

// What is no module version has no name of one, and what is of no kind has no place.
func TestOddItems(t *testing.T) {
	for _, it := range []Item{{Part: VCS, Name: strings.Repeat("0a", 32), Module: "example.com/a"}, {Part: VCS, Name: strings.Repeat("0a", 32), Version: "v1.0.0"}} {
		if err := it.check(); !errors.Is(err, errName) || !strings.Contains(err.Error(), "module version") {
			t.Errorf("%+v: %v", it, err)
		}
	}
	dir, zip, reason := (&Item{Part: "none", Name: "x"}).stamps(abs("mod"), abs("build"))
	if dir != (Stamp{}) || zip != (Stamp{}) || reason != keptName {
		t.Errorf("%v, %v, %q", dir, zip, reason)
	}
	for path, want := range map[string]string{"v1.0.0.zip": FixFetch, "v1.0.0.mod": FixMod, "v1.0.0.info": FixInfo, "v1.0.0.ziphash": FixZiphash, "list": FixOdd} {
		if got := oddPart(path); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	none := filepath.Join(t.TempDir(), "none")
	if got := resolved(none); got != none {
		t.Error(got)
	}
}

// Without a network nothing comes back, and a machine without facts has nothing to tell.
func TestNoFacts(t *testing.T) {
	f := &facts{in: &Input{Inventory: &scan.Inventory{}}}
	if f.public() != usage.Network {
		t.Error(f.public())
	}
	if f.noNet = true; f.public() != usage.Hold {
		t.Error(f.public())
	}
	if out := f.lying(); out != nil {
		t.Errorf("%+v", out)
	}
	for _, found := range []*toolchain.Found{nil, {}, {Toolchains: []toolchain.Toolchain{{Version: "go1.26"}, {}}}} {
		f.in.Inventory.Toolchains = found
		if versions, ok := f.installed(); ok || versions != nil {
			t.Errorf("%+v: %v", found, versions)
		}
	}
}

// Entries of one directory, part and rule are one item, as young as the youngest and as big as all.
func TestGroup(t *testing.T) {
	e := func(name string) *gocache.Entry { return &gocache.Entry{Name: name} }
	item := Item{Part: Entry, Name: "0a", Rule: ruleBuild, Bytes: 1, Disk: 4096, Changed: now}
	younger, older := item, item
	younger.Changed, older.Changed = now.Add(time.Hour), now.Add(-time.Hour)
	for _, list := range [][]choice{
		{{Item: older, entry: e("b")}, {Item: younger, entry: e("a")}, {Item: item, entry: e("c")}},
		{{Item: younger, entry: e("c")}, {Item: older, entry: e("a")}, {Item: item, entry: e("b")}},
	} {
		got := group(list)
		if len(got) != 1 || !got[0].Changed.Equal(younger.Changed) || strings.Join(got[0].Names, "") != "abc" || got[0].Bytes != 3 || got[0].Disk != 3*4096 {
			t.Errorf("%+v", got)
		}
	}
}

// Where the context has ended no entry is taken and none is said to stay; the name of a fuzz function that no package has is.
func TestEndedBuilds(t *testing.T) {
	in := &Input{Now: now, Policies: Policies{Build: true, Fuzz: []string{"all"}}, Inventory: &scan.Inventory{BuildCache: &gocache.Cache{Root: t.TempDir(), Looks: true,
		Fuzz: []gocache.FuzzTarget{{Package: "../x", Target: "FuzzA"}, {Package: "example.com/p", Target: "FuzzB"}}}}}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := &maker{facts: &facts{in: in}, ctx: ctx, kept: make(tally)}
	m.entries()
	if len(m.found) > 0 || len(m.kept) > 0 {
		t.Errorf("%+v, %+v", m.found, m.kept)
	}
	m.fuzz()
	if len(m.found) != 1 || m.found[0].Name != "example.com/p/FuzzB" || m.kept[keptName] == nil || m.kept[keptName].Items != 1 {
		t.Errorf("%+v, %+v", m.found, m.kept)
	}
}

// When a plan is judged again, what has lost its directory is gone, what came to be needed keeps its .mod, and what cannot be looked at stays.
func TestOddAgain(t *testing.T) {
	l := newLab(t)
	in := l.input(nil)
	in.Policies = Policies{Orphans: true, Forget: true}
	p, err := New(t.Context(), in)
	must(t, err)
	r := &rechecker{facts: newFacts(&in, nil), plan: p, kept: make(tally), at: make(map[module.Version]int)}
	for i := range r.list {
		r.at[module.Version{Path: r.list[i].Path, Version: r.list[i].Version}] = i
	}
	forget := 0
	for i := range p.Items {
		it := &p.Items[i]
		if it.Part != Forget {
			continue
		}
		forget++
		at := r.at[module.Version{Path: it.Module, Version: it.Version}]
		if reason := r.version(it); reason != "" {
			t.Errorf("%s: %q", it.Label(), reason)
		}
		r.noNet = true
		if reason := r.version(it); reason != keptGraph {
			t.Errorf("%s may not come back: %q", it.Label(), reason)
		}
		r.noNet = false
		r.list[at].Parts &^= modcache.HasDir
		sources := *it
		sources.Part = Sources
		if reason := r.version(&sources); reason != keptGone {
			t.Errorf("%s: %q", it.Label(), reason)
		}
	}
	if forget == 0 {
		t.Error("no version is forgotten: the test saw nothing")
	}
	in.Inventory.BuildCache = &gocache.Cache{Looks: true}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	if reason := r.entriesAgain(&Item{Path: file, Names: []string{"x-a"}}); reason != keptGone || r.kept[keptUnread] == nil {
		t.Errorf("%q, %+v", reason, r.kept)
	}
}

// What was touched while it was read proves nothing.
func TestJudgeTouched(t *testing.T) {
	l := newLab(t)
	p := l.plan(Policies{Orphans: true}, nil)
	if len(p.Items) == 0 {
		t.Fatal("no items")
	}
	it := p.Items[0]
	it.Dir.Mtime++
	it.ZipFile.Mtime++
	if got := (&prover{plan: p}).judge(&it, new(sum.Job), new(sum.Result)); got != (proof{asked: true, reason: keptChanged}) {
		t.Errorf("%+v", got)
	}
}
