package check

import (
	"fmt"
	"go/version"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/binary"
)

var toolTooOld = &Check{
	ID:       "tool-too-old",
	Title:    "an installed tool was built with an older Go than a project asks for",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C53"},
	Says: []string{
		"package requires newer Go version … (application built with …)",
		"module requires at least …, but … was built with …",
		"the Go language version (…) used to build … is lower than the targeted Go version (…)",
		"Version of Go is too old for this version of Delve",
	},
	Help: Help{
		Why: "Tools that read Go sources, like linters and language servers, understand the language of the Go that they were built " +
			"with. A project whose go line is newer they refuse, or misread. An update of Go does not build them anew.",
		Look: "'go version -m $(command -v staticcheck)' against the go line of the project; 'godoctor binary' lists all of them.",
		Do:   "Build the same version anew with the Go of today: the finding has the command. Better still make it a tool of the project.",
		See:  []string{"dominikh/go-tools#1636", "golangci/golangci-lint#2649"},
	},
	Run: runToolTooOld,
}

// readers are tools that type-check sources, by the path of their main package; a path with a slash at its end is a beginning.
var readers = []string{
	"honnef.co/go/tools/cmd/", "golang.org/x/tools/gopls", "golang.org/x/tools/cmd/", "golang.org/x/vuln/cmd/govulncheck",
	"github.com/golangci/golangci-lint/", "github.com/mgechev/revive", "github.com/kisielk/errcheck", "github.com/securego/gosec/",
	"github.com/go-delve/delve/cmd/dlv", "github.com/vektra/mockery/", "go.uber.org/mock/mockgen", "github.com/google/wire/cmd/wire",
	"mvdan.cc/gofumpt", "github.com/gordonklaus/ineffassign", "github.com/go-critic/go-critic/", "golang.org/x/lint/golint",
	"mvdan.cc/unparam", "github.com/nishanths/exhaustive/", "go.uber.org/nilaway/", "github.com/dominikh/go-tools/",
}

func runToolTooOld(p *Pass) {
	if p.Inventory.Binaries == nil {
		return
	}
	newest := p.newestLines()
	for i := range p.Inventory.Binaries.Binaries {
		b := &p.Inventory.Binaries.Binaries[i]
		built := goVersion(b.GoVersion)
		if built == "" || !slices.ContainsFunc(readers, func(r string) bool {
			return r == b.Package || strings.HasSuffix(r, "/") && strings.HasPrefix(b.Package, r)
		}) {
			continue
		}
		var list []selected
		for _, s := range newest {
			if version.Compare(version.Lang("go"+s.c.Go.value()), version.Lang(built)) > 0 {
				list = append(list, s)
			}
		}
		if len(list) > 0 {
			p.Report(oldTool(b, list))
		}
	}
}

// newestLines are the projects with a go line, the newest first.
func (p *Pass) newestLines() []selected {
	var list []selected
	for _, project := range p.Projects {
		if c := p.Choice(project); version.IsValid("go" + c.Go.value()) {
			list = append(list, selected{project, c})
		}
	}
	slices.SortStableFunc(list, func(a, b selected) int { return version.Compare("go"+b.c.Go.value(), "go"+a.c.Go.value()) })
	return list
}

func oldTool(b *binary.Binary, list []selected) finding.Finding {
	f := finding.Finding{
		Detail: fmt.Sprintf("%s (%s %s) was built with %s, and %s asks for go %s%s.", b.Name, b.Module, b.Version, b.GoVersion,
			list[0].p.Dir, list[0].c.Go.value(), andOthers(len(list)-1)),
		Target:    finding.Target{Path: b.Path},
		Witnesses: append([]finding.Witness{{Name: "binary", Says: b.GoVersion, From: b.Path, Lies: true}}, linesOf(list, func(c *Choice) Decision { return c.Go })...),
	}
	fix := finding.Fix{ID: "build-again", Title: "build the same version anew", Argv: b.Renew, NeedsNetwork: true}
	if b.Renew == nil {
		fix.Title = "build it anew from its sources: " + b.RenewWhy
	}
	f.Fixes = []finding.Fix{fix}
	return f
}

// andOthers says how many more there are.
func andOthers(n int) string {
	if n < 1 {
		return ""
	}
	return fmt.Sprintf(", and %d more", n)
}
