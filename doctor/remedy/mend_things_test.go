//go:build unix

package remedy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/scan/cachetest"
)

const asideTile = "cache/download/sumdb/sum.golang.org/tile/8/0/000"

// thingLab is a machine with a list, a tile of the checksum database and a build cache, and a session on it.
func thingLab(t *testing.T, before func(op, path string) error) (*cachetest.Machine, *Session) {
	t.Helper()
	m := madeIn(t, quick(t))
	nothingOpen(t, m.Root)
	for _, err := range []error{m.BuildCacheFiles(long, long), m.BuildEntry(cachetest.BuildEntry{Kind: cachetest.KindPackage, Package: "example.com/p", GoVersion: "go1.20", Used: long})} {
		if err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(m.GOMODCACHE, filepath.FromSlash(asideTile)), "garbage")
	write(t, filepath.Join(m.GOMODCACHE, filepath.FromSlash(aList)), "garbage")
	s, err := Start(t.Context(), state.Home(filepath.Join(m.Home, "state")),
		Options{ModCache: m.GOMODCACHE, GoCache: m.GOCACHE, Home: m.Home, Run: "20260101-000000-001", Before: before}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return m, s
}

// nothingOpen checks when the test ends, and what it has opened is closed, that nothing below a directory is open.
func nothingOpen(t testing.TB, dir string) {
	t.Helper()
	had := debug.SetGCPercent(-1) // which would close what nobody holds
	t.Cleanup(func() {
		debug.SetGCPercent(had)
		if open := openPaths(dir); len(open) > 0 {
			t.Errorf("still open: %q", open)
		}
	})
}

const aList = "cache/download/example.com/a/@v/list"

// entryOf is the name of some entry of the build cache, and where it lies.
func entryOf(t *testing.T, m *cachetest.Machine) (name, file string) {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(m.GOCACHE, "??", "*-a"))
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	return filepath.Base(filepath.Dir(list[0])) + "/" + filepath.Base(list[0]), list[0]
}

// mended carries one step out.
func mended(t *testing.T, s *Session, st plan.Step) (o plan.Outcome) {
	t.Helper()
	n := 0
	s.Mend(t.Context(), []plan.Step{st}, Mender{}, func(_ int, out plan.Outcome) { o = out; n++ })
	if n != 1 {
		t.Errorf("%+v was told of %d times", st, n)
	}
	return o
}

// A thing of a cache goes while it is what it was. One that has changed, or is another kind, stays and is told of; one that is
// gone is as good.
func TestMendThing(t *testing.T) {
	at := func(m *cachetest.Machine, name string) string {
		return filepath.Join(m.GOMODCACHE, filepath.FromSlash(name))
	}
	for _, c := range []struct {
		fix  string
		name func(m *cachetest.Machine) (name, file string)
	}{
		{plan.FixEntry, func(m *cachetest.Machine) (string, string) { return entryOf(t, m) }},
		{plan.FixIndex, func(m *cachetest.Machine) (string, string) { return entryOf(t, m) }},
		{plan.FixRemove, func(m *cachetest.Machine) (string, string) { return aList, at(m, aList) }},
		{plan.FixAside, func(m *cachetest.Machine) (string, string) { return asideTile, at(m, asideTile) }},
	} {
		for what, want := range map[string]plan.Result{"as it was": plan.Done, "gone": plan.Done, "its directory is gone": plan.Done,
			"changed": plan.Skipped, "a directory": plan.Skipped, "a link": plan.Skipped, "never seen": plan.Skipped} {
			t.Run(c.fix+", "+what, func(t *testing.T) {
				m, s := thingLab(t, nil)
				name, file := c.name(m)
				st := plan.Step{Fixes: []string{c.fix}, Name: name, Stamp: stampOf(t, file)}
				var err error
				switch what {
				case "gone":
					err = os.Remove(file)
				case "its directory is gone":
					err = os.RemoveAll(filepath.Dir(file))
				case "changed":
					write(t, file, "of somebody")
				case "a directory":
					err = errors.Join(os.Remove(file), os.Mkdir(file, 0o777))
				case "a link":
					err = errors.Join(os.Rename(file, file+"x"), os.Symlink(file+"x", file))
				case "never seen":
					st.Stamp = plan.Stamp{}
				}
				if err != nil {
					t.Fatal(err)
				}
				o := mended(t, s, st)
				if o.Result != want || (o.Err != nil) != (want == plan.Skipped) || o.Busy {
					t.Errorf("%+v, want %v", o, want)
				}
				if exists(t, filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "staging")) {
					t.Error("a staging was made for it")
				}
				if there := exists(t, file); there != (want == plan.Skipped) {
					t.Errorf("there: %v", there)
				}
				if (o.Kept != "") != (c.fix == plan.FixAside && what == "as it was") {
					t.Errorf("kept %q", o.Kept)
				}
				if held, err := s.Quarantined(); err != nil || (len(held) > 0) != (o.Kept != "") {
					t.Errorf("in the quarantine: %+v, %v", held, err)
				}
			})
		}
	}
}

