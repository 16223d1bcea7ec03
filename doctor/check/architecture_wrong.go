package check

import (
	"fmt"
	"slices"

	"godoctor/doctor/finding"
)

var architectureWrong = &Check{
	ID:       "architecture-wrong",
	Title:    "the go in PATH was built for another kind of machine",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C52"},
	Says: []string{
		"Exec format error",
		"building for macOS-x86_64 but attempting to link with file built for …",
		"can not run under Rosetta, check that the installed build of Go is right for your CPU architecture",
	},
	Help: Help{
		Why: "A go command of another architecture either does not start, or runs by emulation: an amd64 Go on a Mac with Apple's " +
			"processor (Rosetta), or on Windows for ARM. Then it is slow, builds programs for its own architecture unless GOARCH says " +
			"something else, cannot link against libraries of the machine with cgo, and the debugger refuses. It comes with a Homebrew in " +
			"/usr/local that was moved from an older Mac, or with the wrong archive.",
		Look: "'go env GOHOSTARCH' against 'uname -m' (on a Mac 'sysctl hw.optional.arm64'); 'file $(command -v go)'.",
		Do:   "Install the build for this machine, and rebuild what go install made.",
		See:  []string{"golang/go#46724", "golang/vscode-go#1669", "https://go.dev/dl/"},
	},
	Run: runArchitectureWrong,
}

// runsBy are the architectures whose programs a machine runs itself: a 32-bit Go on a 64-bit system is rarely a mistake.
var runsBy = map[string][]string{"amd64": {"386"}, "arm64": {"arm"}}

func runArchitectureWrong(p *Pass) {
	f := p.Inventory.Toolchains
	if f == nil || p.System.Native == nil {
		return
	}
	t := f.At(f.Choice.Local)
	native, err := p.System.Native()
	if t == nil || err != nil || t.GOARCH == "" || t.GOOS == p.System.GOOS && t.GOARCH == native {
		return
	}
	severity, what := finding.Error, "it does not run here"
	switch {
	case t.GOOS != p.System.GOOS:
	case slices.Contains(runsBy[native], t.GOARCH):
		severity, what = finding.Note, "it runs, with the address space of 32 bits, and builds programs for that unless GOARCH is set"
	case t.GOARCH == p.System.GOARCH, native == "arm64" && t.GOARCH == "amd64" && t.GOOS != "linux": // as this program does; Rosetta, WOW64
		severity, what = finding.Warning, "it runs by emulation: slowly, and for another architecture than the libraries and the debugger here"
	}
	machine := p.System.GOOS + "/" + native
	p.ReportAs(severity, finding.Finding{
		Detail: fmt.Sprintf("%s (%s) is for %s/%s, the machine is %s: %s.", f.Choice.Command, t.Version, t.GOOS, t.GOARCH, machine, what),
		Target: finding.Target{Path: f.Choice.Command},
		Fixes:  []finding.Fix{installGo("Go for " + machine)},
	})
}
