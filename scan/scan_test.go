package scan

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
	"godoctor/scan/tree"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// shared is one machine for all tests: making it costs more than looking at it. Tests only read it,
// but for times and for what they put back.
var shared *cachetest.Machine

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "scan")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		if shared, err = cachetest.Demo(filepath.Join(dir, "machine"), time.Now()); err != nil {
			panic(err)
		}
		defer shared.RemoveAll()
		return m.Run()
	}())
}

// plainSum adds trees up without the code under test.
func plainSum(t *testing.T, roots ...string) (bytes, files int64) {
	t.Helper()
	for _, root := range roots {
		must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			fi, err := os.Lstat(p)
			if err != nil {
				return err
			}
			bytes += fi.Size()
			if !fi.IsDir() {
				files++
			}
			return nil
		}))
	}
	return bytes, files
}

func options(m *cachetest.Machine, mode Mode) Options {
	return Options{Environ: m.Environ(), Dir: m.Home, Mode: mode}
}

// Every byte of both caches is in exactly one store, before and after the headers were read.
func TestStoresAddUp(t *testing.T) {
	m := shared
	bytes, files := plainSum(t, m.GOMODCACHE, m.GOCACHE)
	inv := Run(context.Background(), options(m, Exact))
	if total := inv.CacheTotal(); total.Bytes != bytes || total.Files != files {
		t.Errorf("stores add up to %+v, want %d bytes in %d files", total, bytes, files)
	}
	if !inv.Exact || !inv.Done || !inv.BuildCache.Headers || inv.Unread != 0 {
		t.Errorf("exact %v, done %v, headers %v, unread %d", inv.Exact, inv.Done, inv.BuildCache.Headers, inv.Unread)
	}
	var names []string
	for _, s := range inv.Stores {
		names = append(names, s.Name)
		if (s.Name == "test" || s.Name == "fuzz" || s.Name == "vcs" || s.Name == "toolchains") && s.Size.Bytes == 0 {
			t.Errorf("store %s is empty", s.Name)
		}
	}
	want := []string{"sources", "zips", "meta", "vcs", "sumdb", "toolchains", "leftovers", "alien", "build", "test", "fuzz"}
	if len(names) < len(want) || !slices.Equal(names[:len(want)], want) {
		t.Errorf("stores %q, want %q first", names, want)
	}
}

// A root below the other is counted once, in its own stores.
func TestNestedRoots(t *testing.T) {
	m := shared
	inside := filepath.Join(m.GOCACHE, "mod")
	must(t, os.Rename(m.GOMODCACHE, inside))
	defer func() { must(t, os.Rename(inside, m.GOMODCACHE)) }()
	for _, c := range []struct{ mod, build string }{
		{inside, m.GOCACHE},
		{m.Home, m.GOCACHE}, // what is called the module cache is a home directory
	} {
		opt := options(m, Exact)
		opt.ModCache, opt.BuildCache = c.mod, c.build
		inv := Run(context.Background(), opt)
		top := c.mod
		if c.mod == inside {
			top = m.GOCACHE
		}
		bytes, files := plainSum(t, top)
		if total := inv.Total(); total.Bytes != bytes || total.Files != files {
			t.Errorf("%v: stores add up to %+v, want %d bytes in %d files", c, total, bytes, files)
		}
	}
}

// Snapshots are never changed, grow, and end as the result; the fast answer is replaced by the exact one.
func TestLive(t *testing.T) {
	m := shared
	opt := options(m, FastThenExact)
	opt.Live = new(atomic.Pointer[Inventory])
	opt.Meter = new(meter.Meter)
	var seen []*Inventory
	opt.Now = func() time.Time { // asked when the scan begins and before its result is published
		if inv := opt.Live.Load(); inv != nil {
			seen = append(seen, inv)
		}
		return time.Now()
	}
	last := Run(context.Background(), opt)
	if len(seen) == 0 || seen[0] == last || opt.Live.Load() != last || !last.Exact || !last.Done {
		t.Fatalf("%d snapshots, last exact %v", len(seen), last.Exact)
	}
	if seen[0].Done || seen[0].Index != nil {
		t.Error("the first snapshot says that it is the last")
	}
	if exact := Run(context.Background(), options(m, Exact)); exact.Total() != last.Total() {
		t.Errorf("got %+v, want %+v", last.Total(), exact.Total())
	}
	if opt.Meter.Sample().Entries == 0 {
		t.Error("the meter stood still")
	}
}

