//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/dirhash"
)

// A wound is one way to damage a version.
type wound struct {
	name string
	part string // that has to be there
	do   func(w *world, name string, n uint32) error
}

var wounds = []wound{
	{"a flipped byte in the zip", "zip", (*world).flipZip},
	{"an edited file in the directory", "dir", func(w *world, name string, n uint32) error { return edit(w.inDir(name, n)) }},
	{"a flipped byte in the directory", "dir", func(w *world, name string, n uint32) error { return flip(w.inDir(name, n), n) }},
	{"a flipped byte in .ziphash", "ziphash", func(w *world, name string, n uint32) error { return flip(w.path(name, "ziphash"), n) }},
	{"no .info", "info", func(w *world, name string, _ uint32) error { return os.Remove(w.path(name, "info")) }},
	{"an empty file in the directory", "dir", func(w *world, name string, n uint32) error { return empty(w.inDir(name, n)) }},
	{"an empty zip", "zip", func(w *world, name string, _ uint32) error { return empty(w.path(name, "zip")) }},
	{"an empty .info", "info", func(w *world, name string, _ uint32) error { return empty(w.path(name, "info")) }},
	{"no .ziphash", "ziphash", func(w *world, name string, _ uint32) error { return os.Remove(w.path(name, "ziphash")) }},
	{"half of it unpacked", "dir", (*world).halve},
	{"a lock and a temporary file that nobody needs", "mod", (*world).leftovers},
}

// writable gives a file and its directory back the permission to be written while do works, and then what they had.
func writable(file string, do func() error) (err error) {
	for _, name := range []string{filepath.Dir(file), file} {
		fi, err2 := os.Lstat(name)
		if err2 != nil {
			return err2
		}
		defer func() {
			if err2 := os.Chmod(name, fi.Mode().Perm()); !errors.Is(err2, fs.ErrNotExist) {
				err = errors.Join(err, err2)
			}
		}()
		if err := os.Chmod(name, fi.Mode().Perm()|0o200); err != nil {
			return err
		}
	}
	return do()
}

func flip(file string, n uint32) error {
	b, err := os.ReadFile(file)
	if err != nil || len(b) == 0 {
		return err
	}
	b[int(n%uint32(len(b)))] ^= 0x40
	return writable(file, func() error { return os.WriteFile(file, b, 0) })
}

// flipZip flips a byte that is in the hash of the zip: the time of a file, say, is not, and nobody could tell.
func (w *world) flipZip(name string, n uint32) error {
	zip := w.path(name, "zip")
	good, err := os.ReadFile(zip)
	if err != nil {
		return err
	}
	was, err := dirhash.HashZip(zip, dirhash.Hash1)
	for err == nil {
		if err := errors.Join(writable(zip, func() error { return os.WriteFile(zip, good, 0) }), flip(zip, n)); err != nil {
			return err
		}
		if is, err := dirhash.HashZip(zip, dirhash.Hash1); err != nil || is != was {
			return nil
		}
		n++
	}
	return err
}

func edit(file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return writable(file, func() error { return os.WriteFile(file, append(b, "// a try\n"...), 0) })
}

func empty(file string) error {
	return writable(file, func() error { return os.Truncate(file, 0) })
}

// inDir picks a file of an extracted directory.
func (w *world) inDir(name string, n uint32) string {
	var files []string
	filepath.WalkDir(w.path(name, "dir"), func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, file)
		}
		return err
	})
	return pick(files, n)
}

// halve leaves what a go command leaves that is killed while it unpacks.
func (w *world) halve(name string, n uint32) error {
	dir := w.path(name, "dir")
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			err = os.Chmod(file, 0o755)
		}
		return err
	})
	return errors.Join(err, os.Remove(w.inDir(name, n)), os.WriteFile(w.path(name, "partial"), nil, 0o644))
}

func (w *world) leftovers(name string, n uint32) error {
	zip := w.path(name, "zip")
	temp := fmt.Sprintf("%s%d.tmp", zip, n)
	then := time.Now().Add(-72 * time.Hour)
	lock, err := os.OpenFile(strings.TrimSuffix(zip, "zip")+"lock", os.O_CREATE|os.O_RDWR, 0o666)
	if err == nil {
		err = lock.Close()
	}
	return errors.Join(err, os.WriteFile(temp, []byte("half of it"), 0o600), os.Chtimes(temp, then, then))
}

// mostHurt is how many versions are damaged at once: where nothing is whole any more nothing can be told.
const mostHurt = 3

