//go:build linux

// Race removes module versions from a module cache by package remedy, behind the gate of package process, while go
// commands use that cache, and counts what breaks: nothing may. It is what bash .ci/race runs.
//
//	race [-naive] [-seed N] [-keep] [-log FILE] [-slow MS] -seconds N
//
// On a made-up machine (machine.go) loops run go build, go vet, go mod download and a program that reads packages as
// gopls does (loops.go, reader.go). A process of its own removes versions and brings them back (clean.go): the gate does
// not look at what the own process has started, so the loops must not be its children. With -naive it removes as scripts
// do, without lock or gate: then many commands have to break, or the test could not see it. With -slow it waits between
// its looks and its renames, which a removal must stand that depends on the order of things and not on their speed.
//
// Exit codes: 0 it is as it has to be, 1 it could not run, 2 bad usage or there is no /proc, 3 it is not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const stamped = "15:04:05.000000" // times in messages, to put in order what happened

const (
	exitError = 1
	exitUsage = 2
	exitBroke = 3
)

func main() {
	syscall.Umask(0o022) // a cache that others can write is refused
	switch {
	case filepath.Base(os.Args[0]) == readerName:
		os.Exit(readPackages())
	case len(os.Args) == 2 && os.Args[1] == "cleaner":
		os.Exit(clean(os.Stdin, os.Stdout))
	}
	os.Exit(run())
}

// options are those of the command line.
type options struct {
	naive, keep bool
	seconds     int
	seed        uint64
	log         string
	slow        int
}

func run() int {
	var opt options
	flag.BoolVar(&opt.naive, "naive", false, "remove without lock or gate: commands have to break")
	flag.BoolVar(&opt.keep, "keep", false, "leave the machine for a look")
	flag.IntVar(&opt.seconds, "seconds", 0, "how long the loops run")
	flag.Uint64Var(&opt.seed, "seed", 0, "of the order of versions and of the pauses; 0: a new one")
	flag.IntVar(&opt.slow, "slow", 0, "wait up to so many milliseconds after some looks and before some renames, as on a busy machine")
	flag.StringVar(&opt.log, "log", "", "write down when the removal looked, renamed and deleted what")
	flag.Parse()
	if opt.seconds < 1 || opt.slow < 0 || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: race [-naive] [-seed N] [-keep] [-log FILE] [-slow MS] -seconds N")
		return exitUsage
	}
	if _, err := os.Readlink("/proc/self/exe"); err != nil {
		fmt.Fprintln(os.Stderr, "race: there is no /proc here: nobody could tell which processes use a cache:", err)
		return exitUsage
	}
	if opt.log != "" {
		opt.log, _ = filepath.Abs(opt.log)
	}
	if opt.seed == 0 {
		opt.seed = rand.Uint64() >> 32
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	faults, err := race(ctx, &opt)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "race:", err)
		return exitError
	case len(faults) > 0:
		for _, f := range faults {
			fmt.Fprintln(os.Stderr, "race:", f)
		}
		return exitBroke
	}
	return 0
}

// race sets the machine up, lets loops and cleaner run, and says what is not as it has to be.
func race(ctx context.Context, opt *options) (faults []string, err error) {
	w, err := newWorld(opt)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close(opt.keep)) }()
	if err := w.fill(ctx); err != nil {
		return nil, err
	}
	cleaner, err := w.startCleaner(opt)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	l := newLoops(w, opt.seed)
	l.start(ctx)
	select {
	case <-ctx.Done():
	case <-cleaner.ended:
	case <-time.After(time.Duration(opt.seconds) * time.Second):
	}
	c, err := cleaner.stop()
	l.stop()
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	report(opt, l, c, time.Since(began))
	if faults = judge(opt, l, c); !opt.naive {
		faults = append(faults, w.whole(ctx)...)
	}
	return faults, nil
}

// report prints the figures: one line of the commands, one of the removals.
func report(opt *options, l *loops, c *counts, took time.Duration) {
	name := "race"
	switch {
	case opt.naive:
		name = "naive"
	case opt.slow > 0:
		name = "slow"
	}
	ran, failed := l.total()
	fmt.Printf("%s: %.0f s, seed %d: %d commands ran (%s), %d failed (%.1f %%); a used version was in use %.0f %% of the time\n",
		name, took.Seconds(), opt.seed, ran, l.kinds(), failed, percent(failed, ran), 100*l.use.share())
	if opt.naive {
		fmt.Printf("%s: %d rounds, %d versions removed\n", name, c.Rounds, c.Done)
		return
	}
	fmt.Printf("%s: %d rounds, %d attempts: %d done (%.0f %%; of used versions %.0f %%), %d busy, %d undone (%.1f %%), %d changed, %d errors\n",
		name, c.Rounds, c.Attempts, c.Done, percent(c.Done, c.Attempts), percent(c.DoneUsed, c.AttemptsUsed), c.Busy,
		c.Undone, percent(c.Undone, c.Attempts), c.Changed, c.Errors)
	fmt.Printf("%s: %d versions brought back; %d looks at the processes, %.1f ms each, at most %.1f ms; from look to rename at most %.1f ms",
		name, c.Back, c.Looks, ms(c.LookTime)/float64(max(1, c.Looks)), ms(c.LookMax), ms(c.Exposed))
	if c.Strangers > 0 {
		fmt.Printf("; %d times another user's process stood in the way", c.Strangers)
	}
	fmt.Println()
}

// judge says what is not as it has to be.
func judge(opt *options, l *loops, c *counts) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	ran, failed := l.total()
	if opt.naive {
		if failed*10 < ran || ran == 0 {
			fault("a naive removal broke %d of %d commands, and at least 10 %% have to break: this test cannot see", failed, ran)
		}
		return faults
	}
	for _, f := range l.failures {
		fault("%s", f)
	}
	if failed > 0 {
		fault("%d of %d commands failed", failed, ran)
	}
	for _, e := range c.FirstErrors {
		fault("%s", e)
	}
	if c.Errors > 0 {
		fault("%d errors of the removal", c.Errors)
	}
	if least := max(1, opt.seconds/20); l.least() < least {
		fault("a loop ran %d times only, and %d is the least: the machine is too slow for this", l.least(), least)
	}
	if s := l.use.share(); s < 0.3 || s > 0.7 {
		fault("a used version was in use %.0f %% of the time, and it has to be about half", 100*s)
	}
	if opt.slow > 0 {
		return faults // who waits loses more often
	}
	if c.Strangers > c.Attempts {
		fault("another user's go commands stood before most of it, %d times: run this when they have ended", c.Strangers)
		return faults
	}
	if c.DoneUsed == 0 {
		fault("no version that a loop uses was removed")
	}
	if c.Done*2 < c.Attempts || c.Attempts == 0 {
		fault("%d of %d attempts succeeded, and at least half have to", c.Done, c.Attempts)
	}
	if c.Undone*10 >= c.Attempts {
		fault("%d of %d attempts were undone, and it has to be less than a tenth", c.Undone, c.Attempts)
	}
	return faults
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(1, of)) }

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
