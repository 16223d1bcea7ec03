package sumdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"
)

// TestHostile asks a database or a relay that does not say the truth. None gets a record accepted, none has anything
// written; after a lie, what is cached and true is refused too.
func TestHostile(t *testing.T) {
	wanted := nth(299)
	onLookup := func(f func(p *place, b []byte) []byte) func(*place) {
		return func(p *place) {
			p.twist = func(path string, b []byte) []byte {
				if strings.HasPrefix(path, "/lookup/") {
					return f(p, b)
				}
				return b
			}
		}
	}
	onTile := func(prefix string, f func(b []byte) []byte) func(*place) {
		return func(p *place) {
			p.twist = func(path string, b []byte) []byte {
				if strings.HasPrefix(path, "/tile/"+prefix) && b != nil {
					return f(b)
				}
				return b
			}
		}
	}
	say := func(s string) func(*place) {
		return func(p *place) { p.twist = func(string, []byte) []byte { return []byte(s) } }
	}
	lie := func(b []byte) []byte { return bytes.Replace(b, []byte(" h1:"), []byte(" h1:AAAA"), 1)[:len(b)] }
	for _, test := range []struct {
		name string
		do   func(*place)
		kind error
	}{
		{"another key", onLookup(func(p *place, b []byte) []byte {
			evil := newLog(p.t, "another").grow(299)
			evil.add(wanted, lines(wanted, "false"))
			return evil.lookup(wanted, 300)
		}), ErrSecurity},
		{"another hash", onLookup(func(p *place, b []byte) []byte {
			return bytes.Replace(b, []byte(h1(wanted.Path, wanted.Version, "true")), []byte(h1("false")), 1)
		}), ErrSecurity},
		{"broken hash", onLookup(func(p *place, b []byte) []byte { return lie(b) }), ErrSecurity},
		{"bad signature", onLookup(func(p *place, b []byte) []byte { b[len(b)-5] ^= 1; return b }), ErrSecurity},
		{"wrong number", onLookup(func(p *place, b []byte) []byte { b[2] = '8'; return b }), ErrSecurity},
		{"number too large", onLookup(func(p *place, b []byte) []byte { return append([]byte("1"), b...) }), ErrSecurity},
		{"negative number", onLookup(func(p *place, b []byte) []byte { return append([]byte("-"), b...) }), ErrSecurity},
		{"cut note", onLookup(func(p *place, b []byte) []byte { return b[:len(b)-20] }), ErrSecurity},
		{"no note", onLookup(func(p *place, b []byte) []byte { return b[:bytes.Index(b, []byte("\n\n"))+2] }), ErrSecurity},
		{"only a number", onLookup(func(p *place, b []byte) []byte { return b[:3] }), ErrSecurity},
		{"record of another", onLookup(func(p *place, b []byte) []byte { return p.log.lookup(nth(7), 300) }), ErrSecurity},
		{"other case", onLookup(func(p *place, b []byte) []byte {
			return bytes.ReplaceAll(b, []byte("Mod299"), []byte("mod299"))
		}), ErrSecurity},
		{"fork", func(p *place) {
			p.log = newLog(p.t, "true").grow(250)
			p.log.add(nth(1000), "x\n")
			p.log.grow(400)
			p.size = 400
		}, ErrSecurity},
		{"fork of the same size", func(p *place) {
			p.log = newLog(p.t, "true").grow(250)
			p.log.add(nth(1000), "x\n")
			p.log.grow(290)
			p.size = 290
			p.log.ids[wanted] = 260
		}, ErrSecurity},
		{"older fork", func(p *place) {
			p.log = newLog(p.t, "true").grow(200)
			p.log.add(wanted, lines(wanted, "false"))
			p.size = 201
		}, ErrSecurity},
		{"edge tile", onTile("8/0/001.p", func(b []byte) []byte { b[40] ^= 1; return b }), ErrSecurity},
		{"tile cut", onTile("8/0/001", func(b []byte) []byte { return b[:len(b)-32] }), ErrSecurity},
		{"tile with half a hash", onTile("8/0/001", func(b []byte) []byte { return b[:len(b)-7] }), ErrSecurity},
		{"tile grown", onTile("8/0/001", func(b []byte) []byte { return append(b, b[:32]...) }), ErrSecurity},
		{"another tile", func(p *place) {
			first := p.log.tile(tlog.Tile{H: 8, L: 0, N: 0, W: 256})
			onTile("8/0/001", func(b []byte) []byte { return first[:len(b)] })(p)
		}, ErrSecurity},
		{"no tiles", onTile("8/0", func(b []byte) []byte { return nil }), ErrUnreachable},
		{"portal", say("<!DOCTYPE html><html>log in</html>"), ErrAnswer},
		{"text", say("proxy error \x1b[31m in a text"), ErrAnswer},
		{"nothing", say(""), ErrAnswer},
		{"text for tiles", onTile("8/0", func([]byte) []byte { return []byte("<html>") }), ErrAnswer},
		{"endless", func(p *place) {
			p.raw = func(w http.ResponseWriter, _ string) bool {
				for {
					if _, err := w.Write(make([]byte, 1<<16)); err != nil {
						return true
					}
				}
			}
		}, ErrAnswer},
		{"connection breaks", func(p *place) {
			p.raw = func(w http.ResponseWriter, _ string) bool {
				w.Header().Set("Content-Length", "400")
				w.Write([]byte("299\n"))
				return true
			}
		}, ErrUnreachable},
		{"error", func(p *place) {
			p.raw = func(w http.ResponseWriter, _ string) bool { w.WriteHeader(500); return true }
		}, ErrUnreachable},
		{"not found", onLookup(func(*place, []byte) []byte { return nil }), ErrNotFound},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlace(t, 300)
			p.t = t
			p.cache(290, nth(3))
			before := p.treeSum()
			db := p.open(Options{Online: true})
			test.do(p)
			_, err := db.Lookup(t.Context(), wanted.Path, wanted.Version)
			e := want(t, err, test.kind)
			wantDistrust(t, db, e, test.kind == ErrSecurity)
			if p.treeSum() != before {
				t.Error("something was written")
			}
		})
	}
}

