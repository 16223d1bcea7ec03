//go:build linux && amd64

// Faults breaks off, hinders and misleads godoctor while it changes made-up caches, and looks whether what is left is as it
// has to be. It is what bash .ci/faults runs, in namespaces of its own, as root.
//
//	faults -godoctor FILE -dir DIR [-only PART,...] [-seed N] -seconds N
//
// Exit codes: 0 all is as it has to be, 1 it could not run, 2 bad usage or something is missing, 3 something is not as it
// has to be.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"godoctor/testdata/tracing"
)

// A part is one kind of fault.
type part struct {
	name string
	run  func(*suite) error
}

// parts are what is tested, in this order.
var parts = []part{
	{"dry", dry},
	{"looks", looks},
	{"kill", kill},
	{"random", random},
	{"errors", failing},
	{"power", power},
	{"mounts", mounts},
	{"links", links},
	{"owners", owners},
	{"full", full},
	{"two", two},
	{"use", inUse},
	{"repair", repair},
	{"lab", lab},
	{"crash", crash},
	{"bundle", bundles},
}

// A suite is one run of a part.
type suite struct {
	tools   tools
	dir     string // on a tmpfs
	seconds int
	rand    *rand.Rand

	mu     sync.Mutex
	part   string
	runs   int
	faults []string
	detail []string
}

// fault notes that something is not as it has to be.
func (s *suite) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, fmt.Sprintf(format, args...))
}

// check notes a fault if there is one, and what was done to come there.
func (s *suite) check(after, why string) {
	if why != "" {
		s.fault("%s: %s", after, why)
	}
}

// ran counts.
func (s *suite) ran() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs++
}

// say adds to the line of the part.
func (s *suite) say(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detail = append(s.detail, fmt.Sprintf(format, args...))
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == "filter" {
		fmt.Fprintln(os.Stderr, "faults:", tracing.Filter(os.Args[2:]))
		os.Exit(1)
	}
	if len(os.Args) > 1 {
		if f := helpers[os.Args[1]]; f != nil {
			os.Exit(f(os.Args[2:]))
		}
	}
	os.Exit(run())
}

func run() int {
	syscall.Umask(0o022) // a cache that others can write is refused
	var s suite
	var only string
	var seed uint64
	flag.StringVar(&s.tools.godoctor, "godoctor", "", "the program")
	flag.StringVar(&s.dir, "dir", "", "an empty directory on a tmpfs, all of which is used")
	flag.StringVar(&only, "only", "", "parts, with commas between")
	flag.IntVar(&s.seconds, "seconds", 0, "for each of the random parts")
	flag.Uint64Var(&seed, "seed", 0, "of what is random; 0: a new one")
	flag.Parse()
	wanted := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, name := range wanted {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			fmt.Fprintf(os.Stderr, "faults: there is no part %q\n", name)
			return 2
		}
	}
	if s.seconds < 1 || s.tools.godoctor == "" || s.dir == "" || flag.NArg() > 0 {
		fmt.Fprintln(os.Stderr, "usage: faults -godoctor FILE -dir DIR [-only PART,...] [-seed N] -seconds N")
		return 2
	}
	if err := s.find(); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 2
	}
	if seed == 0 {
		seed = rand.Uint64() >> 32
	}
	fmt.Printf("faults: seed %d\n", seed)
	return s.all(wanted, seed)
}

// find finds the programs, and the network that is to be used.
func (s *suite) find() (err error) {
	if s.tools.gocmd, err = exec.LookPath("go"); err != nil {
		return fmt.Errorf("no go command in PATH: install Go first")
	}
	if s.tools.strace, err = exec.LookPath("strace"); err != nil {
		return fmt.Errorf("there is no strace: install the package strace")
	}
	if s.tools.self, err = os.Readlink("/proc/self/exe"); err != nil {
		return err
	}
	return ownNetwork()
}

// all runs the parts, prints a line each, and gives the exit code.
func (s *suite) all(wanted []string, seed uint64) (code int) {
	for _, p := range parts {
		if len(wanted) > 0 && !slices.Contains(wanted, p.name) {
			continue
		}
		began := time.Now()
		one := &suite{tools: s.tools, dir: filepath.Join(s.dir, p.name), seconds: s.seconds, part: p.name, rand: rand.New(rand.NewPCG(seed, 1))}
		err := os.Mkdir(one.dir, 0o755)
		if err == nil {
			err = p.run(one)
		}
		one.report(time.Since(began), err)
		switch {
		case len(one.faults) > 0:
			code = 3
		case err != nil && code == 0:
			code = 1
		}
		removeTree(one.dir)
	}
	return code
}

// report prints what came of a part.
func (s *suite) report(took time.Duration, err error) {
	what := "ok"
	if len(s.faults) > 0 {
		what = fmt.Sprintf("%d FAILED", len(s.faults))
	}
	if err != nil {
		what += ", could not go on"
	}
	more := strings.Join(s.detail, ", ")
	if more != "" {
		more = " (" + more + ")"
	}
	fmt.Printf("faults: %s: %d runs, %s, %.0f s%s\n", s.part, s.runs, what, took.Seconds(), more)
	for i, f := range s.faults {
		if i == 15 {
			fmt.Fprintf(os.Stderr, "faults: %s: and %d more\n", s.part, len(s.faults)-i)
			break
		}
		fmt.Fprintf(os.Stderr, "faults: %s: %s\n", s.part, f)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "faults: %s: %v\n", s.part, err)
	}
}

// fullRun is from how many seconds on every point is tried.
const fullRun = 120

// some spreads as many of n points as there is time for evenly. In a full run these are all.
func (s *suite) some(n, share int) (points []int) {
	most := max(3, s.seconds*share/20)
	if s.seconds >= fullRun {
		most = n
	}
	return evenly(n, most)
}

// evenly spreads so many points over n.
func evenly(n, most int) (points []int) {
	most = min(n, most)
	for i := range most {
		points = append(points, 1+(i*n+n/2)/most%max(1, n))
	}
	return slices.Compact(points)
}

// spread runs f for every point, in as many worlds as there are.
func spread[W any](worlds []W, points []int, f func(w W, point int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for _, w := range worlds {
		wg.Go(func() {
			for p := range next {
				f(w, p)
			}
		})
	}
	for _, p := range points {
		next <- p
	}
	close(next)
	wg.Wait()
}

// worlds makes some.
func (s *suite) worlds(n int) ([]*world, error) {
	out, errs := make([]*world, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		dir := filepath.Join(s.dir, fmt.Sprint(i))
		wg.Go(func() { out[i], errs[i] = newWorld(&s.tools, dir, dir) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
