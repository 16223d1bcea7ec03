package tree

import (
	"context"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// oracle adds a tree up in the plainest way there is: WalkDir and Lstat, inodes counted once.
func oracle(t *testing.T, roots ...string) Size {
	t.Helper()
	var s Size
	seen := map[ID]bool{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // what cannot be read is counted as far as it can be seen, as in du
			}
			fi, err := os.Lstat(p)
			if err != nil {
				t.Fatal(err)
			}
			b, disk, nlink, id := oracleStat(p, fi)
			if !fi.IsDir() && nlink > 1 {
				if seen[id] {
					return nil
				}
				seen[id] = true
			}
			s.Bytes += b
			s.Disk += disk
			if fi.IsDir() {
				s.Dirs++
			} else {
				s.Files++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// plant makes a tree of n files, some deep, some sparse, some empty, some with a second name.
func plant(t *testing.T, root string, n int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(1, uint64(n)))
	dirs := []string{root}
	must(t, os.MkdirAll(root, 0o755))
	for i := range n {
		if rnd.IntN(6) == 0 {
			d := filepath.Join(dirs[rnd.IntN(len(dirs))], fmt.Sprintf("d%d", i))
			must(t, os.Mkdir(d, 0o755))
			dirs = append(dirs, d)
		}
		name := filepath.Join(dirs[rnd.IntN(len(dirs))], fmt.Sprintf("f%d", i))
		must(t, os.WriteFile(name, make([]byte, rnd.IntN(9000)), 0o644))
		switch rnd.IntN(10) {
		case 0:
			must(t, os.Truncate(name, 1<<20)) // sparse
		case 1:
			must(t, os.Link(name, filepath.Join(dirs[rnd.IntN(len(dirs))], fmt.Sprintf("l%d", i))))
		case 2:
			must(t, os.Symlink("nowhere", filepath.Join(dirs[rnd.IntN(len(dirs))], fmt.Sprintf("s%d", i))))
		}
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func walkOne(root string, opt Options) (*Cost, *Result) {
	c := &Cost{}
	return c, Walk(context.Background(), []Root{{Path: root, Place: Place{Cost: c}}}, opt)
}

func TestSumsEqualOracle(t *testing.T) {
	for _, n := range []int{0, 1, 50, 3000} {
		root := filepath.Join(t.TempDir(), "tree")
		plant(t, root, n)
		want := oracle(t, root)
		for _, workers := range []int{1, 2, 8} {
			c, r := walkOne(root, Options{Workers: workers})
			if got := c.Size(); got != want {
				t.Errorf("%d files, %d workers: got %+v, want %+v", n, workers, got, want)
			}
			if !c.Done() || r.Unread != 0 {
				t.Errorf("%d files: done %v, %d unreadable", n, c.Done(), r.Unread)
			}
		}
	}
}

// A tree deeper than PATH_MAX, and more directories open at once than the walk wants to hold, are read
// like any other.
func TestDeepAndWide(t *testing.T) {
	root := t.TempDir()
	deep := root
	for range 40 {
		deep = filepath.Join(deep, strings.Repeat("x", 60))
	}
	must(t, os.MkdirAll(deep, 0o755))
	for d := deep; d != root; d = filepath.Dir(d) {
		must(t, os.WriteFile(filepath.Join(d, "f"), []byte("x"), 0o644))
		must(t, os.MkdirAll(filepath.Join(d, "side", "side"), 0o755))
	}
	want := oracle(t, root)
	if c, _ := walkOne(root, Options{Workers: 4}); c.Size() != want {
		t.Errorf("got %+v, want %+v", c.Size(), want)
	}
}

// byName charges each name of the top directory to its own account.
type byName struct {
	mu    sync.Mutex
	costs map[string]*Cost
	skip  string
	whole bool
}

func (b *byName) cost(name string) *Cost {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.costs[name] == nil {
		b.costs[name] = &Cost{Rank: len(name), Key: name}
	}
	return b.costs[name]
}

func (b *byName) Dir(name string) (Place, bool) {
	if name == b.skip {
		return Place{}, false
	}
	return Place{Cost: b.cost(name), Whole: b.whole}, true
}

func (b *byName) File(e Entry) *Cost { return b.cost(e.Name) }

// An inode with two names is paid by the account that comes first, whoever sees it first.
func TestHardLinksPaidOnce(t *testing.T) {
	root := t.TempDir()
	for _, d := range []string{"bbb", "a", "cc"} {
		must(t, os.Mkdir(filepath.Join(root, d), 0o755))
	}
	must(t, os.WriteFile(filepath.Join(root, "bbb", "f"), make([]byte, 5000), 0o644))
	must(t, os.Link(filepath.Join(root, "bbb", "f"), filepath.Join(root, "a", "f")))
	must(t, os.Link(filepath.Join(root, "bbb", "f"), filepath.Join(root, "cc", "f")))
	for range 20 {
		w := &byName{costs: map[string]*Cost{}}
		top := &Cost{}
		Walk(context.Background(), []Root{{root, Place{Cost: top, Watch: w}}}, Options{Workers: 4})
		for name, files := range map[string]int64{"a": 1, "bbb": 0, "cc": 0} {
			if got := w.costs[name].Size().Files; got != files {
				t.Fatalf("%s pays for %d files, want %d", name, got, files)
			}
		}
		if !w.costs["a"].Flawed() {
			t.Fatal("a directory with hard links must not be kept in an index")
		}
	}
}

func TestSkipAndLeaveAlone(t *testing.T) {
	root := t.TempDir()
	plant(t, filepath.Join(root, "in"), 40)
	plant(t, filepath.Join(root, "out"), 40)
	plant(t, filepath.Join(root, "other"), 40)
	st, err := StatRoot(filepath.Join(root, "other"))
	must(t, err)
	w := &byName{costs: map[string]*Cost{}, skip: "out"}
	r := Walk(context.Background(), []Root{{root, Place{Cost: &Cost{}, Watch: w}}}, Options{Skip: []ID{{st.Dev, st.Ino}}})
	if w.costs["out"] != nil {
		t.Error("a directory that its owner wants left alone was read")
	}
	if got := w.costs["other"].Size(); got != (Size{}) {
		t.Errorf("a directory of Options.Skip was counted: %+v", got)
	}
	if got, want := w.costs["in"].Size(), oracle(t, filepath.Join(root, "in")); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if r.Unread != 0 {
		t.Errorf("unreadable: %v", r.Unreadable)
	}
}

func TestRecall(t *testing.T) {
	root := t.TempDir()
	plant(t, filepath.Join(root, "a"), 100)
	plant(t, filepath.Join(root, "b"), 100)
	must(t, os.WriteFile(filepath.Join(root, "file"), make([]byte, 100), 0o644))
	clearLinks(t, root)
	age(t, root)
	for _, whole := range []bool{false, true} {
		w := &byName{costs: map[string]*Cost{}, whole: whole}
		top := &Cost{}
		r := Walk(context.Background(), []Root{{root, Place{Cost: top, Watch: w}}}, Options{Record: true})
		x, rest, err := ReadIndex(string(AppendIndex(nil, r.Index[0])))
		if err != nil || rest != "" {
			t.Fatalf("the index does not survive encoding: %v, %d bytes left", err, len(rest))
		}
		w2 := &byName{costs: map[string]*Cost{}, whole: whole}
		top2 := &Cost{}
		r2 := Walk(context.Background(), []Root{{root, Place{Cost: top2, Watch: w2}}}, Options{Recall: []*Index{x}, Record: true})
		if r2.Read != 0 || r2.Recalled == 0 {
			t.Errorf("whole=%v: %d directories were read again, %d recalled", whole, r2.Read, r2.Recalled)
		}
		if top.Size() != top2.Size() {
			t.Errorf("whole=%v: top %+v, recalled %+v", whole, top.Size(), top2.Size())
		}
		for name, c := range w.costs {
			if got := w2.cost(name).Size(); got != c.Size() {
				t.Errorf("whole=%v: %s %+v, recalled %+v", whole, name, c.Size(), got)
			}
		}
		if a, b := AppendIndex(nil, r.Index[0]), AppendIndex(nil, r2.Index[0]); !slices.Equal(a, b) {
			t.Errorf("whole=%v: the index of a recalled walk is another", whole)
		}
	}
}

// A change in a directory shows, whatever the index says, and so does one that happened just before the
// walk that made the index.
func TestRecallSeesChange(t *testing.T) {
	root := t.TempDir()
	plant(t, filepath.Join(root, "a"), 50)
	clearLinks(t, root)
	age(t, root)
	_, r := walkOneRecorded(root, nil)
	must(t, os.WriteFile(filepath.Join(root, "a", "new"), make([]byte, 4000), 0o644))
	c, r2 := walkOneRecorded(root, r.Index)
	if got, want := c.Size(), oracle(t, root); got != want || r2.Read != 1 {
		t.Errorf("got %+v, want %+v; %d directories read, want 1", got, want, r2.Read)
	}
	if l := r2.Index[0].Listing("a"); l != nil {
		t.Error("a directory that changed a moment ago was kept in the index")
	}
}

func walkOneRecorded(root string, recall []*Index) (*Cost, *Result) {
	return walkOne(root, Options{Record: true, Recall: recall})
}

// age makes everything look an hour old.
func age(t *testing.T, root string) {
	t.Helper()
	then := time.Now().Add(-time.Hour)
	must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(p, then, then)
	}))
}

// clearLinks removes second names and symbolic links, which never go into an index.
func clearLinks(t *testing.T, root string) {
	t.Helper()
	must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if n := d.Name(); err == nil && !d.IsDir() && (n[0] == 'l' || n[0] == 's') {
			return os.Remove(p)
		}
		return err
	}))
}

