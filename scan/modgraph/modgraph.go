// Package modgraph computes build lists as the go command does, from go.mod files alone.
//
// A [Cache] reads the go.mod file of each module version once, from the module cache or from wherever its
// caller says, and [Cache.Load] walks the requirements of a main module or of a workspace over them: minimal
// version selection with graph pruning (since go 1.17), full closure below modules that are older than that,
// replacements, exclusions, and workspaces. The rules are those of cmd/go/internal/modload of Go 1.26
// (buildlist.go: readModGraph, updatePrunedRoots; modfile.go: goModSummary; init.go: rootsFromModFile)
// and cmd/go/internal/mvs.
//
// Nothing is run, nothing is fetched: a go.mod file that is not there makes the graph incomplete, and the
// graph says which one it was. What go itself does with such a module (download it, or fail when it is
// offline) is not decided here.
//
// # Limits
//
//   - The pseudo-modules go and toolchain are left out: they select toolchains, not module versions.
//   - A go.mod file that go of this machine would refuse because it needs a newer Go is followed all the same.
//   - Whether a version is needed for its packages or for its go.mod file only is not told by the graph
//     beyond what selection says: a version that is not selected is needed for its go.mod file only.
package modgraph

import (
	"go/version"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// A Main is a main module: the one that is built, or a member of a workspace.
type Main struct {
	Path    string // module path; empty where the go.mod file has none
	Dir     string // where it is, absolute: paths in its replacements are relative to it
	Go      string // its go line, like 1.21 or 1.22.3; empty: none
	Require []module.Version
	Exclude []module.Version
	Replace []Replace
}

// A Replace is a replace line. Old.Version may be empty: all versions. New.Version is empty for a directory.
type Replace struct{ Old, New module.Version }

// An Input is what a build list is computed from.
type Input struct {
	Mains     []Main    // one, or the members of a workspace
	Workspace bool      // Mains are the members of a workspace
	WorkDir   string    // the directory of go.work
	Replace   []Replace // of go.work: they override those of the members
	Unsorted  bool      // the lists of the graph may come in any order: sorting is a third of the work
	Resolved  bool      // the directories in replacements are absolute already, perhaps those of another system
}

// A Selected is a module of the build list that is no main module.
type Selected struct {
	module.Version
	Actual module.Version // what stands in for it; itself where nothing replaces it, Version empty for a directory
}

// A Vertex is a module version that the requirements name.
type Vertex struct {
	module.Version
	Actual   module.Version // as in Selected
	Selected bool
	Loaded   bool // its own requirements are part of the graph: without its go.mod file go cannot load it
}

// A Missing is a go.mod file that the graph needs and that could not be had.
type Missing struct {
	module.Version // Version is empty for a directory, whose path is absolute
	Err            error
}

// A Graph is the module graph of one Input. It does not change.
type Graph struct {
	Selected []Selected // the build list without the main modules, sorted by path
	Vertices []Vertex   // every module version that is named, sorted by path and version; main modules excepted
	Missing  []Missing  // sorted; empty: the graph is what go would see
	Go       string     // the highest go line of the modules whose go.mod file is part of the graph
}

// Complete reports whether every go.mod file that the graph needs could be read.
func (g *Graph) Complete() bool { return len(g.Missing) == 0 }

// pruning says how much of what is below a module belongs to the graph (modload.modPruning).
type pruning uint8

const (
	unpruned  pruning = iota // everything
	pruned                   // what its own go.mod file names
	workspace                // the members of a workspace
)

// pruningOf is the pruning of a module with that go line (modload.pruningForGoVersion): since 1.17 go.mod
// names everything that is needed to build the module. 1.17rc1 is before that; what is no version too.
func pruningOf(goLine string) pruning {
	if version.Compare("go"+goLine, "go1.17") < 0 {
		return unpruned
	}
	return pruned
}

// MainOf takes from a parsed go.mod file what a build list is computed from.
func MainOf(dir string, f *modfile.File) Main {
	m := Main{Dir: dir}
	if f.Module != nil {
		m.Path = f.Module.Mod.Path
	}
	if f.Go != nil {
		m.Go = f.Go.Version
	}
	for _, r := range f.Require {
		m.Require = append(m.Require, r.Mod)
	}
	for _, x := range f.Exclude {
		m.Exclude = append(m.Exclude, x.Mod)
	}
	for _, r := range f.Replace {
		m.Replace = append(m.Replace, Replace{r.Old, r.New})
	}
	return m
}