// damage damages a version.
func (s *session) damage(o op) (string, error) {
	w, n := pick(wounds, o.a), 0
	var there []string
	for _, name := range names {
		if s.mixed(name) {
			n++
		} else if s.now.versions[name][w.part] != absent {
			there = append(there, name)
		}
	}
	if len(there) == 0 || n >= mostHurt {
		return "", nil
	}
	name := pick(there, o.b)
	err := w.do(s.w, name, o.b>>8)
	if err == nil {
		s.now, err = s.w.look()
	}
	if err != nil {
		return "", err
	}
	for part, f := range s.now.versions[name] {
		if l := (location{name, part}); f != s.w.good[name][part] {
			s.planted[l] = append(s.planted[l], f)
		}
	}
	return fmt.Sprintf("%s of %s", w.name, name), nil
}

// repair lets godoctor mend all.
func (s *session) repair(o op) (string, error) {
	what := describe([]string{"godoctor", "repair", "--all"}, o)
	settled := len(s.unsettled) == 0
	r, err := s.try(o.trouble, "repair", "--all", "--yes", "--json")
	if err != nil {
		return "", err
	}
	how := s.outcome(o, r)
	e, hits, done := s.expect(), make(map[string][]state), &cleaned{repair: true}
	e.litter, e.build = how == killed || s.untidy && !r.ran(), nil
	hopeless := false
	for _, name := range names {
		is := s.now.versions[name]
		if !s.mixed(name) && !(is["info"] == absent && (is["zip"] != absent || is["dir"] != absent)) && !(is["ziphash"] == absent && is["dir"] != absent) {
			continue
		}
		hopeless = hopeless || !s.sure(name)
		e.holds[name] = true
		hits[name] = []state{is, s.w.good[name]}
		for _, part := range allParts {
			e.allow(name, part, s.w.good[name][part])
			if s.damaged(name) || s.unsettled[name] != nil { // what cannot be told to be right may go, and the rest be made whole
				e.allow(name, part, absent)
			}
			if how == ended && r.code == 0 && settled {
				e.only(name, part, s.w.good[name][part], absent)
			}
		}
		e.halves[name] = how != ended || r.code != 0
		done.items = append(done.items, removed{name: name, parts: allParts, had: is})
	}
	if how == ended && r.code != 0 && !r.busy() && !hopeless {
		s.fault("a repair that nothing stands in the way of does not come to its end: %s", r)
	}
	if err := s.after(o, e, how, hits, done, r); err != nil || how != ended || r.code != 0 || len(s.faults) > 0 {
		return what, err
	}
	return what, s.verified()
}

// verified looks whether godoctor and go find nothing after a repair.
func (s *session) verified() error {
	r, err := s.w.doctor(trouble{}, "verify")
	if err != nil {
		return err
	}
	if r.code != 0 {
		s.fault("after a repair verify finds something: %s", r)
	}
	for _, name := range s.projectNames() {
		hurt := s.anyHurt(s.projects[name].reached())
		r := s.w.gorun(filepath.Join(s.w.m.Projects, name), []string{"GOFLAGS=-mod=readonly"}, "mod", "verify")
		if r.code != 0 && !hurt {
			s.fault("after a repair go mod verify finds something in %s: %s", name, r)
		}
	}
	e := s.expect()
	e.litter = s.untidy
	for _, p := range s.projects {
		s.goUses(e, p.reached(), false)
	}
	e.build = nil
	return s.check(e)
}

// unmend says what undo of a repair may bring back: what was there before.
func (s *session) unmend(e *expectation, run *cleaned, hits map[string][]state) {
	for _, it := range run.items {
		for _, part := range allParts {
			e.allow(it.name, part, it.had[part], absent)
		}
		e.halves[it.name] = it.had["partial"] != absent
		hits[it.name] = append(hits[it.name], it.had)
	}
}

// last makes everything whole at the end of a sequence, and lets every project build.
func (s *session) last() error {
	if err := s.recover(s.now, nil); err != nil || len(s.faults) > 0 {
		return err
	}
	s.ended = false
	for _, o := range []op{{index: -1, kind: slices.IndexFunc(kinds, func(k kind) bool { return k.name == "repair" })}} {
		if ok, err := s.step(o); err != nil || !ok {
			return err
		}
	}
	for _, name := range s.projectNames() {
		if err := s.builds(name, false); err != nil || len(s.faults) > 0 {
			return err
		}
		if err := s.builds(name, true); err != nil || len(s.faults) > 0 {
			return err
		}
	}
	return nil
}
