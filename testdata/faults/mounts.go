//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// sentinel makes a tree that must not change, with names in it as in a module cache, and in "same" the directory sub of a
// version as it is.
func (w *world) sentinel(dir string) (listing, error) {
	for _, name := range []string{"letter.txt", "faults.test/gone/a@v1.0.0/letter.txt", "cache/download/faults.test/gone/a/@v/v1.0.0.zip", "sub/deep/x"} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, []byte("of a person: "+name+"\n"), 0o644); err != nil {
			return nil, err
		}
	}
	if err := copyTree(filepath.Join(w.m.Dir(made(public[0], wasLong)), "sub"), filepath.Join(dir, "same")); err != nil {
		return nil, err
	}
	return list(dir, true, nil)
}

// A trap is something in a module cache that leads elsewhere.
type trap struct {
	name string
	set  func(w *world, outside string) error // outside is a tree that must not change
	code []int                                // exit codes that are right
	says string
	rest bool                 // what else is in the plan has to be gone
	off  func(w *world) error // takes it away; then the next clean ends all
	hide bool                 // go sees none of its modules until then
}

// try sets a trap, cleans, and looks whether what lies outside is as it was.
func (s *suite) try(w *world, t trap, outside string) error {
	if err := w.back(w.fresh); err != nil {
		return err
	}
	if err := removeTree(outside); err != nil {
		return err
	}
	was, err := w.sentinel(outside)
	if err != nil {
		return err
	}
	if err := t.set(w, outside); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	r := w.clean()
	s.ran()
	is, err := list(outside, true, nil)
	if err != nil {
		return err
	}
	s.check(t.name, differ(was, is))
	right := false
	for _, code := range t.code {
		right = right || r.code == code
	}
	if !right || r.crashed() || !strings.Contains(r.out+r.err, t.says) {
		s.fault("%s: want exit code %v and %q: %s", t.name, t.code, t.says, r)
	}
	if t.rest {
		s.check(t.name, w.restGone())
	}
	if !t.hide {
		s.check(t.name, w.builds())
	}
	if t.off == nil {
		return nil
	}
	if err := t.off(w); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	s.check(t.name+", afterwards", w.ends())
	is, err = list(outside, true, nil)
	s.check(t.name+", afterwards", differ(was, is))
	return err
}

// restGone says why a version that no trap is at is still there.
func (w *world) restGone() string {
	for _, name := range []string{public[1], held[0]} {
		dir := w.m.Dir(made(name, wasLong))
		if _, err := os.Lstat(dir); err == nil {
			return name + " is still there, and nothing was wrong with it"
		}
	}
	return ""
}

const otherMount = "another file system is mounted there"

// mounts puts other file systems, and the same once more, into a module cache.
func mounts(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "aside"))
	if err != nil {
		return err
	}
	other, err := s.tmpfs("other", "size=4m,mode=755")
	if err != nil {
		return err
	}
	gone := w.m.Dir(made(public[0], wasLong))
	// bind mounts what is outside, or in it, over a directory.
	bind := func(from, over string) func(*world, string) error {
		return func(_ *world, outside string) error {
			if err := os.MkdirAll(over, 0o755); err != nil {
				return err
			}
			return unix.Mount(filepath.Join(outside, from), over, "", unix.MS_BIND, "")
		}
	}
	stray := filepath.Join(filepath.Dir(gone), "c@v1.0.0")
	unmount := func(w *world) error { // wherever it has been renamed to
		list, err := mountsBelow(w.root())
		for _, m := range list {
			if err := unix.Unmount(m, 0); err != nil {
				return err
			}
		}
		return errors.Join(err, removeTree(stray))
	}
	sub := filepath.Join(gone, "sub")
	traps := []trap{
		{name: "a bind mount in a version, with what is below it", set: bind("same", sub), code: []int{4}, says: otherMount, rest: true, off: unmount},
		{name: "a bind mount in a version", set: bind("", sub), code: []int{0, 4}, rest: true, off: unmount},
		{name: "a bind mount deep in a version", set: bind("same/data", filepath.Join(sub, "data")), code: []int{4}, says: otherMount, rest: true, off: unmount},
		{name: "a bind mount over a version", set: bind("", gone), code: []int{0, 4}, rest: true, off: unmount},
		{name: "a bind mount over all versions of a host", set: bind("", filepath.Dir(filepath.Dir(gone))), code: []int{0, 4}, off: unmount, hide: true},
		{name: "a bind mount among versions", set: bind("", stray), code: []int{0, 4}, rest: true, off: unmount},
		{name: "a tmpfs in a version", set: func(_ *world, outside string) error {
			if err := unix.Mount("faults", sub, "tmpfs", 0, "size=1m,mode=755"); err != nil {
				return err
			}
			for _, name := range []string{"sub.go", "data"} {
				if err := copyTree(filepath.Join(outside, "same", name), filepath.Join(sub, name)); err != nil {
					return err
				}
			}
			return nil
		}, code: []int{4}, says: otherMount, rest: true},
	}
	for _, outside := range []string{filepath.Join(w.dir, "outside"), filepath.Join(other.at, "outside")} {
		for _, t := range traps {
			if err := s.try(w, t, outside); err != nil {
				return err
			}
			if t.off == nil {
				s.check(t.name, w.stillMounted("data/x.txt"))
			}
			if err := unmount(w); err != nil {
				return err
			}
		}
	}
	if err := s.readOnly(w); err != nil {
		return err
	}
	return other.unmount()
}

// mountsBelow lists what is mounted below a directory.
func mountsBelow(root string) (out []string, err error) {
	b, err := os.ReadFile("/proc/self/mountinfo")
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 4 && strings.HasPrefix(f[4], root+"/") {
			out = append(out, f[4])
		}
	}
	return out, err
}

// stillMounted says why no mount below the machine has a file any more.
func (w *world) stillMounted(file string) string {
	list, err := mountsBelow(w.root())
	for _, m := range list {
		if _, err := os.Stat(filepath.Join(m, file)); err == nil {
			return ""
		}
	}
	return fmt.Sprintf("%s is lost: mounted is %v, %v", file, list, err)
}

// readOnly cleans a module cache on a read-only mount: nothing can change, and that is said.
func (s *suite) readOnly(w *world) error {
	if err := w.back(w.fresh); err != nil {
		return err
	}
	root := w.m.GOMODCACHE
	if err := unix.Mount(root, root, "", unix.MS_BIND, ""); err != nil {
		return err
	}
	if err := unix.Mount("", root, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return err
	}
	r := w.clean()
	s.ran()
	is, err := w.modules()
	if err != nil {
		return err
	}
	if err := unix.Unmount(root, 0); err != nil {
		return err
	}
	s.check("a read-only mount", differ(w.whole, is))
	if r.code != 4 && r.code != 1 || r.crashed() || !strings.Contains(r.out+r.err, "read-only") {
		s.fault("a read-only mount: want exit code 4 or 1 and the reason: %s", r)
	}
	s.check("a read-only mount, afterwards", w.ends())
	return nil
}
