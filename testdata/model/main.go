//go:build linux && amd64

// Model lets godoctor do random things to a made-up machine, in sequences that a seed decides, and compares the disk with a
// simple model of what has to be there. It is what bash .ci/model runs.
//
//	model -godoctor FILE -dir DIR -seconds N [-seed N] [-steps N] [-ops N,...] [-bound N] [-v]
//	model -prove SOURCE -dir DIR -bound N [-seed N]
//
// Exit codes: 0 all is as it has to be, 1 it could not run, 2 bad usage, 3 something is not as it has to be.
package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"godoctor/testdata/tracing"
)

const (
	exitError = 1
	exitUsage = 2
	exitFault = 3
)

type options struct {
	godoctor, dir, ops string
	seconds, steps     int
	bound              int
	seed               uint64
	verbose            bool
	source             string
}

// verbose is set once, before anything begins.
var verbose bool

func main() {
	if len(os.Args) > 2 {
		switch os.Args[1] {
		case "filter":
			fmt.Fprintln(os.Stderr, "model:", tracing.Filter(os.Args[2:]))
			os.Exit(exitError)
		case "trace":
			os.Exit(tracing.Trace(os.Args[2:]))
		}
	}
	syscall.Umask(0o022) // a cache that others can write is refused
	var opt options
	flag.StringVar(&opt.godoctor, "godoctor", "", "the program")
	flag.StringVar(&opt.dir, "dir", "", "an empty directory")
	flag.IntVar(&opt.seconds, "seconds", 0, "for how long sequences are begun")
	flag.Uint64Var(&opt.seed, "seed", 0, "of the first sequence; 0: a new one")
	flag.IntVar(&opt.steps, "steps", 40, "operations of a sequence")
	flag.StringVar(&opt.ops, "ops", "", "one sequence of these operations of the seed, with commas between")
	flag.IntVar(&opt.bound, "bound", 0, "a fault is in the program: find it within so many operations, and do not shrink it")
	flag.StringVar(&opt.source, "prove", "", "the directory of the sources: make faults in them, and find each within -bound operations")
	flag.BoolVar(&opt.verbose, "v", false, "say what is done while it is done")
	flag.Parse()
	verbose = opt.verbose
	if opt.godoctor == "" && opt.source == "" || opt.dir == "" || flag.NArg() > 0 || opt.seconds < 1 && opt.ops == "" && opt.bound == 0 {
		fmt.Fprintln(os.Stderr, "usage: model -godoctor FILE -dir DIR -seconds N [-seed N] [-steps N] [-ops N,...] [-bound N] [-v]; model -prove SOURCE -dir DIR -bound N [-seed N]")
		os.Exit(exitUsage)
	}
	dir, err := filepath.Abs(opt.dir) // commands run elsewhere
	if err != nil {
		fmt.Fprintln(os.Stderr, "model:", err)
		os.Exit(exitError)
	}
	opt.dir = dir
	code := 0
	if opt.source != "" {
		code, err = prove(&opt)
	} else {
		code, err = run(&opt)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "model:", err)
	}
	os.Exit(code)
}

