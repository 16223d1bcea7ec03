//go:build linux && amd64

package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/mod/module"
)

// errnos are what the disk may say.
var errnos = []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EACCES, syscall.EBUSY, syscall.EROFS, syscall.EDQUOT}

// failing lets each of the calls of a clean, an undo and a purge fail, with each of the errors.
func failing(s *suite) error {
	worlds, err := s.worlds(min(4, runtime.NumCPU()))
	if err != nil {
		return err
	}
	of := make(map[*world][]operation)
	for _, w := range worlds {
		if of[w], err = w.operations(); err != nil {
			return err
		}
	}
	for k, op := range of[worlds[0]] {
		r, err := worlds[0].attempt(op, 0, fault{Errno: syscall.EIO})
		if err != nil || r.code != 0 {
			return fmt.Errorf("%s without a fault: %v\n%s", op.name, err, r)
		}
		n := len(r.calls)
		points := s.some(n*len(errnos), map[string]int{"clean": 30, "undo": 12, "purge": 6}[op.name])
		missed := 0
		spread(worlds, points, func(w *world, point int) {
			if !s.failOnce(w, of[w][k], 1+(point-1)/len(errnos), errnos[(point-1)%len(errnos)]) {
				s.mu.Lock()
				missed++
				s.mu.Unlock()
			}
		})
		s.say("%s %d of %d points and errors", op.name, len(points)-missed, n*len(errnos))
		if missed > 2+len(points)/10 { // how many calls there are differs by a few
			s.fault("%s: %d of %d errors did not come to pass", op.name, missed, len(points))
		}
	}
	return nil
}

// failOnce lets one call fail. It reports whether the point was reached.
func (s *suite) failOnce(w *world, op operation, point int, errno syscall.Errno) bool {
	w.noRoom = errno == syscall.ENOSPC || errno == syscall.EDQUOT
	r, err := w.attempt(op, point, fault{Errno: errno})
	if err != nil {
		s.fault("%s, point %d: %v", op.name, point, err)
		return true
	}
	if r.hit == nil {
		return false
	}
	s.ran()
	after := fmt.Sprintf("%s with %v at call %d, %v", op.name, errno, point, r.hit)
	s.check(after, w.told(op, r, errno))
	s.judge(w, after, point)
	return true
}

// told says why what the command said does not fit what happened.
func (w *world) told(op operation, r *result, errno syscall.Errno) string {
	is, err := w.modules()
	if err != nil {
		return err.Error()
	}
	switch {
	case r.crashed():
		return "it fell over: " + r.String()
	case r.code == 0 && op.name == "clean" && differ(w.cleaned, is) != "":
		return fmt.Sprintf("it says all is well, and is not: %s\n%s", differ(w.cleaned, is), r)
	case r.code == 0:
		return ""
	case (r.code == 1 || r.code == 5) && op.name == "clean" && differ(w.whole, is) != "":
		return fmt.Sprintf("it says that it did not begin, and changed something: %s\n%s", differ(w.whole, is), r)
	case r.code == 5 && asked.MatchString(r.err): // what failed was looked at for the plan, which has fewer items now
		return ""
	case r.code == 1 && strings.TrimSpace(r.err) == "":
		return "it says nothing: " + r.String()
	case r.code != 1 && r.code != 4:
		return fmt.Sprintf("exit code %d: %s", r.code, r)
	}
	if said := r.out + r.err; r.code == 4 && !slices.ContainsFunc(w.names(r.hit.Path), func(n string) bool { return strings.Contains(said, n) }) {
		return "it does not name what failed: " + r.String()
	}
	return ""
}

// names are the words for what a path belongs to.
func (w *world) names(path string) []string {
	out := []string{filepath.Base(path)}
	for _, m := range w.all {
		p, _ := module.EscapePath(m.Path)
		v, _ := module.EscapeVersion(m.Version)
		if strings.Contains(path, p+"@"+v) || strings.Contains(path, filepath.Join(p, "@v", v)) || strings.Contains(path, filepath.Base(p)+"@"+v) {
			out = append(out, m.String())
		}
	}
	return out
}