// wantDistrust checks what stands after a refused lookup: a true record that is cached.
func wantDistrust(t *testing.T, db *DB, e *Error, distrust bool) {
	t.Helper()
	_, err := db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
	if !distrust {
		check(t, err)
		return
	}
	late := want(t, err, ErrSecurity)
	if len(e.Evidence) == 0 || len(late.Evidence) != len(e.Evidence) || db.Distrust() == nil {
		t.Errorf("the evidence is %q, then %q", e.Evidence, late.Evidence)
	}
	for _, r := range db.LookupAll(t.Context(), []module.Version{nth(3), nth(4)}, nil) {
		want(t, r.Err, ErrSecurity)
	}
}

// TestOddRecords has a log with records that the database should never have made. They are proved and refused.
func TestOddRecords(t *testing.T) {
	m := module.Version{Path: "example.com/odd", Version: "v1.0.0"}
	good := strings.SplitAfter(lines(m, "true"), "\n")
	for name, text := range map[string]string{
		"extra line":    good[0] + good[1] + "example.com/more v1.0.0 h1:x\n",
		"twice":         good[0] + good[0] + good[1],
		"contradiction": good[0] + strings.Replace(good[0], "h1:", "h1:A", 1) + good[1],
		"wrong order":   good[1] + good[0],
		"zip only":      good[0],
		"go.mod only":   good[1],
		"other version": strings.ReplaceAll(good[0]+good[1], "v1.0.0", "v1.0.1"),
		"other hash":    strings.ReplaceAll(good[0]+good[1], "h1:", "h2:"),
		"no hash":       strings.ReplaceAll(good[0]+good[1], "=\n", "\n"),
		"space":         strings.ReplaceAll(good[0]+good[1], "\n", " \n"),
		"longer path":   strings.ReplaceAll(good[0]+good[1], "/odd", "/odds"),
	} {
		p := newPlace(t, 5)
		p.log.add(m, text)
		p.size++
		db := p.open(Options{Online: true})
		_, err := db.Lookup(t.Context(), m.Path, m.Version)
		if e := want(t, err, ErrSecurity); len(e.Evidence) == 0 {
			t.Errorf("%s: no evidence", name)
		}
		_, err = db.Lookup(t.Context(), nth(3).Path, "v1.0.0")
		want(t, err, ErrSecurity)
	}
}

