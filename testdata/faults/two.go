//go:build linux && amd64

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// two lets two godoctors clean at once: one works, the other says so and ends. strace makes the first slow.
func two(s *suite) error {
	w, err := newWorld(&s.tools, filepath.Join(s.dir, "0"), filepath.Join(s.dir, "0"))
	if err != nil {
		return err
	}
	times := 50
	if s.seconds < fullRun {
		times = max(3, s.seconds/3)
	}
	for n := range times {
		if err := w.back(w.fresh); err != nil {
			return err
		}
		first := make(chan *result, 1)
		go func() {
			first <- w.run(w.environ(), w.m.Home, nil, w.tools.strace, append([]string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=syncfs", "-e",
				"inject=syncfs:delay_enter=1500000", w.tools.godoctor}, w.arguments(cleanArgs(w.items)...)...)...)
		}()
		for range 1000 { // until it holds the lock
			if held, err := locked(filepath.Join(w.state(), "run.lock")); err != nil || held {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		commands := [][]string{nil, {"purge", "--confirm", "1"}, {"clean", "--yes", "--confirm", "1", "--grace", "0", "--module", needed[1]}}
		var r *result
		if args := commands[n%len(commands)]; args != nil {
			r = w.doctor(args...)
		} else {
			r = w.cleanOnce() // its plan may have fewer items, for some are out of sight
		}
		one := <-first
		s.ran()
		if one.code != 0 {
			s.fault("the first of two: %s", one)
		}
		if r.code != 6 || !strings.Contains(r.err, "another godoctor") || r.took > time.Second+one.took/2 {
			s.fault("the second of two took %v, want exit code 6 at once: %s", r.took, r)
		}
		s.check("after two at once", w.ends())
	}
	return nil
}

// locked reports whether somebody holds the lock of a file.
func locked(file string) (bool, error) {
	f, err := os.Open(file)
	if os.IsNotExist(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	return syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == syscall.EWOULDBLOCK, nil
}
