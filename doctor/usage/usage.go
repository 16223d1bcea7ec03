// Package usage says who needs a module version and which toolchain, and how sure that is.
//
// Nothing else in the program may call a version unused. [Look] takes the facts of a scan: the versions in the
// module cache, and every project that was found. It computes each project's build list from the go.mod files in the
// cache and gives each version the strongest [State] that anybody gives it. Where the facts do not suffice, doubt
// keeps: a project that cannot be understood keeps everything that it names, and where even that is not known, a scan
// that found no project, a directory that could not be read, nothing at all is called an orphan.
//
// States come from what files say, never from the time of the last access, which file systems keep or do not keep
// as they like: a recent access may protect a version, an old one never condemns it.
//
// # How strong a need is
//
//   - in-use: it is in the build list of a project (minimal version selection, as go does it);
//   - listed: a build may need it: go.sum has the hash of its zip, a git branch or stash names it, a project below
//     testdata needs it, or a project that builds from its vendor directory;
//   - pinned: somebody said so;
//   - graph-only: a build needs its go.mod file, to select versions, but not what is in it;
//   - young: nobody needs it, and it was downloaded or read within the grace period;
//   - orphan: nobody needs it;
//   - unknown: nobody is known to need it, and not everybody could be asked.
//
// That an installed program was built from it, and that it is the newest version of its path, are reasons to keep it
// which a person may weigh; they are shown, and change no state.
package usage

