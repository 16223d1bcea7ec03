//go:build linux

// Mutate changes one small thing of a package at a time and sees whether a test fails: where none does, nothing would have
// noticed. It is what bash .ci/mutate runs.
//
//	mutate [-sample N] [-seed N] [-only REGEXP] [-with PACKAGES] [-skip REGEXP] [-parallel N] [-list] -explained FILE -scratch DIR PACKAGE...
//
// All mutants of a package are compiled into one test program (load.go, find.go, edit.go): each looks whether its number is
// the one in an environment variable that was read at the start. Every test is run once by itself, which tells how long it
// takes and which mutants it comes past; then each mutant meets only the tests that come past it, the fast ones first
// (tests.go). A remover that was changed may remove what it should not, so all of that happens in a sandbox (sandbox.go).
//
// What survives and does no harm stands in a list with its reason, which is matched by content and not by line (explained.go).
//
// Exit codes: 0 enough is killed or explained, 1 it could not run, 2 bad usage or there is no sandbox here, 3 it is not enough,
// or the list names what is not there.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
)

const (
	exitError  = 1
	exitUsage  = 2
	exitBroken = 3
)

// enough is the part of the mutants that has to be killed or explained.
const enough = 0.8

// options are those of the command line.
type options struct {
	sample    int
	seed      uint64
	only      *regexp.Regexp
	with      []string       // packages whose tests count too, after the own
	skip      *regexp.Regexp // tests that are left out; nil: none
	parallel  int
	list      bool
	explained string
	scratch   string
	packages  []string
}

func main() {
	opt, err := read()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(exitUsage)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	good, err := run(ctx, opt)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "mutate:", err)
		os.Exit(exitError)
	case !good:
		os.Exit(exitBroken)
	}
}

func read() (options, error) {
	var opt options
	flag.IntVar(&opt.sample, "sample", 0, "test so many mutants of each package, at random; 0: all")
	flag.Uint64Var(&opt.seed, "seed", 1, "of the sample")
	only := flag.String("only", "", "mutants whose line matches this alone")
	with := flag.String("with", "", "packages, with commas between them, whose tests count too")
	skip := flag.String("skip", "", "leave out tests whose name matches this")
	flag.IntVar(&opt.parallel, "parallel", 2, "test so many mutants at a time")
	flag.BoolVar(&opt.list, "list", false, "print the mutants, and run nothing")
	flag.StringVar(&opt.explained, "explained", "", "the list of survivors that do no harm")
	flag.StringVar(&opt.scratch, "scratch", "", "an empty directory; the tree is below it, in tree")
	flag.Parse()
	opt.packages = flag.Args()
	if *with != "" {
		opt.with = strings.Split(*with, ",")
	}
	var err error
	if opt.only, err = regexp.Compile(*only); err != nil {
		return opt, err
	}
	if *skip != "" {
		if opt.skip, err = regexp.Compile(*skip); err != nil {
			return opt, err
		}
	}
	if len(opt.packages) == 0 || opt.scratch == "" || opt.explained == "" || opt.sample < 0 || opt.parallel < 1 {
		return opt, fmt.Errorf("say -scratch, -explained and a package; -sample and -parallel are not negative")
	}
	opt.scratch, err = filepath.Abs(opt.scratch)
	return opt, err
}

// run tests all packages, and reports whether all is well with each.
func run(ctx context.Context, opt options) (good bool, err error) {
	list, err := readExplained(opt.explained)
	if err != nil {
		return false, err
	}
	good = true
	for _, name := range opt.packages {
		p, err := load(ctx, filepath.Join(opt.scratch, "tree"), name)
		if err != nil {
			return false, err
		}
		mutants := p.find()
		stale := list.apply(p.dir, mutants)
		wanted := choose(mutants, opt)
		if opt.list {
			for _, m := range wanted {
				fmt.Println(m)
			}
			fmt.Printf("%s: %d mutants\n", p.path, len(wanted))
			for _, s := range stale {
				fmt.Printf("%s: %s\n", opt.explained, s)
			}
			good = good && len(stale) == 0
			continue
		}
		if err := test(ctx, opt, p, wanted); err != nil {
			return false, err
		}
		if !report(opt, p, mutants, wanted, stale) {
			good = false
		}
	}
	return good, nil
}

// choose takes the sample, in the order of the source.
func choose(all []*mutant, opt options) []*mutant {
	var out []*mutant
	for _, m := range all {
		if opt.only.MatchString(m.String()) {
			out = append(out, m)
		}
	}
	if opt.sample > 0 && opt.sample < len(out) {
		r := rand.New(rand.NewPCG(opt.seed, 0))
		r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
		out = out[:opt.sample]
		slices.SortFunc(out, func(a, b *mutant) int { return a.id - b.id })
	}
	return out
}

// report prints the figures and what survived, and reports whether it is enough.
func report(opt options, p *source, all, wanted []*mutant, stale []string) bool {
	var killed, explained, unreached int
	kinds := make(map[string][2]int)
	for _, m := range wanted {
		n := kinds[m.kind]
		n[1]++
		switch {
		case m.fate == killed_:
			killed++
			n[0]++
		case m.reason != "":
			explained++
		default:
			if m.fate == unreached_ {
				unreached++
			}
			fmt.Printf("%s: %s\n", m.fate, m)
		}
		kinds[m.kind] = n
	}
	for _, s := range stale {
		fmt.Printf("%s: %s\n", opt.explained, s)
	}
	for _, kind := range kindsInOrder {
		if n := kinds[kind]; n[1] > 0 {
			fmt.Printf("  %-10s %4d of %4d killed\n", kind, n[0], n[1])
		}
	}
	n := len(wanted)
	score := float64(killed+explained) / float64(max(n, 1))
	fmt.Printf("%s: %d mutants of %d (seed %d): %d killed (%.1f %%), %d explained, %d survive, %d of them reached by no test: %.1f %% killed or explained\n",
		p.path, n, len(all), opt.seed, killed, 100*float64(killed)/float64(max(n, 1)), explained, n-killed-explained, unreached, 100*score)
	return score >= enough && len(stale) == 0
}