// TestForgedTile is CVE-2026-56865: x/mod before 0.40.0 left tiles unproved where the edge of the tree has more
// hashes than tiles. In a tree of 259 records it has three hashes in two tiles, and the next tile is the forged one.
func TestForgedTile(t *testing.T) {
	p := newPlace(t, 259)
	forged := newLog(t, "true").grow(100)
	forged.add(nth(100), lines(nth(100), "false"))
	forged.grow(259)
	p.twist = func(path string, b []byte) []byte {
		switch path {
		case "/tile/8/0/000":
			return forged.tile(tlog.Tile{H: 8, L: 0, N: 0, W: 256})
		case "/lookup/example.com/!mod100@v1.0.0":
			text, _ := tlog.FormatRecord(100, forged.records[100])
			return append(text, p.log.head(259)...)
		}
		return b
	}
	db := p.open(Options{Online: true})
	_, err := db.Lookup(t.Context(), nth(100).Path, "v1.0.0")
	want(t, err, ErrSecurity)
	wantDistrust(t, db, err.(*Error), true)

	// The same in the cache.
	p.twist = nil
	p.cache(259, nth(100))
	tile := p.tileFile(tlog.Tile{H: 8, L: 0, N: 0, W: 256})
	put(t, tile, forged.tile(tlog.Tile{H: 8, L: 0, N: 0, W: 256}))
	_, err = p.open(Options{}).Lookup(t.Context(), nth(100).Path, "v1.0.0")
	if e := want(t, err, ErrDamaged); len(e.Damage) != 1 || e.Damage[0].File != tile {
		t.Errorf("got %+v", e.Damage)
	}
}

// TestLinesInTheHead is CVE-2026-56864: x/mod before 0.40.0 took lines out of the head, behind a record of another
// module that is truly in the tree.
func TestLinesInTheHead(t *testing.T) {
	bad := module.Version{Path: "example.com/bad", Version: "v1.0.0"}
	p := newPlace(t, 10)
	p.log.ids[bad] = 3
	p.twist = func(path string, b []byte) []byte {
		if strings.HasPrefix(path, "/lookup/") {
			text, _ := tlog.FormatRecord(3, p.log.records[3])
			return append(text, p.log.head(10, lines(bad, "false"))...)
		}
		return b
	}
	_, err := p.open(Options{Online: true}).Lookup(t.Context(), bad.Path, bad.Version)
	want(t, err, ErrSecurity)
}

// TestFullTile has a server that has only full tiles, as a static copy made later does.
func TestFullTile(t *testing.T) {
	p := newPlace(t, 600)
	p.size = 300
	p.twist = func(path string, b []byte) []byte {
		if strings.HasPrefix(path, "/tile/8/0/001.p") {
			return nil
		}
		if path == "/tile/8/0/001" {
			return p.log.tile(tlog.Tile{H: 8, L: 0, N: 1, W: 256})
		}
		return b
	}
	wantRecord(t, p.open(Options{Online: true}), nth(299))
}

// TestCutAnywhere cuts the answer to a lookup at every place.
func TestCutAnywhere(t *testing.T) {
	p := newPlace(t, 10)
	whole := p.log.lookup(nth(3), 10)
	for n := range whole {
		p.twist = func(path string, b []byte) []byte {
			if strings.HasPrefix(path, "/lookup/") {
				return whole[:n]
			}
			return b
		}
		_, err := p.open(Options{Online: true}).Lookup(t.Context(), nth(3).Path, "v1.0.0")
		if n == 0 {
			want(t, err, ErrAnswer)
		} else {
			want(t, err, ErrSecurity)
		}
	}
}

func TestStopped(t *testing.T) {
	p := newPlace(t, 10)
	entered, leave := make(chan bool, 9), make(chan bool)
	p.raw = func(http.ResponseWriter, string) bool { entered <- true; <-leave; return false }
	answer := sync.OnceFunc(func() { close(leave) })
	defer answer() // the server waits for its answers
	db := p.open(Options{Online: true})
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	go func() { <-entered; cancel(why) }()
	for _, r := range db.LookupAll(ctx, []module.Version{nth(1), nth(2), nth(3)}, nil) { // while the database still hangs
		if e := want(t, r.Err, ErrStopped); !errors.Is(e, why) {
			t.Error(e)
		}
	}
	for _, r := range db.LookupAll(ctx, []module.Version{nth(1), nth(2)}, nil) { // it has ended before their turn
		if e := want(t, r.Err, ErrStopped); !errors.Is(e, why) || e.Module != r.Module {
			t.Error(e)
		}
	}
	answer()
	p.mu.Lock()
	p.raw = nil
	p.mu.Unlock()
	wantRecord(t, db, nth(3))
	_, err := db.Verify(ctx, nil)
	if !errors.Is(err, why) {
		t.Error(fmt.Sprint(err))
	}
}
