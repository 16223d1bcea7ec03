// Package project finds the projects of a machine and reads what they say about module versions.
//
// A project is a go.mod file, a go.work file, or a file that -modfile names. [Find] looks for them below
// roots, by names alone: no file is looked at that is not one of them. It parses what it finds, with the
// go.sum file beside it and vendor/modules.txt below it, and reads with git what other local branches and
// stash entries say of the same files.
//
// What it gives is meant for deciding what nobody needs, so it errs to one side: a file that cannot be
// read, or does not parse, is a [Doubt] of its project, and every module version that its text names is in
// [Project.Named]. Where even that may not be all, the doubt says so ([Doubt.Bounded] is false).
//
// # What is left out
//
//   - Links to directories are not followed, network mounts and pseudo file systems not entered. A root is
//     entered whatever it is.
//   - The places in [Input.SkipDirs], what looks like a module cache or a GOROOT, directories of version
//     control systems, of package managers and of virtual environments, trash, and vendor directories: the
//     go.mod files in there are those of dependencies. Everything left out is counted by reason
//     ([Found.Skipped]).
//   - Of a branch only the files of projects in the working tree are read: a module that exists on another
//     branch alone is not found. A bare repository without a working tree has no project.
//
// Nothing is run but git, and git through package gocmd. Nothing is written. What was read is untrusted:
// all strings are raw.
package project

import (
	"context"
	"time"

	"golang.org/x/mod/module"

	"godoctor/scan/gocmd"
	"godoctor/scan/meter"
	"godoctor/scan/modgraph"
	"godoctor/scan/tree"
)

// A Kind is the kind of file that makes a project.
type Kind uint8

// The kinds of project.
const (
	Module    Kind = iota // go.mod
	Workspace             // go.work
	Modfile               // what -modfile names, instead of the go.mod file of a module
)

var kindNames = [...]string{"module", "workspace", "modfile"}

// String gives the name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// A Project is one go.mod, go.work or -modfile file and what is beside it. It does not change after Find.
type Project struct {
	File string // absolute, raw
	Dir  string // the module root or the directory of go.work: what paths in the file are relative to
	Kind Kind
	Weak bool // an element of its path is testdata: a fixture of somebody's tests

	Module    string             // the module line; "" if there is none
	Go        string             // the go line, as in "1.24.0"; "" if there is none
	Toolchain string             // the toolchain line, as in "go1.24.1" or "default"; "" if there is none
	Main      *modgraph.Main     // of Module and Modfile; nil if the file could not be parsed at all
	Use       []string           // of Workspace: absolute directories of its members, sorted, each once
	Replace   []modgraph.Replace // of Workspace: its replace lines, directories as written
	Tools     []string           // package paths of tool lines

	SumFile  string    // go.sum, go.work.sum, or what belongs to the -modfile
	Sums     []SumLine // of SumFile, in the order of the file; those of a workspace's members are with the members
	SumState SumState
	Vendor   *Vendor // nil: there is no vendor directory

	// Named is what the text of a file names that could not be understood, sorted, each once. Whoever
	// decides what is needed keeps all of it, and what it requires in turn. An empty Version means every
	// version of that path; then an absolute Path means the go.mod file in that directory.
	Named    []module.Version
	Doubts   []Doubt
	Branches []Branch
}

// A SumLine is a line of a go.sum file. All lines with the same text share one Sum within a Found.
type SumLine struct {
	*Sum
	Line int32 // from 1
}

// A Sum is what a line of a go.sum file says.
type Sum struct {
	Path    string
	Version string // without the /go.mod at its end
	GoMod   bool   // the hash is that of the go.mod file, not of the zip
	Hash    string // as in "h1:..."

	hashes *hashes // that its key has
}

// A SumState is how a go.sum file is.
type SumState string

// The states of a go.sum file, the worst last.
const (
	SumOK        SumState = "ok"
	SumAbsent    SumState = "absent"
	SumConflict  SumState = "conflict"  // it has two h1 hashes for one key: the first one counts (modfetch.haveModSumLocked)
	SumMalformed SumState = "malformed" // go refuses it (modfetch.readGoSum)
	SumUnread    SumState = "unread"    // it is there, and could not be read
)

// A Vendor is a vendor directory.
type Vendor struct {
	Dir     string
	Modules []VendorModule // of modules.txt, in the order of the file
	// Used says that go builds from it without being told to: the go line is 1.14 or higher, and modules.txt
	// agrees with go.mod or go.work (modload.setDefaultBuildMod, checkVendorConsistency).
	Used bool
	Why  string // why it is not used; "" if it is
	// Stale says that the go line has go use it, and modules.txt disagrees with go.mod or go.work: go refuses to build.
	Stale bool

	workspace bool // modules.txt says that "go work vendor" made it
	unread    bool // modules.txt could not be read
}

// A VendorModule is a module in vendor/modules.txt. Version is empty for a replacement of all versions.
type VendorModule struct {
	module.Version
	Actual   module.Version // what replaces it; itself where nothing does; Version empty for a directory
	Explicit bool           // go.mod requires it
	Packages int            // how many of its packages are in the directory
}

