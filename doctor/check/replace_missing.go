package check

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
)

var replaceMissing = &Check{
	ID:       "replace-missing",
	Title:    "the directory that replaces a module is not there",
	Severity: finding.Error,
	Cost:     Stat,
	Subject:  OfProject,
	Covers:   []string{"C77"},
	Says: []string{
		"replacement directory … does not exist",
		"(replaced by …): reading …: open …: no such file or directory",
	},
	Help: Help{
		Why: "A replace line names a directory of somebody's machine, and on this one it does not exist, or has no go.mod file. " +
			"Such lines are made for trying something out and get committed by accident.",
		Look: "grep replace go.mod, and the directories that it names, relative to go.mod.",
		Do: "Get the directory, or take the line out (go mod edit -dropreplace=MODULE) and name a version. For working on two modules " +
			"at once a go.work file does the same and is not committed.",
		See: []string{"https://go.dev/ref/mod#go-mod-file-replace"},
	},
	Run: func(p *Pass) {
		for _, r := range localReplaces(p.Project) {
			gomod := filepath.Join(r.dir, "go.mod")
			_, err := os.Stat(gomod)
			if err == nil || !r.used {
				continue
			}
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("%s:%d replaces %s by %s, and there is no %s", p.Project.File, r.line, r.old, r.path, gomod),
				Target: finding.Target{Module: r.module, Path: r.dir, File: p.Project.File, Line: r.line},
				Fixes: []finding.Fix{
					{ID: "get-directory", Title: "get the directory " + r.dir},
					{ID: "drop-replace", Title: "take the line out and build the version that is required",
						Argv: []string{"go", "mod", "edit", "-dropreplace=" + r.old, p.Project.File}},
				},
			})
		}
	},
}

var replaceLocal = &Check{
	ID:       "replace-local",
	Title:    "a module is replaced by a directory that only this machine has",
	Severity: finding.Warning,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C77"},
	Help: Help{
		Why: "The directory lies outside the repository, or is named by an absolute path: a checkout of the same commit elsewhere " +
			"fails, or finds other code there.",
		Look: "grep replace go.mod.",
		Do:   "Take the line out before the commit, or keep it in a go.work file that is not committed.",
		See:  []string{"https://go.dev/ref/mod#workspaces"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Repo == "" || q.Kind != project.Module || q.Weak {
			return // nobody checks it out
		}
		for _, r := range localReplaces(q) {
			if _, err := os.Stat(r.dir); err != nil || inside(q.Repo, r.dir) && !filepath.IsAbs(r.path) {
				continue
			}
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("%s:%d replaces %s by %s, which is not part of the repository %s", q.File, r.line, r.old, r.path, q.Repo),
				Target: finding.Target{Module: r.module, Path: r.dir, File: q.File, Line: r.line},
				Fixes: []finding.Fix{{ID: "drop-replace", Title: "take the line out before you commit",
					Argv: []string{"go", "mod", "edit", "-dropreplace=" + r.old, q.File}}},
			})
		}
	},
}

// A localReplace is a replace line that names a directory.
type localReplace struct {
	module string // that is replaced
	old    string // likewise, with its version, as go mod edit takes it
	path   string // as written
	dir    string // absolute
	line   int
	used   bool // the build list has the module, as far as go.mod tells
}

// localReplaces are those of a go.mod file. go reads the directory of a replacement only where the module is required
// by somebody; where go.mod is complete (since go 1.17) it says so itself.
func localReplaces(q *Project) []localReplace {
	if q.Kind != project.Module {
		return nil
	}
	required := make(map[string]bool)
	f := q.Mod()
	for _, r := range f.Require {
		required[r.Mod.Path] = true
	}
	var out []localReplace
	for _, r := range f.Replace {
		if r.New.Version != "" || !modfile.IsDirectoryPath(r.New.Path) && !filepath.IsAbs(r.New.Path) {
			continue
		}
		dir := filepath.FromSlash(r.New.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(q.Dir, dir)
		}
		out = append(out, localReplace{r.Old.Path, r.Old.String(), r.New.Path, dir, lineOf(r.Syntax), required[r.Old.Path]})
	}
	return out
}
