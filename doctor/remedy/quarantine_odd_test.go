//go:build unix

package remedy

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan/cachetest"
)

// A keptVersion is a version that waits in the quarantine of a machine.
type keptVersion struct {
	*cachetest.Machine
	r     *Remover
	a     cachetest.Module
	name  string // of its entry
	dir   string // of its entry
	was   string
	fails func(op, path string) error
}

// keep makes a machine with one version in the quarantine.
func keep(t *testing.T) *keptVersion {
	t.Helper()
	k := &keptVersion{Machine: madeIn(t, quick(t)), a: mod("example.com/a", "v1.0.0")}
	k.r = remover(t, k.Machine, Options{Before: func(op, path string) error {
		if k.fails == nil {
			return nil
		}
		return k.fails(op, path)
	}})
	k.was = states(t, k.Machine, k.a.Path, k.a.Version)
	it := item(t, k.Machine, k.a.Path, k.a.Version, plan.Version)
	it.Tier = usage.Hold
	o := one(t, k.r, it)
	if o.Kept == "" || o.Err != nil {
		t.Fatalf("%+v", o)
	}
	k.name, k.dir = o.Kept, filepath.Join(filepath.Dir(k.GOMODCACHE), ".godoctor", "quarantine", filepath.FromSlash(o.Kept))
	return k
}

// back checks that the version can be put back as it was.
func (k *keptVersion) back(t *testing.T, what string) {
	t.Helper()
	of, err := k.r.Restore(k.name)
	if now := states(t, k.Machine, k.a.Path, k.a.Version); err != nil || of != k.a.ID() || now != k.was {
		t.Errorf("%s: %v, %v: %s, it was %s", what, of, err, now, k.was)
	}
	if exists(t, k.dir) || exists(t, filepath.Dir(k.dir)) {
		t.Errorf("%s: its entry is left", what)
	}
}

// What stands in the way of putting something back is said; what waits goes on waiting, whole, and what is in the way stays.
func TestRestoreInTheWay(t *testing.T) {
	var release func()
	for _, c := range []struct {
		what     string
		do, undo func(k *keptVersion) error
		want     error
	}{
		{"locked", func(k *keptVersion) error {
			lock, err := opened(t, filepath.Dir(k.CachePath(k.a, "lock"))).lock("v1.0.0.lock")
			release = func() { lock.Close() }
			return err
		}, func(*keptVersion) error { release(); return nil }, errBusy},
		{"a zip", func(k *keptVersion) error { return os.WriteFile(k.CachePath(k.a, "zip"), nil, 0o600) },
			func(k *keptVersion) error { return os.Remove(k.CachePath(k.a, "zip")) }, errThere},
		{"a link", func(k *keptVersion) error { return os.Symlink("nowhere", k.Dir(k.a)) },
			func(k *keptVersion) error { return os.Remove(k.Dir(k.a)) }, errThere},
		{"a file for @v", func(k *keptVersion) error {
			at := filepath.Dir(k.CachePath(k.a, "zip"))
			return errors.Join(os.Rename(at, at+".away"), os.WriteFile(at, nil, 0o600))
		}, func(k *keptVersion) error {
			at := filepath.Dir(k.CachePath(k.a, "zip"))
			return errors.Join(os.Remove(at), os.Rename(at+".away", at))
		}, errLink},
		{"a file for the directory", func(k *keptVersion) error {
			at := filepath.Dir(k.Dir(k.a))
			return errors.Join(os.Rename(at, at+".away"), os.WriteFile(at, nil, 0o600))
		}, func(k *keptVersion) error {
			at := filepath.Dir(k.Dir(k.a))
			return errors.Join(os.Remove(at), os.Rename(at+".away", at))
		}, errLink},
	} {
		k := keep(t)
		if err := c.do(k); err != nil {
			t.Fatal(err)
		}
		was := tree(t, k.Root)
		if of, err := k.r.Restore(k.name); !errors.Is(err, c.want) || of != k.a.ID() {
			t.Errorf("%s: %v, %v", c.what, of, err)
		}
		sameTree(t, c.what, was, tree(t, k.Root))
		if err := c.undo(k); err != nil {
			t.Fatal(err)
		}
		k.back(t, c.what)
	}
}

