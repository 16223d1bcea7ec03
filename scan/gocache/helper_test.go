package gocache

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"godoctor/scan/tree"
)

// newCache makes an empty cache, without the 256 directories: those that matter come with their entries.
func newCache(t testing.TB) string {
	t.Helper()
	root := t.TempDir()
	put(t, root, "README", readmeStart+"\n")
	put(t, root, "trim.txt", "1790000000")
	return root
}

// du is an independent sum of a tree: Lstat of everything, an inode with several names once.
func du(t testing.TB, root string) tree.Size {
	t.Helper()
	var sum tree.Size
	seen := make(map[tree.ID]bool)
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := os.Lstat(path)
		if err != nil {
			return err
		}
		disk, id, links := blocks(fi)
		if !fi.IsDir() && links > 1 {
			if seen[id] {
				return nil
			}
			seen[id] = true
		}
		if fi.IsDir() {
			sum.Dirs++
		} else {
			sum.Files++
		}
		sum.Bytes += fi.Size()
		sum.Disk += disk
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// look walks and asserts what holds always: the sum is that of du, the groups are those of the stores.
func lookAt(t *testing.T, root string) (*Scan, *Cache) {
	t.Helper()
	s := New(root)
	walk(s)
	return s, check(t, s, du(t, root))
}

// headers makes the second look and asserts the same.
func headers(t *testing.T, s *Scan, want tree.Size) *Cache {
	t.Helper()
	var entries int64
	if err := s.Headers(t.Context(), func(n, _ int64) { entries += n }); err != nil {
		t.Fatal(err)
	}
	c := check(t, s, want)
	if !c.Headers || entries < c.Actions+c.Outputs {
		t.Errorf("second look: done %v, %d entries counted of %d", c.Headers, entries, c.Actions+c.Outputs)
	}
	return c
}

func check(t *testing.T, s *Scan, want tree.Size) *Cache {
	t.Helper()
	c := s.Cache()
	if c.Total() != want {
		t.Errorf("total %+v, want %+v", c.Total(), want)
	}
	if !c.Done {
		t.Error("not done after the walk")
	}
	checkSums(t, c)
	return c
}

func checkSums(t *testing.T, c *Cache) {
	t.Helper()
	var sums [numStores]tree.Size
	for _, g := range c.Groups {
		sums[storeOf(g.Kind)] = sums[storeOf(g.Kind)].Add(g.Size)
	}
	for i, s := range c.Stores {
		if s.Size != sums[i] {
			t.Errorf("store %v: %+v, its groups %+v", s.Store, s.Size, sums[i])
		}
	}
	if c.Done && c.Headers {
		for _, g := range c.Groups {
			if g.Kind == KindUnclassed && g.Size != (tree.Size{}) {
				t.Logf("unclassed: %+v", g.Size)
			}
		}
	}
}

// find adds up the groups of a kind; the other words, where not empty, have to fit too.
func find(c *Cache, kind, version, goos string) (entries int64, size tree.Size) {
	for _, g := range c.Groups {
		if g.Kind == kind && (version == "" || g.GoVersion == version) && (goos == "" || g.GOOS == goos) {
			entries += g.Entries
			size = size.Add(g.Size)
		}
	}
	return entries, size
}

func wantEntries(t *testing.T, c *Cache, kind string, n int64) {
	t.Helper()
	if got, _ := find(c, kind, "", ""); got != n {
		t.Errorf("%d entries of %q, want %d", got, kind, n)
	}
}

func age(t testing.TB, d time.Duration, names ...string) {
	t.Helper()
	for _, name := range names {
		when := time.Now().Add(-d)
		if err := os.Chtimes(name, when, when); err != nil {
			t.Fatal(err)
		}
	}
}

// archive is the beginning of a package archive.
func archive(version, goos, goarch string) string {
	return "!<arch>\n__.PKGDEF       0           0     0     644     120       `\n" +
		"go object " + goos + " " + goarch + " " + version + " GOAMD64=v1 X:none\nbuild id \"x\"\n" + string(make([]byte, 4096))
}
