package check

import (
	"fmt"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var strayParent = &Check{
	ID:       "stray-parent",
	Title:    "a go.mod or go.work file far above takes hold of this directory",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C76"},
	Says:     []string{"go: warning: ignoring go.mod in system temp root"},
	Help: Help{
		Why: "go looks for go.mod and go.work in the directory and in every one above it. One that was left in the home directory, " +
			"in the directory of downloads or in / takes hold of everything below: packages get its module's path, versions are " +
			"those that it names, and on a machine without it the same code builds otherwise. In the directory for temporary files " +
			"go passes over a go.mod file, and says so.",
		Look: "go env GOMOD GOWORK, started in the directory.",
		Do:   "Delete or move the stray file. For one command: GOWORK=off.",
		See:  []string{"golang/go#26708"},
	},
	Run: func(p *Pass) {
		for _, key := range []string{"GOMOD", "GOWORK"} {
			s := p.Setting(key)
			if s.Origin == goenv.OriginDerived && filepath.IsAbs(s.Value) && p.stray(filepath.Dir(s.Value)) {
				p.Report(finding.Finding{
					Title:  "a stray " + filepath.Base(s.Value) + " takes hold of this directory",
					Detail: fmt.Sprintf("%s is in effect in %s, which lies in another working tree or far below it", s.Value, p.Dir),
					Target: finding.Target{Path: p.Dir, File: s.Value},
					Fixes:  []finding.Fix{{ID: "move", Title: "delete or move " + s.Value}},
				})
			}
		}
		temp := p.osTemp().dir
		if file := filepath.Join(temp, "go.mod"); temp != "" && upwards(temp, "go.mod") == file {
			p.ReportAs(finding.Note, finding.Finding{
				Title:  "a go.mod lies in the directory for temporary files",
				Detail: fmt.Sprintf("go passes over %s, with a warning in every command below it", file),
				Target: finding.Target{File: file},
				Fixes:  []finding.Fix{{ID: "move", Title: "delete or move " + file}},
			})
		}
	},
}

// stray reports whether a directory with go.mod or go.work is none that a project is kept in: above the working tree
// that the program was started in, or the home directory, or the root.
func (m *Machine) stray(dir string) bool {
	if repo := repository(m.Dir); repo != "" && dir != repo && inside(dir, repo) {
		return true
	}
	return dir != m.Dir && (dir == m.Home || dir == filepath.Dir(dir))
}

var workspaceOverrides = &Check{
	ID:       "workspace-overrides",
	Title:    "a go.work file replaces versions that go.mod names",
	Severity: finding.Note,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C76"},
	Help: Help{
		Why: "With a go.work file a required module that the workspace lists is built from its directory, whatever version go.mod names. " +
			"go.work is usually not committed: CI, and everybody who lacks it, builds the version.",
		Look: "go env GOWORK, and go list -m all with and without GOWORK=off.",
		Do:   "Nothing, where that is what you want. Before a release: GOWORK=off go build ./... and go test ./...",
		See:  []string{"https://go.dev/ref/mod#workspaces"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Workspace == nil || q.Main == nil || q.Workspace == q.Project.Project || !lists(q.Workspace, q.Dir) {
			return
		}
		members := make(map[string]string) // module path to directory
		for _, dir := range q.Workspace.Use {
			if dir == q.Dir {
				continue
			}
			if f := modFile(filepath.Join(dir, "go.mod")); f != nil && f.Module != nil {
				members[f.Module.Mod.Path] = dir
			}
		}
		for _, r := range q.Mod().Require {
			if dir := members[r.Mod.Path]; dir != "" {
				p.Report(finding.Finding{
					Detail: fmt.Sprintf("%s requires %s, and %s has it built from %s: without the workspace another code is built", q.File, r.Mod, q.Work, dir),
					Target: finding.Target{Module: r.Mod.Path, Version: r.Mod.Version, Path: dir, File: q.File, Line: lineOf(r.Syntax)},
				})
			}
		}
	},
}
