// Package binary tells what installed programs say of themselves: which Go built them, from which module
// version, and whether the shell finds them.
//
// It looks where go install puts programs: GOBIN, the bin directory of each GOPATH entry, the platform
// directories in it that hold what was built for other systems, and directories that the caller names.
// What a program says is the build info that the linker wrote into it (package debug/buildinfo); nothing
// is run.
//
// # The rules
//
//   - Everything in those directories is listed. What is no Go program is listed with its size and a
//     Problem. The shims of version managers are left out: they belong to those.
//   - Files are not trusted. Only regular files are opened, never waiting; at most a bounded part of each is
//     read, however large it says it is; a parser that panics makes a Problem.
//   - A link is followed to read the program behind it, and Link says so. Its size is that of the link,
//     because the program lies elsewhere.
//   - Module paths and versions are what somebody wrote into a file. They become part of a command only
//     after golang.org/x/mod/module has found them valid, and the command is an argument vector.
//
// # Limits
//
//   - GOOS and GOARCH are told by programs built with go1.18 or later, build info by go1.13 or later.
//   - Programs of js and wasip1 (WebAssembly) hold build info that the standard library cannot read.
//   - Relative entries of PATH, and the working directory that Windows looks into first, are not looked at:
//     what they hold depends on where one stands.
//   - That a program is newest is not told: that takes the network.
package binary

import (
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/tree"
)

// Input says where to look.
type Input struct {
	Env     *goenv.Env // GOBIN and GOPATH; nil: only Dirs are looked at
	Environ []string   // as os.Environ gives it: PATH, on Windows PATHEXT
	GOOS    string     // "" is that of this process
	Dirs    []string   // further directories, absolute
	Workers int        // 0: chosen from the number of CPUs
}

// A Found is what Find saw. It is not changed afterwards.
type Found struct {
	Binaries    []Binary  // by name, then by path
	Dirs        []Dir     // in the order GOBIN, GOPATH, Input.Dirs
	Size        tree.Size // of Dirs and all files in them, shims too, each inode once
	Unreadable  []tree.Unreadable
	Interrupted bool // the context ended: what was not read by then has a Problem that says so
}

// The sources of a Dir.
const (
	SourceGobin  = "GOBIN"
	SourceGopath = "GOPATH/bin"
	SourceGiven  = "given" // one of Input.Dirs
	SourceCross  = "cross" // a directory like windows_amd64 in one of the others
)

// A Dir is a directory that programs are installed into.
type Dir struct {
	Path    string
	Source  string
	Exists  bool
	OnPath  bool   // an entry of PATH leads to it
	Problem string // why it was not looked into
}

// A Binary is one file in a Dir. Its strings are raw: not cleaned for a terminal.
type Binary struct {
	Path string
	Name string // as one types it: without .exe on Windows
	Link string // where a link leads to; Size and Time are those of the link
	Size tree.Size
	Time time.Time // of the last modification

	GoVersion    string // such as "go1.26.8"; "" where there is no build info
	GOOS, GOARCH string
	Package      string // import path of the main package
	Module       string // path of the main module
	Version      string // of the main module
	Sum          string // h1 hash of the main module, where it came from a module version
	Deps         []Dep
	Settings     []Setting

	Local    bool     // built from what no proxy has: cannot be fetched again
	Renew    []string // argument vector that builds the same version anew; nil where none can
	RenewWhy string   // why Renew is nil, or what it does not repeat

	OnPath   bool   // its directory is on PATH
	Shadowed string // the program that runs instead when one types Name
	Problem  string // why nothing is known of it, or why it cannot run

	shim bool // belongs to a version manager
}

// A Dep is a module that a program was built with.
type Dep struct {
	Path, Version, Sum string
	Replace            *Dep // what stands in its place
}

// A Setting is one of the settings that a program was built with, such as "-trimpath" or "vcs.revision".
type Setting struct{ Key, Value string }

// Setting returns the value of a build setting, or "".
func (b *Binary) Setting(key string) string {
	for _, s := range b.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}
