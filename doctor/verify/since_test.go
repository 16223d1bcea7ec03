package verify

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/sum"
	"godoctor/scan/tree"
)

// A pastLab is a machine, the ledger of its user, and a clock at which all that was installed has come to rest.
type pastLab struct {
	*lab
	home    state.Home
	now     time.Time
	sources bool
	seen    bool   // directories are stamped by who hashes them
	during  func() // is called when a version was hashed, and not judged yet
	sumdb   string // what the checksum database says of the zip of the module that is damaged
}

func newPastLab(t *testing.T) *pastLab {
	return &pastLab{lab: newLab(t), home: state.HomeIn(t.TempDir()), now: time.Now().Add(time.Hour)}
}

// look begins a run: what is there, and what is known of it.
func (l *pastLab) look() (*scan.Inventory, []int, []*Evidence, *past) {
	l.t.Helper()
	s := modcache.New(l.GOMODCACHE, false)
	tree.Walk(l.t.Context(), []tree.Root{{Path: l.GOMODCACHE, Place: s.Place()}}, tree.Options{})
	inv := &scan.Inventory{ModCache: s.Cache()}
	ledger, err := l.home.Ledger(l.GOMODCACHE)
	must(l.t, err)
	var picked []int
	for i := range inv.ModCache.Versions {
		picked = append(picked, i)
	}
	p := since(l.t.Context(), inv, picked, sinceOptions{Ledger: ledger, Now: l.now, SourcesOnly: l.sources, Seen: l.seen})
	var list []*Evidence
	for _, i := range picked {
		v := &inv.ModCache.Versions[i]
		e := &Evidence{Version: module.Version{Path: v.Path, Version: v.Version}, Parts: v.Parts}
		if v.Path == l.mod.Path && l.sumdb != "" {
			e.SumDB = claim(l.sumdb)
		}
		e.Mod = readMod(l.GOMODCACHE, e.Version)
		list = append(list, e)
	}
	return inv, picked, list, p
}

// run makes a run as Run does, of which bad are found damaged. It tells what was hashed and what was unchanged.
func (l *pastLab) run(bad ...string) (hashed []string, same []Unchanged) {
	l.t.Helper()
	inv, picked, list, p := l.look()
	same, left, rest := p.split(picked, list)
	for n, i := range left {
		v, e := &inv.ModCache.Versions[i], rest[n]
		job := sum.Job{Path: v.Path, Version: v.Version, Dir: v.Dir, Zip: v.Zip}
		if l.sources {
			job.Zip = ""
		}
		res := sum.One(l.t.Context(), job, sum.Options{Entries: l.seen})
		if l.during != nil {
			l.during()
		}
		e.take(l.t.Context(), res, l.sources)
		p.seen(i, res.Dir)
		verdict := &Verdict{Index: i, Module: e.Version, Whole: !slices.Contains(bad, v.Path)}
		if !verdict.Whole {
			verdict.Findings = []finding.Finding{{}}
		}
		p.judged(verdict, e)
		hashed = append(hashed, v.Path)
	}
	must(l.t, l.home.SaveLedger(p.learned()))
	return hashed, same
}

// wants runs and compares what was hashed.
func (l *pastLab) wants(why string, want ...string) []Unchanged {
	l.t.Helper()
	hashed, same := l.run()
	if !slices.Equal(hashed, want) || len(hashed)+len(same) != 2 {
		l.t.Errorf("%s: hashed %q, want %q; unchanged %+v", why, hashed, want, same)
	}
	return same
}

const sickPath, wellPath = "example.com/Sick", "example.com/well"

func TestSince(t *testing.T) {
	l := newPastLab(t)
	first := l.now.UTC().Truncate(time.Second)
	l.wants("nothing is remembered", sickPath, wellPath)
	l.now = l.now.Add(time.Hour)
	for _, u := range l.wants("nothing changed") {
		if !u.Since.Equal(first) || u.Module.Version == "" {
			t.Errorf("got %+v, want the time %v", u, first)
		}
	}
	l.write(filepath.Join(l.file("dir"), "new.go"), "package sick\n")
	l.now = l.now.Add(time.Hour)
	l.wants("a file was added", sickPath)
	l.wants("and remembered")
	l.write(l.file("ziphash"), "h1:")
	l.wants(".ziphash", sickPath)
	l.remove(l.Dir(l.other))
	l.wants("the other directory is gone", wellPath)
	l.wants("and remembered so")
}

// What was stamped by who hashed it is remembered as what was stamped before, and what changes meanwhile is not.
func TestSinceSeen(t *testing.T) {
	l := newPastLab(t)
	learn := func(why string) {
		t.Helper()
		l.seen = true
		l.wants(why, sickPath, wellPath)
		l.seen = false
		l.now = l.now.Add(time.Hour)
	}
	for _, l.sources = range []bool{false, true} {
		learn("who hashes forgets nothing and believes nothing")
		l.wants("nothing changed")
		file := filepath.Join(l.file("dir"), "new.go")
		n := 0
		l.during = func() {
			if n++; n == 1 {
				l.write(file, "package sick // "+l.now.String()+"\n")
			}
		}
		learn("a file comes while it is read")
		l.during = nil
		l.wants("it is read again", sickPath)
		l.now = l.now.Add(time.Hour)
		l.wants("and remembered")
		l.remove(l.file("info"))
		learn("with less beside it")
		l.wants("nothing changed since")
	}
}

