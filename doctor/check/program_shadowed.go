package check

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/binary"
	"godoctor/scan/goenv"
)

var programShadowed = &Check{
	ID:       "program-shadowed",
	Title:    "what go install makes is not what runs",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C54"},
	Says: []string{
		"cannot install, GOBIN must be an absolute path",
		"go: cannot install cross-compiled binaries when GOBIN is set",
		"command not found",
	},
	Help: Help{
		Why: "go install writes into GOBIN, or into bin of the first GOPATH entry. If that directory is not in PATH the shell does not " +
			"find the program; if another directory before it has a program of the same name, that one runs, often an older version that a " +
			"package manager brought. With a relative GOBIN, or with GOBIN and another GOOS or GOARCH, go install refuses.",
		Look: "'command -v NAME' against '$(go env GOPATH)/bin/NAME'; 'type -a NAME' lists all. 'godoctor binary' does it for all programs.",
		Do:   "Put the directory into PATH, before the others; delete the program that is not wanted.",
		See:  []string{"https://go.dev/ref/mod#go-install", "golang/go#57485"},
	},
	Run: func(p *Pass) {
		p.gobin()
		if p.Inventory.Binaries == nil {
			return
		}
		p.offPath()
		for i := range p.Inventory.Binaries.Binaries {
			if b := &p.Inventory.Binaries.Binaries[i]; b.Shadowed != "" {
				p.shadowed(b)
			}
		}
	},
}

// gobin reports a GOBIN that go install refuses.
func (p *Pass) gobin() {
	set := p.Setting("GOBIN")
	if set.Value == "" || set.Origin == goenv.OriginDefault || set.Origin == goenv.OriginDerived {
		return
	}
	if !filepath.IsAbs(set.Value) {
		p.Report(finding.Finding{Title: "GOBIN is not an absolute path, and go install refuses it",
			Detail: fmt.Sprintf("GOBIN=%.200s of %s.", set.Value, from(set)), Target: at(set), Fixes: []finding.Fix{unset(set)}})
		return
	}
	goos, goarch := p.hostPlatform()
	for _, host := range [][2]string{{"GOOS", goos}, {"GOARCH", goarch}} {
		if other := p.Setting(host[0]); other.Value != "" && other.Value != host[1] {
			p.ReportAs(finding.Warning, finding.Finding{Title: "with GOBIN set, go install makes nothing for another platform",
				Detail: fmt.Sprintf("GOBIN=%.200s of %s, and %s=%.200s of %s.", set.Value, from(set), other.Key, other.Value, from(other)),
				Target: at(other), Fixes: []finding.Fix{unset(other), unset(set)}})
			return
		}
	}
}

// offPath reports a directory with programs in it that the shell does not look into.
func (p *Pass) offPath() {
	for _, d := range p.Inventory.Binaries.Dirs {
		if !d.Exists || d.OnPath || d.Source != binary.SourceGobin && d.Source != binary.SourceGopath {
			continue
		}
		var names []string
		for _, b := range p.Inventory.Binaries.Binaries {
			if filepath.Dir(b.Path) == d.Path && b.GoVersion != "" {
				names = append(names, b.Name)
			}
		}
		if len(names) == 0 {
			continue
		}
		p.ReportAs(finding.Note, finding.Finding{
			Title:  "the directory that go install writes to is not in PATH",
			Detail: fmt.Sprintf("%s has %s%s: the shell does not find them by name.", d.Path, strings.Join(names[:min(3, len(names))], ", "), andOthers(len(names)-3)),
			Target: finding.Target{Path: d.Path},
			Fixes:  []finding.Fix{{ID: "add-path", Title: "put " + d.Path + " into PATH in the start file of the shell"}},
		})
	}
}

// shadowed reports a program that another one hides: a warning where they differ.
func (p *Pass) shadowed(b *binary.Binary) {
	if b.Problem != "" && b.GoVersion == "" {
		return
	}
	if names := []string{"go", "gofmt"}; slices.Contains(names, b.Name) {
		return // several-gos
	}
	f := finding.Finding{Target: finding.Target{Path: b.Path},
		Fixes: []finding.Fix{{ID: "order-path", Title: "put " + filepath.Dir(b.Path) + " before " + filepath.Dir(b.Shadowed) + " in PATH, or delete the one that is not wanted"}}}
	mine := strings.TrimSpace(b.Module + " " + b.Version)
	other, err := binary.Read(b.Shadowed)
	severity := finding.Warning
	switch theirs := strings.TrimSpace(other.Module + " " + other.Version); {
	case err != nil || other.GoVersion == "":
		f.Detail = fmt.Sprintf("%s runs when %s is typed, and is no Go program that can be read; %s (%s) is hidden behind it.", b.Shadowed, b.Name, b.Path, mine)
	case theirs == mine && other.GoVersion == b.GoVersion:
		severity = finding.Note
		f.Detail = fmt.Sprintf("%s runs when %s is typed: the same version, %s, as %s.", b.Shadowed, b.Name, mine, b.Path)
	default:
		f.Detail = fmt.Sprintf("%s runs when %s is typed: %s, built with %s. %s is %s, built with %s.", b.Shadowed, b.Name, theirs,
			other.GoVersion, b.Path, mine, b.GoVersion)
	}
	f.Title = "another program of the same name runs instead of what go install made"
	p.ReportAs(severity, f)
}