func TestBadRoots(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	must(t, os.WriteFile(file, nil, 0o644))
	must(t, os.Symlink(filepath.Join(dir, "gone"), filepath.Join(dir, "dangling")))
	must(t, os.Mkdir(filepath.Join(dir, "empty"), 0o755))
	must(t, os.Symlink("empty", filepath.Join(dir, "link")))
	for _, c := range []struct {
		name string
		bad  bool
	}{{"missing", true}, {"file", true}, {"dangling", true}, {"empty", false}, {"link", false}} {
		cost, r := walkOne(filepath.Join(dir, c.name), Options{})
		if bad := len(r.Unreadable) > 0; bad != c.bad {
			t.Errorf("%s: unreadable %v", c.name, r.Unreadable)
		}
		if !c.bad && cost.Size().Dirs != 1 {
			t.Errorf("%s: %+v", c.name, cost.Size())
		}
	}
}

func TestCancel(t *testing.T) {
	root := t.TempDir()
	plant(t, root, 500)
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	c := &Cost{}
	r := Walk(ctx, []Root{{root, Place{Cost: c}}}, Options{Workers: 1, Count: func(int64, int64) {
		if seen++; seen == 3 {
			cancel()
		}
	}})
	if !r.Interrupted || c.Done() {
		t.Errorf("interrupted %v, done %v after %d directories", r.Interrupted, c.Done(), seen)
	}
}

