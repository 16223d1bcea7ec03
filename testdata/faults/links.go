//go:build linux && amd64

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// links puts links into a module cache, and gives its files names outside.
func links(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "aside"))
	if err != nil {
		return err
	}
	outside := filepath.Join(w.dir, "outside")
	below := func(name string) string { return filepath.Join(w.m.GOMODCACHE, name) }
	// instead puts a link to outside, or into it, in the place of something.
	instead := func(name, into string) func(*world, string) error {
		return func(_ *world, outside string) error {
			if err := removeTree(below(name)); err != nil {
				return err
			}
			return os.Symlink(filepath.Join(outside, into), below(name))
		}
	}
	const at = "cache/download/faults.test/gone/a/@v"
	traps := []trap{
		{name: "a link in place of a version", set: instead("faults.test/gone/a@v1.0.0", ""), code: []int{0, 4}, rest: true},
		{name: "a link in place of a directory in a version", set: instead("faults.test/gone/a@v1.0.0/sub", "sub"), code: []int{0, 4}, rest: true},
		{name: "a link in place of a file in a version", set: instead("faults.test/gone/a@v1.0.0/a.go", "letter.txt"), code: []int{0, 4}, rest: true},
		{name: "a link in place of the versions of a host", set: instead("faults.test/gone", "faults.test/gone"), code: []int{0, 4}, rest: false},
		{name: "a link in place of a module's download directory", set: instead(at, "cache/download/faults.test/gone/a/@v"), code: []int{0, 4}, rest: true},
		{name: "a link in place of a zip", set: instead(at+"/v1.0.0.zip", "cache/download/faults.test/gone/a/@v/v1.0.0.zip"), code: []int{0, 4}, rest: true},
		{name: "a link in place of a lock", set: instead(at+"/v1.0.0.lock", "letter.txt"), code: []int{0, 4}, rest: true},
		{name: "a link to nowhere in a version", set: instead("faults.test/gone/a@v1.0.0/sub/data", "nowhere"), code: []int{0, 4}, rest: true},
		{name: "a link in a circle", set: func(*world, string) error {
			return os.Symlink("../a@v1.0.0", below("faults.test/gone/a@v1.0.0/sub/circle"))
		}, code: []int{0, 4}, rest: true},
		{name: "a link in place of the root", set: func(w *world, outside string) error {
			if err := os.Rename(w.m.GOMODCACHE, w.m.GOMODCACHE+"-real"); err != nil {
				return err
			}
			return os.Symlink("mod-real", w.m.GOMODCACHE)
		}, code: []int{0}, rest: true},
		{name: "a root that is a link to something else", set: func(w *world, outside string) error {
			if err := os.Rename(w.m.GOMODCACHE, w.m.GOMODCACHE+"-real"); err != nil {
				return err
			}
			return os.Symlink(outside, w.m.GOMODCACHE)
		}, code: []int{0, 1, 4, 5}, hide: true},
	}
	for _, t := range traps {
		if strings.HasPrefix(t.name, "a root that") {
			t.off = func(w *world) error { // projects build again
				if err := os.Remove(w.m.GOMODCACHE); err != nil {
					return err
				}
				return os.Rename(w.m.GOMODCACHE+"-real", w.m.GOMODCACHE)
			}
		}
		if err := s.try(w, t, outside); err != nil {
			return err
		}
	}
	return s.hardLinks(w, outside)
}

// hardLinks gives every file of a version a second name outside: those stay, and nothing is said to be freed by them.
func (s *suite) hardLinks(w *world, outside string) error {
	freed := func(link bool) (int64, error) {
		if err := w.back(w.fresh); err != nil {
			return 0, err
		}
		if err := removeTree(outside); err != nil {
			return 0, err
		}
		if err := os.Mkdir(outside, 0o755); err != nil {
			return 0, err
		}
		twins := 0
		for n, name := range []string{"a.go", "LICENSE", "sub/sub.go", "sub/data/x.txt"} {
			if link {
				twins++
				if err := os.Link(filepath.Join(w.m.Dir(made(public[0], wasLong)), name), filepath.Join(outside, fmt.Sprint(n))); err != nil {
					return 0, err
				}
			}
		}
		was, err := list(outside, true, nil)
		if err != nil {
			return 0, err
		}
		r := w.doctor("clean", "--json", "--yes", "--grace", "0", "--module", public[0])
		s.ran()
		if r.code != 0 {
			s.fault("hard links: %s", r)
		}
		is, err := list(outside, true, nil)
		if err != nil {
			return 0, err
		}
		s.check("hard links", differ(was, is))
		var d struct {
			Run struct {
				Freed int64 `json:"freed_bytes"`
			}
		}
		if err := json.Unmarshal([]byte(r.out), &d); err != nil {
			return 0, fmt.Errorf("%w: %s", err, r)
		}
		if len(was) != twins+1 {
			s.fault("hard links: %d of %d were made", len(was)-1, twins)
		}
		return d.Run.Freed, nil
	}
	alone, err := freed(false)
	if err != nil {
		return err
	}
	linked, err := freed(true)
	if err != nil {
		return err
	}
	if linked <= 0 || alone-linked < 4*4096 {
		s.fault("hard links: freed %d bytes, and %d without them: their files free nothing", linked, alone)
	}
	return nil
}
