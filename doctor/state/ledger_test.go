package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/module"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// h1 is a hash that looks like one.
func h1(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "h1:" + base64.StdEncoding.EncodeToString(sum[:])
}

// verified is an entry of which everything follows from the name.
func verified(path string, at time.Time) Verified {
	m := module.Version{Path: path, Version: "v1.0.0"}
	return Verified{Module: m, At: at, Stamp: sha256.Sum256([]byte("stamp " + path)),
		Claims: sha256.Sum256([]byte("claims " + path)), Zip: h1("zip " + path), Mod: h1("mod " + path)}
}

// cacheDir is a module cache, and home a Home beside it.
func homeAndCache(t testing.TB) (Home, string) {
	t.Helper()
	dir := t.TempDir()
	cache := filepath.Join(dir, "mod")
	must(t, os.Mkdir(cache, 0o755))
	return HomeIn(filepath.Join(dir, "state")), cache
}

// names lists what a ledger remembers, and checks that it is believed.
func names(t testing.TB, h Home, cache string) []string {
	t.Helper()
	l, err := h.Ledger(cache)
	must(t, err)
	var out []string
	for _, m := range l.Modules() {
		out = append(out, m.Path)
	}
	slices.Sort(out)
	return out
}

func TestLedgerRoundTrip(t *testing.T) {
	h, cache := homeAndCache(t)
	other := filepath.Join(t.TempDir(), "\xff")
	if got := names(t, h, cache); len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
	a, b, c := verified("example.com/a", noon), verified("example.com/a/b", noon.Add(time.Hour)), verified("x.org/c", noon)
	b.Zip, c.Mod, c.Sources = "", "", true
	must(t, h.SaveLedger(&LedgerChange{Root: cache, At: noon, Set: []Verified{c, a, b}}))
	must(t, h.SaveLedger(&LedgerChange{Root: other, At: noon, Set: []Verified{a}}))
	l, err := h.Ledger(cache)
	must(t, err)
	for _, want := range []Verified{a, b, c} {
		if got, ok := l.Of(want.Module); !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	if _, ok := l.Of(module.Version{Path: "example.com/a", Version: "v1.0.1"}); ok || l.Len() != 3 {
		t.Errorf("%d entries", l.Len())
	}
	if got := names(t, h, other); !slices.Equal(got, []string{"example.com/a"}) {
		t.Errorf("the other cache: %q", got)
	}
	fi, err := os.Stat(h.ledgerFile())
	if err != nil || onlyUs && fi.Mode() != 0o600 {
		t.Errorf("mode %v, %v", fi.Mode(), err)
	}
	for _, h := range []Home{"", h} {
		must(t, h.SaveLedger(nil))
		must(t, h.SaveLedger(&LedgerChange{Root: cache}))
	}
	if l, err := Home("").Ledger(cache); err != nil || l.Len() != 0 || (*Ledger)(nil).Len() != 0 {
		t.Errorf("nowhere: %v, %v", l, err)
	}
}

// What is not whole any more is forgotten, though another run that began later found it whole; and a run that read less
// does not take the place of one that read all.
func TestLedgerChange(t *testing.T) {
	h, cache := homeAndCache(t)
	a, b, c := verified("x.org/a", noon), verified("x.org/b", noon.Add(time.Hour)), verified("x.org/c", noon)
	must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{a, b, c}}))
	must(t, h.SaveLedger(&LedgerChange{Root: cache, At: noon.Add(time.Minute), Drop: []module.Version{a.Module, b.Module, {Path: "none"}}}))
	if got := names(t, h, cache); !slices.Equal(got, []string{"x.org/b", "x.org/c"}) {
		t.Errorf("got %q", got)
	}
	less := c
	less.Sources, less.At = true, noon.Add(time.Hour)
	early := b
	early.At, early.Zip = noon, h1("early")
	must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{less, early}}))
	l, err := h.Ledger(cache)
	must(t, err)
	if got, _ := l.Of(c.Module); !reflect.DeepEqual(got, c) {
		t.Errorf("less took the place of all: %+v", got)
	}
	if got, _ := l.Of(b.Module); !reflect.DeepEqual(got, b) {
		t.Errorf("early took the place of late: %+v", got)
	}
	less.Stamp[0]++
	must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{less}}))
	l, err = h.Ledger(cache)
	must(t, err)
	if got, _ := l.Of(c.Module); !got.Sources {
		t.Error("what was changed since does not take the place of what it was")
	}
	bad := verified("x.org/bad", noon)
	bad.Zip = "h1:short"
	if err := h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{bad}}); err == nil {
		t.Error("a hash that is none was kept")
	}
}

