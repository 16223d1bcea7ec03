// Compare is the judge of the differential: what package modgraph computes against what the go command said.
//
//	compare DIR                      one line for each project of DIR, as make.sh made them; the differences below
//	compare extract FILE DIR         the files of a txtar archive
//	compare record DIR OUT NAME...   writes projects of DIR down, for the test of scan/modgraph
//
// For each project it wants that
//
//   - the build list is that of go list -m all: paths, versions and replacements, without main modules;
//   - every vertex of go mod graph is in the graph, and its requirements where it has any there;
//   - no go.mod file is missing;
//   - where go mended go.mod, the file as it was gives the same build list.
//
// Exit codes: 0 all are equal, 1 some differ, 2 bad usage or a project that cannot be read.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/rogpeppe/go-internal/txtar"

	"godoctor/scan/modgraph"
)

func main() {
	switch {
	case len(os.Args) == 2:
		os.Exit(compareAll(os.Args[1]))
	case len(os.Args) == 4 && os.Args[1] == "extract":
		if err := extract(os.Args[2], os.Args[3]); err != nil {
			fmt.Fprintln(os.Stderr, "compare:", err)
			os.Exit(2)
		}
	case len(os.Args) >= 4 && os.Args[1] == "record":
		if err := record(os.Args[2], os.Args[3], os.Args[4:]); err != nil {
			fmt.Fprintln(os.Stderr, "compare:", err)
			os.Exit(2)
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: compare DIR, compare extract FILE DIR, or compare record DIR OUT NAME...")
		os.Exit(2)
	}
}

func extract(file, dir string) error {
	a, err := txtar.ParseFile(file)
	if err != nil {
		return err
	}
	return txtar.Write(a, dir)
}

// shown is how many differences of a project are printed.
const shown = 10

func compareAll(dir string) int {
	projects, err := readProjects(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		return 2
	}
	cache := modgraph.NewCache(filepath.Join(dir, "mod"))
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "project\tmodules\tvertices\thow\tresult\tshapes")
	var all []string
	differ := 0
	for _, p := range projects {
		found := p.compare(cache)
		result := "equal"
		if len(found) > 0 {
			differ++
			result = fmt.Sprintf("%d DIFFERENCES", len(found))
			all = append(all, p.name+":")
			for _, line := range found[:min(len(found), shown)] {
				all = append(all, "  "+line)
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%s\t%s\n", p.name, len(p.list), len(p.vertices), p.how, result, p.shapes)
	}
	table.Flush()
	fmt.Printf("\n%d projects, %d differ; %d module versions in all\n", len(projects), differ, cache.Size())
	if differ > 0 {
		fmt.Printf("\n%s\n", strings.Join(all, "\n"))
		return 1
	}
	return 0
}
