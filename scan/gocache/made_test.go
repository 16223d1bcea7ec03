package gocache

import (
	"context"
	"crypto/sha256"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"godoctor/scan/tree"
)

func id(s string) [idSize]byte { return sha256.Sum256([]byte(s)) }

func TestAges(t *testing.T) {
	root := newCache(t)
	a, d := putEntry(t, root, id("x"), archive("go1.26.8", "linux", "amd64"))
	for _, tt := range []struct {
		since time.Duration
		want  Age
	}{
		{-2 * time.Hour, AgeFuture}, {-time.Minute, AgeDay}, {0, AgeDay}, {23 * time.Hour, AgeDay},
		{25 * time.Hour, AgeFiveDays}, {5*day + 59*time.Minute, AgeFiveDays}, {5*day + 61*time.Minute, AgeOld},
		{29 * day, AgeOld}, {31 * day, AgeVeryOld}, {9000 * day, AgeVeryOld},
	} {
		age(t, tt.since, a, d)
		s, c := lookAt(t, root)
		for range 2 {
			for _, g := range c.Groups {
				if (g.Kind == KindAction || g.Kind == KindOutput || g.Kind == KindArchive) && g.Age != tt.want {
					t.Errorf("used %v ago: %v, want %v", tt.since, g.Age, tt.want)
				}
			}
			c = headers(t, s, du(t, root))
		}
		wantEntries(t, c, KindArchive, 2)
	}
	if !AgeOld.Trimmable() || !AgeVeryOld.Trimmable() || AgeFuture.Trimmable() || AgeFiveDays.Trimmable() {
		t.Error("go trims what is older than five days and an hour, and nothing else")
	}
}

// TestJoin asserts that the actions follow their outputs and what they were derived from.
func TestJoin(t *testing.T) {
	root := newCache(t)
	for _, v := range []string{"go1.24.1", "go1.26.8"} {
		a := id("build " + v)
		putEntry(t, root, a, archive(v, "linux", "arm64"))
		putEntry(t, root, subkey(a, "stdout"), "")
		putEntry(t, root, subkey(a, "srcfiles"), "./same.go\n")
	}
	putEntry(t, root, id("log"), "# test log\n")
	putEntry(t, root, id("result"), "ok  \tm\t0.1s\n")
	s, _ := lookAt(t, root)
	c := headers(t, s, du(t, root))
	for _, v := range []string{"go1.24.1", "go1.26.8"} {
		for kind, n := range map[string]int64{KindArchive: 2, KindMessage: 1, KindSources: 1} {
			if got, _ := find(c, kind, v, "linux"); got != n {
				t.Errorf("%d entries of %q by %s, want %d", got, kind, v, n)
			}
		}
	}
	wantEntries(t, c, KindSources, 3) // the list itself is the same for both
	wantEntries(t, c, KindEmpty, 1)
	if st := c.Stores[Test]; st.Items != 4 || st.Size.Bytes != 2*actionSize+int64(len("# test log\nok  \tm\t0.1s\n")) {
		t.Errorf("store test: %+v", st)
	}
}

