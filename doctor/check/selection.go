package check

import (
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/goenv"
	"godoctor/scan/gomod"
	"godoctor/scan/project"
	"godoctor/scan/regular"
)

// A Choice is the answer to "which go runs in this project, and why".
type Choice struct {
	Command string // the go that is typed: the first in PATH; "": there is none
	Local   string // its version as a toolchain, like go1.26.8; "": not known
	Root    string // its tree

	Setting goenv.Setting // GOTOOLCHAIN, and who sets it

	// File is the go.work or go.mod file that go reads for its go and toolchain lines; "": there is none. Its lines do not
	// count where GOTOOLCHAIN says so.
	File      string
	Go        Decision // the go line
	Toolchain Decision // the toolchain line

	Here  Outcome // what runs with the settings of this machine
	Auto  Outcome // with GOTOOLCHAIN=auto: what somebody gets who changed nothing of Go's own defaults
	Alone Outcome // with GOTOOLCHAIN=local: what a container or a distribution's go gives

	// Deps is the highest go line of the dependencies, where that is higher than what runs here: go looks for the newest
	// patch of a release that will do (toolchain.NewerToolchain), or stops where it may not.
	Deps string

	dir string // where go is started
}

// A Decision is a line or a setting that decides about the toolchain.
type Decision struct {
	Says string // like "go 1.25.0", "toolchain go1.26.8" or "GOTOOLCHAIN=local"; "": there is none
	File string // that says it; "" for the environment and for go's default
	Line int    // from 1
}

// The places that a toolchain is found at.
const (
	FromLocal    = "local"        // it is the go that was typed
	FromPath     = "path"         // a program in PATH has its name
	FromModCache = "module-cache" // it was downloaded before
	FromZip      = "zip"          // likewise, and is unpacked anew
	FromNetwork  = "download"     // go downloads it
	FromNowhere  = "none"         // there is no such, and go stops
)

// An Outcome is what comes of one value of GOTOOLCHAIN.
type Outcome struct {
	Setting string   // the value that was taken
	Decided Decision // what decided it; empty where the go that was typed is new enough and nobody says more
	Name    string   // the toolchain that runs, or that go looks for; "": not known
	From    string   // one of the places
	Path    string   // the tree, or the program in PATH; "" where there is none yet
	Module  string   // the module version that is downloaded, like golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64
	Asks    string   // the checksum database that go asks before it uses what it downloaded before; "": the record is here
	Blocked string   // why the settings do not let it come; "": nothing here forbids that

	// Error is what go prints instead of working, as far as it is known without asking anybody; "": it works.
	Error string
	Fails Failure
	// Ignored is a toolchain line that asks for a newer one than runs, and is not heard.
	Ignored Decision
}

// A Failure is the kind of an error of a selection.
type Failure string

// The failures; empty where go works.
const (
	FailsNoGo    Failure = "no-go"           // there is no go command
	FailsSetting Failure = "invalid-setting" // GOTOOLCHAIN is no such
	FailsLine    Failure = "invalid-line"    // the toolchain line is no such
	FailsPath    Failure = "not-in-path"     // only PATH counts, and has no program of that name
	FailsName    Failure = "no-release"      // a language version, which no release is called
	FailsBlocked Failure = "blocked"         // settings forbid the download or the proof
	FailsTooOld  Failure = "too-old"         // what runs is older than the go line
)

// Works reports whether a go command runs with what is on this machine.
func (o *Outcome) Works() bool { return o.Error == "" && o.Name != "" && o.From != FromNetwork }

// Selection finds out which go runs in a project, and what would run elsewhere; p is nil for a place outside any project. It
// follows cmd/go/internal/toolchain.Select of Go 1.26. Releases before go1.21 do not switch, and heed no line.
//
// It runs nothing and asks nobody: whether a proxy has a release is not known. It reads the lines of go.mod or go.work, and
// looks at PATH and at the module cache.
func Selection(m *Machine, p *Project) Choice {
	s := newSelector(m)
	c := Choice{Command: s.command, Local: s.local, Root: s.root, Setting: m.Setting("GOTOOLCHAIN")}
	if p != nil {
		c.dir = p.Dir
		c.File, c.Go, c.Toolchain = decidingLines(p)
	}
	value := c.Setting.Value
	if value == "" && c.Setting.Origin == "" {
		c.Setting.Key = "GOTOOLCHAIN"
	}
	c.Here = s.outcome(&c, value)
	c.Auto = s.outcome(&c, "auto")
	c.Alone = s.outcome(&c, "local")
	if p != nil && p.Deps != "" && c.Here.Name != "" && newerGo("go"+p.Deps, c.Here.Name) {
		c.Deps = p.Deps
	}
	return c
}

// Choice is Selection for the project, made once.
func (m *Machine) Choice(p *Project) *Choice {
	p.choice.once.Do(func() {
		c := Selection(m, p)
		p.choice.Choice = &c
	})
	return p.choice.Choice
}

// decidingLines are the file that go looks at and its lines (toolchain.modGoToolchain): go.work hides the go.mod files of its
// members, and a GOWORK that does not exist yet hides nothing.
func decidingLines(p *Project) (file string, goLine, toolchain Decision) {
	file = p.File
	if p.Kind == project.Module && p.Work != "" {
		if _, err := os.Stat(p.Work); err == nil {
			file = p.Work
		}
	}
	text, err := regular.ReadFile(file, gomod.Limit)
	if err != nil { // a machine that was recorded elsewhere has no files
		goLine, toolchain = said("go", p.Go, file, 0), said("toolchain", p.Toolchain, file, 0)
		if w := p.Workspace; file != p.File && w != nil {
			goLine, toolchain = said("go", w.Go, file, 0), said("toolchain", w.Toolchain, file, 0)
		}
		return file, goLine, toolchain
	}
	return file, lookupLine(string(text), "go", file), lookupLine(string(text), "toolchain", file)
}

func said(key, value, file string, line int) Decision {
	if value == "" {
		return Decision{}
	}
	return Decision{key + " " + value, file, line}
}

// lookupLine finds a line as go does before it knows whether it can parse the file (gover.GoModLookup): the first that begins
// with the word.
func lookupLine(text, key, file string) Decision {
	n := 0
	for line := range strings.Lines(text) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), key)
		if !ok || rest == "" || rest[0] != ' ' && rest[0] != '\t' {
			continue
		}
		rest, _, _ = strings.Cut(rest, "//")
		if value := strings.TrimSpace(rest); value != "" && len(value) <= nameMax {
			return said(key, value, file, n)
		}
		return Decision{}
	}
	return Decision{}
}

// nameMax bounds what is taken for the name of a toolchain.
const nameMax = 200

// value is what a line says behind its word.
func (d Decision) value() string {
	_, v, _ := strings.Cut(d.Says, " ")
	return v
}

// short is a file as go names it in a message: below the directory that it runs in, where that is shorter (base.ShortPath).
func short(dir, file string) string {
	if rel, err := filepath.Rel(dir, file); err == nil && len(rel) < len(file) {
		return rel
	}
	return file
}
