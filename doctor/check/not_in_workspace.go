package check

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
)

var notInWorkspace = &Check{
	ID:       "not-in-workspace",
	Title:    "the go.work file in effect does not list this module",
	Severity: finding.Error,
	Cost:     Stat,
	Subject:  OfProject,
	Covers:   []string{"C74"},
	Says: []string{
		"current directory is contained in a module that is not one of the workspace modules listed in go.work",
		"directory prefix . does not contain modules listed in go.work or their selected dependencies",
	},
	Help: Help{
		Why: "A go.work file in the directory of the module or in one above it makes go work on the modules that it lists, and " +
			"on no others: a module that lies below it and is not listed cannot be built from its own directory.",
		Look: "go env GOWORK says which go.work file is in effect; its use lines are the modules that it lists.",
		Do: "Add the module with 'go work use .', or build without the workspace: GOWORK=off go build ./... " +
			"A go.work file that nobody needs any more can go.",
		See: []string{"golang/go#51604", "golang/go#56697"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Kind != project.Module || q.Work == "" || q.Workspace == nil || q.Weak || lists(q.Workspace, q.Dir) {
			return
		}
		s := finding.Error
		if !q.holds(p.Dir) { // nobody stands there: it may be meant so, as for examples and tools
			s = finding.Note
		}
		p.ReportAs(s, finding.Finding{
			Detail: fmt.Sprintf("%s is in effect here, and its use lines do not name %s: go commands fail in that directory", q.Work, q.Dir),
			Target: finding.Target{Path: q.Dir, File: q.Work},
			Fixes: []finding.Fix{
				{ID: "work-use", Title: "add the module to the workspace", Argv: []string{"go", "-C", q.Dir, "work", "use", q.Dir},
					Undo: "go work edit -dropuse=" + q.Dir + " " + q.Work},
				{ID: "work-off", Title: "work without it: set GOWORK=off for the command"},
			},
		})
	},
}

// lists reports whether a workspace has a directory among its members, links resolved.
func lists(work *project.Project, dir string) bool {
	fi, err := os.Stat(dir)
	for _, use := range work.Use {
		if use == dir {
			return true
		}
		if other, failed := os.Stat(use); err == nil && failed == nil && os.SameFile(fi, other) {
			return true
		}
	}
	return false
}

// holds reports whether a directory is that of the project or below it.
func (p *Project) holds(dir string) bool { return inside(p.Dir, dir) }

// inside reports whether a directory is another one or below it, by their names.
func inside(root, dir string) bool {
	rel, err := filepath.Rel(root, dir)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
