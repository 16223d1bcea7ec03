package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// A sample is one run of one contender.
type sample struct {
	name  string
	round int
	wall  float64 // seconds
	user  float64
	sys   float64
	rss   int64 // bytes
}

func (s sample) cpu() float64 { return s.user + s.sys }

func run(args []string) (err error) {
	fs := flag.NewFlagSet("run", flag.ContinueOnError)
	name := fs.String("name", "", "the contender")
	round := fs.Int("round", 0, "the round; 0 is the warm-up")
	times := fs.String("times", "", "the file to append the sample to")
	out := fs.String("out", os.DevNull, "the file for the command's standard output")
	if err := parse(fs, args); err != nil {
		return err
	}
	if fs.NArg() == 0 || *name == "" || *times == "" {
		fs.Usage()
		return errUsage
	}

	stdout, err := os.Create(*out)
	if err != nil {
		return err
	}
	defer func() {
		if e := stdout.Close(); err == nil {
			err = e
		}
	}()
	s, err := clock(stdout, fs.Args())
	if err != nil {
		return fmt.Errorf("%s: %q: %w", *name, fs.Args(), err)
	}
	s.name, s.round = *name, *round
	return record(*times, s)
}

// clock runs argv and measures it and all that it waited for.
//
// The resident size has a floor, this program's own of 2 or 3 MiB: Linux carries the greatest size of the
// address space that a process leaves at exec, and a child started by vfork leaves its parent's.
func clock(stdout *os.File, argv []string) (sample, error) {
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = stdout, os.Stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if err != nil {
		return sample{}, err
	}
	return sample{
		wall: wall.Seconds(),
		user: cmd.ProcessState.UserTime().Seconds(),
		sys:  cmd.ProcessState.SystemTime().Seconds(),
		rss:  maxRSS(cmd.ProcessState),
	}, nil
}

func record(file string, s sample) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%s\t%d\t%.6f\t%.6f\t%.6f\t%d\n", s.name, s.round, s.wall, s.user, s.sys, s.rss)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
