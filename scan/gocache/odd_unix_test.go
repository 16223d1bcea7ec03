//go:build unix

package gocache

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godoctor/scan/tree"
)

// TestOdd has entries that hang, mislead or double whoever opens them: fifos, links and hard links.
func TestOdd(t *testing.T) {
	root := newCache(t)
	madeUp(t, root, 0) // all 256 directories, for README is not going to be readable
	_, d := putEntry(t, root, id("kept"), archive("go1.26.8", "linux", "amd64"))
	for _, key := range []string{"a", "d"} {
		if err := syscall.Mkfifo(filepath.Join(root, entryName(id("fifo"), key)), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"trim.txt", "README"} {
		os.Remove(filepath.Join(root, name))
		if err := syscall.Mkfifo(filepath.Join(root, name), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	secret := put(t, t.TempDir(), "secret", "go index v2\n")
	links := map[string]string{entryName(id("link"), "d"): secret, entryName(id("loop"), "d"): ".", "log.txt": secret}
	for name, to := range links {
		if err := os.Symlink(to, filepath.Join(root, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []string{"twin", "triplet"} {
		if err := os.Link(d, filepath.Join(root, entryName(id(s), "d"))); err != nil {
			t.Fatal(err)
		}
	}
	put(t, root, entryName(id("exe"), "d")+"/prog", "x")
	if err := syscall.Mkfifo(filepath.Join(root, entryName(id("exe"), "d"), "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	within(t, func() {
		s, c := lookAt(t, root)
		if !c.Looks || c.LastTrimmedKnown || c.Outputs != 4 || c.AlienCount != 7 {
			t.Errorf("looks %v, trim time %v, %d outputs, %d aliens", c.Looks, c.TrimTime, c.Outputs, c.AlienCount)
		}
		c = headers(t, s, du(t, root))
		wantEntries(t, c, KindIndex, 0)
		if n, size := find(c, KindArchive, "go1.26.8", ""); n != 4 || size.Files != 2 {
			t.Errorf("archives of %d names: %+v", n, size)
		}
	})
}

// TestElsewhere has a cache whose files another tree pays for: the second look must not count them again.
func TestElsewhere(t *testing.T) {
	root, other := newCache(t), t.TempDir()
	a, d := putEntry(t, root, id("x"), archive("go1.26.8", "linux", "amd64"))
	putEntry(t, root, id("y"), "go index v2\n")
	all := du(t, root)
	for i, name := range []string{a, d} {
		if err := os.Link(name, filepath.Join(other, string(rune('a'+i)))); err != nil {
			t.Fatal(err)
		}
	}
	s, first := New(root), &tree.Cost{}
	tree.Walk(t.Context(), []tree.Root{{Path: root, Place: s.Place()}, {Path: other, Place: tree.Place{Cost: first}}}, tree.Options{})
	paid := first.Size().Sub(du(t, other)).Add(all).Sub(tree.Size{Bytes: fileSize(t, a) + fileSize(t, d), Files: 2})
	if c := s.Cache(); c.Total().Files != paid.Files || c.Total().Bytes != paid.Bytes {
		t.Errorf("total %+v, want %+v", c.Total(), paid)
	}
	c := headers(t, s, s.Cache().Total())
	wantEntries(t, c, KindArchive, 2)
	if _, size := find(c, KindUnclassed, "", ""); size.Files != -2 {
		t.Errorf("what another tree pays for: %+v", size)
	}
}

func fileSize(t *testing.T, name string) int64 {
	t.Helper()
	fi, err := os.Lstat(name)
	if err != nil {
		t.Fatal(err)
	}
	return fi.Size()
}

// within fails rather than hang: a minute is a guard, and no measure of anything.
func within(t *testing.T, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("hangs")
	}
}

// TestFifoAsCache has a fifo where the cache should be.
func TestFifoAsCache(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o666); err != nil {
		t.Fatal(err)
	}
	within(t, func() {
		if ok, why := Known(fifo); ok || why != "not a directory" {
			t.Errorf("%v, %q", ok, why)
		}
		list, err := Entries(t.Context(), fifo, true, func(*Entry) bool { return true })
		if !errors.Is(err, ErrForeign) || strings.Contains(err.Error(), "\n") || list != nil {
			t.Errorf("%v, %q", list, err)
		}
	})
}

// TestUnreadable has a directory and files that an ordinary user cannot read; root reads them all.
func TestUnreadable(t *testing.T) {
	root := newCache(t)
	a, d := putEntry(t, root, id("x"), "go index v2\n")
	_, locked := putEntry(t, root, id("y"), "go index v2\n more")
	all := du(t, root)
	dir := filepath.Dir(a)
	if filepath.Dir(d) == dir || filepath.Dir(locked) == dir {
		t.Fatal("the entries share a directory")
	}
	for name, mode := range map[string]os.FileMode{dir: 0, locked: 0} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { os.Chmod(dir, 0o777) })
	s := New(root)
	r := walk(s)
	want, damaged := all, int64(0)
	if os.Geteuid() == 0 {
		if r.Unread != 0 {
			t.Errorf("root cannot read %v", r.Unreadable)
		}
	} else {
		want.Bytes -= actionSize
		want.Files--
		want.Disk = s.Cache().Total().Disk // what the file takes cannot be seen
		damaged = 2                        // the file, and the action that is named after what it tells
		if r.Unread != 1 || r.Unreadable[0].Path != dir {
			t.Errorf("unreadable: %v", r.Unreadable)
		}
	}
	c := check(t, s, want)
	c = headers(t, s, c.Total())
	wantEntries(t, c, KindDamaged, damaged)
}
