//go:build linux

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// An order is what the cleaner's process is told: one line of JSON. It works until its input ends.
type order struct {
	ModCache, GoCache, Home, Go string
	Environ                     []string
	Items                       []item
	Naive                       bool
	Seed                        uint64
	Slow                        int    // milliseconds; see -slow
	Log                         string // a file for what it does and when; "": none
}

// counts are what it did: its answer.
type counts struct {
	Rounds       int
	Attempts     int // items of all plans, without those that another user's process stood before
	AttemptsUsed int // of versions that a project lists
	Done         int
	DoneUsed     int
	Busy         int // a command uses it, or may, or has its lock
	Undone       int // renamed and put back
	Changed      int // not as it was when the plan was made
	Strangers    int // a process of another user stood before it, which has nothing to do with this test
	Back         int // versions brought back
	Errors       int
	FirstErrors  []string

	Looks             int
	LookTime, LookMax time.Duration
	Exposed           time.Duration // the longest time from the begin of a look to a rename that follows from it
}

func (c *counts) err(format string, args ...any) {
	c.Errors++
	if len(c.FirstErrors) < failuresShown {
		c.FirstErrors = append(c.FirstErrors, cut(fmt.Sprintf(format, args...)))
	}
}

// A cleanerProcess is the process that removes.
type cleanerProcess struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	answer chan error
	counts counts
	ended  chan struct{} // closed when it ended, though nobody said so
}

// startCleaner starts the process.
func (w *world) startCleaner(opt *options) (*cleanerProcess, error) {
	p := &cleanerProcess{cmd: exec.Command("/proc/self/exe", "cleaner"), answer: make(chan error, 1), ended: make(chan struct{})}
	p.cmd.Env, p.cmd.Dir, p.cmd.Stderr = w.m.Environ(), w.dir, os.Stderr
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		bad := json.NewDecoder(out).Decode(&p.counts)
		p.answer <- errors.Join(bad, p.cmd.Wait())
		close(p.ended)
	}()
	err = json.NewEncoder(p.in).Encode(order{ModCache: w.m.GOMODCACHE, GoCache: w.m.GOCACHE, Home: w.m.Home, Go: w.gocmd,
		Environ: w.m.Environ(), Items: w.items, Naive: opt.naive, Seed: opt.seed, Log: opt.log, Slow: opt.slow})
	return p, err
}

// stop ends the process after its round, and gives what it counted.
func (p *cleanerProcess) stop() (*counts, error) {
	p.in.Close()
	if err := <-p.answer; err != nil {
		return nil, fmt.Errorf("the process that removes: %w", err)
	}
	return &p.counts, nil
}

// clean is that process.
func clean(in io.Reader, out io.Writer) int {
	dec := json.NewDecoder(in)
	var o order
	err := dec.Decode(&o)
	if err == nil {
		stop := make(chan struct{})
		go func() {
			io.Copy(io.Discard, in)
			close(stop)
		}()
		c := newCleaner(&o)
		c.work(stop)
		c.log.Flush()
		err = json.NewEncoder(out).Encode(&c.counts)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "race cleaner:", err)
		return exitError
	}
	return 0
}
