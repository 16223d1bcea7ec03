package plan

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/process"
)

// Sizes, tiers, places and ages of a rechecked plan are those of the facts, item by item, and its order is that of a new one.
func TestRecheckFacts(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p, in := l.everything()
	lie := again(t, p)
	for i := range lie.Items {
		it := &lie.Items[i]
		it.Bytes, it.Disk, it.Fetch, it.Tier, it.Path, it.Changed = 1, 1, 1, usage.Free, "/elsewhere", now
		if it.Tier = usage.Free; it.Part == Leftover {
			it.Tier = usage.Hold
		}
	}
	slices.Reverse(lie.Items)
	lie.Kept = []Kept{{Reason: keptPinned, Items: 7, Disk: 1 << 40}}
	q, err := Recheck(t.Context(), lie, in)
	must(t, err)
	if len(q.Items) != len(p.Items) || kept(q, keptPinned) != 7 || q.Kept[0].Reason != keptPinned {
		t.Fatalf("%s\nkept %+v", items(q), q.Kept)
	}
	for i := range q.Items {
		got, want := &q.Items[i], &p.Items[i]
		if got.Label() != want.Label() || got.Part != want.Part {
			t.Fatalf("%d is %s, want %s", i, got.Label(), want.Label())
		}
		if got.Bytes != want.Bytes || got.Disk != want.Disk || got.Fetch != want.Fetch || got.Tier != want.Tier || got.Path != want.Path {
			t.Errorf("%+v\nwant\n%+v", got, want)
		}
		if !got.Part.OfVersion() && got.Names == nil && got.Part != Fuzz && !got.Changed.Equal(want.Changed) {
			t.Errorf("%s: changed %v, want %v", got.Label(), got.Changed, want.Changed)
		}
	}
}

// What a rule took once it takes again, and what runs, is foreign or lies in no place that was found stays.
func TestRecheckRules(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	all := l.plan(Policies{AllModules: true}, nil)
	in := l.input(nil)
	q, err := Recheck(t.Context(), again(t, all), in)
	must(t, err)
	if items(q) != items(all) {
		t.Errorf("%s\nwant\n%s", items(q), items(all))
	}
	p, in := l.everything()
	for reason, change := range map[string]func(in *Input, inv *scan.Inventory) Part{
		keptRuns: func(in *Input, _ *scan.Inventory) Part {
			in.Running = []string{filepath.Join(l.Home, "sdk", "go1.20.3", "bin", "go")}
			return SDK
		},
		keptGone: func(_ *Input, inv *scan.Inventory) Part { inv.Toolchains = nil; return SDK },
		keptForeign: func(_ *Input, inv *scan.Inventory) Part {
			c := *inv.BuildCache
			c.Looks, inv.BuildCache = false, &c
			return Entry
		},
		keptNotOurs: func(_ *Input, inv *scan.Inventory) Part {
			inv.Related = slices.Clone(inv.Related)
			for i := range inv.Related {
				inv.Related[i].Name, inv.Related[i].Store = "gvm", "related"
			}
			return Abandoned
		},
	} {
		fresh, inv := in, *in.Inventory
		fresh.Inventory = &inv
		part := change(&fresh, &inv)
		q, err := Recheck(t.Context(), again(t, p), fresh)
		must(t, err)
		if kept(q, reason) <= kept(p, reason) || slices.ContainsFunc(q.Items, func(it Item) bool { return it.Part == part }) {
			t.Errorf("%s: %s\nkept %+v", reason, items(q), q.Kept)
		}
	}
}

// Entries that are gone, or no entries any more, are not counted; the others go.
func TestRecheckEntries(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.entries()
	p := l.plan(Policies{Build: true}, nil)
	in := l.input(nil)
	name := func(i int) string { return filepath.Join(p.GoCache, p.Items[i].Name, p.Items[i].Names[0]) }
	if len(p.Items) < 4 {
		t.Fatalf("%d items", len(p.Items))
	}
	must(t, os.RemoveAll(name(0)))
	must(t, os.RemoveAll(name(1)))
	must(t, os.Mkdir(name(1), 0o777)) // of an action it would be no entry
	must(t, os.RemoveAll(name(2)))
	must(t, os.Symlink(name(3), name(2)))
	q, err := Recheck(t.Context(), again(t, p), in)
	must(t, err)
	if n := len(names(p)) - len(names(q)); n < 2 || n > 3 || kept(q, keptGone) < 1 || kept(q, keptChanged) < 1 {
		t.Errorf("%d went: %+v", n, q.Kept)
	}
	have := names(q)
	if have[filepath.Base(name(0))] || have[filepath.Base(name(2))] || !have[filepath.Base(name(3))] {
		t.Errorf("%v", have)
	}
}

// A finisher is an Ops that puts off a part of its work.
type finisher struct {
	recorder
	more []bool
	stop func()
}

func (f *finisher) Finish(_ context.Context, more func() bool) {
	f.more = append(f.more, more())
	if f.stop != nil {
		f.stop()
	}
	f.more = append(f.more, more())
}

