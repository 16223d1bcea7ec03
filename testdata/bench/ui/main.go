//go:build unix

// Ui measures the terminal UI in a real pseudo-terminal with an emulated screen: the time from start to the
// first frame, the time from a key to its answer while a scan runs, the CPU time of the idle program, and
// its memory.
//
//	go run ./testdata/bench/ui GODOCTOR MODCACHE [GOCACHE]
//
// It starts the program with an empty index each time, so that the scan is the slow one. A key is answered
// when the screen has changed as it should; the emulation of the screen is part of the time. Keys come out of
// step with the frames, as those of a person do.
//
// A machine that does other work wakes nobody in time. So a second process sleeps beside each measured one and
// notes how late it wakes up: no answer can be quicker than that.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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
	if len(os.Args) == 2 && os.Args[1] == controlArg {
		sleeper()
		return
	}
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
	var first, answers, late, toured []time.Duration
	for i := range starts {
		if err := os.RemoveAll(filepath.Join(home, ".cache")); err != nil {
			return err
		}
		lateness, err := control()
		if err != nil {
			return err
		}
		f, a, tour, err := start(binary, home, args)
		l, lateErr := lateness()
		if err := errors.Join(err, lateErr); err != nil {
			return err
		}
		if i > 0 { // the first run warms the caches of the system
			first, answers, late, toured = append(first, f), append(answers, a...), append(late, l...), append(toured, tour...)
		}
	}
	show("first frame", first, "starts")
	show("key to answer, while scanning", answers, "keys")
	slowest(toured)
	show("key to answer on every screen, after the scan", toured, "keys")
	show("how late a sleeper beside it woke up", late, "times")
	return idle(binary, home, args)
}

// show prints a line of the table.
func show(what string, d []time.Duration, of string) {
	if len(d) == 0 {
		return
	}
	slices.Sort(d)
	at := func(percent int) time.Duration { return d[(len(d)-1)*percent/100].Round(100 * time.Microsecond) }
	fmt.Printf("| %s | median %v, 99 of 100 in %v | worst %v of %d %s |\n", what, at(50), at(99), at(100), len(d), of)
}

func open(binary, home string, args []string) (*tuitest.Terminal, error) {
	return tuitest.Start(context.Background(), binary, tuitest.Options{Args: args, Cols: 120, Rows: 40, Dir: home,
		Env: []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")}})
}

// start measures the first frame, the answers to keys until the scan has ended, and those of a tour through all screens.
func start(binary, home string, args []string) (first time.Duration, answers, toured []time.Duration, err error) {
	begin := time.Now()
	t, err := open(binary, home, args)
	if err != nil {
		return 0, nil, nil, err
	}
	defer t.Close()
	if err := t.WaitText(patience, "[1 Overview]"); err != nil {
		return 0, nil, nil, err
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
			return 0, nil, nil, err
		}
		if err := t.WaitText(patience, want); err != nil {
			return 0, nil, nil, err
		}
		answers = append(answers, time.Since(pressed))
		time.Sleep(10*time.Millisecond + rand.N(30*time.Millisecond))
	}
	if toured, err = tour(t); err != nil {
		return 0, nil, nil, err
	}
	if err := t.Keys("q"); err != nil {
		return 0, nil, nil, err
	}
	_, err = t.Wait(patience)
	return first, answers, toured, err
}

// steps are the keys of a tour, each with what has to be on the screen then; nothing: it has to be another screen than before.
var steps = []struct{ key, want string }{
	{"3", "[3 Toolchains]"}, {"2", "[2 Modules]"}, {"down", ""}, {"down", ""}, {"pgdown", ""}, {"G", ""}, {"g", ""}, {"s", ""}, {"s", ""}, {"f", "show "}, {"f", "show "}, {"esc", "sort "},
	{"3", "[3 Toolchains]"}, {"4", "[4 Projects]"}, {"5", "[5 Findings"}, {"6", "[6 Plan"}, {"7", "[7 Activity"}, {"C", "Compare"}, {"B", "Bundle"},
	{"1", "[1 Overview"}, {"down", ""}, {"m", "Map of"}, {"right", ""}, {"down", ""}, {"m", "by age"}, {"m", "STORE"}, {"?", "type to search"},
}

// slowest prints the three steps of the tours whose median is the largest.
func slowest(toured []time.Duration) {
	median := make(map[int]time.Duration)
	order := make([]int, len(steps))
	for i := range steps {
		var d []time.Duration
		for n := i; n < len(toured); n += len(steps) {
			d = append(d, toured[n])
		}
		slices.Sort(d)
		median[i], order[i] = d[len(d)/2], i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(median[b], median[a]) })
	for _, i := range order[:3] {
		fmt.Printf("| step %d of them, %s | median %v | |\n", i+1, steps[i].key, median[i].Round(100*time.Microsecond))
	}
}

// tour goes through all screens, and measures how long each key takes until the screen has changed as it should.
func tour(t *tuitest.Terminal) (answers []time.Duration, err error) {
	for _, s := range steps {
		before, pressed := t.Screen(), time.Now()
		if err := t.Keys(s.key); err != nil {
			return nil, err
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		err := t.WaitFor(ctx, func(screen string) bool { return screen != before && strings.Contains(screen, s.want) })
		cancel()
		if err != nil {
			return nil, fmt.Errorf("key %s: %w", s.key, err)
		}
		answers = append(answers, time.Since(pressed))
		time.Sleep(30*time.Millisecond + rand.N(30*time.Millisecond))
	}
	return answers, t.Keys("esc")
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