// TestDamage has every way an entry can be broken.
func TestDamage(t *testing.T) {
	root := newCache(t)
	a, _ := putEntry(t, root, id("short"), "# test log\n")
	truncate(t, a, 100)
	a, _ = putEntry(t, root, id("long"), "mode: set\n")
	truncate(t, a, 176)
	a, _ = putEntry(t, root, id("zeros"), "go index v2\n")
	put(t, root, rel(t, root, a), string(make([]byte, actionSize)))
	_, d := putEntry(t, root, id("nothing"), "./x.go\n")
	truncate(t, d, 0)
	_, d = putEntry(t, root, id("gone"), "./y.go\n")
	if err := os.Remove(d); err != nil {
		t.Fatal(err)
	}
	put(t, root, entryName(id("program"), "d")+"/prog", "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00")
	put(t, root, entryName(id("several"), "d")+"/one", "1")
	put(t, root, entryName(id("several"), "d")+"/two", "2")
	put(t, root, entryName(id("several"), "d")+"/dir/three", "3")
	if err := os.MkdirAll(filepath.Join(root, entryName(id("bare"), "d")), 0o777); err != nil {
		t.Fatal(err)
	}
	s, c := lookAt(t, root)
	wantEntries(t, c, KindExecutable, 3)
	if c.AlienCount != 1 || c.Actions != 5 || c.Outputs != 4+3 {
		t.Errorf("%d aliens, %d actions, %d outputs", c.AlienCount, c.Actions, c.Outputs)
	}
	c = headers(t, s, du(t, root))
	wantEntries(t, c, KindDamaged, 3+1+1) // three actions, an empty output and its action
	wantEntries(t, c, KindDangling, 1)
	wantEntries(t, c, KindExecutable, 3)
	wantEntries(t, c, KindUnclassed, 0)
	if c.Actions != 5 || c.Outputs != 7 {
		t.Errorf("second look: %d actions, %d outputs", c.Actions, c.Outputs)
	}
}

func truncate(t *testing.T, name string, size int64) {
	t.Helper()
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
}

func rel(t *testing.T, root, name string) string {
	t.Helper()
	r, err := filepath.Rel(root, name)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(r)
}

func TestAliens(t *testing.T) {
	root := newCache(t)
	names := []string{"notes", "gg/file", "0a/readme", "0a/dir/below/file", "0a/" + strings.Repeat("b", 64) + "-d",
		"0a/" + strings.Repeat("0", 64) + "-x", "0A"}
	if runtime.GOOS == "linux" {
		names = append(names, "bell\x1b[31m", "two\nlines", "0b/\xff\xfe", "0b/\x1b]0;x\x07", "line\nbreak/x")
	}
	for _, name := range names {
		put(t, root, name, "data")
	}
	s, c := lookAt(t, root)
	want := int64(len(names))
	if c.AlienCount != want || len(c.Aliens) != len(names) {
		t.Fatalf("%d aliens, %d listed, want %d: %q", c.AlienCount, len(c.Aliens), want, c.Aliens)
	}
	paths := make(map[string]Item)
	for _, a := range c.Aliens {
		paths[a.Path] = a
	}
	if a := paths[filepath.Join(root, "0a", "dir")]; a.Size.Bytes <= 4 || a.Size.Files != 1 || a.Size.Dirs != 2 {
		t.Errorf("alien directory: %+v", a)
	}
	if a := paths[filepath.Join(root, "0a", "readme")]; a.Size.Bytes != 4 || a.What == "" {
		t.Errorf("alien file: %+v", a)
	}
	_, before := find(c, KindAlien, "", "")
	c = headers(t, s, du(t, root))
	if _, after := find(c, KindAlien, "", ""); after != before {
		t.Errorf("aliens are %+v after the second look, were %+v", after, before)
	}
	if c.Actions+c.Outputs != 0 || len(c.Aliens) != len(names) {
		t.Errorf("%d actions, %d outputs, %d aliens", c.Actions, c.Outputs, len(c.Aliens))
	}
}

func TestManyAliens(t *testing.T) {
	root := newCache(t)
	for i := range itemMax + 50 {
		put(t, root, "0c/x"+string(rune('a'+i%26))+strings.Repeat("y", i/26), "z")
	}
	_, c := lookAt(t, root)
	if len(c.Aliens) != itemMax || c.AlienCount != itemMax+50 {
		t.Errorf("%d listed of %d", len(c.Aliens), c.AlienCount)
	}
}

