package sumdb

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/meter"
)

func TestOffline(t *testing.T) {
	p := newPlace(t, 700)
	p.cache(700, nth(3), nth(300), nth(699))
	before := p.treeSum()
	db := p.open(Options{})
	for _, i := range []int{3, 300, 699, 3} {
		r := wantRecord(t, db, nth(i))
		if r.ID != int64(i) || r.Source != Cache || !r.Linked || r.Head.Tree.N != 700 {
			t.Errorf("%d: got %+v", i, r)
		}
	}
	_, err := db.Lookup(t.Context(), "example.com/Mod4", "v1.0.0")
	if e := want(t, err, ErrNotCached); e.Database != dbName || e.Module != nth(4) {
		t.Errorf("got %+v", e)
	}
	if h := db.Head(); h.Tree.N != 700 || string(h.Note) != string(p.log.head(700)) {
		t.Errorf("got %+v", h)
	}
	if p.treeSum() != before || len(p.requests()) > 0 {
		t.Error("something was written or asked for")
	}
}

// TestHeads has records under the heads of several days, and a machine whose own head is of one of them, or of another
// day, or that has none.
func TestHeads(t *testing.T) {
	versions := []module.Version{nth(0), nth(250), nth(500)}
	for _, latest := range []int{0, 260, 300, 600, 700, 900} {
		p := newPlace(t, 900)
		for i, n := range []int{260, 600, 900} {
			p.cache(n, versions[i])
		}
		if latest == 0 {
			check(t, os.Remove(p.latest()))
		} else {
			put(t, p.latest(), p.log.head(latest))
		}
		for _, r := range p.open(Options{}).LookupAll(t.Context(), versions, nil) {
			check(t, r.Err)
			if !r.Record.Linked { // full tiles that came with the later records stand in for those at the edge of 300
				t.Errorf("latest %d: %v is not linked", latest, r.Module)
			}
		}
		report, err := p.open(Options{}).Verify(t.Context(), nil)
		check(t, err)
		if len(report.Damage) > 0 || report.Err != nil || report.Unproved > 0 {
			t.Errorf("latest %d: got %+v", latest, report)
		}
	}
}

func TestWithoutConsistency(t *testing.T) {
	p := newPlace(t, 900)
	p.cache(300, nth(5))
	put(t, p.latest(), p.log.head(700)) // a head whose tiles are not here
	r := wantRecord(t, p.open(Options{}), nth(5))
	if r.Linked || r.Head.Tree.N != 300 {
		t.Errorf("got %+v", r)
	}
	check(t, os.Remove(p.tileFile(tlog.Tile{H: 8, L: 0, N: 1, W: 44})))
	_, err := p.open(Options{}).Lookup(t.Context(), nth(5).Path, "v1.0.0")
	want(t, err, ErrNotCached)
}

func TestDamage(t *testing.T) {
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[(at+len(b))%len(b)] ^= 1; return b }
	}
	cut := func(b []byte) []byte { return b[:len(b)/2] }
	fixed := func(s string) func([]byte) []byte { return func([]byte) []byte { return []byte(s) } }
	other := newLog(t, "another").grow(700)
	forger := newLog(t, "true").grow(700)
	full, edge, top := tlog.Tile{H: 8, L: 0, N: 0, W: 256}, tlog.Tile{H: 8, L: 0, N: 2, W: 188}, tlog.Tile{H: 8, L: 1, N: 0, W: 2}
	for _, test := range []struct {
		name   string
		file   func(*place) string
		change func([]byte) []byte
		kind   Kind
	}{
		{"lookup text", (*place).lookup3, flip(10), NotProved},
		{"lookup cut", (*place).lookup3, cut, Malformed},
		{"lookup garbage", (*place).lookup3, fixed("garbage"), Malformed},
		{"lookup NULs", (*place).lookup3, fixed("\x00\x00\x00\x00"), Malformed},
		{"lookup too large", (*place).lookup3, fixed(string(make([]byte, maxLookup+1))), Malformed},
		{"lookup number", (*place).lookup3, func(b []byte) []byte { b[0] = '4'; return b }, NotProved},
		{"lookup number too large", (*place).lookup3, func(b []byte) []byte { return append([]byte("100"), b...) }, NotProved},
		{"lookup number negative", (*place).lookup3, func(b []byte) []byte { return append([]byte("-"), b...) }, NotProved},
		{"lookup signature", (*place).lookup3, flip(-5), BadSignature},
		{"lookup other key", (*place).lookup3, fixed(string(other.lookup(nth(3), 700))), OtherKey},
		{"lookup of another", (*place).lookup3, fixed(string(forger.lookup(nth(4), 700))), OtherRecord},
		{"tile full", tiles(full), flip(100), NotProved},
		{"tile cut", tiles(full), cut, Malformed},
		{"tile grown", tiles(full), func(b []byte) []byte { return append(b, 0) }, Malformed},
		{"tile edge", tiles(edge), flip(0), Suspect},
		{"tile top", tiles(top), flip(0), Suspect},
		{"latest garbage", (*place).latest, fixed("garbage"), Malformed},
		{"latest NULs", (*place).latest, fixed("\x00\x00"), Malformed},
		{"latest signature", (*place).latest, flip(-5), BadSignature},
		{"latest number", (*place).latest, flip(25), BadSignature},
		{"latest other key", (*place).latest, fixed(string(other.head(700))), OtherKey},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t, 700)
			p.t = t
			p.cache(700, nth(3))
			file := test.file(p)
			change(t, file, test.change)
			before := p.treeSum()
			for _, online := range []bool{false, true} {
				db := p.open(Options{Online: online})
				_, err := db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
				e := want(t, err, ErrDamaged)
				if !slices.ContainsFunc(e.Damage, func(d Damage) bool { return d.File == file && d.Kind == test.kind }) ||
					test.kind != Suspect && len(e.Damage) != 1 {
					t.Errorf("online %v: got %+v; want %q that is %s", online, e.Damage, file, test.kind)
				}
				if db.Distrust() != nil {
					t.Error("damage is taken for a lie")
				}
				report, err := db.Verify(t.Context(), nil)
				check(t, err)
				if !slices.ContainsFunc(report.Damage, func(d Damage) bool { return d.File == file && d.Kind == test.kind }) || report.Err != nil {
					t.Errorf("verify: got %+v", report)
				}
			}
			if p.treeSum() != before {
				t.Error("something was written")
			}
			if test.file(p) != p.latest() {
				wantRecord(t, p.open(Options{Online: true, Fresh: true}), nth(3))
			}
		})
	}
}