// A line of go.sum, or a record of the checksum database, that says another hash is a reason to read again. One more
// that says the same is none.
func TestSinceClaims(t *testing.T) {
	l := newPastLab(t)
	l.wants("nothing is remembered", sickPath, wellPath)
	h, err := l.mod.Sum()
	must(t, err)
	l.sumdb = h
	l.wants("a claim that is right")
	l.sumdb = "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	l.wants("a claim that is wrong", sickPath)
	l.wants("which was judged whole, with this claim")
	l.sumdb = ""
	l.wants("a claim less")
	l.sumdb = "h1:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="
	l.wants("yet another", sickPath)
}

// Who makes a claim, and how often, is all the same; of which file it speaks is not.
func TestClaimed(t *testing.T) {
	a, b := Claim{Hash: "h1:a", From: "x/go.sum", Line: 3}, Claim{Hash: "h1:b"}
	one := claimed(&Evidence{GoSum: []Claim{a, b}})
	for _, e := range []*Evidence{
		{GoSum: []Claim{b, a, a}}, {GoSum: []Claim{a}, SumDB: &b}, {Programs: []Claim{a}, GoSum: []Claim{b}},
	} {
		if claimed(e) != one {
			t.Errorf("%+v", e)
		}
	}
	for _, e := range []*Evidence{{}, {GoSum: []Claim{a}}, {GoSum: []Claim{a}, GoSumMod: []Claim{b}}, {GoSumMod: []Claim{a, b}}, {SumDBMod: &a, SumDB: &b}} {
		if claimed(e) == one {
			t.Errorf("%+v", e)
		}
	}
}

// A run that read the directories only counts for the next of its kind; a full one counts for both.
func TestSinceSources(t *testing.T) {
	l := newPastLab(t)
	l.sources = true
	l.wants("nothing is remembered", sickPath, wellPath)
	l.wants("sources, then sources")
	l.sources = false
	l.wants("sources, then everything", sickPath, wellPath)
	l.sources = true
	l.wants("everything, then sources")
}

// What was found damaged is forgotten though its stamp is the same; what is gone is forgotten too.
func TestSinceForgets(t *testing.T) {
	l := newPastLab(t)
	l.wants("nothing is remembered", sickPath, wellPath)
	inv, picked, list, p := l.look()
	for n, i := range picked {
		p.judged(&Verdict{Index: i, Module: list[n].Version}, list[n]) // a run without --since-last
	}
	must(t, l.home.SaveLedger(p.learned()))
	l.wants("all was damaged", sickPath, wellPath)
	hashed, _ := l.run()
	if len(hashed) != 0 {
		t.Errorf("not remembered again: %q", hashed)
	}
	l.remove(l.Dir(l.other))
	l.remove(filepath.Dir(l.CachePath(l.other, "zip")))
	l.run()
	ledger, err := l.home.Ledger(l.GOMODCACHE)
	must(t, err)
	if len(inv.ModCache.Versions) != 2 || ledger.Len() != 1 {
		t.Errorf("%d are remembered", ledger.Len())
	}
}

// What is not certain is not remembered, and what is remembered is not believed at a time before.
func TestSinceDoubts(t *testing.T) {
	l := newPastLab(t)
	later := l.now
	l.now = time.Now()
	l.wants("all is new", sickPath, wellPath)
	l.wants("and was not remembered", sickPath, wellPath)
	l.now = later
	l.wants("it came to rest", sickPath, wellPath)
	l.now = later.Add(-time.Minute)
	l.wants("the clock was set back", sickPath, wellPath)
	l.now = later.Add(time.Minute)
	l.wants("and forth")

	_, picked, list, p := l.look()
	for what, change := range map[string]func(e *Evidence){
		"a part came after the scan":       func(e *Evidence) { e.Parts &^= modcache.HasInfo },
		"the directory was not read":       func(e *Evidence) { e.Dir.State = Unasked },
		"the zip was not read":             func(e *Evidence) { e.Zip.State = Unasked },
		".mod was not read":                func(e *Evidence) { e.Mod.State = Absent },
		"nothing of all this: the control": func(e *Evidence) {},
	} {
		e := *list[0]
		e.Zip, e.Dir = Part{State: Whole, Hash: "h1:x"}, Part{State: Whole, Hash: "h1:x"}
		change(&e)
		p.change.Set = nil
		p.judged(&Verdict{Index: picked[0], Whole: true}, &e)
		if kept := len(p.change.Set) > 0; kept != (what[0] == 'n') {
			t.Errorf("%s: remembered %v", what, kept)
		}
	}
}

// Without a ledger, or when the run is broken off, everything is to be hashed.
func TestSinceNothing(t *testing.T) {
	var none *past
	same, left, rest := none.split([]int{3}, []*Evidence{{}})
	if none.judged(&Verdict{}, &Evidence{}); same != nil || len(left) != 1 || len(rest) != 1 || none.learned() != nil {
		t.Errorf("got %v, %v, %v", same, left, rest)
	}
	if p := since(t.Context(), &scan.Inventory{}, nil, sinceOptions{}); p != nil {
		t.Errorf("of no cache: %v", p)
	}
	l := newPastLab(t)
	l.wants("nothing is remembered", sickPath, wellPath)
	inv, picked, list, _ := l.look()
	ledger, err := l.home.Ledger(l.GOMODCACHE)
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := since(ctx, inv, picked, sinceOptions{Ledger: ledger, Now: l.now})
	if same, left, _ := p.split(picked, list); len(same) != 0 || len(left) != 2 {
		t.Errorf("broken off: %v, %v", same, left)
	}
	if _, err := os.Stat(string(l.home)); errors.Is(err, os.ErrNotExist) {
		t.Error("nothing was kept")
	}
}
