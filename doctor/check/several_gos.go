package check

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan/toolchain"
)

var severalGos = &Check{
	ID:       "several-gos",
	Title:    "several Go versions are in PATH",
	Severity: finding.Warning,
	Cost:     Read,
	Covers:   []string{"C43"},
	Help: Help{
		Why: "The first go in PATH runs. Start files of shells, login and other shells, editors and services make PATH in different " +
			"ways, so that one terminal runs another Go than the next, and the editor a third one. Several in one PATH are a note. It is a " +
			"warning where a start file puts another Go into PATH than the one here, or an editor is set to another one.",
		Look: "'type -a go' in each shell, 'go version', the settings go.goroot and go.alternateTools of VS Code, the GOROOT of GoLand.",
		Do:   "Keep one way of installing Go, or put the one that is meant first in PATH in the file that all shells read.",
		See:  []string{"golang/go#22814", "https://go.dev/doc/manage-install"},
	},
	Run: runSeveralGos,
}

func runSeveralGos(p *Pass) {
	f := p.Inventory.Toolchains
	if f == nil || len(f.Commands) == 0 {
		return
	}
	here := usage.LocalToolchain(p.Env.GoVersion())
	if here == "" || f.Choice.Shim != "" && f.Choice.Shim != "script" {
		return // what a version manager runs differs on purpose
	}
	p.othersInPath(f, here)
	p.startFilePaths(f, here)
	p.editors(here)
}

// othersInPath are the go commands behind the first, where they are of another version.
func (p *Pass) othersInPath(f *toolchain.Found, here string) {
	var list []string
	var proof []finding.Witness
	for _, c := range f.Commands[1:] {
		t := f.At(c.Root)
		if t == nil || usage.LocalToolchain(t.Version) == here || t.Version == "" {
			continue
		}
		list = append(list, fmt.Sprintf("%s (%s)", c.Path, t.Version))
		proof = append(proof, finding.Witness{Name: "dir", Says: t.Version, From: c.Path})
	}
	if len(list) == 0 {
		return
	}
	first := f.Commands[0]
	p.ReportAs(finding.Note, finding.Finding{
		Detail:    fmt.Sprintf("%s (%s) runs; behind it: %s.", first.Path, here, strings.Join(list[:min(len(list), 5)], ", ")),
		Target:    finding.Target{Path: first.Path},
		Witnesses: append([]finding.Witness{{Name: "dir", Says: here, From: first.Path}}, proof[:min(len(proof), selectedMax)]...),
		Fixes:     []finding.Fix{{ID: "order-path", Title: "put the one that is meant first in PATH, or remove the others"}},
	})
}

// startFilePaths are the directories with another go that a start file puts into PATH, and that are not in this one: other
// terminals have them.
func (p *Pass) startFilePaths(f *toolchain.Found, here string) {
	have := filepath.SplitList(p.Getenv("PATH"))
	seen := map[string]bool{}
	for _, line := range p.startLines() {
		if line.Key != "PATH" {
			continue
		}
		for _, dir := range strings.FieldsFunc(line.Value, func(r rune) bool { return r == ':' || r == ';' }) {
			dir = p.inHome(strings.Trim(dir, `"'`))
			if !filepath.IsAbs(dir) || slices.Contains(have, dir) || seen[dir] || !isDirectory(dir) {
				continue
			}
			seen[dir] = true
			real, err := filepath.EvalSymlinks(filepath.Join(dir, "go"))
			if err != nil {
				continue
			}
			root := filepath.Dir(filepath.Dir(real))
			if v := p.versionOf(root); v != "" && usage.LocalToolchain(v) != here && f.Choice.Local != root {
				p.Report(finding.Finding{
					Title:  "a start file puts another Go into PATH than the one here",
					Detail: fmt.Sprintf("%s:%d puts %s, with %s, into PATH; here, without it, %s runs. Another terminal runs another Go.", line.File, line.Line, dir, v, here),
					Target: finding.Target{File: line.File, Line: line.Line},
					Fixes:  []finding.Fix{{ID: "order-path", Title: "take the directory out of the file, or start a new login session if it is the one that is meant"}},
				})
			}
		}
	}
}

// inHome puts the home directory in place of what start files write for it.
func (p *Pass) inHome(path string) string {
	for _, prefix := range []string{"$HOME/", "${HOME}/", "~/", "${env:HOME}/", "${userHome}/", "$USER_HOME$/"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok && p.Home != "" {
			return filepath.Join(p.Home, rest)
		}
	}
	if path == "" || strings.ContainsAny(path, "$`") {
		return ""
	}
	return filepath.Clean(path)
}
