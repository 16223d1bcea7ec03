//go:build linux && amd64

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// An operation is something that is broken off: what the machine is then, and the command.
type operation struct {
	name string
	from string // the copy to begin from
	args []string
}

// operations prepares clean, undo, purge and the recovery of a clean that was killed.
func (w *world) operations() ([]operation, error) {
	ops := []operation{{"clean", w.fresh, cleanArgs(w.items)}}
	if err := w.back(w.fresh); err != nil {
		return nil, err
	}
	if r := w.clean(); r.code != 0 {
		return nil, fmt.Errorf("%s", r)
	}
	done := filepath.Join(w.aside, "done")
	if err := w.keep(done); err != nil {
		return nil, err
	}
	return append(ops, operation{"undo", done, []string{"undo", "--yes"}},
		operation{"purge", done, []string{"purge", "--confirm", fmt.Sprint(len(held))}}), nil
}

// kill kills godoctor before each of the calls by which it changes the disk.
func kill(s *suite) error {
	worlds, err := s.worlds(min(4, runtime.NumCPU()))
	if err != nil {
		return err
	}
	all := make([][]operation, len(worlds))
	for i, w := range worlds {
		if all[i], err = w.operations(); err != nil {
			return err
		}
	}
	of := make(map[*world][]operation)
	for i, w := range worlds {
		of[w] = all[i]
	}
	for k, op := range all[0] {
		w := worlds[0]
		r, err := w.attempt(op, 0, fault{})
		if err != nil || r.code != 0 {
			return fmt.Errorf("%s without a fault: %v\n%s", op.name, err, r)
		}
		n := len(r.calls)
		if n < 10 {
			return fmt.Errorf("%s makes %d calls that change the disk: the tracer sees too little", op.name, n)
		}
		points := s.some(n, map[string]int{"clean": 24, "undo": 10, "purge": 5}[op.name])
		missed := 0
		spread(worlds, points, func(w *world, point int) {
			if !s.killOnce(w, of[w][k], point) {
				s.mu.Lock()
				missed++
				s.mu.Unlock()
			}
		})
		s.say("%s %d of %d points", op.name, len(points)-missed, n)
		if missed > 2+len(points)/10 { // how many calls there are differs by a few
			s.fault("%s: %d of %d kills did not come to pass", op.name, missed, len(points))
		}
	}
	if err := s.recoveries(worlds); err != nil {
		return err
	}
	return s.secondOpinion(worlds[0])
}

// secondOpinion lets strace kill, at its own counting: the nth call of a thread, of one kind.
func (s *suite) secondOpinion(w *world) error {
	hits := 0
	for _, name := range []string{"unlinkat", "renameat2", "renameat", "mkdirat", "fchmod", "fsync", "syncfs", "flock"} {
		most := 1
		if s.seconds >= fullRun {
			most = 12
		}
		for n := 1; n <= most; n++ {
			if err := w.back(w.fresh); err != nil {
				return err
			}
			when := fmt.Sprintf("inject=%s:signal=KILL:when=%d", name, n)
			r := w.run(w.environ("GOMAXPROCS=1"), w.m.Home, nil, w.tools.strace, append([]string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=" + name,
				"-e", when, w.tools.godoctor}, w.arguments(cleanArgs(w.items)...)...)...)
			s.ran()
			if r.code == 0 { // no thread made so many
				break
			}
			hits++
			s.judge(w, "strace -e "+when, n)
		}
	}
	if hits < 5 {
		s.fault("strace killed %d times only", hits)
	}
	s.say("strace %d kills", hits)
	return nil
}