// What is put off is finished, and taken back when the run is stopped by then: that is said.
func TestFinish(t *testing.T) {
	f := &finisher{}
	if r := Apply(t.Context(), many(3, 0), f, Options{}); r.Stopped || r.Done != 3 || !slices.Equal(f.more, []bool{true, true}) {
		t.Errorf("%+v, %v", r, f.more)
	}
	var c Control
	f = &finisher{stop: c.Stop}
	if r := Apply(t.Context(), many(3, 0), f, Options{Control: &c}); !r.Stopped || r.Done != 3 || !slices.Equal(f.more, []bool{true, false}) {
		t.Errorf("%+v, %v", r, f.more)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if r := Apply(ctx, many(3, 0), &recorder{before: func(int) { cancel() }}, Options{}); !r.Stopped || r.Done != 0 {
		t.Errorf("the context ended in the last batch: %+v", r)
	}
	told := 0
	Look("", "").Remove(ctx, make([]Item, 3), func(int, Outcome) { told++ })
	if told != 0 {
		t.Errorf("%d were looked at after the end", told)
	}
	if p, err := New(ctx, Input{Inventory: &scan.Inventory{Done: true}, Usage: &usage.Result{}}); p != nil || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", p, err)
	}
	if _, err := New(t.Context(), Input{Inventory: &scan.Inventory{Done: true}, Usage: &usage.Result{}, Keep: -1}); err == nil {
		t.Error("less than no version is kept")
	}
}

// What has appeared since, or became a link, is no longer what was planned.
func TestLookAppeared(t *testing.T) {
	dir := t.TempDir()
	l := Look(dir, "")
	file := filepath.Join(dir, "x.zip")
	it := &Item{Part: Version}
	if err := l.same(it, file, Stamp{}, false, true); err != nil {
		t.Error(err)
	}
	write(t, file, "x")
	was, _ := stampAt(file, false, true)
	for want, s := range map[error]Stamp{nil: was, ErrChanged: {}} {
		if err := l.same(it, file, s, false, true); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	if err := l.same(it, file, was, true, false); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	must(t, os.Remove(file))
	if err := l.same(it, file, was, false, true); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// Whoever unpacks holds the lock: a .partial that nobody holds goes after a minute, where that can be told, and else after a day.
func TestPartialRests(t *testing.T) {
	dir := t.TempDir()
	name := "cache/download/example.com/a/@v/v1.0.0.partial"
	path := filepath.Join(dir, filepath.FromSlash(name))
	write(t, path, "")
	write(t, strings.TrimSuffix(path, ".partial")+".lock", "")
	fi, err := os.Lstat(path)
	must(t, err)
	_, known := process.Held(strings.TrimSuffix(path, ".partial") + ".lock")
	for _, c := range []struct {
		age, older time.Duration
		rests      bool
	}{{time.Minute - 1, 0, false}, {time.Minute, 0, known}, {day, 0, true}, {day, 2 * day, false}, {2 * day, 2 * day, true}} {
		f := &facts{in: &Input{Inventory: &scan.Inventory{}, Now: fi.ModTime().Add(c.age), OlderThan: c.older}}
		it := &Item{Part: Leftover, Name: name, Path: path}
		if reason := f.leftoverKept(it); (reason == "") != c.rests {
			t.Errorf("%v, older than %v: %q", c.age, c.older, reason)
		}
	}
	f := &facts{in: &Input{Inventory: &scan.Inventory{}, Now: now}}
	for what, it := range map[string]Item{keptName: {Part: Leftover, Name: "example.com", Path: path}, keptGone: {Part: Leftover, Name: name, Path: path + "2"}} {
		if reason := f.leftoverKept(&it); reason != what {
			t.Errorf("%q, want %q", reason, what)
		}
	}
}

// Names are as long as file systems allow, and no longer; places are those that the names lead to.
func TestNamesAndPlaces(t *testing.T) {
	if long := strings.Repeat("a", nameMax); !local("x/"+long) || local("x/"+long+"a") || local("x//y") || local("x/../y") || local("") {
		t.Error("local names")
	}
	var k tally = make(tally)
	k.many("b", "", 1, 10)
	k.many("a", "", 2, 10)
	k.many("c", "", 1, 20)
	k.many("d", "", 1, 10)
	var order string
	for _, x := range k.list() {
		order += x.Reason
	}
	if order != "cabd" {
		t.Error(order)
	}
	root := t.TempDir()
	zip := filepath.Join(root, "cache", "download", "example.com", "a", "@v", "v1.0.0.zip")
	write(t, filepath.Join(root, "example.com", "a@v1.0.0", "x"), "x")
	write(t, zip, "x")
	it := &Item{Module: "example.com/a", Version: "v1.0.0", Part: Version}
	if _, _, reason := it.stamps(root, ""); reason != "" {
		t.Error(reason)
	}
	must(t, os.Rename(zip, zip+"2"))
	must(t, os.Symlink(zip+"2", zip))
	if _, _, reason := it.stamps(root, ""); reason != keptLink {
		t.Errorf("a link: %q", reason)
	}
	it.Part = Sources
	must(t, os.Remove(zip))
	if _, _, reason := it.stamps(root, ""); reason != keptGone {
		t.Errorf("no zip: %q", reason)
	}
}

// A zip does not go where .ziphash says nothing: the directory would be all that is left.
func TestZipNeedsZiphash(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.write(l.CachePath(l.used, "ziphash"), "")
	p := l.prove(Policies{Zips: true}, nil, nil)
	wantKept(t, p, keptNoZip, 1)
	if strings.Contains(items(p), l.used.String()) {
		t.Error(items(p))
	}
}