// While the exact pass runs, what the fast one found stays until it is replaced.
func TestMergeKeepsWhatIsKnown(t *testing.T) {
	m := shared
	r := &run{opt: options(m, FastThenExact), started: time.Now()}
	r.opt.Now = time.Now
	r.env = Run(context.Background(), options(m, Fast)).Env
	r.findRoots()
	r.pass(context.Background(), true)
	before := r.snapshot()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r.pass(ctx, false) // broken off at once: nothing was found
	after := r.snapshot()
	if len(after.ModCache.Versions) != len(before.ModCache.Versions) || after.Total() != before.Total() {
		t.Errorf("%d versions, %+v; before %d, %+v", len(after.ModCache.Versions), after.Total(),
			len(before.ModCache.Versions), before.Total())
	}
}

// What one scan leaves spares the next the reading, and changes nothing in the sums.
func TestIndex(t *testing.T) {
	m := shared
	ageTree(t, m.GOMODCACHE)
	ageTree(t, m.GOCACHE)
	first := Run(context.Background(), options(m, Exact))
	x, err := DecodeIndex(first.Index.Encode())
	must(t, err)
	opt := options(m, Fast)
	opt.Index = x
	second := Run(context.Background(), opt)
	if second.Total() != first.Total() || second.Exact || second.Since.IsZero() {
		t.Errorf("recalled %+v, want %+v; exact %v, since %v", second.Total(), first.Total(), second.Exact, second.Since)
	}
	if second.Stats.Recalled < 100 {
		t.Errorf("only %d directories were believed", second.Stats.Recalled)
	}
	if !slices.ContainsFunc(x.Modules(), func(s string) bool { return s == "golang.org/x/tools" }) {
		t.Errorf("modules of the index: %q", x.Modules())
	}
	if !second.Index.Written.Equal(first.Index.Written) {
		t.Error("believing an index made it younger")
	}
}

func ageTree(t *testing.T, root string) {
	t.Helper()
	then := time.Now().Add(-time.Hour)
	must(t, filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(p, then, then)
	}))
}

func TestDamagedIndex(t *testing.T) {
	m := shared
	b := Run(context.Background(), options(m, Exact)).Index.Encode()
	for _, c := range [][]byte{nil, b[:10], b[:len(b)-1], append(slices.Clone(b), 0), []byte(strings.Repeat("x", 100))} {
		if _, err := DecodeIndex(c); err == nil {
			t.Errorf("%d bytes of %d were read as an index", len(c), len(b))
		}
	}
	for i := 0; i < len(b); i += 1 + len(b)/200 {
		c := slices.Clone(b)
		c[i] ^= 0x20
		if _, err := DecodeIndex(c); err == nil {
			t.Errorf("a flipped bit at %d was not noticed", i)
		}
	}
}

func TestCancel(t *testing.T) {
	m := shared
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	inv := Run(ctx, options(m, FastThenExact))
	if inv.Done || inv.Index != nil {
		t.Errorf("done %v, index %v", inv.Done, inv.Index != nil)
	}
}

func FuzzDecodeIndex(f *testing.F) {
	listed := &tree.Index{Root: "/r"}
	listed.Put("", &tree.Listing{Dirs: []string{"a"}})
	x := &Index{Written: time.Unix(1, 2), trees: map[string]*tree.Index{"/r": listed}}
	f.Add(x.Encode())
	f.Add([]byte(indexMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if x, err := DecodeIndex(b); err == nil {
			if _, err := DecodeIndex(x.Encode()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