// attempt puts the machine back to where the operation begins, and traces it; again where the cache seemed to be in use.
func (w *world) attempt(op operation, n int, f fault) (r *result, err error) {
	for range 5 {
		if err := w.back(op.from); err != nil {
			return nil, err
		}
		if r, err = w.trace(n, f, op.args...); err != nil || !r.busy() {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return r, err
}

// killOnce kills at one point, and looks at what is left. It reports whether the point was reached.
func (s *suite) killOnce(w *world, op operation, point int) bool {
	r, err := w.attempt(op, point, fault{Kill: true})
	if err != nil {
		s.fault("%s, point %d: %v", op.name, point, err)
		return true
	}
	s.ran()
	if !r.killed {
		return false
	}
	after := fmt.Sprintf("%s killed before call %d, %v", op.name, point, r.hit)
	if !r.hit.Own { // of the go command that brings modules back: what it leaves is go's to mend
		s.check(after, w.downloads())
	}
	s.judge(w, after, point)
	return true
}

// recoveries kills the clean after a clean that was killed, and the clean after that.
func (s *suite) recoveries(worlds []*world) error {
	w := worlds[0]
	r, err := w.attempt(operation{"clean", w.fresh, cleanArgs(w.items)}, 0, fault{})
	if err != nil {
		return err
	}
	n := len(r.calls)
	points := s.some(n, 6)
	spread(worlds, points, func(w *world, point int) {
		after := ""
		if err := w.back(w.fresh); err != nil {
			s.fault("%v", err)
			return
		}
		// The second is killed while it ends what the first left, the third a little later.
		for depth, p := range []int{point, 4 + point%23, 6 + point%31} {
			r, err := w.trace(p, fault{}, cleanArgs(w.items)...)
			if err != nil {
				s.fault("%s: %v", after, err)
				return
			}
			if depth == 0 && !r.killed {
				return
			}
			if r.code == 5 { // there is less to confirm now
				args := append([]string{"clean", "--yes"}, policies...)
				if m := asked.FindStringSubmatch(r.err); m != nil {
					args = append(args, "--confirm", m[1])
				}
				if r, err = w.trace(p, fault{}, args...); err != nil {
					s.fault("%s: %v", after, err)
					return
				}
			}
			after += fmt.Sprintf("clean killed before call %d, %v; ", p, r.hit)
		}
		s.ran()
		s.judge(w, after, point)
	})
	s.say("recovery of a recovery %d", len(points))
	return nil
}

// judge looks at what was left by something that broke off: projects build, go brings everything back, the next clean ends
// what was left, one more does nothing, and nothing around the caches is different.
func (s *suite) judge(w *world, after string, point int) {
	s.check(after, w.builds())
	if point%3 == 0 {
		s.check(after, w.downloads())
		s.check(after, w.builds())
	}
	s.check(after, w.ends())
	if point%5 == 0 && point%3 > 0 && !strings.HasPrefix(after, "purge") {
		s.check(after, w.returns())
	}
	s.check(after, w.unlocked())
	is, err := w.around()
	if err != nil {
		s.fault("%s: %v", after, err)
	}
	if diff := differ(w.sent, is); diff != "" {
		s.fault("%s: what lies around the caches: %s", after, diff)
	}
}

// ends says why the next clean does not end what was left, or one more does something. What was put back there is removed
// by the clean after that: its plan knows it.
func (w *world) ends() string {
	r := w.clean()
	if r.code != 0 && (r.code != 4 || !strings.Contains(r.err, brokenOff) || strings.Contains(r.out, "failed")) || r.crashed() {
		return "the next clean fails: " + r.String()
	}
	if left := w.litter(); len(left) > 0 {
		return fmt.Sprintf("the next clean leaves %s\n%s", strings.Join(left, ", "), r)
	}
	is, err := w.modules()
	if err == nil && differ(w.cleaned, is) != "" && strings.Contains(r.err, brokenOff) {
		r = w.clean()
		is, err = w.modules()
	}
	if err != nil {
		return err.Error()
	}
	if diff := differ(w.cleaned, is); diff != "" || r.code != 0 && r.code != 4 {
		return fmt.Sprintf("after the next clean the module cache is not as after any other: %s\n%s", diff, r)
	}
	was, err := w.caches()
	if err != nil {
		return err.Error()
	}
	if r = w.clean(); r.code != 0 || strings.Contains(r.err, brokenOff) {
		return "a second clean fails, or finds something to end: " + r.String()
	}
	now, err := w.caches()
	if err != nil {
		return err.Error()
	}
	if diff := differ(was, now); diff != "" {
		return fmt.Sprintf("a second clean does something: %s\n%s", diff, r)
	}
	return ""
}

const brokenOff = "an earlier run"

// caches lists all that godoctor may change: both caches and the quarantine, with times.
func (w *world) caches() (listing, error) {
	all := make(listing)
	for _, root := range []string{w.m.GOMODCACHE, w.m.GOCACHE, w.quarantine()} {
		l, err := list(root, true, nil)
		if err != nil {
			return nil, err
		}
		for name, line := range l {
			all[filepath.Join(root, name)] = line
		}
	}
	return all, nil
}

// returns says why what waits in the quarantine does not come back as it was.
func (w *world) returns() string {
	runs, err := w.history()
	if err != nil {
		return err.Error()
	}
	for _, run := range runs {
		if r := w.doctor("undo", "--yes", run); r.code != 0 && r.code != 4 || r.crashed() {
			return "undo fails: " + r.String()
		}
	}
	is, err := w.modules()
	if err != nil {
		return err.Error()
	}
	if entries, _ := os.ReadDir(filepath.Join(w.quarantine(), "quarantine")); len(entries) > 0 {
		return fmt.Sprintf("after undo of %v there is still something in the quarantine: %v", runs, entries)
	}
	was := make(listing)
	for name, line := range w.whole {
		if strings.Contains(name, "faults.test/hold/") {
			was[name] = line
		}
	}
	now := make(listing)
	for name := range was {
		if line, ok := is[name]; ok {
			now[name] = line
		}
	}
	if diff := differ(was, now); diff != "" {
		return fmt.Sprintf("undo of %v brings something else back: %s", runs, diff)
	}
	return ""
}
