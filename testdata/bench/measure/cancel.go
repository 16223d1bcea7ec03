package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// interrupted is the exit code of a command that SIGINT stopped.
const interrupted = 130

// The runs are stopped at moments spread evenly between these shares of a whole run, or of its first seconds: what comes
// later is more of the same work.
const (
	firstStop = 0.10
	lastStop  = 0.60
	longest   = 20 // seconds
)

// cancel runs a command again and again, stops it with SIGINT in the middle of its work, and writes down as wall time
// how long it went on after that.
func cancel(args []string) error {
	fs := flag.NewFlagSet("cancel", flag.ContinueOnError)
	name := fs.String("name", "", "what the samples are called")
	like := fs.String("like", "", "the contender that is the whole run of the command")
	runs := fs.Int("runs", 20, "how many times")
	file := fs.String("times", "", "the file of samples, read and appended to")
	if err := parse(fs, args); err != nil {
		return err
	}
	if fs.NArg() == 0 || *name == "" || *runs < 1 {
		fs.Usage()
		return errUsage
	}
	t, err := readTimes(*file)
	if err != nil {
		return err
	}
	if err := t.need(*like); err != nil {
		return err
	}
	for i := range *runs {
		share := firstStop + (lastStop-firstStop)*float64(i)/float64(max(*runs-1, 1))
		after := time.Duration(share * min(t.median(*like, wall), longest) * float64(time.Second))
		s, err := stop(after, fs.Args())
		if err != nil {
			return fmt.Errorf("%s: stopped after %v: %w", *name, after, err)
		}
		s.name, s.round = *name, i+1
		if err := record(*file, s); err != nil {
			return err
		}
	}
	return nil
}

// stop runs argv, interrupts it, and measures from there to its end.
func stop(after time.Duration, argv []string) (sample, error) {
	// What it says is told only where something is wrong. It is no pipe: its end would be waited for, and a child of the
	// command may have it too.
	said, err := os.CreateTemp("", "bench-stderr")
	if err != nil {
		return sample{}, err
	}
	defer os.Remove(said.Name())
	defer said.Close()
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stderr = said
	if err := cmd.Start(); err != nil {
		return sample{}, err
	}
	time.Sleep(after)
	start := time.Now()
	err = cmd.Process.Signal(os.Interrupt)
	if err != nil {
		err = errors.Join(err, cmd.Process.Kill())
	}
	end := cmd.Wait()
	took := time.Since(start)
	if err != nil {
		return sample{}, err
	}
	if code := cmd.ProcessState.ExitCode(); code != interrupted {
		text, _ := os.ReadFile(said.Name())
		return sample{}, fmt.Errorf("exit code %d, want %d (%v): %s", code, interrupted, end, text)
	}
	return sample{
		wall: took.Seconds(),
		user: cmd.ProcessState.UserTime().Seconds(),
		sys:  cmd.ProcessState.SystemTime().Seconds(),
		rss:  maxRSS(cmd.ProcessState),
	}, nil
}
