package remedy

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// versions installs n versions of a module, and makes items of them.
func versions(t testing.TB, m *cachetest.Machine, path string, n int, part plan.Part) (items []plan.Item) {
	t.Helper()
	var mods []cachetest.Module
	for i := range n {
		mods = append(mods, mod(path, fmt.Sprintf("v1.0.%d", i)))
	}
	if err := m.Install(mods...); err != nil {
		t.Fatal(err)
	}
	for _, x := range mods {
		items = append(items, item(t, m, x.Path, x.Version, part))
	}
	return items
}

// No link is followed: not in place of a directory on the way, not of the version, its zip, or what lies in it.
func TestLinks(t *testing.T) {
	for _, where := range []string{"example.com", "example.com/a@v1.0.0", "cache/download/example.com", "cache/download/example.com/a",
		"cache/download/example.com/a/@v", "cache/download/example.com/a/@v/v1.0.0.zip", "cache/download/example.com/a/@v/v1.0.0.lock"} {
		t.Run(where, func(t *testing.T) {
			m := made(t)
			it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
			at := filepath.Join(m.GOMODCACHE, filepath.FromSlash(where))
			outside := filepath.Join(m.Home, "outside")
			if !exists(t, at) {
				write(t, at, "")
			}
			fi, err := os.Stat(filepath.Dir(at))
			if err != nil {
				t.Fatal(err)
			}
			os.Chmod(filepath.Dir(at), 0o755)
			if err := os.Chmod(at, 0o755); err != nil { // else only root moves a directory to another parent
				t.Fatal(err)
			}
			if err := os.Rename(at, outside); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(outside, at); err != nil {
				t.Fatal(err)
			}
			os.Chmod(filepath.Dir(at), fi.Mode().Perm())
			was, inside := tree(t, outside), tree(t, m.GOMODCACHE)
			o := one(t, remover(t, m, Options{}), it)
			if o.Result != plan.Skipped && o.Result != plan.Failed || o.Err == nil || o.Disk != 0 {
				t.Errorf("%+v", o)
			}
			sameTree(t, "outside", was, tree(t, outside))
			sameTree(t, "inside", inside, tree(t, m.GOMODCACHE))
		})
	}
}

// Links in an extracted directory go, and what they lead to stays; so do names in directories without permissions, and
// a hard link outside keeps its data, which frees nothing.
func TestOddContents(t *testing.T) {
	m := made(t)
	dir := filepath.Join(m.GOMODCACHE, "example.com", "a@v1.0.0")
	outside := filepath.Join(m.Home, "outside")
	write(t, filepath.Join(outside, "file"), "mine")
	for name, to := range map[string]string{"todir": outside, "tofile": filepath.Join(outside, "file"), "loop": "loop", "dangling": "nothing",
		"up": "..", "top": "/", "sub/home": m.Home} {
		if err := m.Symlink(to, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.HardLink(m.CachePath(mod("example.com/a", "v1.0.0"), "zip"), filepath.Join(outside, "twin.zip")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := m.OddEntries(filepath.Join(dir, "sub", "odd")); err != nil {
		t.Fatal(err)
	}
	deep := filepath.Join(dir, "sub", "deep")
	for _, x := range []struct {
		name string
		mode os.FileMode
	}{{filepath.Join(deep, "data.txt"), 0}, {deep, 0}, {filepath.Join(dir, "sub", "odd"), 0o333}, {filepath.Join(dir, "sub"), 0o555}, {dir, 0o555}} {
		if err := os.Chmod(x.name, x.mode); err != nil {
			t.Fatal(err)
		}
	}
	was := tree(t, outside)
	r := remover(t, m, Options{})
	hard, plain := item(t, m, "example.com/a", "v1.0.0", plan.Zip), item(t, m, "example.com/a", "v1.1.0", plan.Zip)
	run := apply(r, hard, plain)
	if run.Done != 2 || run.Outcomes[0].Disk != 0 || run.Outcomes[1].Disk == 0 {
		t.Errorf("%+v", run.Outcomes)
	}
	src := item(t, m, "example.com/a", "v1.0.0", plan.Version)
	wantDone(t, one(t, r, src), dir)
	now := tree(t, outside)
	sameTree(t, "outside", was, now)
	if n := traces(t, m.GOMODCACHE); len(n) > 0 {
		t.Error("left:", n)
	}
}

// Somebody puts a link where a directory was, again and again, while versions go: nothing changes where it leads to.
func TestFlippedLinks(t *testing.T) {
	m := machine(t, quick(t))
	items := versions(t, m, "example.com/flip", 30, plan.Version)
	outside := filepath.Join(m.Home, "outside")
	for i := range items {
		v := "flip@" + items[i].Version
		write(t, filepath.Join(outside, v, "a.go"), "mine")
		write(t, filepath.Join(outside, "flip", "@v", items[i].Version+".zip"), "mine")
		write(t, filepath.Join(outside, "flip", "@v", items[i].Version+".ziphash"), "mine")
		write(t, filepath.Join(outside, "flip", "@v", items[i].Version+".lock"), "")
	}
	was := tree(t, outside)
	var stop atomic.Bool
	var flips atomic.Int64
	var wg sync.WaitGroup
	for _, at := range []string{filepath.Join(m.GOMODCACHE, "example.com"), filepath.Join(m.GOMODCACHE, "cache", "download", "example.com")} {
		wg.Go(func() {
			for !stop.Load() {
				if os.Rename(at, at+".away") != nil || os.Symlink(outside, at) != nil || os.Remove(at) != nil || os.Rename(at+".away", at) != nil {
					t.Error("the trap is broken")
					return
				}
				flips.Add(1)
			}
		})
	}
	r := remover(t, m, Options{})
	done, trapped := 0, 0
	enough := func() bool { return flips.Load() >= 1000 && done > 0 && trapped > 0 }
	begin := time.Now() // a busy machine takes longer to see as much
	for i := 0; done < len(items) && (time.Since(begin) < time.Second || !enough() && time.Since(begin) < time.Minute); i++ {
		switch o := one(t, r, items[i%len(items)]); {
		case o.Result == plan.Done:
			done++
		case o.Err != nil:
			trapped++
		}
	}
	for done == len(items) && !enough() && time.Since(begin) < time.Minute {
		time.Sleep(time.Millisecond)
	}
	stop.Store(true)
	wg.Wait()
	sameTree(t, "outside", was, tree(t, outside))
	if !enough() {
		t.Errorf("%d flips, %d removed, %d times trapped: the test saw nothing", flips.Load(), done, trapped)
	}
}