// What cannot be removed is a failure, and says why; who holds its lock keeps it.
func TestMendThingFails(t *testing.T) {
	fails := ""
	m, s := thingLab(t, func(op, path string) error {
		if fails != "" && strings.Contains(path, fails) {
			return syscall.EIO
		}
		return nil
	})
	name, file := entryOf(t, m)
	list, tile := filepath.Join(m.GOMODCACHE, filepath.FromSlash(aList)), filepath.Join(m.GOMODCACHE, filepath.FromSlash(asideTile))
	was := tree(t, m.GOMODCACHE)
	for _, c := range []struct{ fix, name, file, fails string }{{plan.FixEntry, name, file, "-a"}, {plan.FixRemove, aList, list, "list"},
		{plan.FixAside, asideTile, tile, "godoctor"}, {plan.FixAside, asideTile, tile, "000"}} { // with godoctor there is no quarantine
		fails = c.fails
		if o := mended(t, s, plan.Step{Fixes: []string{c.fix}, Name: c.name, Stamp: stampOf(t, c.file)}); o.Result != plan.Failed || !errors.Is(o.Err, syscall.EIO) {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
	fails = ""
	if held, err := s.Quarantined(); err != nil || len(held) > 0 || !exists(t, file) {
		t.Errorf("in the quarantine: %+v, %v", held, err)
	}
	sameTree(t, "nothing could be removed", was, tree(t, m.GOMODCACHE))
	lock, err := opened(t, filepath.Dir(list)).lock("list")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if o := mended(t, s, plan.Step{Fixes: []string{plan.FixRemove}, Name: aList, Stamp: stampOf(t, list)}); o.Result != plan.Skipped || !o.Busy || !exists(t, list) {
		t.Errorf("its lock is held: %+v", o)
	}
}

// Every change of the disk fails in turn while a file is moved aside: it is where it was, or in the quarantine from where it comes
// back, and nowhere else.
func TestMendAsideFaults(t *testing.T) {
	for at := 1; ; at++ {
		n, hit, on, seen := 0, "", true, ""
		m, s := thingLab(t, func(op, path string) error {
			seen += op + " " + filepath.Base(path) + ", "
			if n++; on && n == at {
				hit = op + " " + filepath.Base(path)
				return syscall.EIO
			}
			return nil
		})
		n, seen = 0, ""
		file := filepath.Join(m.GOMODCACHE, filepath.FromSlash(asideTile))
		o := mended(t, s, plan.Step{Fixes: []string{plan.FixAside}, Name: asideTile, Stamp: stampOf(t, file)})
		on = false
		all := seen
		held, err := s.Quarantined()
		if err != nil {
			t.Error(err)
		}
		switch {
		case exists(t, file):
			if o.Result != plan.Failed || !errors.Is(o.Err, syscall.EIO) || o.Kept != "" {
				t.Errorf("%s: %+v", hit, o)
			}
			if len(held) > 0 && held[0].Whole {
				t.Errorf("%s: in the quarantine is %+v", hit, held)
			}
		case o.Result != plan.Done || len(held) != 1 || held[0].Name != o.Kept || held[0].Module != asideTile || held[0].Part != asidePart:
			t.Errorf("%s: %+v, in the quarantine %+v", hit, o, held)
		default:
			if _, err := s.Restore(o.Kept); err != nil || !exists(t, file) {
				t.Errorf("%s: %v", hit, err)
			}
			if held, err := s.Quarantined(); err != nil || len(held) > 0 {
				t.Errorf("%s: still in the quarantine: %+v, %v", hit, held, err)
			}
		}
		if b, err := os.ReadFile(file); string(b) != "garbage" {
			t.Errorf("%s: %q, %v", hit, b, err)
		}
		if hit == "" {
			if want := "create manifest.json, sync manifest.json, sync 1, sync 20260101-000000-001, sync quarantine, rename 000, "; o.Err != nil || !strings.Contains(all, want) {
				t.Errorf("%+v: the disk was changed so: %s", o, all) // what is moved is known before
			}
			return
		}
	}
}

// Where go has fetched another one meanwhile nothing is overwritten; its directory is made again where it is gone; and what cannot be
// put back stays in the quarantine.
func TestRestoreAside(t *testing.T) {
	fails := ""
	m, s := thingLab(t, func(op, path string) error {
		if fails != "" && strings.HasSuffix(path, fails) {
			return syscall.EIO
		}
		return nil
	})
	file := filepath.Join(m.GOMODCACHE, filepath.FromSlash(asideTile))
	o := mended(t, s, plan.Step{Fixes: []string{plan.FixAside}, Name: asideTile, Stamp: stampOf(t, file)})
	write(t, file, "fetched")
	if _, err := s.Restore(o.Kept); !errors.Is(err, errThere) {
		t.Error(err)
	}
	if err := s.unmend(&state.RunItem{Result: "done", Kept: o.Kept}); !errors.Is(err, errThere) {
		t.Errorf("taken back: %v", err)
	}
	if b, _ := os.ReadFile(file); string(b) != "fetched" {
		t.Errorf("it says %q", b)
	}
	if err := os.RemoveAll(filepath.Join(m.GOMODCACHE, "cache", "download", "sumdb")); err != nil {
		t.Fatal(err)
	}
	for _, fails = range []string{"sumdb", asideFile} {
		if _, err := s.Restore(o.Kept); !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v", fails, err)
		}
	}
	fails = ""
	if held, err := s.Quarantined(); err != nil || len(held) != 1 || !held[0].Whole {
		t.Errorf("%+v, %v", held, err)
	}
	if err := s.swap(module.Version{Path: asideTile}, o.Kept); err == nil || !strings.Contains(err.Error(), "malformed") {
		t.Errorf("as a version: %v", err)
	}
	if _, err := s.Restore(o.Kept); err != nil {
		t.Error(err)
	}
	if b, _ := os.ReadFile(file); string(b) != "garbage" {
		t.Errorf("it says %q", b)
	}
	if _, err := s.Restore(o.Kept); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("twice: %v", err)
	}
	if err := s.swap(module.Version{Path: asideTile}, o.Kept); err == nil {
		t.Error("it came back as a version")
	}
	// One that was made and never filled is nothing to put back.
	v, err := s.openAside(&plan.Step{Name: asideTile})
	if err != nil {
		t.Fatal(err)
	}
	v.close()
	v.run.close()
	if _, err := s.Restore(v.name); err != nil {
		t.Error(err)
	}
	if held, err := s.Quarantined(); err != nil || len(held) > 0 {
		t.Errorf("%+v, %v", held, err)
	}
}