func TestFuzzAndState(t *testing.T) {
	root := newCache(t)
	put(t, root, "testexpire.txt", "1790000000123456789\n")
	put(t, root, "fuzz/example.com/m/p/FuzzAdd/0011223344556677", "go test fuzz v1\nint(1)\n")
	put(t, root, "fuzz/example.com/m/p/FuzzAdd/8899aabbccddeeff", "go test fuzz v1\nint(2)\n")
	put(t, root, "fuzz/example.com/Fuzzy/FuzzX/8899aabbccddeeff", "x")
	put(t, root, "fuzz/example.com/stray", "x")
	s, c := lookAt(t, root)
	c2 := headers(t, s, du(t, root))
	if c2.Stores[Fuzz] != c.Stores[Fuzz] || c.Stores[Fuzz].Items != 4 || c.Stores[Fuzz].Size.Files != 4 {
		t.Errorf("store fuzz: %+v", c.Stores[Fuzz])
	}
	if len(c.Fuzz) != 2 || c.Fuzz[0].Package != "example.com/Fuzzy" || c.Fuzz[1].Package != "example.com/m/p" ||
		c.Fuzz[1].Target != "FuzzAdd" || c.Fuzz[1].Entries != 2 {
		t.Errorf("targets: %+v", c.Fuzz)
	}
	if !c.LastTrimmedKnown || c.TrimTime.Unix() != 1790000000 || c.TestExpire.UnixNano() != 1790000000123456789 {
		t.Errorf("trimmed %v, expired %v", c.TrimTime, c.TestExpire)
	}
	put(t, root, "trim.txt", "nonsense")
	if _, c = lookAt(t, root); c.LastTrimmedKnown {
		t.Error("nonsense in trim.txt was understood")
	}
}

func TestKnown(t *testing.T) {
	empty, home, file := t.TempDir(), t.TempDir(), put(t, t.TempDir(), "file", "")
	put(t, home, "letters/one", "dear")
	put(t, home, ".profile", "x")
	full := newCache(t)
	for i := range foreignMax + 1 {
		put(t, full, "mine"+string(rune('a'+i))+"/x", "x")
	}
	for _, tt := range []struct {
		name, root string
		ok         bool
	}{{"missing", filepath.Join(empty, "no"), true}, {"empty", empty, true}, {"home", home, false},
		{"file", file, false}, {"cache", newCache(t), true}, {"cache in a home", full, false}} {
		ok, reason := Known(tt.root)
		if ok != tt.ok || ok != (reason == "") {
			t.Errorf("%s: %v %q", tt.name, ok, reason)
		}
		s := New(tt.root)
		walk(s)
		if err := s.Headers(t.Context(), nil); err != nil && tt.name != "file" {
			t.Errorf("%s: %v", tt.name, err)
		}
		c := s.Cache()
		checkSums(t, c)
		if c.Looks != ok || c.Reason != reason || !c.Done {
			t.Errorf("%s: looks %v %q, done %v", tt.name, c.Looks, c.Reason, c.Done)
		}
		if n := c.Total().Files; tt.name == "home" && (n != 0 || c.AlienCount != 2) {
			t.Errorf("files of a home directory are summed up: %d, %d listed", n, c.AlienCount)
		}
		if tt.name == "missing" && c.Total() != (tree.Size{}) {
			t.Errorf("a missing cache takes %+v", c.Total())
		}
	}
}

