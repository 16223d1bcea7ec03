// Cover says how much of the module the tests come past, and which blocks they do not where every one of them counts. It is
// what bash .ci/cover runs, over a profile in which the tests of all packages and the programs that they start are added up.
//
//	cover -module PATH -tree DIR -explained FILE -limit PERCENT -every FILES PROFILE
//
// FILES are patterns as those of path.Match, with commas between them, below the tree: of what matches, each block has to be
// come past, or explained in FILE: file, function and text of the block, and the reason. Entries that match nothing, or what
// tests come past by now, are complained about.
//
// Exit codes: 0 it is enough, 1 it could not run, 2 bad usage, 3 it is not enough.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
)

func main() {
	module := flag.String("module", "", "path of the module")
	tree := flag.String("tree", ".", "its directory")
	explained := flag.String("explained", "", "list of blocks that no test comes past, with reasons")
	limit := flag.Float64("limit", 0, "percent of all statements that are enough")
	every := flag.String("every", "", "files of which every block counts")
	flag.Parse()
	if *module == "" || *explained == "" || flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "cover: say -module, -explained and a profile")
		os.Exit(2)
	}
	blocks, err := readProfile(flag.Arg(0), *module)
	var list []*explanation
	if err == nil {
		list, err = readExplained(*explained)
	}
	var open []*block
	if err == nil {
		open, err = uncovered(*tree, blocks, strings.Split(*every, ","))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "cover:", err)
		os.Exit(1)
	}
	overall := figures(blocks)
	good := overall >= *limit
	fmt.Printf("all: %.1f %%, at least %.0f %% is wanted\n", overall, *limit)
	var missing, known int
	for _, b := range open {
		if explain(list, b) {
			known++
			continue
		}
		missing++
		fmt.Printf("no test comes past: %s (line %d)\n", b.name(), b.begin.line)
	}
	for _, e := range list {
		if !e.matched {
			good = false
			fmt.Printf("%s: line %d matches no block that is left: take it out, or mend it\n", *explained, e.line)
		}
	}
	fmt.Printf("%s: %d blocks that no test comes past, %d of them explained\n", *every, missing+known, known)
	if !good || missing > 0 {
		os.Exit(3)
	}
}

// figures prints the percentage of each package, and returns that of all.
func figures(blocks []*block) float64 {
	type sum struct{ covered, all int }
	sums := make(map[string]sum)
	for _, b := range blocks {
		for _, key := range []string{path.Dir(b.file), ""} {
			s := sums[key]
			s.all += b.statements
			if b.covered {
				s.covered += b.statements
			}
			sums[key] = s
		}
	}
	percent := func(s sum) float64 { return 100 * float64(s.covered) / float64(max(1, s.all)) }
	var names []string
	for name := range sums {
		if name != "" {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(a, b) })
	for _, name := range names {
		fmt.Printf("%5.1f %% of %5d statements: %s\n", percent(sums[name]), sums[name].all, name)
	}
	return percent(sums[""])
}
