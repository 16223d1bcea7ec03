package sumdb

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/state"
)

var _ Heads = state.Home("")

// keptName is what the heads of the tests' database are kept under.
func (p *place) keptName() string {
	return strings.Join(strings.Split(p.log.verifier, "+")[:2], "+")
}

// keep gives a home that keeps the head of n records of the machine's log.
func (p *place) keep(n int) state.Home {
	p.t.Helper()
	h := state.Home(p.t.TempDir())
	if n > 0 {
		check(p.t, h.SaveHead(p.keptName(), p.log.head(n)))
	}
	return h
}

// wantKept checks how many records the head has that is kept.
func (p *place) wantKept(h state.Home, n int) {
	p.t.Helper()
	got, err := h.Head(p.keptName())
	check(p.t, err)
	if want := p.log.head(n); !bytes.Equal(got, want) {
		p.t.Errorf("kept %q, want %q", got, want)
	}
}

// fork has the server go on with another history after n records, of a size, signed by the same key.
func (p *place) fork(n, size int) *testLog {
	honest := p.log
	p.log = newLog(p.t, "true").grow(n)
	p.log.add(nth(5000), "x\n")
	p.log.grow(size)
	p.size = size
	return honest
}

// hasNotes checks that both signed heads of a fork are among the evidence, to the byte.
func hasNotes(t *testing.T, e *Error, notes ...[]byte) {
	t.Helper()
	for _, n := range notes {
		found := false
		for _, ev := range e.Evidence {
			found = found || bytes.Contains(ev.Data, n)
		}
		if !found {
			t.Errorf("the head %q is not among %d pieces of evidence", n, len(e.Evidence))
		}
	}
}

// The head that godoctor keeps finds out a database that shows another history to a machine whose caches and GOPATH
// were cleaned. Without it the machine believes what it sees first.
func TestKeptHeadFork(t *testing.T) {
	for _, size := range []int{400, 300} { // longer and as long as what was seen
		p := newPlace(t, 300)
		h := p.keep(300)
		honest := p.fork(250, size)
		m := nth(100)
		wantRecord(t, p.open(Options{Online: true}), m)

		db := p.open(Options{Online: true, Heads: h})
		_, err := db.Lookup(t.Context(), m.Path, m.Version)
		e := want(t, err, ErrSecurity)
		hasNotes(t, e, honest.head(300), p.log.head(size))
		_, err = db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
		late := want(t, err, ErrSecurity) // it sticks
		hasNotes(t, late, honest.head(300), p.log.head(size))
		check(t, db.KeepHead())
		got, err := h.Head(p.keptName())
		check(t, err)
		if !bytes.Equal(got, honest.head(300)) {
			t.Errorf("after the fork %q is kept", got)
		}
	}
}

// The head of GOPATH and the one that is kept are of two histories: nothing is believed, online from the tiles of
// whoever serves them, and offline as soon as cached tiles show it.
func TestKeptHeadAgainstGopath(t *testing.T) {
	for _, online := range []bool{true, false} {
		for _, kept := range []int{260, 300, 340} {
			p := newPlace(t, 340)
			h := p.keep(kept)
			honest := p.fork(250, 300)
			p.cache(300, nth(3), nth(299)) // what go has seen
			db := p.open(Options{Online: online, Heads: h})
			if kept == 340 {
				p.log, p.size = honest, 340
			}
			results := db.LookupAll(t.Context(), []module.Version{nth(3), nth(299)}, nil)
			for _, r := range results {
				e := (*Error)(nil)
				if !errors.As(r.Err, &e) || e.Kind != ErrSecurity {
					if kept == 340 && !online { // whose tiles are nowhere on the machine
						check(t, r.Err)
						continue
					}
					t.Fatalf("online %v, %d kept: %v", online, kept, r.Err)
				}
				hasNotes(t, e, honest.head(kept))
			}
			check(t, db.KeepHead())
			if got, err := h.Head(p.keptName()); err != nil || !bytes.Equal(got, honest.head(kept)) {
				t.Errorf("%q is kept, %v", got, err)
			}
		}
	}
}