// Without the cache that a thing lies in nothing is done to it.
func TestMendThingWithoutCaches(t *testing.T) {
	m, _ := thingLab(t, nil)
	s, err := Start(t.Context(), state.Home(filepath.Join(m.Home, "another")), Options{Home: m.Home}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	name, file := entryOf(t, m)
	for st, want := range map[*plan.Step]error{{Fixes: []string{plan.FixEntry}, Name: name, Stamp: stampOf(t, file)}: errNoBuild,
		{Fixes: []string{plan.FixRemove}, Name: aList}: errNoModule, {Fixes: []string{plan.FixAside}, Name: asideTile}: errNoModule,
		{Fixes: []string{plan.FixUnpack}, Module: "example.com/a", Version: "v1.0.0"}: errNoModule} {
		if o := mended(t, s, *st); o.Result != plan.Failed || !errors.Is(o.Err, want) {
			t.Errorf("%+v: %+v", st, o)
		}
	}
	if s.free() != 0 {
		t.Error("free space of no file system")
	}
	if _, err := s.Staging(); !errors.Is(err, errNoModule) {
		t.Error(err)
	}
}

// Names that lead elsewhere, or name no thing of the kind, are no names.
func TestMendThingNames(t *testing.T) {
	m, s := thingLab(t, nil)
	name, file := entryOf(t, m)
	stamp := stampOf(t, file)
	hash := filepath.Base(name)
	for _, st := range []plan.Step{
		{Fixes: []string{plan.FixEntry}, Name: hash}, {Fixes: []string{plan.FixEntry}, Name: "zz/" + hash},
		{Fixes: []string{plan.FixEntry}, Name: "README"}, {Fixes: []string{plan.FixEntry}, Name: strings.TrimSuffix(name, "-a")},
		{Fixes: []string{plan.FixRemove}, Name: "example.com/a/@v/list"}, {Fixes: []string{plan.FixRemove}, Name: "cache/download/example.com/a/list"},
		{Fixes: []string{plan.FixAside}, Name: aList}, {Fixes: []string{plan.FixAside}, Name: asideRoot + "x/../" + strings.TrimPrefix(asideTile, asideRoot)},
	} {
		st.Stamp = stamp
		if o := mended(t, s, st); o.Result != plan.Failed || !errors.Is(o.Err, errNotNamed) {
			t.Errorf("%+v: %+v", st, o)
		}
	}
}