// A DoubtKind is the kind of thing that keeps a project from being fully known.
type DoubtKind string

// The kinds of doubt.
const (
	DoubtUnreadable  DoubtKind = "unreadable"   // the system does not let us read it
	DoubtNotFile     DoubtKind = "not-a-file"   // a directory, a fifo or a device has its name
	DoubtTooLarge    DoubtKind = "too-large"    // larger than this package reads
	DoubtSyntax      DoubtKind = "syntax"       // go could not parse it
	DoubtVersion     DoubtKind = "version"      // it names a version that only go can resolve, like a branch
	DoubtSum         DoubtKind = "sum"          // a line of go.sum is malformed
	DoubtMember      DoubtKind = "member"       // a member of the workspace has no go.mod file
	DoubtPlaceholder DoubtKind = "placeholder"  // its content is in a cloud and would have to be fetched
	DoubtInterrupted DoubtKind = "not-read-yet" // the look was interrupted before it
)

// A Doubt is a reason why a project says more than was understood.
type Doubt struct {
	Kind    DoubtKind
	File    string // absolute, raw; for a branch REF:PATH
	Line    int    // from 1; 0: the file as a whole
	Message string // lower case, says what to do; raw
	// Bounded says that Named, Main and Sums hold everything that the file may name all the same. Where
	// it is false, nothing can be said of what this project needs beyond that.
	Bounded bool
}

// A Branch is what other local branches or stash entries say that the working tree does not. Those with the
// same files are one Branch.
type Branch struct {
	Refs      []string         // as in "refs/heads/main", "stash@{0}" or "HEAD" (a detached one), sorted
	Go        string           // its go line, where that is another one
	Toolchain string           // its toolchain line, where that is another one
	Named     []module.Version // versions that go.mod or go.work names there and not here, sorted
	Sums      []SumLine        // lines of go.sum there that are not here
	Doubts    []Doubt
}

// A ModfilePair names a file for -modfile and what belongs to it.
type ModfilePair struct {
	File string // absolute
	Sum  string // absolute; "": File with .sum for .mod
	Dir  string // the module root, absolute; "": the directory of File
}

// An Input says what to look at.
type Input struct {
	Roots    []string      // absolute directories; nested ones are no trouble
	Seen     []string      // go.mod and go.work files of earlier runs: looked at wherever they are
	Modfiles []ModfilePair // that the configuration names
	SkipDirs []string      // the caches, GOROOTs and what else is to be left out: any path that leads there

	Git          *gocmd.Git    // reads branches; nil: they are left out, because NoGit
	NoGit        string        // why there is no Git, as in "no git in PATH"; "": nobody asked for branches
	BranchBudget time.Duration // for all repositories together; 0: 5 seconds

	Workers int          // 0: chosen from the number of CPUs
	Meter   *meter.Meter // entries are directory entries, units projects
}

// A Root is a root and what came of it.
type Root struct {
	Path   string
	Exists bool
	Err    error // why it could not be looked at; nil: it was, or is not there
}

// A SkipReason is why a directory was left out.
type SkipReason string

// The reasons for leaving out a directory.
const (
	SkipListed      SkipReason = "named to be skipped" // Input.SkipDirs
	SkipModCache    SkipReason = "module cache"
	SkipGoroot      SkipReason = "GOROOT"
	SkipVCS         SkipReason = "version control"
	SkipPackages    SkipReason = "packages of another language"
	SkipVendor      SkipReason = "vendor directory"
	SkipCache       SkipReason = "cache"
	SkipTrash       SkipReason = "trash"
	SkipNetwork     SkipReason = "network mount"
	SkipPseudo      SkipReason = "pseudo file system"
	SkipPlaceholder SkipReason = "cloud placeholder"
	SkipDeep        SkipReason = "too deep"
)

// A Skipped counts what was left out for one reason.
type Skipped struct {
	Reason   SkipReason
	Count    int64
	Examples []string // the first in order of path, at most 100
}

// Branches says how much of the branches was read.
type Branches struct {
	Asked bool // whether anybody wanted to know
	Read  int  // branches and stash entries that were read
	Left  int  // those that are known and were not read
	// Repositories are those of which something was left, by path: with them, more may be left than Left says.
	Repositories []Repository
	NoGit        string // why none was read at all
}

// A Repository is a git repository of which branches were not read.
type Repository struct {
	Dir  string // the working tree, raw
	Why  string // raw: git's own words may be in it
	Left int    // branches and stash entries; 0: nobody knows how many
}

// A Found is what Find has found. It does not change.
type Found struct {
	Projects    []*Project        // sorted by File
	Gone        []string          // of Input.Seen and Input.Modfiles, what is there no more; sorted
	Roots       []Root            // as in Input.Roots
	Skipped     []Skipped         // sorted by reason
	Unreadable  []tree.Unreadable // the first in order of path, at most 1,000
	Unread      int64             // how many places could not be read
	Branches    Branches
	Entries     int64 // directory entries that were looked at
	Elapsed     time.Duration
	Interrupted bool // the context ended before the look did
}

// Find looks for projects. It never fails: what could not be looked at is in its result.
func Find(ctx context.Context, in Input) *Found { return find(ctx, &in) }