import (
	"context"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/config"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// A State is how much a module version is needed. Its text is part of the JSON contract.
type State string

// The states, the strongest first; Unknown stands for what would be Orphan if more were known.
const (
	InUse     State = "in-use"
	Listed    State = "listed"
	Pinned    State = "pinned"
	GraphOnly State = "graph-only"
	Young     State = "young"
	Orphan    State = "orphan"
	Unknown   State = "unknown"
)

// States are all of them, in the order in which they are shown.
var States = []State{InUse, Listed, GraphOnly, Pinned, Young, Orphan, Unknown}

// A Tier is what it costs to get something back that was removed.
type Tier string

// The tiers, the cheapest first.
const (
	Free    Tier = "free"    // made again offline from what stays
	Network Tier = "network" // downloaded again: it is public and its hash is known
	Rebuild Tier = "rebuild" // built again
	Hold    Tier = "hold"    // private, gone from the proxies, or without a known hash: may not come back
	Keep    Tier = "keep"    // not to be removed
)

// A How is the way in which a project needs a version, the strongest first.
type How uint8

// The ways.
const (
	Needed   How = iota // in its build list
	Fixture             // likewise, of a project below testdata
	Vendored            // likewise, of a project that builds from its vendor directory
	InSum               // its go.sum has the hash of the zip
	OnBranch            // a branch or stash entry names it
	Named               // a file that does not parse names it, or what that requires
	InGraph             // its go.mod file is needed, or listed in go.sum
	numHows
)

var howWords = [numHows]string{
	"in the build list", "in the build list of a test fixture", "in the build list, built from the vendor directory",
	"go.sum has its zip", "a git branch or stash names it", "named by a file that could not be understood",
	"only its go.mod is needed",
}

// String says the way in words.
func (h How) String() string { return howWords[h] }

// A Use is one project's need of a version.
type Use struct {
	Project int32 // index into Result.Projects
	How     How
}

// A HashSource says who knows the hash of a version's zip; empty: nobody here does.
type HashSource string

// The sources of a known hash.
const (
	HashInSum HashSource = "go.sum"            // of any project
	HashInDB  HashSource = "checksum database" // a record of it in the module cache
)

// A Version is what is known about the need of one module version in the cache.
type Version struct {
	State   State
	Tier    Tier
	Uses    []Use    // by strength, then by project; of each project the strongest only
	Others  []string // what else uses it, in words: for toolchains the settings and programs
	Pinned  bool
	Pattern string // the protected pattern that it matches, or empty
	Young   bool   // within the grace period
	Read    time.Time
	Newest  bool       // of the versions of its path in the cache
	Hash    HashSource // of its zip
	Private bool       // GONOPROXY or GOPRIVATE: it is not asked for at a proxy
	Gone    bool       // every proxy that was asked said that it has it no more
	Built   []int32    // installed programs that were built from it: indexes into Inventory.Binaries.Binaries
}

// A Doubt is a reason why less is known than one would like.
type Doubt struct {
	Path    string // of a file or directory, raw; may be empty
	Line    int
	Message string // raw
	Bounded bool   // what it may hide is kept by name; else nothing is called an orphan
}

// An Input is what is looked at.
type Input struct {
	Inventory *scan.Inventory
	Config    *config.Config // pins, protected patterns; nil: the default
	Grace     time.Duration  // instead of that of Config, if HasGrace
	HasGrace  bool
	Now       time.Time
	Gone      map[module.Version]bool // what no proxy has any more; from a question that was asked
	Workers   int                     // 0: chosen from the number of CPUs
	Running   []string                // programs that processes run from, absolute
	Rate      float64                 // bytes a second of the last download, 0: not measured
}

// A Result is who needs what. It does not change.
type Result struct {
	Versions   []Version // in the order of Inventory.ModCache.Versions
	Projects   []Project // in the order of Inventory.Projects.Projects
	Toolchains [][]int32 // for each of Inventory.Toolchains.Toolchains, the projects that select it
	Doubts     []Doubt
	Unsure     bool // nothing is called an orphan: a doubt is not bounded
	Asked      bool // projects were looked for at all
	Looked     time.Duration

	in     *Input
	graphs *modgraph.Cache
	byName map[module.Version]int32
	byFile map[string]int32
	byDir  map[string]int32 // modules that are no -modfile, by the directory of their go.mod file

	restored bool // it is what was said elsewhere, and the directories in replacements are absolute

	buildMod string // -mod in GOFLAGS
	modfile  string // -modfile in GOFLAGS
}

// Look finds out who needs what. It runs nothing and asks nobody; ctx ends it early, and then nothing is called an
// orphan.
func Look(ctx context.Context, in *Input) *Result {
	start := time.Now()
	r := &Result{in: in}
	if in.Config == nil {
		in.Config = config.Default()
	}
	l := newLook(ctx, r)
	l.projects()
	l.toolchains()
	l.binaries()
	l.doubts()
	l.classify()
	r.Looked = time.Since(start)
	return r
}

// Of finds a version; nil if the cache does not have it.
func (r *Result) Of(path, version string) *Version {
	if r == nil {
		return nil
	}
	if i, ok := r.byName[module.Version{Path: path, Version: version}]; ok {
		return &r.Versions[i]
	}
	return nil
}

// UsedBy lists the versions in the cache that any of some projects of the result uses in any way, by their indexes, in order.
func (r *Result) UsedBy(projects ...*Project) []int {
	meant := make([]bool, len(r.Projects))
	for _, p := range projects {
		if n, ok := r.byFile[p.File]; ok {
			meant[n] = true
		}
	}
	var out []int
	for i := range r.Versions {
		if slices.ContainsFunc(r.Versions[i].Uses, func(u Use) bool { return meant[u.Project] }) {
			out = append(out, i)
		}
	}
	return out
}

// At is the project of a file; nil if there is none.
func (r *Result) At(file string) *Project {
	if r == nil {
		return nil
	}
	if i, ok := r.byFile[file]; ok {
		return &r.Projects[i]
	}
	return nil
}

// versions are those in the cache.
func (in *Input) versions() []modcache.Version {
	if in.Inventory.ModCache == nil {
		return nil
	}
	return in.Inventory.ModCache.Versions
}

// found are the projects that were found.
func (in *Input) found() *project.Found {
	if in.Inventory.Projects == nil {
		return &project.Found{}
	}
	return in.Inventory.Projects
}
