package verify

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// newMachine is a machine without anything on it.
func newMachine(t *testing.T) *cachetest.Machine {
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

// entries fills a build cache with one entry of each kind, all used at the same time.
func entries(t *testing.T, m *cachetest.Machine) {
	t.Helper()
	must(t, m.BuildCacheFiles(usedThen, usedThen))
	for kind := cachetest.KindPackage; kind <= cachetest.KindExecutable; kind++ {
		must(t, m.BuildEntry(entryOf(kind)))
	}
}

// entryOf is the entry of its kind.
func entryOf(kind cachetest.BuildKind) cachetest.BuildEntry {
	return cachetest.BuildEntry{Kind: kind, Package: "example.com/p", GoVersion: "go1.26.8", Size: 5000, Used: usedThen, Dir: "/d"}
}

// setAge makes a file look as if it was used so long ago.
func setAge(t *testing.T, path string, age time.Duration) {
	t.Helper()
	then := time.Now().Add(-age)
	must(t, os.Chtimes(path, then, then))
}

func TestBuildCache(t *testing.T) {
	const day = 24 * time.Hour
	pkg := func(m *cachetest.Machine) string {
		return m.OutputFile(entryOf(cachetest.KindPackage))
	}
	cases := []struct {
		name    string
		damage  func(t *testing.T, m *cachetest.Machine) string // gives the file that is to be found
		opt     BuildCacheOptions
		damaged int64
		recent  int64
	}{
		{name: "healthy", damage: func(*testing.T, *cachetest.Machine) string { return "" }},
		{name: "a flipped bit", damaged: 1, damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, m.FlipByte(pkg(m), 4000))
			return pkg(m)
		}},
		{name: "a truncated entry", damaged: 1, damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, os.Truncate(pkg(m), 100))
			setAge(t, pkg(m), day)
			return pkg(m)
		}},
		{name: "an empty one", damaged: 1, damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, os.Truncate(pkg(m), 0))
			setAge(t, pkg(m), day)
			return pkg(m)
		}},
		{name: "a program", damaged: 1, damage: func(t *testing.T, m *cachetest.Machine) string {
			dir := m.OutputFile(entryOf(cachetest.KindExecutable))
			must(t, m.FlipByte(filepath.Join(dir, "p"), 100))
			return filepath.Join(dir, "p")
		}},
		{name: "in use", recent: 1, damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, m.FlipByte(pkg(m), 4000))
			setAge(t, pkg(m), 30*time.Minute)
			return ""
		}},
		{name: "in use, asked for", damaged: 1, opt: BuildCacheOptions{Recent: true}, damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, m.FlipByte(pkg(m), 4000))
			setAge(t, pkg(m), 30*time.Minute)
			return pkg(m)
		}},
		{name: "being written", recent: 1, opt: BuildCacheOptions{Recent: true}, damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, m.FlipByte(pkg(m), 4000))
			setAge(t, pkg(m), time.Second)
			return ""
		}},
		{name: "a malformed action is a miss", damage: func(t *testing.T, m *cachetest.Machine) string {
			must(t, os.WriteFile(m.ActionFile(entryOf(cachetest.KindPackage)), []byte("v1 "), 0o666))
			return ""
		}},
		{name: "not the go command's", damage: func(t *testing.T, m *cachetest.Machine) string {
			id := fmt.Sprintf("%x", sha256.Sum256([]byte("?")))
			must(t, os.WriteFile(filepath.Join(m.GOCACHE, "00", strings.ToUpper(id)+"-d"), []byte("!"), 0o666))
			must(t, os.WriteFile(filepath.Join(m.GOCACHE, id+"-d"), []byte("!"), 0o666))
			must(t, os.WriteFile(filepath.Join(m.GOCACHE, id[:2], id+"-x"), []byte("!"), 0o666))
			return ""
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t)
			entries(t, m)
			want := c.damage(t, m)
			c.opt.Meter = new(meter.Meter)
			r := BuildCache(t.Context(), m.GOCACHE, c.opt)
			if r.Damaged != c.damaged || r.Recent != c.recent || len(r.Unread) != 0 || r.Stopped || r.Outputs+r.Recent < 8 {
				t.Fatalf("%+v", r)
			}
			if n := c.opt.Meter.Sample().Bytes; n != r.Bytes && r.Recent == 0 {
				t.Errorf("%d bytes on the meter, %d in the result", n, r.Bytes)
			}
			if want != "" && (len(r.Findings) != 1 || r.Findings[0].Target.Path != want || r.Findings[0].Check != "buildcache-damaged") {
				t.Errorf("found %+v, want %q", r.Findings, want)
			}
		})
	}
}

