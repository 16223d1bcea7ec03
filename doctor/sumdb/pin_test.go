package sumdb

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/regular"
)

// offline is a machine without a network that has files of a database, and a tree head from before. It does as the go command
// does: [modfetch.dbClient].
type offline struct {
	verifier string
	files    map[string][]byte
	latest   []byte
	cache    map[string][]byte
	fork     string
}

func (o *offline) ReadRemote(path string) ([]byte, error) {
	if data, ok := o.files[strings.TrimPrefix(path, "/")]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}
func (o *offline) ReadConfig(name string) ([]byte, error) {
	if name == "key" {
		return []byte(o.verifier), nil
	}
	return o.latest, nil
}
func (o *offline) WriteConfig(_ string, _, new []byte) error { o.latest = new; return nil }
func (o *offline) ReadCache(name string) ([]byte, error) {
	if data, ok := o.cache[strings.TrimPrefix(name, dbName+"/")]; ok {
		return data, nil
	}
	return nil, fs.ErrNotExist
}
func (o *offline) WriteCache(string, []byte) {}
func (o *offline) Log(string)                {}
func (o *offline) SecurityError(msg string)  { o.fork = msg }

// pinned has the records of some versions pinned.
func pinned(t *testing.T, db *DB, mods []module.Version, older ...[]byte) (map[string][]byte, Head, error) {
	t.Helper()
	var records []Record
	for _, r := range db.LookupAll(t.Context(), mods, nil) {
		check(t, r.Err)
		records = append(records, r.Record)
	}
	files := make(map[string][]byte)
	head, err := db.Pin(t.Context(), records, older, nil, func(name string, data []byte) error {
		if files[name] != nil {
			t.Errorf("%s is given twice", name)
		}
		files[name] = data
		return nil
	})
	return files, head, err
}

// TestPin proves records offline by what Pin gives, on a machine that has seen nothing and on machines with older heads, in
// any order of the lookups.
func TestPin(t *testing.T) {
	p := newPlace(t, 70_000)
	mods := []module.Version{nth(3), nth(69_990), nth(300), nth(65_600), nth(40_000)}
	p.size = 50_000
	old := p.open(Options{Online: true})
	wantRecord(t, old, nth(300)) // as a proxy that has kept an old answer would have it
	p.size = 60_000              // and of what is asked for, all answers are old; the newest head is asked for
	mods[1] = nth(59_000)
	mods[3] = nth(58_600)
	p.raw = func(w http.ResponseWriter, path string) bool {
		if path == "/latest" {
			p.size = 70_000
			w.Write(p.log.head(70_000))
			return true
		}
		return false
	}
	heads := []int{1, 255, 256, 257, 4_096, 50_000, 65_535, 65_536, 65_537, 69_999, 70_000}
	var older [][]byte
	for _, n := range heads {
		older = append(older, p.log.head(n))
	}
	files, head, err := pinned(t, p.open(Options{Online: true}), mods, older...)
	check(t, err)
	if head.Tree.N != 70_000 {
		t.Fatalf("the head has %d records", head.Tree.N)
	}
	for i, latest := range append([][]byte{nil}, older...) {
		for _, order := range [][]module.Version{mods, {mods[4], mods[3], mods[2], mods[1], mods[0]}} {
			o := &offline{verifier: p.log.verifier, files: files, latest: latest}
			c := sumdb.NewClient(o)
			for _, m := range order {
				if got, err := c.Lookup(m.Path, m.Version); err != nil || len(got) != 1 || o.fork != "" {
					t.Fatalf("head %d: %v: %v, %v", i, m, got, err)
				}
			}
			if string(o.latest) != string(head.Note) {
				t.Errorf("head %d: the newest head is %q", i, o.latest)
			}
		}
	}
	// A head that was not told is not provable: that is what older is for.
	c := sumdb.NewClient(&offline{verifier: p.log.verifier, files: files, latest: p.log.head(30_000)})
	if _, err := c.Lookup(mods[0].Path, mods[0].Version); err == nil {
		t.Error("a head that nobody told of is proved")
	}
}

