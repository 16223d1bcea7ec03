package check

import (
	"fmt"
	"os"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var goenvBricks = &Check{
	ID:       "goenv-bricks",
	Title:    "a line of the GOENV file keeps go from starting, and go cannot take it out",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C57"},
	Says: []string{
		"go: cannot find GOROOT directory: …",
		`GOPATH entry is relative; must be absolute path: "…"`,
		"GOPATH entry cannot start with shell metacharacter '~': \"…\"",
		"go: invalid GOWORK: not an absolute path",
		"go: GOWORK cannot be modified",
		"go: reading go.work: open …: no such file or directory",
	},
	Help: Help{
		Why: "go reads the GOENV file before it does anything. With a GOROOT that is not there, or a GOPATH that is relative or begins " +
			"with a tilde, every go command stops at once, 'go env -u' among them, which would take the line out. GOWORK go env " +
			"never touches, and a line for it in the file counts all the same. Such lines come from 'go env -w' in another " +
			"release, from an editor, or from a home directory that was copied from another machine. (What is wrong with " +
			"GOTOOLCHAIN says gotoolchain-invalid.)",
		Look: "The file is go/env in the user's directory for configuration: ~/.config/go/env, on macOS ~/Library/Application " +
			"Support/go/env, on Windows %AppData%\\go\\env; the variable GOENV names another. 'godoctor env' reads it without go.",
		Do: "Take the line out of the file: 'godoctor repair goenv-bricks' shows the change, keeps the old file, and can be undone. " +
			"For one command: GOENV=off go version.",
		See: []string{"golang/go#34880", "golang/go#79648"},
	},
	Run: func(p *Pass) {
		for _, key := range []string{"GOROOT", "GOPATH", "GOWORK"} {
			s := p.Setting(key)
			if s.Origin != goenv.OriginFile || s.Raw == "" {
				continue
			}
			why := ""
			switch key {
			case "GOROOT":
				why = p.noDirectory(s.Raw)
			case "GOPATH":
				why = badGopath(s.Raw)
			case "GOWORK":
				why = noWork(s.Raw)
			}
			if why != "" {
				p.Report(finding.Finding{Detail: fmt.Sprintf("%s says %s=%s: %s", from(s), key, shown(key, s.Raw), why),
					Target: at(s), Fixes: []finding.Fix{unset(s)}})
			}
		}
	},
}

// noDirectory says why a path is no directory, seen from where the program was started; "" where it is one.
func (p *Pass) noDirectory(path string) string {
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.Dir, path)
	}
	switch fi, err := os.Stat(path); {
	case err != nil:
		return "there is no such directory"
	case !fi.IsDir():
		return "it is no directory"
	}
	return ""
}

// badGopath says which entry of a GOPATH go refuses; "" for none.
func badGopath(value string) string {
	for _, entry := range filepath.SplitList(value) {
		switch {
		case entry == "" || filepath.IsAbs(entry):
		case entry[0] == '~':
			return fmt.Sprintf("the entry %s begins with a tilde, which only a shell understands", shown("GOPATH", entry))
		default:
			return fmt.Sprintf("the entry %s is relative", shown("GOPATH", entry))
		}
	}
	return ""
}

// noWork says why go cannot work with a GOWORK.
func noWork(value string) string {
	switch _, err := os.Stat(value); {
	case value == "off":
		return ""
	case !filepath.IsAbs(value):
		return "it is not an absolute path"
	case err != nil:
		return "there is no such file"
	}
	return ""
}
