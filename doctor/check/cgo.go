package check

import (
	"fmt"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var cgoCheck = &Check{
	ID:       "cgo",
	Title:    "cgo does not work here, or is off",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C60"},
	Says: []string{
		`cgo: C compiler "…" not found: exec: "…": executable file not found in $PATH`,
		"go: -race requires cgo; enable cgo by setting CGO_ENABLED=1",
		"build constraints exclude all Go files in …",
		"xcrun: error: invalid active developer path",
	},
	Help: Help{
		Why: "Packages that import \"C\" need a C compiler. Where CGO_ENABLED is not set, go looks for gcc or clang in PATH, and without " +
			"one builds as if CGO_ENABLED were 0: net and os/user in pure Go, files that import \"C\" left out, so that a package of " +
			"nothing else has no files at all, and no -race. The same sources build on one machine and not on the other. With " +
			"CGO_ENABLED=1, or a CC that is not there, the build stops instead. After an update of macOS the compiler may be a mere " +
			"stub that asks for the command line tools.",
		Look: "go env CGO_ENABLED CC; command -v gcc clang; on macOS xcode-select -p.",
		Do: "Install a C compiler (the package gcc or build-essential; on macOS xcode-select --install), or set CGO_ENABLED=0 on every " +
			"machine where what is built has to be the same.",
		See: []string{"golang/go#27921", "https://pkg.go.dev/cmd/cgo"},
	},
	Run: func(p *Pass) {
		enabled, cc := p.Setting("CGO_ENABLED"), p.Setting("CC")
		words, err := goenv.Words(cc.Value)
		if err != nil || len(words) == 0 || filepath.Base(words[0]) != words[0] && !filepath.IsAbs(words[0]) {
			return // setting-invalid says so
		}
		there := runnable(p.Machine, words[0])
		switch {
		case enabled.Value == "1" && !there && (given(enabled) || given(cc)):
			p.noCompiler(enabled, cc, words[0])
		case enabled.Value == "1" && p.System.GOOS == "darwin" && p.noTools():
			p.Report(finding.Finding{Title: "the command line tools of macOS are not there",
				Detail: "neither Xcode nor the command line tools are installed where xcode-select points: clang is a stub that fails",
				Target: finding.Target{Path: "CC"},
				Fixes:  []finding.Fix{{ID: "install-tools", Title: "install the command line tools", Argv: []string{"xcode-select", "--install"}, NeedsNetwork: true}}})
		case enabled.Value == "0" && given(enabled):
			p.ReportAs(finding.Note, finding.Finding{Title: "cgo is switched off",
				Detail: fmt.Sprintf("CGO_ENABLED=0, set by %s: files that import \"C\" are left out, and -race does not work", p.origin(enabled)),
				Target: at(enabled), Fixes: []finding.Fix{p.amend(enabled, "")}})
		case enabled.Value == "0" && !there && !given(enabled) && p.native():
			p.ReportAs(finding.Note, finding.Finding{Title: "cgo is off, for there is no C compiler",
				Detail: fmt.Sprintf("%s is not in PATH: files that import \"C\" are left out, net and os/user are pure Go, and -race does not work", words[0]),
				Target: finding.Target{Path: "CGO_ENABLED"},
				Fixes:  []finding.Fix{{ID: "install-compiler", Title: "install a C compiler, if one is wanted", NeedsNetwork: true}}})
		}
	},
}

// noCompiler tells of a compiler that is asked for and is not there.
func (p *Pass) noCompiler(enabled, cc goenv.Setting, program string) {
	f := finding.Finding{Title: "cgo is switched on, and the C compiler is not there"}
	if given(cc) {
		f.Detail = fmt.Sprintf("CC is %s, set by %s, and there is no such program in PATH", shown("CC", cc.Value), p.origin(cc))
		f.Target, f.Fixes = at(cc), []finding.Fix{p.amend(cc, "")}
	} else {
		f.Detail = fmt.Sprintf("CGO_ENABLED=1, set by %s, and %s is not in PATH", p.origin(enabled), program)
		f.Target, f.Fixes = at(enabled), []finding.Fix{p.amend(enabled, "")}
	}
	f.Fixes = append(f.Fixes, finding.Fix{ID: "install-compiler", Title: "install " + filepath.Base(program), NeedsNetwork: true})
	p.Report(f)
}

// native reports whether go builds for this machine.
func (p *Pass) native() bool {
	return p.Env.Value("GOOS") == p.Env.Value("GOHOSTOS") && p.Env.Value("GOARCH") == p.Env.Value("GOHOSTARCH")
}

// noTools reports that macOS has neither Xcode nor the command line tools: no developer directory is chosen, and there is none
// at the default places (xcode-select(1)).
func (p *Pass) noTools() bool {
	for _, place := range []string{"/var/db/xcode_select_link", "/Library/Developer/CommandLineTools/usr/bin/clang",
		"/Applications/Xcode.app/Contents/Developer/usr/bin"} {
		if _, err := p.System.Entry(place); err == nil {
			return false
		}
	}
	return true
}
