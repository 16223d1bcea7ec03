package modcache

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
	"godoctor/scan/tree"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func machine(t *testing.T) *cachetest.Machine {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() {
		if err := m.RemoveAll(); err != nil {
			t.Error(err)
		}
	})
	return m
}

func mod(path, version string, files map[string]string) cachetest.Module {
	if files == nil {
		files = map[string]string{"a.go": "package a\n", "deep/er/b.go": "package b\n" + strings.Repeat("// x\n", 2000)}
	}
	return cachetest.Module{Path: path, Version: version, Files: files}
}

// look scans a module cache.
func look(t *testing.T, root string, fast bool, x *tree.Index) (*Cache, *tree.Result, *tree.Index) {
	t.Helper()
	s := New(root, fast)
	opt := tree.Options{Record: true}
	if x != nil {
		opt.Recall = []*tree.Index{x}
	}
	r := tree.Walk(context.Background(), []tree.Root{{Path: root, Place: s.Place()}}, opt)
	if fast {
		s.Estimate(context.Background(), opt, r.Index[0])
	}
	return s.Cache(), r, r.Index[0]
}

// plainSum is an independent sum of a tree: apparent bytes, each inode once.
func plainSum(t *testing.T, root string) tree.Size {
	t.Helper()
	var s tree.Size
	var seen []os.FileInfo
	must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := os.Lstat(p)
		if err != nil {
			return err
		}
		if strings.Contains(p, "twin") {
			if slices.ContainsFunc(seen, func(o os.FileInfo) bool { return os.SameFile(o, fi) }) {
				return nil
			}
			seen = append(seen, fi)
		}
		s.Bytes += fi.Size()
		if fi.IsDir() {
			s.Dirs++
		} else {
			s.Files++
		}
		return nil
	}))
	return s
}

func find(t *testing.T, c *Cache, path, version string) Version {
	t.Helper()
	for _, v := range c.Versions {
		if v.Path == path && v.Version == version {
			return v
		}
	}
	t.Fatalf("%s@%s is not in the cache", path, version)
	return Version{}
}

// Every byte is in exactly one store, and the names are those that escaping hid.
func TestStoresAddUp(t *testing.T) {
	m := machine(t)
	must(t, m.Install(
		mod("example.com/plain", "v1.0.0", nil),
		mod("github.com/BurntSushi/toml", "v1.2.0-RC1", nil),
		mod("gopkg.in/yaml.v3", "v3.0.1", nil),
		mod("example.com/old", "v2.0.0+incompatible", nil),
		mod("example.com/mod/v2", "v2.1.0", nil),
	))
	must(t, m.InstallModOnly(mod("example.com/graph", "v0.0.0-20240101000000-abcdefabcdef", nil)))
	_, err := m.Toolchain("go1.25.0", "linux", "amd64", time.Now().Add(-time.Hour), nil)
	must(t, err)
	_, err = m.FIPS140("v1.0.0", time.Now())
	must(t, err)
	_, err = m.VCS("git", "https://vcs.example/r", 5000, time.Now())
	must(t, err)
	must(t, m.InstallSumDB(mod("example.com/plain", "v1.0.0", nil)))
	must(t, m.PartialDownload(mod("example.com/half", "v1.0.0", nil)))
	left, err := m.Leftovers(mod("example.com/plain", "v1.0.0", nil))
	must(t, err)
	_, err = m.Alien("notes.txt", []byte("mine"))
	must(t, err)
	_, err = m.Alien("github.com/Upper/x.go", []byte("mine"))
	must(t, err)

	c, r, _ := look(t, m.GOMODCACHE, false, nil)
	want := plainSum(t, m.GOMODCACHE)
	got := c.Total()
	if got.Bytes != want.Bytes || got.Files != want.Files || got.Dirs != want.Dirs {
		t.Errorf("stores add up to %+v, the tree to %+v", got, want)
	}
	if !c.Exact || !c.Done || r.Unread != 0 {
		t.Errorf("exact %v, done %v, unreadable %v", c.Exact, c.Done, r.Unreadable)
	}
	for _, n := range []struct {
		path, version string
		parts         Parts
	}{
		{"github.com/BurntSushi/toml", "v1.2.0-RC1", HasDir | HasZip | HasZiphash | HasMod | HasInfo},
		{"gopkg.in/yaml.v3", "v3.0.1", HasDir | HasZip | HasZiphash},
		{"example.com/old", "v2.0.0+incompatible", HasDir | HasZip},
		{"example.com/mod/v2", "v2.1.0", HasDir | HasZip},
		{"example.com/graph", "v0.0.0-20240101000000-abcdefabcdef", HasMod | HasInfo},
		{"golang.org/toolchain", "v0.0.1-go1.25.0.linux-amd64", HasDir | HasZip | HasZiphash},
		{"golang.org/fips140", "v1.0.0", HasDir},
		{"example.com/half", "v1.0.0", HasPartial | HasDir},
	} {
		if v := find(t, c, n.path, n.version); !v.Parts.Has(n.parts) {
			t.Errorf("%s@%s: parts %b, want %b", n.path, n.version, v.Parts, n.parts)
		}
	}
	for st, items := range map[Store]int64{Sources: 7, Toolchains: 1, VCS: 1, Alien: 2, Leftovers: int64(len(left)) + 1} {
		if got := c.Stores[st]; got.Items != items || got.Size.Bytes == 0 {
			t.Errorf("%s: %+v, want %d items", st, got, items)
		}
	}
	var aliens []string
	for _, a := range c.Aliens {
		aliens = append(aliens, strings.TrimPrefix(a.Path, m.GOMODCACHE+"/"))
	}
	if want := []string{"github.com/Upper", "notes.txt"}; !slices.Equal(aliens, want) {
		t.Errorf("aliens %q, want %q", aliens, want)
	}
}