func (p *place) lookup3() string { return p.lookupFile(nth(3)) }

// tiles names the file of a tile.
func tiles(tl tlog.Tile) func(*place) string {
	return func(p *place) string { return p.tileFile(tl) }
}

// TestEmptyFiles are files that go opened for writing and did not write: they are not there.
func TestEmptyFiles(t *testing.T) {
	p := newPlace(t, 700)
	p.cache(700, nth(3))
	for _, file := range []string{p.lookup3(), p.tileFile(tlog.Tile{H: 8, L: 0, N: 0, W: 256}), p.latest()} {
		change(t, file, func([]byte) []byte { return nil })
	}
	_, err := p.open(Options{}).Lookup(t.Context(), nth(3).Path, "v1.0.0")
	want(t, err, ErrNotCached)
	wantRecord(t, p.open(Options{Online: true}), nth(3))
	report, err := p.open(Options{}).Verify(t.Context(), nil)
	check(t, err)
	if len(report.Damage) > 0 {
		t.Errorf("got %+v", report)
	}
}

// TestUnreadable has something else where files should be.
func TestUnreadable(t *testing.T) {
	p := newPlace(t, 300)
	p.cache(300, nth(3))
	for _, file := range []string{p.tileFile(tlog.Tile{H: 8, L: 1, N: 0, W: 1}), p.lookup3(), p.latest()} {
		data, err := os.ReadFile(file)
		check(t, err)
		check(t, os.Remove(file))
		check(t, os.Mkdir(file, 0o777))
		_, err = p.open(Options{}).Lookup(t.Context(), nth(3).Path, "v1.0.0")
		if e := want(t, err, ErrDamaged); len(e.Damage) != 1 || e.Damage[0].File != file || e.Damage[0].Kind != Unreadable {
			t.Errorf("%q: got %+v", file, e.Damage)
		}
		_, err = p.open(Options{}).Verify(t.Context(), nil)
		check(t, err)
		check(t, os.Remove(file))
		put(t, file, data)
	}
	check(t, os.RemoveAll(p.modCache))
	put(t, p.modCache, []byte("a file"))
	_, err := p.open(Options{}).Lookup(t.Context(), nth(3).Path, "v1.0.0")
	want(t, err, ErrNotCached)
	if report, err := p.open(Options{}).Verify(t.Context(), nil); err != nil || report.Lookups > 0 {
		t.Errorf("got %+v, %v", report, err)
	}
}

// TestWrittenNow has a file that go is writing: it is read again before it is called damaged, unless it is old.
func TestWrittenNow(t *testing.T) {
	for _, age := range []time.Duration{0, time.Hour} {
		file := filepath.Join(t.TempDir(), "f")
		put(t, file, []byte("half"))
		check(t, os.Chtimes(file, time.Time{}, time.Now().Add(-age)))
		data, damage, err := readLocal(file, 100, func(b []byte) *flaw {
			if string(b) == "whole" {
				return nil
			}
			put(t, file, []byte("whole"))
			check(t, os.Chtimes(file, time.Time{}, time.Now().Add(-age)))
			return &flaw{Malformed, "half"}
		})
		if age == 0 && string(data) != "whole" || age > 0 && damage == nil || err != nil {
			t.Errorf("%v: got %q, %v, %v", age, data, damage, err)
		}
	}
}