// Directories that vanish while they are read are not there; the walk neither fails nor complains.
func TestVanishing(t *testing.T) {
	root := t.TempDir()
	for i := range 200 {
		must(t, os.MkdirAll(filepath.Join(root, fmt.Sprint("d", i), "x"), 0o755))
		must(t, os.WriteFile(filepath.Join(root, fmt.Sprint("d", i), "x", "f"), nil, 0o644))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 200 {
			os.RemoveAll(filepath.Join(root, fmt.Sprint("d", i)))
		}
	}()
	for range 20 {
		if _, r := walkOne(root, Options{Workers: 4}); r.Unread != 0 {
			t.Errorf("unreadable: %v", r.Unreadable)
		}
	}
	<-done
}

func FuzzReadIndex(f *testing.F) {
	x := &Index{Root: "/r"}
	x.Put("", &Listing{ID: ID{1, 2}, Mtime: 3, Dirs: []string{"a"}, Files: []Entry{{"f", File, 1, 2, 3}}})
	x.Put("a", &Listing{Whole: true, Exact: true, Sum: Size{1, 2, 3, 4}})
	x.Put("b/c/d", &Listing{Whole: true})
	f.Add(AppendIndex(nil, x))
	f.Add([]byte{})
	f.Add([]byte{1, '/', 255, 255, 255, 255, 15})
	f.Fuzz(func(t *testing.T, b []byte) {
		x, rest, err := ReadIndex(string(b))
		if err != nil {
			return
		}
		// What was read survives being written and read again. Of damaged bytes some of it may not make sense, like two
		// records for one directory: after it was written once that is gone.
		again := func(x *Index) *Index {
			for rel, l := range listings(x) {
				x.Put(rel, l)
			}
			y, _, err := ReadIndex(string(AppendIndex(nil, x)))
			if err != nil {
				t.Fatalf("not read again: %v, rest %q", err, rest)
			}
			return y
		}
		y := again(x)
		want := listings(y)
		if z := again(y); z.Root != x.Root || !reflect.DeepEqual(want, listings(z)) {
			t.Fatalf("does not survive: %+v, %+v", want, listings(z))
		}
	})
}