// Hard links, sparse files, odd names and odd entries change nothing in the sum.
func TestOddThings(t *testing.T) {
	m := machine(t)
	a, b := mod("example.com/a", "v1.0.0", nil), mod("example.com/b", "v1.0.0", nil)
	must(t, m.Install(a, b))
	must(t, os.Chmod(m.Dir(b), 0o755))
	must(t, m.HardLink(filepath.Join(m.Dir(a), "a.go"), filepath.Join(m.Dir(b), "twin.go")))
	must(t, m.Sparse(filepath.Join(m.Dir(b), "sparse"), 1<<20))
	made, err := m.OddEntries(m.GOMODCACHE)
	must(t, err)
	c, _, x := look(t, m.GOMODCACHE, false, nil)
	want := plainSum(t, m.GOMODCACHE)
	want.Files-- // twin.go is a.go again
	want.Bytes -= int64(len(a.Files["a.go"]))
	if got := c.Total(); got.Bytes != want.Bytes || got.Files != want.Files {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if n := c.Stores[Alien].Items; n != int64(len(made)) {
		t.Errorf("%d aliens, %d made", n, len(made))
	}
	if va, vb := find(t, c, "example.com/a", "v1.0.0"), find(t, c, "example.com/b", "v1.0.0"); va.Sources.Files != 2 || vb.Sources.Files != 3 {
		t.Errorf("a pays for %d files and b for %d, want 2 and 3", va.Sources.Files, vb.Sources.Files)
	}
	if x.Listing("example.com/b@v1.0.0") != nil {
		t.Error("a directory with shared inodes was kept in the index")
	}
}

// The zip names the same files and directories as the tree, without a look at the tree.
func TestFastEqualsExact(t *testing.T) {
	m, err := cachetest.Demo(filepath.Join(t.TempDir(), "machine"), time.Now())
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	exact, _, _ := look(t, m.GOMODCACHE, false, nil)
	fast, r, x := look(t, m.GOMODCACHE, true, nil)
	if fast.Exact || !fast.Done {
		t.Errorf("fast: exact %v, done %v", fast.Exact, fast.Done)
	}
	if len(fast.Versions) != len(exact.Versions) {
		t.Fatalf("%d versions, want %d", len(fast.Versions), len(exact.Versions))
	}
	if f, e := fast.Total(), exact.Total(); abs(f.Bytes-e.Bytes) > e.Bytes/50 {
		t.Errorf("fast %+v, exact %+v", f, e)
	}
	for i, v := range fast.Versions {
		e := exact.Versions[i]
		same := v.Sources.Files == e.Sources.Files && v.Sources.Dirs == e.Sources.Dirs
		if v.Toolchain { // the go command adds copies of go.mod to the directory
			same = v.Sources.Files < e.Sources.Files && v.Sources.Dirs == e.Sources.Dirs
		}
		if v.Parts != e.Parts || !same {
			t.Errorf("%s@%s: %+v by its zip, %+v in the tree", v.Path, v.Version, v.Sources, e.Sources)
		}
	}
	again, r2, _ := look(t, m.GOMODCACHE, true, x)
	if again.Total() != fast.Total() || r2.Recalled < r.Read/2 {
		t.Errorf("recalled %+v, before %+v; %d of %d directories believed", again.Total(), fast.Total(), r2.Recalled, r.Read)
	}
}

func abs(n int64) int64 { return max(n, -n) }

// nearly says whether two sizes are the same but for what directories take: that grows with their entries on some file
// systems (tmpfs, btrfs), and a zip does not say it.
func nearly(a, b tree.Size) bool {
	dirs := a.Dirs * 4096
	return a.Files == b.Files && a.Dirs == b.Dirs && abs(a.Bytes-b.Bytes) < dirs && abs(a.Disk-b.Disk) < dirs
}

// A damaged zip says nothing of the directory: the directory is walked.
func TestFastWithoutZip(t *testing.T) {
	m := machine(t)
	mods := []cachetest.Module{
		mod("example.com/whole", "v1.0.0", nil), mod("example.com/cut", "v1.0.0", nil),
		mod("example.com/empty", "v1.0.0", nil), mod("example.com/gone", "v1.0.0", nil),
		mod("example.com/dir", "v1.0.0", nil),
	}
	must(t, m.Install(mods...))
	must(t, os.Truncate(m.CachePath(mods[1], "zip"), 100))
	must(t, os.Truncate(m.CachePath(mods[2], "zip"), 0))
	must(t, os.Remove(m.CachePath(mods[3], "zip")))
	must(t, os.Remove(m.CachePath(mods[4], "zip")))
	must(t, os.Mkdir(m.CachePath(mods[4], "zip"), 0o755))
	exact, _, _ := look(t, m.GOMODCACHE, false, nil)
	fast, _, _ := look(t, m.GOMODCACHE, true, nil)
	for i, v := range fast.Versions {
		if e := exact.Versions[i]; !nearly(v.Sources, e.Sources) {
			t.Errorf("%s: %+v, want %+v", v.Path, v.Sources, e.Sources)
		}
	}
	if v := find(t, fast, "example.com/gone", "v1.0.0"); !v.Exact {
		t.Error("a directory that was walked is not called exact")
	}
}

// A cache that grew since the index was made is told as it is.
func TestIndexSeesNewVersions(t *testing.T) {
	m := machine(t)
	old := time.Now().Add(-time.Hour)
	must(t, m.Install(mod("example.com/a", "v1.0.0", nil)))
	agedTree(t, m.GOMODCACHE, old)
	_, _, x := look(t, m.GOMODCACHE, true, nil)
	must(t, m.Install(mod("example.com/a", "v1.1.0", nil), mod("other.example/b", "v1.0.0", nil)))
	fast, _, _ := look(t, m.GOMODCACHE, true, x)
	exact, _, _ := look(t, m.GOMODCACHE, false, nil)
	if len(fast.Versions) != 3 || !nearly(fast.Total(), exact.Total()) {
		t.Errorf("%d versions, %+v; want 3, %+v", len(fast.Versions), fast.Total(), exact.Total())
	}
}

func agedTree(t *testing.T, root string, then time.Time) {
	t.Helper()
	must(t, filepath.WalkDir(root, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(p, then, then)
	}))
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ parent, name, path, version string }{
		{"github.com/!burnt!sushi", "toml@v1.0.0", "github.com/BurntSushi/toml", "v1.0.0"},
		{"gopkg.in", "yaml.v3@v3.0.1", "gopkg.in/yaml.v3", "v3.0.1"},
		{"example.com", "a@v1.0.0-!r!c1", "example.com/a", "v1.0.0-RC1"},
		{"example.com", "a@v1.0.0-RC1", "", ""},
		{"example.com", "A@v1.0.0", "", ""},
		{"example.com", "a@v1", "", ""},
		{"example.com", "a@v1.0", "", ""},
		{"example.com", "a@v1.0.0.orig", "", ""},
		{"example.com", "a@v0.0.0-20240305120000-abcdefabcdef.tmp-godoctor-20261127-183525-626-21", "", ""},
		{"example.com", "a@v1.0.0-rc.1.godoctor-keep-20261127-183525-626-21", "", ""},
		{"example.com", "a@v1.0.0-rc.1.godoctor-keep-mine", "example.com/a", "v1.0.0-rc.1.godoctor-keep-mine"},
		{"example.com/a.godoctor-keep-1-1", "b@v1.0.0", "example.com/a.godoctor-keep-1-1/b", "v1.0.0"},
		{"example.com", "a@v1.0.0-rc.1.tmp-1", "example.com/a", "v1.0.0-rc.1.tmp-1"},
		{"example.com", "a@v1.0.0@v2.0.0", "", ""},
		{"example.com", "a@", "", ""},
		{"example.com", "@v1.0.0", "", ""},
		{"", "example@v1.0.0", "", ""},
		{"example.com", "a!@v1.0.0", "", ""},
		{"example.com", "..@v1.0.0", "", ""},
	} {
		p, v, ok := splitVersionDir(join(c.parent, c.name), unescapePath)
		if !ok {
			p, v = "", ""
		}
		if p != c.path || v != c.version {
			t.Errorf("%s/%s: %q %q, want %q %q", c.parent, c.name, p, v, c.path, c.version)
		}
	}
	if !isOldTemp("example.com/a@v1.0.0.tmp-12345") || isOldTemp("example.com/a.tmp-1") {
		t.Error("directories of broken-off extractions are not told from others")
	}
	if !isOldTemp("example.com/a@v0.0.0-20240305120000-abcdefabcdef.tmp-godoctor-20261127-183525-626-21") {
		t.Error("a pseudo-version that godoctor has renamed away is not told from others")
	}
	for name, want := range map[string]part{"v1.0.0.zip.godoctor-keep-1-1": partKept, "v1.0.0.mod.godoctor-keep-1-1": partKept, "notes.godoctor-keep-1-1": partAlien,
		"list.godoctor-keep-1-1": partAlien, "v1.0.0.zip.godoctor-keep-1-1.tmp": partTemp, "v1.0.0.godoctor-keep-1-1.zip": partZip} {
		if _, got, _ := splitPart(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	const kept = "example.com/a@v0.0.0-20240305120000-abcdefabcdef.godoctor-keep-20261127-183525-626-21"
	if !isKeptDir(kept) || isOldTemp(kept) || isKeptDir("example.com/a.godoctor-keep-1-1") {
		t.Error("what waits in its place is not told from others")
	}
	if name, run, ok := ParseKept(KeptName("v1.0.0.zip", "20261127-183525-626", 21)); !ok || name != "v1.0.0.zip" || run != "20261127-183525-626" {
		t.Errorf("%q of run %q, %v", name, run, ok)
	}
	for _, name := range []string{"v1.0.0.zip", "v1.0.0.zip.godoctor-keep-", "v1.0.0.zip.godoctor-keep-1", "v1.0.0.zip.godoctor-keep--1", ".godoctor-keep-1-1", "x.godoctor-keep-1-1.tmp", "x.godoctor-keep-1-1/y"} {
		if was, run, ok := ParseKept(name); ok {
			t.Errorf("%q: %q of run %q", name, was, run)
		}
	}
}

// What is read of a name gives the same name back, and the short cuts accept nothing that package module refuses.
func FuzzNames(f *testing.F) {
	f.Add("github.com", "a@v1.0.0")
	f.Add("", "\xff@v1.0.0")
	f.Add("example.com/!a", "b!c@v1.0.0-!r")
	for _, odd := range []string{"con", "com1.x", "a.", ".a", "-a", "a..b", "v1", "v0", "v02", "a~1", "nul"} {
		f.Add("example.com", odd+"@v1.0.0")
		f.Add("example.com/"+odd, "x@v1.0.0")
		f.Add(odd, "x@v1.0.0-"+odd)
	}
	f.Add("gopkg.in", "yaml@v1.0.0")
	f.Add("a_b.c", "d@v1.0.0-0.20200101000000-abcdefabcdef")
	f.Fuzz(func(t *testing.T, parent, name string) {
		for _, s := range []string{parent, name, join(parent, name)} {
			if got, err := module.UnescapePath(s); plainPath(s) && (err != nil || got != s) {
				t.Fatalf("%q is no plain path: %v", s, err)
			}
			if plainElem(s) && module.CheckImportPath(s) != nil {
				t.Fatalf("%q is no plain element", s)
			}
		}
		path, version, ok := splitVersionDir(join(parent, name), unescapePath)
		if !ok {
			return
		}
		escPath, err1 := module.EscapePath(path)
		escVersion, err2 := module.EscapeVersion(version)
		if err1 != nil || err2 != nil || module.CanonicalVersion(version) != version {
			t.Fatalf("%q/%q is read as %s@%s, which go does not write", parent, name, path, version)
		}
		s := New("/r", false)
		dir, _ := s.version(path, version, escPath, escVersion).names(s)
		if dir != filepath.Join("/r", filepath.FromSlash(parent), name) {
			t.Fatalf("%q/%q is read as %s@%s, which is written as %q", parent, name, path, version, dir)
		}
	})
}
