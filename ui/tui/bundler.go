package tui

import (
	"context"
	"strings"

	"godoctor/doctor/report"
)

// A Bundler makes offline bundles, looks into them, and installs what is in them. All its funcs are called beside the screen,
// and may take their time; all paths that they are given are absolute.
type Bundler struct {
	Dir     string // where relative paths begin: absolute, raw
	Home    string // what ~ stands for, raw; "": nothing
	Offline bool   // the network is not to be used: what is not here cannot be put into a bundle

	NoLook  string // why nothing can even be looked at; empty: it can
	NoMake  string // why no bundle may be made; empty: one may
	NoApply string // why nothing of one may be installed; empty: it may

	// Complete lists what a path may go on to, written as the path is: directories with a slash at their end. Raw.
	Complete func(ctx context.Context, path string) []string

	// Plan finds out what a bundle would hold. It may ask the network, unless that is not to be used, and leaves nothing behind.
	Plan func(ctx context.Context, w BundleWish, t *Watch) (*Packing, error)

	// Look opens a bundle and checks all of it, offline. It changes nothing.
	Look func(ctx context.Context, u BundleUse, t *Watch) (*Unpacking, error)
}

// A BundleWish is what is to be in a bundle, and where that is to be. All raw.
type BundleWish struct {
	Target     string
	Projects   []string // directories
	Modules    []string // MODULE@VERSION
	Toolchains []string // goX.Y.Z:OS/ARCH
	Since      string   // a bundle or a tree head that the receiver has; "": neither
}

// command is the wish on the command line.
func (w *BundleWish) command() string {
	var b strings.Builder
	b.WriteString("godoctor bundle create -o " + shellWord(w.Target))
	for _, x := range []struct {
		flag string
		list []string
	}{{"--project", w.Projects}, {"--module", w.Modules}, {"--toolchain", w.Toolchains}} {
		for _, word := range x.list {
			b.WriteString(" " + x.flag + " " + shellWord(word))
		}
	}
	if w.Since != "" {
		b.WriteString(" --since " + shellWord(w.Since))
	}
	return b.String()
}

// A BundleUse is a bundle that is looked at or applied.
type BundleUse struct {
	Path    string // of the directory or the archive
	Project string // the directory of a project whose go.sum is a witness; "": none
}

// command is bundle verify or bundle apply of it on the command line.
func (u *BundleUse) command(what string, sdk bool) string {
	s := "godoctor bundle " + what
	if sdk && what == "apply" {
		s += " --sdk"
	}
	if u.Project != "" {
		s += " --project " + shellWord(u.Project)
	}
	return s + " " + shellWord(u.Path)
}

// A Packing is a bundle that was planned.
type Packing struct {
	Taken    bool // there is something of the name of the target
	Versions []PackedVersion

	// Make makes it once a person has confirmed that. It tells the Watch.
	Make func(ctx context.Context, t *Watch) Outcome
}

// A PackedVersion is a module version that a bundle would hold. Raw.
type PackedVersion struct {
	Module, Version string
	Zip             bool  // its packages, not its go.mod file alone
	Here            int64 // bytes of its zip in the module cache; 0: it is fetched
}

// A Packed is a bundle that was made.
type Packed struct {
	Bundle  *report.Bundle
	Summary report.BundleSummary
	Bytes   int64 // on the disk
}

// An Unpacking is a bundle that was looked at.
type Unpacking struct {
	Bundle  *report.Bundle // what is in it, who stands for each version, and what is wrong
	Summary report.BundleSummary
	Ways    []Way // to apply it: all to the module cache; toolchains of this platform to ~/sdk, where there are any. None where anything is wrong

	// Apply installs what lacks in one of the ways once a person has confirmed that. It tells the Watch.
	Apply func(ctx context.Context, way int, t *Watch) Outcome
}

// A Way is what is to be done to apply a bundle.
type Way struct {
	Modules  []report.BundleModule // in the order of those of the bundle: "there" or "planned", and where each goes
	Unproved int                   // of what is planned: versions that nobody stands for
	Rest     bool                  // though all is there something is left to be done: go lacks signed records, or a run was broken off
}

// noBundler is said where nothing can be bundled.
const noBundler = "nothing can be bundled here: the program was started without what does it"
