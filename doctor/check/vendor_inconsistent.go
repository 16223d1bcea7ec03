package check

import (
	"fmt"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	"godoctor/scan/project"
)

var vendorInconsistent = &Check{
	ID:       "vendor-inconsistent",
	Title:    "the vendor directory is not what go.mod says",
	Severity: finding.Error,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C78"},
	Says: []string{
		"go: inconsistent vendoring in …:",
		"is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
		"is marked as explicit in vendor/modules.txt, but not explicitly required in go.mod",
	},
	Help: Help{
		Why: "Where a module with a go line of 1.14 or higher has a vendor directory, go builds from it, and first compares " +
			"vendor/modules.txt with go.mod. They differ after go get or go mod tidy without go mod vendor, and after a merge. An " +
			"empty vendor directory differs as well.",
		Look: "vendor/modules.txt and the require and replace lines of go.mod.",
		Do: "go mod vendor, with the Go version that the team uses: what it writes depends on it. To build from the module cache " +
			"for once: go build -mod=mod.",
		See: []string{"https://go.dev/ref/mod#vendoring"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Vendor == nil || !q.Vendor.Stale || q.Weak || !p.vendors(q) {
			return
		}
		p.Report(finding.Finding{
			Detail: fmt.Sprintf("%s: %s", q.Vendor.Dir, q.Vendor.Why),
			Target: finding.Target{Path: q.Vendor.Dir, File: q.File},
			Fixes:  []finding.Fix{vendorAgain(q)},
		})
	},
}

// vendorAgain is the fix that makes a vendor directory anew.
func vendorAgain(q *Project) finding.Fix {
	return finding.Fix{ID: "vendor-again", Title: "make the vendor directory again",
		Argv: q.VendorAgain(), NeedsNetwork: !q.Offline, Undo: "version control"}
}

// vendors reports whether go would look into the vendor directory of a project: not where GOFLAGS says otherwise, nor
// in a member of a workspace (modload.setDefaultBuildMod).
func (m *Machine) vendors(q *Project) bool {
	if mod, _ := goenv.LastFlag(m.Env.Value("GOFLAGS"), "-mod"); mod != "" && mod != "vendor" {
		return false
	}
	return q.Kind == project.Workspace || q.Work == "" || q.Workspace != nil && !lists(q.Workspace, q.Dir)
}

var vendorIncomplete = &Check{
	ID:       "vendor-incomplete",
	Title:    "packages that modules.txt lists are not in the vendor directory",
	Severity: finding.Error,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C80"},
	Says: []string{
		"cannot find module providing package …: import lookup disabled by -mod=vendor",
	},
	Help: Help{
		Why: "go builds from the vendor directory and asks nothing else. A package is not in it because somebody imported it and did not " +
			"run go mod vendor, or because a file of ignores (.gitignore, .dockerignore, a global one) has a pattern like vendor/, " +
			"build/, bin/ or *.pb.go, so that it was never committed or copied.",
		Look: "git check-ignore -v vendor/PATH, and git status --ignored.",
		Do:   "go mod vendor, and a line like !vendor/** behind the pattern in the file of ignores.",
		See:  []string{"https://go.dev/ref/mod#vendoring"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Vendor == nil || q.Vendor.Stale || !q.Vendor.Used || q.Weak || !p.vendors(q) {
			return
		}
		list, err := project.VendoredPackages(q.Vendor)
		if err != nil {
			return // vendor-inconsistent tells
		}
		var lack []string
		for _, path := range list {
			if p.Err() != nil {
				return
			}
			if !hasFiles(filepath.Join(q.Vendor.Dir, filepath.FromSlash(path))) {
				lack = append(lack, path)
			}
		}
		if len(lack) == 0 {
			return
		}
		f := finding.Finding{
			Detail: fmt.Sprintf("%d of %d packages in %s are not there or empty, the first is %s", len(lack), len(list),
				filepath.Join(q.Vendor.Dir, "modules.txt"), lack[0]),
			Target: finding.Target{Path: q.Vendor.Dir},
			Fixes:  []finding.Fix{vendorAgain(q)},
		}
		for _, path := range lack[:min(len(lack), finding.FilesMax)] {
			f.Files = append(f.Files, finding.File{Path: path, Change: finding.Missing})
		}
		f.More = len(lack) - len(f.Files)
		if line := ignoring(q, lack[0]); line != "" {
			f.Detail += "; " + line
		}
		p.Report(f)
	},
}
