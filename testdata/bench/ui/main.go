//go:build unix

// Ui measures the terminal UI in a real pseudo-terminal with an emulated screen: the time from start to the
// first frame, the time from a key to its answer while a scan runs, the CPU time of the idle program, and
// its memory.
//
//	go run ./testdata/bench/ui GODOCTOR MODCACHE [GOCACHE]
//
// It starts the program with an empty index each time, so that the scan is the slow one. A key is answered
// when the screen has changed as it should; the emulation of the screen is part of the time.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/ui/tui/tuitest"
)

// How often things are measured, and how long the program is idle for.
const (
	starts   = 11
	idleTime = 20 * time.Second
	patience = 2 * time.Minute
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./testdata/bench/ui GODOCTOR MODCACHE [GOCACHE]")
		os.Exit(2)
	}
	if err := measure(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "ui:", err)
		os.Exit(1)
	}
}

func measure(binary string, dirs []string) error {
	home, err := os.MkdirTemp("", "godoctor-ui")
	if err != nil {
		return err
	}
	defer os.RemoveAll(home)
	args := []string{"--modcache", dirs[0]}
	if len(dirs) > 1 {
		args = append(args, "--gocache", dirs[1])
	}
	var first, answers []time.Duration
	for i := range starts {
		if err := os.RemoveAll(filepath.Join(home, ".cache")); err != nil {
			return err
		}
		f, a, err := start(binary, home, args)
		if err != nil {
			return err
		}
		if i > 0 { // the first run warms the caches of the system
			first, answers = append(first, f), append(answers, a...)
		}
	}
	fmt.Printf("| first frame | median %v | worst %v of %d starts |\n", median(first), slices.Max(first), len(first))
	if len(answers) > 0 {
		fmt.Printf("| key to answer, while scanning | median %v | worst %v of %d keys |\n", median(answers), slices.Max(answers), len(answers))
	}
	return idle(binary, home, args)
}

func median(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2].Round(100 * time.Microsecond)
}

func open(binary, home string, args []string) (*tuitest.Terminal, error) {
	return tuitest.Start(context.Background(), binary, tuitest.Options{Args: args, Cols: 120, Rows: 40, Dir: home,
		Env: []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}})
}

// start measures the first frame and the answers to keys until the scan has ended.
func start(binary, home string, args []string) (first time.Duration, answers []time.Duration, err error) {
	begin := time.Now()
	t, err := open(binary, home, args)
	if err != nil {
		return 0, nil, err
	}
	defer t.Close()
	if err := t.WaitText(patience, "[1 Overview]"); err != nil {
		return 0, nil, err
	}
	first = time.Since(begin)
	for i := 0; ; i++ {
		if strings.Contains(t.Screen(), "scanned ") {
			break
		}
		key, want := "2", "[2 Modules]"
		if i%2 == 1 {
			key, want = "1", "[1 Overview]"
		}
		pressed := time.Now()
		if err := t.Keys(key); err != nil {
			return 0, nil, err
		}
		if err := t.WaitText(patience, want); err != nil {
			return 0, nil, err
		}
		answers = append(answers, time.Since(pressed))
		time.Sleep(10 * time.Millisecond)
	}
	if err := t.Keys("q"); err != nil {
		return 0, nil, err
	}
	_, err = t.Wait(patience)
	return first, answers, err
}

// idle measures what the program costs when nothing happens, and what it holds then.
func idle(binary, home string, args []string) error {
	t, err := open(binary, home, args)
	if err != nil {
		return err
	}
	defer t.Close()
	if err := t.WaitText(patience, "scanned "); err != nil {
		return err
	}
	time.Sleep(time.Second)
	before, err := t.Usage()
	if err != nil {
		return err
	}
	time.Sleep(idleTime)
	after, err := t.Usage()
	if err != nil {
		return err
	}
	fmt.Printf("| idle CPU | %.2f %% of a core | over %v |\n", 100*float64(after.CPU-before.CPU)/float64(idleTime), idleTime)
	fmt.Printf("| memory | %d MiB now | %d MiB at the most |\n", after.RSS>>20, after.MaxRSS>>20)
	return nil
}