// listings gives all listings of an index by path.
func listings(x *Index) map[string]*Listing { return maps.Collect(x.Listings) }

// Listings below a directory that has none are found all the same, and what does not make sense is not believed.
func TestIndexForm(t *testing.T) {
	x := &Index{Root: "/r"}
	x.Put("a/b/c", &Listing{Mtime: 7, Dirs: []string{"no", "yes"}, Files: []Entry{{"f", File, 5000, 8192, 6}}})
	x.Put("a/b/c/yes", &Listing{Whole: true, Exact: true, Sum: Size{1, 2, 3, 4}})
	x.Put("a", &Listing{Mtime: 1, Dirs: []string{"b"}})
	want := listings(x)
	if len(want) != 3 || want["a/b/c"].Files[0].Disk != 8192 || x.Listing("a/b") != nil || x.Listing("x/y") != nil {
		t.Errorf("got %+v", want)
	}
	b := AppendIndex(nil, x)
	y, _, err := ReadIndex(string(b))
	if err != nil || !reflect.DeepEqual(listings(y), want) || !reflect.DeepEqual(y.Listing("a/b/c/yes"), want["a/b/c/yes"]) {
		t.Errorf("does not survive: %v, %+v", err, listings(y))
	}
	for i := range b { // nothing that is read from damaged bytes may make the program fail
		for _, c := range []byte{0, 1, 0x7f, 0xff} {
			d := slices.Clone(b)
			d[i] = c
			if z, _, err := ReadIndex(string(d)); err == nil {
				walkOne(t.TempDir(), Options{Record: true, Recall: []*Index{z}})
				listings(z)
			}
		}
	}
}

func BenchmarkWalk(b *testing.B) {
	root := b.TempDir()
	for d := range 200 {
		dir := filepath.Join(root, fmt.Sprint(d))
		must(b, os.Mkdir(dir, 0o755))
		for f := range 25 {
			must(b, os.WriteFile(filepath.Join(dir, fmt.Sprint(f)), nil, 0o644))
		}
	}
	for b.Loop() {
		walkOne(root, Options{})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/5200, "ns/entry")
}

// A panic in a worker reaches the caller of Walk, and the other workers do not wait for ever.
func TestPanicReachesCaller(t *testing.T) {
	root := t.TempDir()
	plant(t, root, 300)
	defer func() {
		if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), "made up") {
			t.Errorf("recovered %v", v)
		}
	}()
	var n atomic.Int32
	walkOne(root, Options{Workers: 4, Count: func(int64, int64) {
		if n.Add(1) == 5 {
			panic("made up")
		}
	}})
}