// An older and a newer head of one history: both ways round the newest counts, is proved, and is kept.
func TestKeptHeadGoesOn(t *testing.T) {
	for _, test := range []struct{ gopath, kept, server, want int }{
		{0, 0, 300, 300}, {0, 300, 300, 300}, {300, 0, 500, 500}, {300, 400, 700, 700}, {400, 300, 700, 700},
		{300, 700, 700, 700}, {300, 300, 300, 300}, {700, 300, 700, 700},
	} {
		p := newPlace(t, test.server)
		if test.gopath > 0 {
			put(t, p.latest(), p.log.head(test.gopath))
		}
		h := p.keep(test.kept)
		before := p.treeSum()
		db := p.open(Options{Online: true, Heads: h})
		for _, r := range db.LookupAll(t.Context(), []module.Version{nth(3), nth(7), nth(200), nth(test.server - 1)}, nil) {
			check(t, r.Err)
		}
		check(t, db.KeepHead())
		if n := db.Head().Tree.N; n != int64(test.want) {
			t.Errorf("%+v: the newest head has %d records", test, n)
		}
		p.wantKept(h, test.want)
		if p.treeSum() != before {
			t.Errorf("%+v: something was written beside the head", test)
		}
	}
}

// A server whose log is shorter than the one that is kept, though GOPATH was cleaned: what it says is believed only if
// it proves that it is a part of that, and what is kept is never lowered.
func TestKeptHeadRollback(t *testing.T) {
	p := newPlace(t, 700)
	h := p.keep(700)
	p.size = 400
	_, err := p.open(Options{Online: true, Heads: h}).Lookup(t.Context(), nth(398).Path, "v1.0.0")
	want(t, err, ErrUnreachable)
	p.twist = func(path string, b []byte) []byte { // its tiles are newer: they come from elsewhere
		if strings.HasPrefix(path, "/tile/") {
			return p.log.remote(path, 700)
		}
		return b
	}
	db := p.open(Options{Online: true, Heads: h})
	if r := wantRecord(t, db, nth(398)); r.Head.Tree.N != 400 {
		t.Errorf("%+v", r)
	}
	check(t, db.KeepHead())
	p.wantKept(h, 700)
}

// Offline the head of GOPATH is kept as far as cached tiles prove that it goes on from the one that was.
func TestKeptHeadOffline(t *testing.T) {
	p := newPlace(t, 700)
	p.cache(500, nth(3))
	h := p.keep(0)
	db := p.open(Options{Heads: h})
	check(t, db.KeepHead()) // before anything was looked up
	p.wantKept(h, 500)

	p.cache(700, nth(600)) // go looks something up, and proves its way
	db = p.open(Options{Heads: h})
	wantRecord(t, db, nth(600))
	check(t, db.KeepHead())
	p.wantKept(h, 700)

	q := newPlace(t, 700)
	h = q.keep(300)
	put(t, q.latest(), q.log.head(700)) // of which no tile is here
	check(t, q.open(Options{Heads: h}).KeepHead())
	q.wantKept(h, 300)

	check(t, os.Remove(p.latest())) // GOPATH is gone, and the records are believed by what is kept
	if r := wantRecord(t, p.open(Options{Heads: p.keep(700)}), nth(600)); !r.Linked {
		t.Errorf("%+v", r)
	}
	report, err := p.open(Options{Heads: p.keep(700)}).Verify(t.Context(), nil)
	check(t, err)
	if report.Err != nil || report.Proved == 0 {
		t.Errorf("%+v", report)
	}
}

// heads is a keeper that says what it is told to.
type testHeads struct {
	note  []byte
	err   error
	saved int
}

func (h *testHeads) Head(string) ([]byte, error)   { return h.note, h.err }
func (h *testHeads) SaveHead(string, []byte) error { h.saved++; return nil }

// What cannot be used of what is kept is as none, and told; a lie raises nothing.
func TestKeptHeadUnusable(t *testing.T) {
	p := newPlace(t, 300)
	bad := p.log.head(290)
	bad[len(bad)-5] ^= 1
	for _, h := range []*testHeads{
		{note: bad}, {note: newLog(t, "another").grow(290).head(290)}, {note: []byte("garbage")}, {err: errors.New("no permission")},
	} {
		db := p.open(Options{Online: true, Heads: h})
		wantRecord(t, db, nth(3))
		if err := db.KeepHead(); err == nil || h.saved != 1 {
			t.Errorf("%q: %v, saved %d times", h.note, err, h.saved)
		}
	}
	h := &testHeads{note: p.log.head(200)}
	db := p.open(Options{Online: true, Heads: h})
	p.twist = func(path string, b []byte) []byte {
		if strings.HasPrefix(path, "/lookup/") {
			return bytes.Replace(b, []byte(" h1:"), []byte(" h1:AAAA"), 1)[:len(b)]
		}
		return b
	}
	_, err := db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
	want(t, err, ErrSecurity)
	check(t, db.KeepHead())
	if h.saved != 0 {
		t.Error("a head was kept after a lie")
	}
	check(t, p.open(Options{Online: true}).KeepHead()) // nobody keeps any
}
