package check

import (
	"godoctor/doctor/finding"
	"godoctor/scan/project"
)

var gomodMalformed = &Check{
	ID:       "gomod-malformed",
	Title:    "go cannot read the go.mod file",
	Severity: finding.Error,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C19"},
	Says: []string{
		"go: errors parsing go.mod: …:",
		"unknown directive: <<<<<<<",
	},
	Help: Help{
		Why: "A line of go.mod is none: a merge left its markers, or an editor cut something. No go command works in the module, and none " +
			"can mend the file.",
		Look: "The finding names the line.",
		Do:   "Mend the line by hand; of a merge, keep the higher version of each requirement, then go mod tidy.",
		See:  []string{"https://go.dev/ref/mod#go-mod-file-grammar"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Weak || q.Kind == project.Workspace { // workspace-broken tells of those
			return
		}
		for _, d := range q.Doubts {
			if d.Kind == project.DoubtSyntax && d.File == q.File {
				p.Report(finding.Finding{Detail: bounded(d.Message), Target: finding.Target{File: d.File, Line: d.Line},
					Fixes: []finding.Fix{{ID: "edit", Title: "mend the line by hand"}}})
			}
		}
	},
}
