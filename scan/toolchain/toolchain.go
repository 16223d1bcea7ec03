// Package toolchain finds every Go installed on a machine: what the go command downloaded, what golang.org/dl,
// version managers, package managers and distributions installed, and what somebody unpacked by hand.
//
// The places are a table, [Sources], with one file for each. A place only proposes directories; a directory
// is a toolchain by its signature: at least three of VERSION, bin/go, pkg/tool/GOOS_GOARCH and src/runtime.
// Directories that are the same one under several names, through links, mounts or trees made of links, are
// one [Toolchain], and the other names are in its Also.
//
// # What is read
//
// Nothing is run, nothing is written. The version is what the linker wrote into bin/go (debug/buildinfo): that
// is what the go command believes of itself. VERSION is a text that anybody can edit without any effect, so
// it is the second witness, and speaks alone only where bin/go does not. Only regular files are opened, no open
// waits, and of no file is more read than its purpose needs.
//
// # What is exact and what is not
//
//   - Sizes are those of du, hard links once, with the directories that a toolchain reaches by links at its top
//     (Debian keeps src in /usr/share) counted as part of it.
//   - Which toolchain runs is told for a place outside any project, with no -C flag: go.mod and go.work choose
//     among the rest. It follows cmd/go/internal/toolchain.Select of Go 1.26.
//   - What a shim of asdf, goenv or mise runs is read from the global settings of that manager; a wrapper
//     script of another kind is searched for the one absolute path that ends in bin/go, and called a guess.
//   - The time of installation is the modification time of the directory. Archives restore that of the release.
//   - Whether a release is supported comes from a table with a date; see [Judge].
package toolchain

import (
	"slices"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/tree"
)

// An Input says what machine to look at.
type Input struct {
	Env          *goenv.Env // the effective settings; may be nil
	Environ      []string   // as os.Environ gives it
	Home         string     // the home directory; "": as the environment says
	GOOS, GOARCH string     // of the machine; "": of this program
	ModCache     string     // the module cache; "": as Env says
	Root         string     // the directory that stands for the root of the file system; "": "/"
	Now          time.Time  // for the support state; zero: time.Now
	Table        *Table     // what is known of releases; nil: the table in this package
}

// A Toolchain is one installed Go.
type Toolchain struct {
	Version     string // such as "go1.26.8": what bin/go says, or VERSION where that is silent; may be ""
	VersionFile string // the first line of VERSION, raw
	GOOS        string // what it was built to run on; "" if unknown
	GOARCH      string
	Root        string   // the directory, links resolved
	Source      string   // the name of the source that found it
	Also        []string // "source path": the other places and names that lead here, the links resolved ones included
	Official    string   // for the comparison with the signed toolchain module, which is made elsewhere

	Active bool   // it is the one that runs when somebody types go outside a project
	Why    string // why it is, or is not
	As     string // the name under which a program in PATH runs it, like go1.26.8: what GOTOOLCHAIN finds first

	Size      tree.Size
	SizeKnown bool

	Support     Support
	SupportText string

	Owner     string    // who put it there and removes it: "go command", "golang.org/dl", "package manager", ...
	Removable bool      // godoctor may remove it; never the active one, nor the one that starts it
	Problems  []string  // what is wrong with it
	Time      time.Time // modification time of the directory

	parts []string // directories outside Root that links at its top lead to
}

// An Archive is a downloaded Go distribution that lies about after it was unpacked.
type Archive struct {
	Path         string
	Version      string // such as "go1.26.8"
	GOOS, GOARCH string // "" for a source archive and where the name does not tell
	Size         tree.Size
	Time         time.Time
}

// A Partial is a directory that a source knows, with something of a toolchain in it, and too little to be
// one.
type Partial struct {
	Path    string
	Source  string
	Missing []string // of the signature
}

// A Choice is the answer to "which go runs here, and why", outside any project.
type Choice struct {
	Command  string   // the first go in PATH, or ""
	Shim     string   // the manager whose shim Command is, "script" for another wrapper, or ""
	Local    string   // the toolchain that Command belongs to, or ""
	Name     string   // the toolchain that GOTOOLCHAIN switches to, such as "go1.26.8", or ""
	Root     string   // the toolchain that runs in the end, or "" where none does or it is not installed
	Why      string   // in words
	Problems []string // what is wrong with the selection itself
}

// Found is what Find found.
type Found struct {
	Toolchains []Toolchain // the active one first, then the newest version first
	Archives   []Archive   // by path
	Partials   []Partial   // by path
	Choice     Choice
	Commands   []Command // every go in PATH, the one that runs first
	Table      Table     // of releases, by which their support was judged
	Unreadable []tree.Unreadable

	skip []tree.ID // what Sizes leaves alone: the module cache
}

// SetSize takes over a size that another walk measured: that of the toolchains in the module cache. It
// reports whether root is a toolchain here.
func (f *Found) SetSize(root string, size tree.Size) bool {
	for i := range f.Toolchains {
		if t := &f.Toolchains[i]; t.leads(root) {
			t.Size, t.SizeKnown = size, true
			return true
		}
	}
	return false
}

// LeaveOut names directories that Sizes does not count, because somebody else does: version managers put
// module caches and programs inside the toolchain that they belong to.
func (f *Found) LeaveOut(ids ...tree.ID) { f.skip = append(slices.Clip(f.skip), ids...) }