// usedThen is long before any test.
var usedThen = time.Now().Add(-48 * time.Hour).Truncate(time.Second)

// A cache that is not there, or a file in its place, is nothing to find anything in.
func TestBuildCacheNowhere(t *testing.T) {
	m := newMachine(t)
	for _, root := range []string{filepath.Join(m.Root, "nowhere"), filepath.Join(m.Root, ".cachetest"), ""} {
		if r := BuildCache(t.Context(), root, BuildCacheOptions{}); len(r.Findings) != 0 || r.Outputs != 0 {
			t.Errorf("%q: %+v", root, r)
		}
	}
}

// Fifos, links in a circle and a huge file do not keep the look busy, and after the end of the context a block is read at most.
func TestBuildCacheHostile(t *testing.T) {
	m := newMachine(t)
	entries(t, m)
	name := func(what string) string {
		id := fmt.Sprintf("%x", sha256.Sum256([]byte(what)))
		return filepath.Join(m.GOCACHE, id[:2], id+"-d")
	}
	if runtime.GOOS != "windows" {
		must(t, m.FIFO(name("a")))
		must(t, m.FIFO(filepath.Join(name("b"), "program")))
		must(t, m.Symlink(name("c"), name("c")))
		must(t, m.Symlink(m.GOCACHE, name("d")))
		must(t, os.Remove(filepath.Join(m.GOCACHE, "a0")))
		must(t, m.Symlink(m.GOCACHE, filepath.Join(m.GOCACHE, "a0")))
	}
	if r := BuildCache(t.Context(), m.GOCACHE, BuildCacheOptions{}); len(r.Findings) != 0 || len(r.Unread) != 0 {
		t.Fatalf("%+v", r)
	}
	must(t, m.Sparse(name("e"), 64<<30))
	setAge(t, name("e"), 2*time.Hour)
	const most, workers = 8 << 20, 2
	met := new(meter.Meter)
	ctx := dies(t, func(int64) bool { return met.Sample().Bytes >= most })
	r := BuildCache(ctx, m.GOCACHE, BuildCacheOptions{Meter: met, Workers: workers})
	if n := met.Sample().Bytes; !r.Stopped || n < most || n > most+workers*hashBlock {
		t.Errorf("stopped %v after %d bytes", r.Stopped, n)
	}
}

// What the real go command keeps is healthy; one flipped bit in the package that it compiled is found, and once that
// file is gone go builds again.
func TestBuildCacheOfGo(t *testing.T) {
	m := newMachine(t)
	dir, err := m.Project("q", "module q.example/q\n\ngo 1.20\n", map[string]string{
		"q.go": "package q\n\n// Say says.\nfunc Say() string { return \"said\" }\n"})
	must(t, err)
	build := func() error {
		cmd := exec.Command("go", "build", "-v")
		cmd.Dir, cmd.Env = dir, m.Environ()
		out, err := cmd.CombinedOutput()
		if err == nil && string(out) != "q.example/q\n" {
			err = fmt.Errorf("it said %q and did not compile", out)
		}
		return err
	}
	must(t, build())
	old := func() (found string) {
		must(t, filepath.WalkDir(m.GOCACHE, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			if data, err := os.ReadFile(path); err == nil && strings.HasPrefix(string(data), "!<arch>") {
				found = path
			}
			setAge(t, path, 2*time.Hour)
			return nil
		}))
		return found
	}
	victim := old()
	if r := BuildCache(t.Context(), m.GOCACHE, BuildCacheOptions{}); len(r.Findings) != 0 || r.Outputs < 3 || victim == "" || r.Recent != 0 {
		t.Fatalf("healthy: %+v", r)
	}
	must(t, m.FlipByte(victim, 300))
	r := BuildCache(t.Context(), m.GOCACHE, BuildCacheOptions{})
	if len(r.Findings) != 1 || r.Findings[0].Target.Path != victim {
		t.Fatalf("%q: %+v", victim, r.Findings)
	}
	must(t, os.Remove(victim))
	must(t, build())
	old()
	if r := BuildCache(t.Context(), m.GOCACHE, BuildCacheOptions{}); len(r.Findings) != 0 {
		t.Errorf("mended: %+v", r.Findings)
	}
}
