package check

import (
	"fmt"
	"path/filepath"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/gomod"
	"godoctor/scan/regular"
)

// dependencyTooNew reports a project with a dependency whose go line asks for more than runs, and more than its own go line,
// which tells go before it loads anything. It is a warning: a build that needs no package of it works.
func (p *Pass) dependencyTooNew(s selected) {
	c := s.c
	if c.Deps == "" || c.Here.Error != "" {
		return
	}
	who, file := p.askingFor(s.p, c.Deps)
	f := finding.Finding{
		Title: "a dependency asks for a newer Go than runs, and the go line does not say so",
		Detail: fmt.Sprintf("%s requires go >= %s, %s has %q, and %s runs. What loads that module stops; go get and go mod tidy switch to a newer "+
			"toolchain where GOTOOLCHAIN=%s lets them.", who, c.Deps, filepath.Base(c.File), orNothing(c.Go.Says), c.Here.Name, c.Setting.Value),
		Target: finding.Target{File: c.File, Line: c.Go.Line},
		Fixes: []finding.Fix{
			{ID: "raise-go-line", Title: "raise the go line to " + c.Deps + ", so that go switches before it begins",
				Argv: []string{"go", "-C", s.p.Dir, "get", "go@" + c.Deps}, NeedsNetwork: true, Undo: "put go.mod back"},
			installGo("go " + c.Deps + " or later"),
		},
	}
	if file != "" {
		f.Witnesses = []finding.Witness{{Name: "mod", Says: "go " + c.Deps, From: file}}
	}
	p.ReportAs(finding.Warning, f)
}

func orNothing(s string) string {
	if s == "" {
		return "no go line"
	}
	return s
}

// askingFor is the module of the build list that has a go line, and its go.mod file in the module cache.
func (p *Pass) askingFor(project *Project, line string) (who, file string) {
	if p.Inventory.ModCache == nil {
		return "a dependency", ""
	}
	for _, n := range p.Usage.Needs(project.Project) {
		path, err1 := module.EscapePath(n.Actual.Path)
		version, err2 := module.EscapeVersion(n.Actual.Version)
		if err1 != nil || err2 != nil || n.Actual.Version == "" {
			continue
		}
		file := filepath.Join(p.Inventory.ModCache.Root, "cache", "download", filepath.FromSlash(path), "@v", version+".mod")
		text, err := regular.ReadFile(file, gomod.Limit)
		if err == nil && lookupLine(string(text), "go", file).value() == line {
			return n.Version.String(), file
		}
	}
	return "a dependency", ""
}
