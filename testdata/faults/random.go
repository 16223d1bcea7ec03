//go:build linux && amd64

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// random kills clean, undo and purge after some time, until the seconds are over.
func random(s *suite) error {
	worlds, err := s.worlds(min(4, runtime.NumCPU()))
	if err != nil {
		return err
	}
	until := time.Now().Add(time.Duration(s.seconds) * time.Second)
	var wg sync.WaitGroup
	errs := make([]error, len(worlds))
	hits := make(map[string]int)
	for i, w := range worlds {
		r := rand.New(rand.NewPCG(s.rand.Uint64(), uint64(i)))
		wg.Go(func() { errs[i] = s.killAtRandom(w, r, until, hits) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	total := 0
	for name, n := range hits {
		s.say("%d times in %s", n, name)
		total += n
	}
	if total*4 < s.runs {
		s.fault("of %d kills only %d came before the end: this test could not see", s.runs, total)
	}
	return nil
}

func (s *suite) killAtRandom(w *world, r *rand.Rand, until time.Time, hits map[string]int) error {
	ops, err := w.operations()
	if err != nil {
		return err
	}
	took := make([]time.Duration, len(ops))
	for i, op := range ops {
		if err := w.back(op.from); err != nil {
			return err
		}
		took[i] = w.doctor(op.args...).took
	}
	for n := 0; time.Now().Before(until) || n == 0; n++ {
		k := []int{0, 0, 0, 0, 1, 1, 2}[r.IntN(7)]
		op := ops[k]
		if err := w.back(op.from); err != nil {
			return err
		}
		// Most of the time nothing is changed yet: the second half is where it happens.
		wait := time.Duration(float64(took[k]) * (0.25 + 0.75*r.Float64()))
		alive, err := w.killAfter(wait, op.args...)
		if err != nil {
			return err
		}
		s.ran()
		if alive {
			s.mu.Lock()
			hits[op.name]++
			s.mu.Unlock()
		}
		after := fmt.Sprintf("%s killed after %v", op.name, wait)
		point := 1 + r.IntN(60)
		if op.name == "undo" {
			point = 3 * (1 + r.IntN(20))
			s.check(after, w.downloads()) // the go command that it had started was killed too
		}
		s.judge(w, after, point)
	}
	return nil
}

// killAfter starts godoctor and kills it after a while, and what it has started. It reports whether it still ran.
func (w *world) killAfter(wait time.Duration, args ...string) (alive bool, err error) {
	c := exec.Command(w.tools.godoctor, w.arguments(args...)...)
	c.Env, c.Dir = w.environ(), w.m.Home
	if err := c.Start(); err != nil {
		return false, err
	}
	time.Sleep(wait)
	c.Process.Kill()
	c.Wait()
	alive = c.ProcessState.ExitCode() == -1
	return alive, w.endOthers()
}

// endOthers kills what still runs on the machine of this world: the processes that have its home directory.
func (w *world) endOthers() error {
	want := []byte("\x00HOME=" + w.m.Home + "\x00")
	for range 200 {
		list, err := filepath.Glob("/proc/[0-9]*/environ")
		if err != nil {
			return err
		}
		n := 0
		for _, file := range list {
			b, err := os.ReadFile(file)
			if err != nil || !bytes.Contains(append([]byte{0}, b...), want) {
				continue
			}
			pid := 0
			fmt.Sscan(strings.Split(file, "/")[2], &pid)
			if p, err := os.FindProcess(pid); err == nil && pid > 1 && pid != os.Getpid() {
				p.Kill()
				n++
			}
		}
		if n == 0 {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return fmt.Errorf("what runs on the machine of %s cannot be ended", w.dir)
}