// Every byte counts: a file of which one is another, or of which the end is gone, is not used at all.
func TestLedgerDamaged(t *testing.T) {
	h, cache := homeAndCache(t)
	must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{verified("x.org/a", noon), verified("x.org/b", noon)}}))
	whole, err := os.ReadFile(h.ledgerFile())
	must(t, err)
	bad := map[string][]byte{"empty": {}, "longer": append(slices.Clone(whole), 0), "text": []byte("{}"),
		"of another version": bytes.Replace(whole, []byte(" 1\n"), []byte(" 2\n"), 1)}
	for i := range whole {
		flipped := slices.Clone(whole)
		flipped[i] ^= 1 << (i % 8)
		if _, err := decodeLedger(flipped); err == nil {
			t.Errorf("byte %d of %d is another", i, len(whole))
		}
		if _, err := decodeLedger(whole[:i]); err == nil {
			t.Errorf("the first %d bytes of %d", i, len(whole))
		}
	}
	bad["flipped"], bad["truncated"] = slices.Clone(whole), whole[:len(whole)/2]
	bad["flipped"][50] ^= 4
	for what, data := range bad {
		must(t, os.WriteFile(h.ledgerFile(), data, 0o600))
		l, err := h.Ledger(cache)
		if err == nil || l.Len() != 0 || !strings.Contains(err.Error(), "not believed") {
			t.Errorf("%s: %d entries, %v", what, l.Len(), err)
		}
		if errors.Is(err, errLedgerVersion) != (what == "of another version") {
			t.Errorf("%s: %v", what, err)
		}
		must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{verified("x.org/new", noon)}}))
		if got := names(t, h, cache); !slices.Equal(got, []string{"x.org/new"}) {
			t.Errorf("%s: rebuilt it is %q", what, got)
		}
	}
	must(t, os.Remove(h.ledgerFile()))
	must(t, os.Mkdir(h.ledgerFile(), 0o700))
	if l, err := h.Ledger(cache); err == nil || l.Len() != 0 {
		t.Errorf("a directory: %v", err)
	}
}

// What can write the module cache could write a ledger in it.
func TestLedgerInsideTheCache(t *testing.T) {
	_, cache := homeAndCache(t)
	h := HomeIn(filepath.Join(cache, "cache", "state"))
	err := h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{verified("x.org/a", noon)}})
	if err == nil || !strings.Contains(err.Error(), "inside the module cache") {
		t.Errorf("kept: %v", err)
	}
	if l, err := h.Ledger(cache); err == nil || l.Len() != 0 {
		t.Errorf("believed: %v", err)
	}
}

// Two that write at the same time lose nothing of each other.
func TestLedgerTwoWriters(t *testing.T) {
	h, cache := homeAndCache(t)
	var wg sync.WaitGroup
	var want []string
	for w := range 2 {
		for n := range 10 {
			want = append(want, fmt.Sprintf("x.org/w%d/%d", w, n))
		}
		wg.Go(func() {
			for n := range 10 {
				v := verified(fmt.Sprintf("x.org/w%d/%d", w, n), noon)
				if err := h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{v}}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := names(t, h, cache); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	files, err := os.ReadDir(string(h))
	if err != nil || len(files) != 2 {
		t.Errorf("the ledger and its lock are %d files, %v", len(files), err)
	}
}

// many is a ledger of n entries, with names as long as those of real modules.
func many(n int) ledgerRoots {
	var list []Verified
	for i := range n {
		v := verified(fmt.Sprintf("github.com/an-owner-%d/some-service-v2/deep/module%d", i%700, i), noon.Add(time.Duration(i)*time.Second))
		v.Module.Version = "v0.0.0-20240102030405-0123456789ab"
		list = append(list, v)
	}
	return ledgerRoots{"/home/somebody/go/pkg/mod": list}
}

func TestLedgerSize(t *testing.T) {
	data, err := many(5000).encode()
	must(t, err)
	if len(data) > 1_000_000 {
		t.Errorf("5,000 versions take %d bytes", len(data))
	}
	all := many(100)
	all["other"] = []Verified{verified("x.org/old", noon.Add(-time.Hour)), verified("x.org/new", noon.Add(time.Hour))}
	all.limit(51)
	got := slices.Collect(maps.Values(all))
	if len(all["other"]) != 1 || len(got[0])+len(got[1]) != 51 {
		t.Errorf("%d and %d stayed", len(got[0]), len(got[1]))
	}
	same := ledgerRoots{"a": slices.Repeat([]Verified{verified("x.org/a", noon)}, 10)}
	if same.limit(4); len(same["a"]) != 4 {
		t.Errorf("of equally old ones %d stayed", len(same["a"]))
	}
}

// Whatever is in the file, reading it ends, and what is read can be written and is the same again.
func FuzzLedger(f *testing.F) {
	for _, all := range []ledgerRoots{{}, many(3), {"/a": {verified("x.org/a", noon)}, "/b": nil}} {
		data, err := all.encode()
		must(f, err)
		f.Add(data[len(ledgerMagic) : len(data)-sha256.Size])
	}
	f.Add([]byte("\x01\x02/a\xff\xff\xff\xff\x0f"))
	f.Add([]byte("\x01\x02/a\x01\x05\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := decodeLedger(body); err == nil {
			t.Error("without a checksum it was believed")
		}
		all, err := decodeBody(body)
		if err != nil {
			return
		}
		data, err := all.encode()
		must(t, err)
		again, err := decodeLedger(data)
		if err != nil || !reflect.DeepEqual(again, all) {
			t.Errorf("%v became %v, %v", all, again, err)
		}
	})
}

func BenchmarkLedger(b *testing.B) {
	all := many(5000)
	data, err := all.encode()
	must(b, err)
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			_, err := all.encode()
			must(b, err)
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			_, err := decodeLedger(data)
			must(b, err)
		}
	})
}