// Where go clean has removed the whole cache meanwhile its directories are made anew; any fault on the way is said, and changes nothing for good.
func TestRestoreIntoNothing(t *testing.T) {
	for _, op := range []string{"", "mkdir", "create", "rename", "chmod", "sync"} {
		k := keep(t)
		for _, name := range []string{"cache/download/example.com", "example.com"} {
			if err := filepath.WalkDir(filepath.Join(k.GOMODCACHE, name), func(path string, d fs.DirEntry, err error) error {
				return os.Chmod(path, 0o755)
			}); err != nil {
				t.Fatal(err)
			}
			if err := os.RemoveAll(filepath.Join(k.GOMODCACHE, name)); err != nil {
				t.Fatal(err)
			}
		}
		n := 0
		if op != "" {
			k.fails = func(asked, path string) error {
				if asked == op {
					n++
					return syscall.EIO
				}
				return nil
			}
			_, err := k.r.Restore(k.name)
			if n > 0 && !errors.Is(err, syscall.EIO) {
				t.Errorf("%s: %v", op, err)
			}
			if n > 0 && op == "sync" {
				continue // it is back, and may not be durable
			}
			k.fails = nil
			if err == nil {
				continue // it needs no such change
			}
		}
		k.back(t, op)
	}
}

// An entry that others could have made, or whose manifest says what none of ours does, is told of and never believed.
func TestQuarantineOdd(t *testing.T) {
	set := func(change func(m *manifest)) func(dir string) error {
		return func(dir string) error {
			var m manifest
			b, err := os.ReadFile(filepath.Join(dir, manifestFile))
			err = errors.Join(err, json.Unmarshal(b, &m))
			change(&m)
			b, err2 := json.Marshal(m)
			return errors.Join(err, err2, os.WriteFile(filepath.Join(dir, manifestFile), b, 0o600))
		}
	}
	for what, do := range map[string]func(dir string) error{
		"open to others": func(dir string) error { return os.Chmod(dir, 0o755) },
		"no manifest":    func(dir string) error { return os.Remove(filepath.Join(dir, manifestFile)) },
		"no JSON":        func(dir string) error { return os.WriteFile(filepath.Join(dir, manifestFile), []byte("{"), 0o600) },
		"endless":        func(dir string) error { return os.Truncate(filepath.Join(dir, manifestFile), manifestMax+2) },
		"a wrong type": func(dir string) error {
			b, err := os.ReadFile(filepath.Join(dir, manifestFile))
			return errors.Join(err, os.WriteFile(filepath.Join(dir, manifestFile), []byte(strings.Replace(string(b), `"disk_bytes": 0`, `"disk_bytes": "0"`, 1)), 0o600))
		},
		"a newer schema":  set(func(m *manifest) { m.Schema = "godoctor/v2" }),
		"no version":      set(func(m *manifest) { m.Part = plan.Entry }),
		"a path upwards":  set(func(m *manifest) { m.Module = "../../x" }),
		"no such version": set(func(m *manifest) { m.Version = "1" }),
		"outside":         set(func(m *manifest) { m.Part, m.Module = asidePart, "../x" }),
	} {
		k := keep(t)
		if err := do(k.dir); err != nil {
			t.Fatal(err)
		}
		was := tree(t, k.Root)
		held, err := k.r.Quarantined()
		if err != nil || len(held) != 1 || held[0].Err == nil || held[0].Name != k.name || held[0].Module != "" {
			t.Errorf("%s: %+v, %v", what, held, err)
		}
		if of, err := k.r.Restore(k.name); err == nil || of != (module.Version{}) {
			t.Errorf("%s: %v, %v", what, of, err)
		}
		k.r.Sweep(t.Context(), nil, func(m module.Version, _ int64, err error) { t.Errorf("%s: %v, %v", what, m, err) })
		sameTree(t, what, was, tree(t, k.Root))
	}
	k := keep(t)
	run := filepath.Dir(k.dir)
	for _, name := range []string{"x", "01", "0", "1.purge", "3000000000"} { // none of ours
		write(t, filepath.Join(run, name, manifestFile), "{}")
	}
	write(t, filepath.Join(filepath.Dir(run), "x", "1", manifestFile), "{}")
	says, err := os.ReadFile(filepath.Join(k.dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"01", "0", "3000000000"} {
		write(t, filepath.Join(run, name, manifestFile), string(says))
		if err := os.Chmod(filepath.Join(run, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if _, err := k.r.Restore(filepath.Base(run) + "/" + name); err == nil || !strings.Contains(err.Error(), "is no entry of the quarantine") || !exists(t, filepath.Join(run, name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if held, err := k.r.Quarantined(); len(held) != 1 || err != nil || held[0].Err != nil {
		t.Errorf("%+v, %v", held, err)
	}
	for _, dir := range []string{run, filepath.Dir(run)} {
		if err := os.Chmod(dir, 0o750); err != nil {
			t.Fatal(err)
		}
		was := tree(t, k.Root)
		if held, err := k.r.Quarantined(); len(held) > 0 || (err == nil) != (dir == run) {
			t.Errorf("%s is open to others: %+v, %v", dir, held, err)
		}
		if _, err := k.r.Restore(k.name); err == nil || !strings.Contains(err.Error(), dir) {
			t.Errorf("%s is open to others: %v", dir, err)
		}
		told := 0
		k.r.Sweep(t.Context(), nil, func(m module.Version, _ int64, err error) {
			if told++; m.Path != "" || err == nil || dir == run {
				t.Errorf("%v, %v", m, err)
			}
		})
		if told == 0 && dir != run {
			t.Error("the sweep says nothing")
		}
		if err := k.r.finishHeld(k.name); err == nil {
			t.Error("it is marked as whole")
		}
		sameTree(t, dir, was, tree(t, k.Root))
		if err := os.Chmod(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
}

// Where the directory beside the cache is on another file system, or cannot be written, the quarantine lies in the cache.
func TestQuarantineWithin(t *testing.T) {
	for _, mounted := range []bool{false, true} {
		m := madeIn(t, quick(t))
		beside := filepath.Dir(m.GOMODCACHE)
		r := remover(t, m, Options{Before: func(op, path string) error {
			if !mounted && op == "mkdir" && filepath.Dir(path) == beside {
				return syscall.EROFS
			}
			return nil
		}})
		if mounted {
			r.mod.mount.dev++
		}
		was := states(t, m, "example.com/a", "v1.0.0")
		it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
		it.Tier = usage.Hold
		o := one(t, r, it)
		held, err := r.Quarantined()
		at := filepath.Join(m.GOMODCACHE, "cache", "godoctor", "quarantine")
		if o.Kept == "" || len(held) != 1 || err != nil || !exists(t, filepath.Join(at, o.Kept, doneFile)) || exists(t, filepath.Join(beside, ".godoctor")) {
			t.Fatalf("mounted %v: %+v, %+v, %v", mounted, o, held, err)
		}
		if _, err := r.Restore(o.Kept); err != nil || states(t, m, "example.com/a", "v1.0.0") != was || exists(t, filepath.Join(at, filepath.Dir(o.Kept))) {
			t.Errorf("mounted %v: %v", mounted, err)
		}
	}
}

// An entry that never came to hold anything goes, one that lost its manifest and holds something stays, and what was being deleted
// goes to its end, with what that frees.
func TestSweepHeld(t *testing.T) {
	k := keep(t)
	run := filepath.Dir(k.dir)
	for _, name := range []string{"7", "8", "9", "5.purged"} {
		if err := os.Mkdir(filepath.Join(run, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(run, "7", doneFile), "")
	write(t, filepath.Join(run, "7", manifestFile), "{")
	mine := write(t, filepath.Join(run, "8", "v1.0.0.zip"), "mine")
	write(t, filepath.Join(run, "5.purged", "v1.0.0.zip"), strings.Repeat("x", 9000))
	mark := write(t, filepath.Join(run, "x.purged", "file"), "mine")
	write(t, filepath.Join(run, "6.purged", manifestFile), "{}")
	if err := os.Chmod(filepath.Join(run, "6.purged"), 0o700); err != nil {
		t.Fatal(err)
	}
	disk, _ := diskOf(t, filepath.Join(run, "5.purged"))
	more, _ := diskOf(t, filepath.Join(run, "6.purged"))
	disk += more
	var s sweeping
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := tree(t, k.Root)
	k.r.Sweep(ctx, nil, s.version)
	if sameTree(t, "after the end", before, tree(t, k.Root)); s.told > 0 {
		t.Errorf("%+v", s)
	}
	k.r.Sweep(t.Context(), nil, s.version)
	if s != (sweeping{told: 1, freed: disk}) || !exists(t, mine) || !exists(t, mark) || !exists(t, filepath.Join(k.dir, doneFile)) {
		t.Errorf("%+v, want %d", s, disk)
	}
	for _, name := range []string{"7", "9", "5.purged", "6.purged"} {
		if exists(t, filepath.Join(run, name)) {
			t.Errorf("%s is left", name)
		}
	}
	os.RemoveAll(filepath.Dir(mine))
	os.RemoveAll(filepath.Dir(mark))
	k.back(t, "swept")
}
