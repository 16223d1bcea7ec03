package check

import (
	"fmt"
	"go/version"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
)

var gomodUpdates = &Check{
	ID:       "gomod-updates",
	Title:    "go.mod is not what its dependencies ask for",
	Severity: finding.Error,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C84"},
	Says: []string{
		"go: updates to go.mod needed; to update it: go mod tidy",
	},
	Help: Help{
		Why: "A requirement of go.mod is lower than what another required module asks for. go builds the higher one, and wants " +
			"go.mod to say so; with -mod=readonly, which is the default, it refuses to write it down itself. It comes from editing " +
			"go.mod by hand, from a merge, and from -mod=mod in GOFLAGS of one machine, which writes without a word.",
		Look: "go mod tidy -diff shows what would change.",
		Do:   "go mod tidy, and commit go.mod and go.sum.",
		See:  []string{"https://go.dev/ref/mod#build-commands"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if len(q.Raised) == 0 || q.Kind != project.Module || q.Weak || q.Vendored || version.Compare("go"+q.Go, "go1.17") < 0 || !p.alone(q) {
			return
		}
		for _, r := range q.Raised {
			line := 0
			for _, req := range q.Mod().Require {
				if req.Mod == r.Version {
					line = lineOf(req.Syntax)
				}
			}
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("%s requires %s, and the build list has %s because another module asks for it", q.File, r.Version, r.To),
				Target: finding.Target{Module: r.Path, Version: r.Version.Version, File: q.File, Line: line},
				Fixes: []finding.Fix{{ID: "tidy", Title: "have go write go.mod again", Argv: []string{"go", "-C", q.Dir, "mod", "tidy"},
					NeedsNetwork: true, Undo: "version control"}},
			})
		}
	},
}

// alone reports whether a module is built by its own go.mod file, and not as part of a workspace.
func (m *Machine) alone(q *Project) bool {
	return q.Work == "" || q.Workspace != nil && !lists(q.Workspace, q.Dir)
}

var testCached = &Check{
	ID:       "test-cached",
	Title:    "a test result from the cache does not see what changed outside the module",
	Severity: finding.Note,
	Cost:     Stat,
	Covers:   []string{"C83"},
	Says:     []string{"ok … (cached)"},
	Help: Help{
		Why: "go test repeats a result as long as the package, the flags, the environment variables and the files that the test read " +
			"are the same. Only files below the module count: one that a test read elsewhere, a database, a server, the clock " +
			"may have changed. Nothing on the disk tells whether a cached result would be another one now, so no check looks for it.",
		Look: "\"(cached)\" behind the package in the output of go test.",
		Do: "go test -count=1 runs the tests whatever is cached. go clean -testcache forgets all results, and frees no bytes; " +
			"godoctor clean --test removes them.",
		See: []string{"golang/go#22593"},
	},
}