// TestPinFiles has what Pin gives believed by a DB that reads it in place of a module cache, and says what its head is linked to.
func TestPinFiles(t *testing.T) {
	p := newPlace(t, 2000)
	mods := []module.Version{nth(3), nth(1900)}
	files, _, err := pinned(t, p.open(Options{Online: true}), mods, p.log.head(700))
	check(t, err)
	read := func(name string, limit int64) ([]byte, error) {
		data, ok := files[name]
		switch {
		case !ok:
			return nil, fs.ErrNotExist
		case int64(len(data)) > limit:
			return nil, regular.ErrTooLarge
		}
		return data, nil
	}
	for n, linked := range map[int]bool{0: true, 700: true, 2000: true, 900: false} {
		check(t, os.RemoveAll(p.gopath))
		if n > 0 {
			put(t, p.latest(), p.log.head(n))
		}
		db := p.open(Options{Files: read})
		for _, m := range mods {
			if r := wantRecord(t, db, m); r.Linked != linked {
				t.Errorf("head %d: %v: Linked is %v", n, m, r.Linked)
			}
		}
	}
	// What the module cache has helps: the edge of the head, and here all.
	put(t, p.latest(), p.log.head(900))
	for _, name := range []string{"tile/8/0/003", "tile/8/0/003.p/132", "tile/8/1/000.p/3"} {
		put(t, filepath.Join(p.modCache, "cache", "download", "sumdb", dbName, filepath.FromSlash(name)), tileNamed(t, p, name))
	}
	if r := wantRecord(t, p.open(Options{Files: read}), mods[0]); !r.Linked {
		t.Error("the tiles in the module cache are of no help")
	}
	// Another history is found out, and damage is named.
	put(t, p.latest(), newFork(t, 700).head(700))
	if _, err := p.open(Options{Files: read}).Lookup(t.Context(), mods[0].Path, mods[0].Version); !errors.Is(err, ErrSecurity) {
		t.Errorf("a fork: got %v", err)
	}
	check(t, os.Remove(p.latest()))
	name := "lookup/example.com/!mod3@v1.0.0"
	files[name] = []byte(strings.Replace(string(files[name]), "h1:", "h1:A", 1))
	e := want(t, lookupError(p.open(Options{Files: read}), t, mods[0]), ErrDamaged)
	if len(e.Damage) != 1 || e.Damage[0].File != name {
		t.Errorf("got %+v", e.Damage)
	}
	files["lookup/example.com/!mod1900@v1.0.0"] = make([]byte, 1<<20)
	want(t, lookupError(p.open(Options{Files: read}), t, mods[1]), ErrDamaged)
}

func lookupError(db *DB, t *testing.T, m module.Version) error {
	_, err := db.Lookup(t.Context(), m.Path, m.Version)
	return err
}

// newFork is another history under the same key.
func newFork(t *testing.T, n int) *testLog {
	l := newLog(t, "true")
	for i := range n {
		l.add(nth(i), lines(nth(i), "forked"))
	}
	return l
}

func tileNamed(t *testing.T, p *place, name string) []byte {
	tile, err := tlog.ParseTilePath(name)
	check(t, err)
	return p.log.tile(tile)
}

// TestPinRefuses lists what cannot be pinned.
func TestPinRefuses(t *testing.T) {
	p := newPlace(t, 600)
	mods := []module.Version{nth(3)}
	_, _, err := pinned(t, p.open(Options{Online: true}), mods, newFork(t, 300).head(300))
	want(t, err, ErrSecurity)
	_, _, err = pinned(t, p.open(Options{Online: true}), mods, []byte("not signed"))
	want(t, err, ErrDamaged)
	_, _, err = pinned(t, p.open(Options{Online: true}), mods, newLog(t, "another key").grow(9).head(9))
	want(t, err, ErrDamaged)
	_, _, err = pinned(t, p.open(Options{Online: true}), mods, newLog(t, "true").grow(700).head(700))
	want(t, err, ErrNotCached)
	// What this machine knows is a part of what the database gives, or nothing is pinned.
	db := p.open(Options{Online: true})
	wantRecord(t, db, mods[0])
	p.raw = nil
	p.twist = func(path string, data []byte) []byte {
		if strings.HasPrefix(path, "/tile/8/0") && data != nil {
			data[0] ^= 1
		}
		return data
	}
	fresh := p.open(Options{Online: true})
	r := Record{Module: nth(500), ID: 500, Zip: h1("x"), GoMod: h1("y")}
	if _, err := fresh.Pin(t.Context(), []Record{r}, nil, nil, func(string, []byte) error { return nil }); err == nil {
		t.Error("a record is pinned that the tiles do not prove")
	}
	p.twist = nil
	if _, err := p.open(Options{Online: true}).Pin(t.Context(), []Record{r}, nil, nil, func(string, []byte) error { return nil }); !errors.Is(err, ErrSecurity) && !errors.Is(err, ErrNotCached) {
		t.Errorf("a record of other hashes: got %v", err)
	}
	// Offline what lacks is said.
	p.cache(600, mods...)
	put(t, p.latest(), p.log.head(600))
	files, _, err := pinned(t, p.open(Options{}), mods)
	check(t, err)
	if names := slices.Sorted(maps.Keys(files)); len(names) < 3 {
		t.Errorf("got %v", names)
	}
	put(t, p.latest(), p.log.head(599))
	if _, _, err = pinned(t, p.open(Options{}), mods); err == nil {
		t.Error("without the tiles of the newest head it is pinned")
	}
	boom := fmt.Errorf("boom")
	if _, err := p.open(Options{Online: true}).Pin(t.Context(), nil, nil, nil, func(string, []byte) error { return boom }); err != nil {
		want(t, err, ErrNotCached) // without records and without a head there is nothing to pin
	}
}