// TestRecall asserts that what an index knows gives the same totals, and the second look the rest.
func TestRecall(t *testing.T) {
	root := newCache(t)
	madeUp(t, root, 500)
	put(t, root, "0a/stray", "x")
	put(t, root, "0a/straydir/y", "x")
	put(t, root, "fuzz/m/FuzzX/0011223344556677", "x")
	put(t, root, entryName(id("program"), "d")+"/prog", "x")
	settleDirs(t, root)
	s := New(root)
	r := tree.Walk(t.Context(), []tree.Root{{Path: root, Place: s.Place()}}, tree.Options{Record: true})
	first := headers(t, s, du(t, root))

	s = New(root)
	r = tree.Walk(t.Context(), []tree.Root{{Path: root, Place: s.Place()}}, tree.Options{Recall: r.Index})
	if r.Recalled < 256 {
		t.Fatalf("%d directories recalled", r.Recalled)
	}
	c := check(t, s, du(t, root))
	if c.Exact || len(c.Fuzz) != 1 || c.TrimTime.IsZero() {
		t.Errorf("recalled: exact %v, fuzz %v, trimmed %v", c.Exact, c.Fuzz, c.TrimTime)
	}
	wantEntries(t, c, KindAction, 0)
	c = headers(t, s, du(t, root))
	if len(c.Groups) != len(first.Groups) || len(c.Aliens) != len(first.Aliens) || c.Actions != first.Actions {
		t.Fatalf("after recall and second look: %d groups, %d aliens, %d actions, want %d, %d, %d", len(c.Groups),
			len(c.Aliens), c.Actions, len(first.Groups), len(first.Aliens), first.Actions)
	}
	for i := range c.Groups {
		if c.Groups[i] != first.Groups[i] {
			t.Errorf("group %+v, want %+v", c.Groups[i], first.Groups[i])
		}
	}
	for i := range c.Aliens {
		if c.Aliens[i] != first.Aliens[i] {
			t.Errorf("alien %+v, want %+v", c.Aliens[i], first.Aliens[i])
		}
	}
}

// settleDirs makes directories old enough for an index to keep.
func settleDirs(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			age(t, time.Hour, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestSnapshots takes pictures while both looks run, and while files and directories vanish.
func TestSnapshots(t *testing.T) {
	root := newCache(t)
	madeUp(t, root, 1000)
	s := New(root)
	done := make(chan struct{})
	vanished := make(chan struct{})
	go func() {
		defer close(vanished)
		for b := range 128 {
			os.RemoveAll(filepath.Join(root, hexName(byte(b*2))))
		}
	}()
	go func() {
		defer close(done)
		walk(s)
		if err := s.Headers(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		checkSums(t, s.Cache())
	}
	<-vanished
	if err := s.Headers(t.Context(), nil); err != nil { // a look after all is gone finds what is left
		t.Fatal(err)
	}
	c := s.Cache()
	checkSums(t, c)
	if n := countFiles(t, root, "-a"); c.Actions != n {
		t.Errorf("%d actions, %d are left", c.Actions, n)
	}
}

func TestCancel(t *testing.T) {
	root := newCache(t)
	madeUp(t, root, 500)
	s, before := lookAt(t, root)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Headers(ctx, nil); err != context.Canceled {
		t.Errorf("error %v", err)
	}
	if c := s.Cache(); c.Headers || c.Total() != before.Total() {
		t.Errorf("a cancelled look left something: %+v", c.Stores)
	}
}

// TestMemory asserts what a big cache costs while it is looked at: 500,000 entries below 30 MB.
func TestMemory(t *testing.T) {
	root := newCache(t)
	const n = 1000
	madeUp(t, root, n)
	s := New(root)
	walk(s)
	l := &look{Scan: s, ctx: t.Context(), accounts: make(map[groupKey]*account), known: make(map[about]*about)}
	var err error
	if l.open, err = openRoot(root); err != nil {
		t.Fatal(err)
	}
	defer l.open.close()
	place := tree.Place{Cost: new(tree.Cost), Watch: lookTop{l}}
	tree.Walk(t.Context(), []tree.Root{{Path: root, Place: place}}, tree.Options{})
	var outs, derived shards
	var kept uintptr
	for b, d := range l.dirs {
		outs[b] = d.outs
		kept += uintptr(cap(d.outs))*unsafe.Sizeof(output{}) + uintptr(cap(d.acts))*unsafe.Sizeof(actionOf{}) +
			uintptr(cap(d.empties))*unsafe.Sizeof(emptyOf{}) + unsafe.Sizeof(*d)/250 // a 250th of the entries, as many directories
	}
	outs.sort()
	l.derive(&outs, &derived)
	for _, d := range derived {
		kept += uintptr(cap(d)) * unsafe.Sizeof(output{})
	}
	if each := kept / n; each > 60 {
		t.Errorf("%d bytes an entry are kept", each)
	}
}