func run(opt *options) (code int, err error) {
	w, err := newWorld(opt.godoctor, filepath.Join(opt.dir, "world"))
	if err != nil {
		return exitError, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	t := &tally{did: make(map[string]int)}
	began := time.Now()
	if opt.seed == 0 {
		opt.seed = rand.Uint64() >> 40
	}
	if opt.ops != "" {
		list, err := numbers(opt.ops)
		if err != nil {
			return exitUsage, err
		}
		return one(w, t, opt, opt.seed, list)
	}
	until := began.Add(time.Duration(opt.seconds) * time.Second)
	first := opt.seed
	for n := uint64(0); opt.bound > 0 && t.steps < opt.bound || opt.bound == 0 && (n == 0 || time.Now().Before(until)); n++ {
		list := make([]int, opt.steps)
		for i := range list {
			list[i] = i
		}
		if code, err := one(w, t, opt, first+n, list); code != 0 || err != nil {
			return code, err
		}
	}
	t.report(first, time.Since(began))
	return 0, nil
}

func numbers(s string) (list []int, err error) {
	for _, f := range strings.Split(s, ",") {
		n, err := strconv.Atoi(f)
		if err != nil {
			return nil, fmt.Errorf("-ops %s: %w", s, err)
		}
		list = append(list, n)
	}
	return list, nil
}

// one does a sequence. Where it fails it says so, makes it shorter, and says how to repeat it.
func one(w *world, t *tally, opt *options, seed uint64, list []int) (int, error) {
	s, at, err := sequence(w, t, seed, list)
	if err != nil {
		return exitError, fmt.Errorf("seed %d: %w", seed, err)
	}
	t.sequences++
	if at < 0 {
		return 0, nil
	}
	fmt.Printf("model: seed %d, step %d of %d: not as it has to be:\n%s\n", seed, at+1, len(list), s.tell())
	fmt.Printf("model: the operations so far:\n%s\n", strings.Join(s.log, "\n"))
	if opt.bound > 0 {
		fmt.Printf("model: found after %d operations\n", t.steps)
		return exitFault, nil
	}
	if opt.ops == "" {
		list, s, err = shrink(w, seed, list[:min(at+1, len(list))], s)
	}
	fmt.Printf("model: shrunk to %d operations:\n%s\n%s\n", len(list), strings.Join(s.log, "\n"), s.tell())
	fmt.Printf("model: to repeat it: bash .ci/model -ops %s %d\n", join(list), seed)
	return exitFault, err
}

// sequence does operations of a seed on a fresh machine. at is the first that fails, or -1; len(list) is the end, where all is made whole.
func sequence(w *world, t *tally, seed uint64, list []int) (s *session, at int, err error) {
	s, err = newSession(w, t)
	if err != nil {
		return nil, -1, err
	}
	for i, n := range list {
		if ok, err := s.step(draw(seed, n)); err != nil || !ok {
			return s, i, err
		}
	}
	if err := s.last(); err != nil || len(s.faults) == 0 {
		return s, -1, err
	}
	return s, len(list), nil
}

// shrink drops operations as long as what is left still fails: halves, quarters, single ones. Who is killed does not always do it at
// the same place, so each is tried twice.
func shrink(w *world, seed uint64, list []int, s *session) ([]int, *session, error) {
	fails := func(part []int) (*session, int, error) {
		for range 2 {
			s, at, err := sequence(w, &tally{did: make(map[string]int)}, seed, part)
			if err != nil || at >= 0 {
				return s, at, err
			}
		}
		return nil, -1, nil
	}
	tries := 80
	for size := (len(list) + 1) / 2; size > 0; size /= 2 {
		for lo := 0; lo < len(list) && tries > 0; tries-- {
			part := append(append([]int{}, list[:lo]...), list[min(lo+size, len(list)):]...)
			again, at, err := fails(part)
			if err != nil {
				return list, s, err
			}
			if at < 0 {
				lo += size
				continue
			}
			list, s = part[:min(at+1, len(part))], again
		}
	}
	return list, s, nil
}

func join(list []int) string {
	var out []string
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return strings.Join(out, ",")
}

// report says what was done.
func (t *tally) report(first uint64, took time.Duration) {
	var parts []string
	for _, k := range kinds {
		parts = append(parts, fmt.Sprintf("%s %d", k.name, t.did[k.name]))
	}
	fmt.Printf("model: seeds %d to %d: %d steps in %.0f s: %s\n", first, first+uint64(t.sequences)-1, t.steps, took.Seconds(), strings.Join(parts, ", "))
	fmt.Printf("model: %d times killed, %d times on a full disk, %d builds, %d of them without a network; %d times somebody else's go command stood before it\n",
		t.kills, t.fulls, t.builds, t.offline, t.busy)
}
