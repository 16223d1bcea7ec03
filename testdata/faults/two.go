//go:build linux && amd64

package main

import (
	"os"
	"path/filepath"
	"strings"
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
		before := runs(w.state())
		first := make(chan *result, 1)
		go func() {
			first <- w.run(w.environ(), w.m.Home, nil, w.tools.strace, append([]string{"-f", "-qq", "-o", os.DevNull, "-e", "trace=syncfs", "-e",
				"inject=syncfs:delay_enter=1500000", w.tools.godoctor}, w.arguments(cleanArgs(w.items)...)...)...)
		}()
		for range 1000 { // until its run is in the history: it holds the lock, and looking for the lock itself would be in its way
			if runs(w.state()) > before {
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

// runs counts the runs in the history.
func runs(state string) int {
	list, err := os.ReadDir(filepath.Join(state, "runs"))
	if err != nil {
		return 0 // there is none yet
	}
	return len(list)
}