// TestLocalFork has two signed heads in the cache that do not agree. Everything is refused then, in any order.
func TestLocalFork(t *testing.T) {
	for _, latest := range []bool{true, false} {
		p := newPlace(t, 300)
		p.cache(300, nth(3), nth(299))
		if !latest {
			check(t, os.Remove(p.latest()))
		}
		fork := newLog(t, "true").grow(290)
		fork.add(nth(1000), lines(nth(1000), "true"))
		fork.grow(300)
		put(t, p.lookupFile(nth(1000)), fork.lookup(nth(1000), 300))
		db := p.open(Options{})
		for _, r := range db.LookupAll(t.Context(), []module.Version{nth(3), nth(1000), nth(299), {Path: "x", Version: "v1"}}, nil) {
			if r.Module.Path == "x" {
				want(t, r.Err, ErrVersion)
				continue
			}
			if e := want(t, r.Err, ErrSecurity); len(e.Evidence) < 2 {
				t.Errorf("latest %v: %v: the evidence is %q", latest, r.Module, e.Evidence)
			}
		}
		report, err := p.open(Options{}).Verify(t.Context(), nil)
		check(t, err)
		if report.Err == nil || len(report.Damage) > 0 {
			t.Errorf("latest %v: got %+v", latest, report)
		}
	}
}

// TestOtherSizes has forked heads of another size than the one in GOPATH, older and newer.
func TestOtherSizes(t *testing.T) {
	for _, n := range []int{290, 310} {
		p := newPlace(t, 300)
		p.cache(300, nth(3))
		fork := newLog(t, "true").grow(280)
		fork.add(nth(1000), lines(nth(1000), "true"))
		fork.grow(310)
		put(t, p.lookupFile(nth(1000)), fork.lookup(nth(1000), n))
		if n == 310 { // and its tiles, which prove it
			for _, tile := range []tlog.Tile{{H: 8, L: 0, N: 1, W: 54}, {H: 8, L: 1, N: 0, W: 1}} {
				put(t, p.tileFile(tile), fork.tile(tile))
			}
		}
		_, err := p.open(Options{}).Lookup(t.Context(), nth(1000).Path, "v1.0.0")
		if e := want(t, err, ErrSecurity); len(e.Evidence) < 2 {
			t.Errorf("%d: the evidence is %q", n, e.Evidence)
		}
		report, err := p.open(Options{}).Verify(t.Context(), nil)
		check(t, err)
		if report.Err == nil || len(report.Damage) > 0 {
			t.Errorf("%d: got %+v", n, report)
		}
	}
}

// TestEveryByte changes each byte of what is cached: no record comes of it that is not the true one.
func TestEveryByte(t *testing.T) {
	p := newPlace(t, 259)
	p.cache(259, nth(3))
	tile := p.tileFile(tlog.Tile{H: 8, L: 0, N: 1, W: 3})
	for _, file := range []string{p.lookup3(), p.latest(), tile} {
		whole, err := os.ReadFile(file)
		check(t, err)
		for i := range whole {
			broken := slices.Clone(whole)
			broken[i] ^= byte(1 << (i % 8))
			put(t, file, broken)
			r, err := p.open(Options{}).Lookup(t.Context(), nth(3).Path, "v1.0.0")
			if err == nil {
				t.Errorf("byte %d of %q changed: got %+v", i, file, r)
				continue
			}
			if e := want(t, err, ErrDamaged); !slices.ContainsFunc(e.Damage, func(d Damage) bool { return d.File == file }) {
				t.Errorf("byte %d of %q changed: got %+v", i, file, e.Damage)
			}
		}
		put(t, file, whole)
	}
	wantRecord(t, p.open(Options{}), nth(3))
}

func TestLookupAll(t *testing.T) {
	p := newPlace(t, 3000)
	var versions []module.Version
	for i := 0; i < 3000; i += 7 {
		p.cache(max(i+1, 2000), nth(i))
		versions = append(versions, nth(i), nth(i+1))
	}
	var m meter.Meter
	results := p.open(Options{}).LookupAll(t.Context(), versions, &m)
	for i, r := range results {
		if r.Module != versions[i] {
			t.Fatalf("%d: got %v", i, r.Module)
		}
		if i%2 == 1 {
			want(t, r.Err, ErrNotCached)
		} else if check(t, r.Err); r.Record.Zip != h1(r.Module.Path, "v1.0.0", "true") {
			t.Errorf("%v: got %+v", r.Module, r.Record)
		}
	}
	if s := m.Sample(); s.Units != int64(len(versions)) || s.Total != s.Units {
		t.Errorf("got %+v", s)
	}
	report, err := p.open(Options{}).Verify(t.Context(), &m)
	check(t, err)
	if len(report.Damage) > 0 || report.Err != nil || report.Lookups != len(versions)/2 || report.Unproved > 0 {
		t.Errorf("got %+v", report)
	}
}
