//go:build linux && amd64

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"godoctor/testdata/tracing"
)

// helpers are what this program does as another process.
var helpers = map[string]func([]string) int{"trace": tracing.Trace, "sleep": sleeping, "hold": holding}

// sleeping does nothing until it is ended, a minute at most.
func sleeping([]string) int {
	time.Sleep(time.Minute)
	return 0
}

// holding holds the lock of a file, says so, and does nothing until it is ended.
func holding(args []string) int {
	f, err := os.OpenFile(args[0], os.O_RDWR|os.O_CREATE, 0o666)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println("held")
	return sleeping(nil)
}

// inUse lets other processes use the cache, or seem to.
func inUse(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "aside"))
	if err != nil {
		return err
	}
	if err := s.hiddenGo(w); err != nil {
		return err
	}
	return s.heldLock(w)
}

// hiddenGo is a go command of a user whose environment cannot be read: it counts as one that uses the cache.
func (s *suite) hiddenGo(w *world) error {
	if err := os.MkdirAll(filepath.Join(s.dir, "bin"), 0o755); err != nil {
		return err
	}
	program := filepath.Join(s.dir, "bin", "go")
	if err := copyFile(s.tools.self, program); err != nil {
		return err
	}
	if err := os.Chmod(program, 0o755); err != nil {
		return err
	}
	for _, running := range []bool{true, false} {
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
		c := exec.Command(program, "sleep")
		c.Env, c.Dir, c.SysProcAttr = []string{"HOME=/nowhere"}, "/", as(stranger)
		if running {
			if err := c.Start(); err != nil {
				return err
			}
			time.Sleep(300 * time.Millisecond) // what has just started is another matter
		}
		// Build-cache entries and leftovers are no module versions: go handles that they vanish.
		r := w.doctorAs(ordinary, "clean", "--yes", "--confirm", fmt.Sprint(len(public)+1+len(held)), "--orphans", "--grace", "0")
		s.ran()
		if !running {
			if r.code != 0 {
				s.fault("without a hidden go command: %s", r)
			}
			continue
		}
		pid := c.Process.Pid
		c.Process.Kill()
		c.Wait()
		if r.code != 6 || !strings.Contains(r.out+r.err, fmt.Sprint(pid)) {
			s.fault("a go command whose environment cannot be read, pid %d: want exit code 6 and its pid: %s", pid, r)
		}
		is, err := w.caches()
		if err != nil {
			return err
		}
		for _, l := range []listing{was, is} { // lock files may be made, and with them times of nothing else change
			for name := range l {
				if strings.HasSuffix(name, ".lock") {
					delete(l, name)
				}
			}
		}
		s.check("a hidden go command", differ(was, is))
	}
	return nil
}

// heldLock is a version whose lock another process holds: it is skipped soon, and the rest goes.
func (s *suite) heldLock(w *world) error {
	if err := w.back(w.fresh); err != nil {
		return err
	}
	usual := w.clean()
	if err := w.back(w.fresh); err != nil {
		return err
	}
	m := made(public[0], wasLong)
	c := exec.Command(s.tools.self, "hold", w.m.CachePath(m, "lock"))
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		return err
	}
	defer c.Wait()
	defer c.Process.Kill()
	if _, err := out.Read(make([]byte, 4)); err != nil {
		return err
	}
	r := w.cleanOnce()
	s.ran()
	if r.code != 4 || !strings.Contains(r.out+r.err, m.String()) || !strings.Contains(r.out+r.err, "lock") {
		s.fault("a lock that is held: want exit code 4 and its name: %s", r)
	}
	if r.took > usual.took*2+time.Second {
		s.fault("a lock that is held: it took %v, and %v without", r.took, usual.took)
	}
	if _, err := os.Lstat(w.m.Dir(m)); err != nil {
		s.fault("a lock that is held: %v", err)
	}
	s.check("a lock that is held", w.restGone())
	s.check("a lock that is held", w.builds())
	c.Process.Kill()
	c.Wait()
	s.check("a lock that is held, afterwards", w.ends())
	return nil
}
