//go:build linux && amd64

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// The users of these tests: one whose machine it is, and one who has nothing to do with it.
const (
	ordinary = 65534
	stranger = 2
)

// chown gives a tree to a user.
func chown(root string, uid int) error {
	return filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, uid, uid)
	})
}

// as is how a program is run as another user.
func as(uid uint32) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
}

// doctorAs runs godoctor as another user.
func (w *world) doctorAs(uid uint32, args ...string) *result {
	return w.run(w.environ(), "/", as(uid), w.tools.godoctor, w.arguments(args...)...)
}

// cleanAs cleans as another user, whatever there is to confirm.
func (w *world) cleanAs(uid uint32, more ...string) *result {
	r := w.doctorAs(uid, append(cleanArgs(w.items), more...)...)
	if m := asked.FindStringSubmatch(r.err); r.code == 5 && m != nil {
		n := 0
		fmt.Sscan(m[1], &n)
		r = w.doctorAs(uid, append(cleanArgs(n), more...)...)
	}
	return r
}

// owners tries what cannot be changed, and what others own.
func owners(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "aside"))
	if err != nil {
		return err
	}
	gone := made(public[0], wasLong)
	for _, at := range []string{filepath.Join(w.m.Dir(gone), "LICENSE"), filepath.Join(w.m.Dir(gone), "sub"), w.m.Dir(gone), filepath.Dir(w.m.Dir(gone)),
		w.m.CachePath(gone, "zip"), w.m.CachePath(gone, "ziphash"), filepath.Dir(w.m.CachePath(gone, "zip")), w.m.CachePath(gone, "lock")} {
		if err := s.cannotChange(w, at); err != nil {
			return err
		}
	}
	if r := w.doctorAs(ordinary, "version"); r.code != 0 {
		return fmt.Errorf("user %d cannot run godoctor here: set TMPDIR to a directory that everybody can enter: %s", ordinary, r)
	}
	for _, f := range []func(*world) error{s.othersCache, s.sharedCache, s.foreignParts} {
		if err := f(w); err != nil {
			return err
		}
	}
	return nil
}

// cannotChange makes something immutable: its item fails alone, and what is left of it is a state that go handles.
func (s *suite) cannotChange(w *world, at string) error {
	name := strings.TrimPrefix(at, w.m.GOMODCACHE+"/") + " is immutable"
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := immutable(at, true); err != nil {
		return fmt.Errorf("%s cannot be made immutable: %w", at, err)
	}
	r := w.clean()
	s.ran()
	after := func(why string) { s.check(name, why) }
	if base := filepath.Base(at); base == "v1.0.0.lock" { // a lock is only locked
		if r.code != 0 && r.code != 4 {
			after(r.String())
		}
	} else if r.code != 4 || !strings.Contains(r.out+r.err, public[0]) || !strings.Contains(r.out+r.err, "not permitted") {
		after("want exit code 4, its name and the reason: " + r.String())
	}
	if strings.Contains(at, "gone/a") {
		after(w.restGone())
	}
	after(w.builds())
	immutable(at, false)
	filepath.WalkDir(w.m.GOMODCACHE, func(path string, d fs.DirEntry, err error) error { // wherever it is now
		if err == nil && (d.IsDir() || d.Type().IsRegular()) {
			immutable(path, false)
		}
		return nil
	})
	after(w.ends())
	return nil
}

// othersCache is the cache of a user while root, or somebody else, runs godoctor.
func (s *suite) othersCache(w *world) error {
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := chown(w.root(), ordinary); err != nil {
		return err
	}
	was, err := w.caches()
	if err != nil {
		return err
	}
	refused := func(name string, r *result, says string) {
		s.ran()
		is, err := w.caches()
		if r.code != 1 || !strings.Contains(r.err, says) || err != nil {
			s.fault("%s: want exit code 1 and %q: %s", name, says, r)
		}
		s.check(name, differ(was, is))
	}
	refused("root on another user's cache", w.clean(), "sudo -u")
	s.ran()
	if r := w.cleanAs(0, "--allow-shared"); r.code != 0 {
		s.fault("root with --allow-shared: %s", r)
	}
	if left := w.litter(); len(left) > 0 {
		s.fault("root with --allow-shared leaves %v", left)
	}
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := os.Chown(w.m.GOMODCACHE, stranger, stranger); err != nil {
		return err
	}
	if err := chown(filepath.Join(w.m.Home, ".local"), ordinary); err != nil && !os.IsNotExist(err) {
		return err
	}
	was, err = w.caches()
	refused("a cache of a third user", w.clean(), fmt.Sprintf("belongs to user %d", stranger))
	return err
}

// sharedCache can be written by others.
func (s *suite) sharedCache(w *world) error {
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := os.Chmod(w.m.GOMODCACHE, 0o777); err != nil {
		return err
	}
	was, err := w.caches()
	if err != nil {
		return err
	}
	r := w.clean()
	s.ran()
	is, err := w.caches()
	if r.code != 1 || !strings.Contains(r.err, "others can write it") {
		s.fault("others can write the cache: want exit code 1: %s", r)
	}
	s.check("others can write the cache", differ(was, is))
	return err
}

// foreignParts is a user's cache with parts that root has put there, and a directory that nobody can read.
func (s *suite) foreignParts(w *world) error {
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := chown(w.root(), ordinary); err != nil {
		return err
	}
	foreign := w.m.Dir(made(public[0], wasLong))
	if err := chown(foreign, 0); err != nil {
		return err
	}
	if err := os.Chmod(filepath.Join(w.m.Dir(made(public[2], wasLong)), "sub"), 0); err != nil {
		return err
	}
	r := w.cleanAs(ordinary)
	s.ran()
	const name = "a user's cache with root's parts in it"
	if r.code != 4 || !strings.Contains(r.out+r.err, public[0]) || r.crashed() {
		s.fault("%s: want exit code 4 and the name of what failed: %s", name, r)
	}
	s.check(name, w.restGone())
	s.check(name, w.builds())
	if err := chown(w.root(), ordinary); err != nil { // the one chown that helps
		return err
	}
	if r := w.cleanAs(ordinary); r.code != 0 {
		s.fault("%s, afterwards: %s", name, r)
	}
	if left := w.litter(); len(left) > 0 {
		s.fault("%s, afterwards: left are %v", name, left)
	}
	return nil
}
