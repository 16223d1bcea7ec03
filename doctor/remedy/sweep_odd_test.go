//go:build unix

package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// A sweeping is what a sweep told.
type sweeping struct {
	told  int
	freed int64
	errs  error
}

func (s *sweeping) version(_ module.Version, freed int64, err error) {
	s.told++
	s.freed += freed
	s.errs = errors.Join(s.errs, err)
}

func (s *sweeping) thing(_ *plan.Item, freed int64, err error) {
	s.version(module.Version{}, freed, err)
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// What was renamed away of a version goes also where go clean, or a person, has removed what go downloaded of it: nobody can be
// at work on it. What another process has locked stays, and so does what cannot be put back; both is said.
func TestSweepOdd(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	zip, dir := m.CachePath(a, "zip"), m.Dir(a)
	list := []module.Version{a.ID()}
	var fails error
	r := remover(t, m, Options{Before: func(string, string) error { return fails }})
	rename(t, zip, zip+".godoctor-1-1.tmp")
	was := tree(t, m.GOMODCACHE)
	lock, err := opened(t, filepath.Dir(zip)).lock("v1.0.0.lock")
	if err != nil {
		t.Fatal(err)
	}
	var s sweeping
	r.Sweep(t.Context(), list, s.version)
	if s.told != 1 || !errors.Is(s.errs, errBusy) || s.freed != 0 {
		t.Errorf("locked: %+v", s)
	}
	lock.Close()
	fails, s = syscall.EIO, sweeping{}
	r.Sweep(t.Context(), list, s.version)
	if s.told != 1 || !errors.Is(s.errs, syscall.EIO) || s.freed != 0 {
		t.Errorf("it cannot be put back: %+v", s)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s = sweeping{}
	r.Sweep(ctx, list, s.version)
	r.SweepThings(ctx, make([]plan.Item, 3), s.thing)
	if s.told > 0 {
		t.Errorf("after the end: %+v", s)
	}
	sameTree(t, "left", was, tree(t, m.GOMODCACHE))
	fails = nil
	temp := dir + ".tmp-godoctor-1-2"
	rename(t, dir, temp)
	disk, _ := diskOf(t, temp)
	if err := os.RemoveAll(filepath.Dir(filepath.Dir(zip))); err != nil {
		t.Fatal(err)
	}
	s = sweeping{}
	r.Sweep(t.Context(), append(list, module.Version{Path: "../x", Version: "v1.0.0"}), s.version)
	if s.told != 2 || s.freed != disk || s.errs == nil || gone(s.errs) || exists(t, temp) {
		t.Errorf("without @v: %+v, want %d", s, disk)
	}
	r.Sweep(t.Context(), list, func(m module.Version, _ int64, err error) { t.Errorf("again: %v, %v", m, err) })
}

// A hidden zip goes where go has fetched another one, and .ziphash comes back where the zip is there; what is kept for undo is left.
func TestSweepTakesBack(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	zip, hash, dir := m.CachePath(a, "zip"), m.CachePath(a, "ziphash"), m.Dir(a)
	r := remover(t, m, Options{})
	kept := write(t, zip+".godoctor-keep-1-1", "mine")
	for _, name := range []string{zip + ".godoctor-x.tmp", zip + ".godoctor-.tmp", zip + ".godoctor-1-1", zip + "x.godoctor-1-1.tmp", dir + ".tmp-godoctor-", dir + ".tmp-1", m.CachePath(a, "lock") + ".godoctor-1-1.tmp"} {
		write(t, name, "mine")
	}
	before := tree(t, m.GOMODCACHE)
	rename(t, hash, hash+".godoctor-1-1.tmp")
	rename(t, dir, dir+".away")
	sweep := func() (s sweeping) {
		r.Sweep(t.Context(), []module.Version{a.ID()}, s.version)
		return s
	}
	if s := sweep(); s != (sweeping{told: 1}) || !exists(t, hash) {
		t.Errorf("%+v", s)
	}
	rename(t, dir+".away", dir)
	sameTree(t, "put back", before, tree(t, m.GOMODCACHE))
	twin := write(t, zip+".godoctor-1-2.tmp", strings.Repeat("x", 9000))
	disk, _ := diskOf(t, twin)
	if s := sweep(); s != (sweeping{told: 1, freed: disk}) || exists(t, twin) || !exists(t, kept) {
		t.Errorf("%+v, want %d", s, disk)
	}
	sameTree(t, "swept", before, tree(t, m.GOMODCACHE))
	if s := sweep(); s.told > 0 {
		t.Errorf("%+v", s)
	}
	b := mod("alone.example/b", "v1.0.0") // which was never extracted
	alone := write(t, m.CachePath(b, "zip")+".godoctor-1-1.tmp", "x")
	disk, _ = diskOf(t, alone)
	var s sweeping
	r.Sweep(t.Context(), []module.Version{b.ID()}, s.version)
	if s != (sweeping{told: 1, freed: disk}) || exists(t, alone) || exists(t, m.CachePath(b, "zip")) {
		t.Errorf("%+v, want %d", s, disk)
	}
}

// The rest of a clone goes under its lock; what is no such name, or somebody else's, stays, and what stands in the way is said.
func TestSweepThingsOdd(t *testing.T) {
	m := madeIn(t, quick(t))
	hash := strings.Repeat("0a", 32)
	vcs := filepath.Join(m.GOMODCACHE, "cache", "vcs")
	clone := []plan.Item{{Part: plan.VCS, Name: hash}}
	var fails error
	r := remover(t, m, Options{Before: func(op, _ string) error {
		if op == "remove" {
			return fails
		}
		return nil
	}})
	sweep := func(items []plan.Item) (s sweeping) {
		r.SweepThings(t.Context(), items, s.thing)
		return s
	}
	if s := sweep(clone); s.told > 0 {
		t.Errorf("no clones: %+v", s)
	}
	write(t, vcs, "")
	if s := sweep(clone); s.told != 1 || !errors.Is(s.errs, errLink) {
		t.Errorf("no directory: %+v", s)
	}
	os.Remove(vcs)
	rest := filepath.Join(vcs, hash+tempMark+"1-1")
	write(t, filepath.Join(rest, "HEAD"), "1")
	mine := write(t, filepath.Join(vcs, hash+tempMark+"mine"), "1")
	for i := range 1100 { // more than are listed at once
		write(t, filepath.Join(vcs, fmt.Sprint("other", i)), "")
	}
	info := write(t, filepath.Join(vcs, hash+".info"), "1")
	lock, err := opened(t, vcs).lock(hash + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	if s := sweep(clone); s.told != 1 || !errors.Is(s.errs, errBusy) || !exists(t, rest) {
		t.Errorf("locked: %+v", s)
	}
	lock.Close()
	fails = syscall.EIO
	if s := sweep(clone); s.told != 1 || !errors.Is(s.errs, syscall.EIO) || !exists(t, rest) {
		t.Errorf("fault: %+v", s)
	}
	fails = nil
	disk, _ := diskOf(t, rest)
	more, _ := diskOf(t, info)
	if s := sweep(clone); s != (sweeping{told: 1, freed: disk + more}) || exists(t, rest) || exists(t, info) || !exists(t, mine) {
		t.Errorf("%+v, want %d", s, disk+more)
	}
	// Where a new clone is there .info is its own.
	write(t, filepath.Join(vcs, hash, "HEAD"), "1")
	write(t, info, "1")
	if s := sweep(clone); s.told > 0 || !exists(t, info) {
		t.Errorf("%+v", s)
	}
	before := tree(t, m.Root)
	if s := sweep([]plan.Item{{Part: plan.VCS, Name: "../" + hash}, {Part: plan.VCS, Name: "x"}, {Part: plan.Entry, Name: "0a"}, {Part: plan.SDK, Root: filepath.Join(m.Home, "none", "x")}}); s.told > 0 {
		t.Errorf("nothing to sweep: %+v", s)
	}
	sameTree(t, "nothing to sweep", before, tree(t, m.Root))
	if err := m.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	none, err := Open(Options{GoCache: m.GOCACHE, Home: m.Home})
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	none.SweepThings(t.Context(), clone, func(it *plan.Item, _ int64, err error) { t.Errorf("without a module cache: %v", err) })
	if s := sweep([]plan.Item{{Part: plan.SDK, Root: "go1.20"}}); s.told != 1 || !errors.Is(s.errs, ErrRoot) {
		t.Errorf("%+v", s)
	}
}
