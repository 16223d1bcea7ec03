package check

import (
	"cmp"
	"fmt"
	"go/version"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/pins"
	"godoctor/scan/project"
)

var ciGoVersion = &Check{
	ID:       "ci-go-version",
	Title:    "another machine builds this project with another Go",
	Severity: finding.Warning,
	Cost:     Read,
	Subject:  OfProject,
	Says: []string{
		"go: go.mod requires go >= … (running go …; GOTOOLCHAIN=local)",
	},
	Help: Help{
		Why: "Workflows, Dockerfiles and version managers name a Go version of their own, and nobody compares it with go.mod. One below " +
			"the go line fails where GOTOOLCHAIN=local holds, as in the official golang images and with setup-go since v6, and " +
			"downloads another toolchain in every run elsewhere. Another release than the one here may vet, optimise and behave " +
			"otherwise. An unquoted 1.20 in YAML is the number 1.2.",
		Look: "grep -rn 'go-version\\|golang:' .github .gitlab-ci.yml Dockerfile* and the go and toolchain lines of go.mod.",
		Do: "Name the version in one place and follow it: go-version-file: go.mod with setup-go, ARG GO_VERSION in Dockerfiles. Quote " +
			"versions in YAML.",
		See: []string{"golang/go#62278", "https://go.dev/doc/toolchain"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Kind != project.Module || q.Weak {
			return
		}
		list := pins.Read(q.Repo, q.Dir)
		here := false // some place has the release that runs here
		for _, pin := range list {
			here = here || pin.Version != "" && version.Lang("go"+pin.Version) == version.Lang(q.Selects)
		}
		for _, pin := range list {
			ciPin(p, pin, here)
		}
	},
}

// ciPin compares one pin with go.mod and with the go that runs here.
func ciPin(p *Pass, pin pins.Pin, here bool) {
	q := p.Project
	f := finding.Finding{Target: finding.Target{Path: q.Dir, File: pin.File, Line: pin.Line},
		Fixes: []finding.Fix{{ID: "align-version", Title: fmt.Sprintf("name %s there, or follow go.mod", cmp.Or(strings.TrimPrefix(q.Selects, "go"), q.Go))}}}
	if pin.Unquoted {
		f.Title = "YAML takes an unquoted version for a number"
		f.Detail = fmt.Sprintf("%s says %s without quotes, which is the number %s: setup-go installs that", pin.Kind, pin.Text, pin.Version)
		f.Fixes = []finding.Fix{{ID: "quote-version", Title: fmt.Sprintf("write '%s'", pin.Text)}}
		p.Report(f)
		return
	}
	if pin.Version == "" || q.Go == "" {
		return
	}
	const follows = "%s names Go %s, and the go line of %s is %s"
	switch {
	case tooOld(pin, q.Go):
		f.Title = "another machine has an older Go than go.mod asks for"
		f.Detail = fmt.Sprintf(follows, pin.Kind, pin.Text, q.File, q.Go)
		if pin.Local {
			f.Detail += ": go stops there, because GOTOOLCHAIN is local"
		} else {
			f.Detail += ": go downloads another toolchain there in every run, where it may"
		}
		p.Report(f)
	case tooOld(pin, strings.TrimPrefix(q.Toolchain, "go")) && pin.Local:
		f.Title = "the toolchain line of go.mod is not heard on another machine"
		f.Detail = fmt.Sprintf("%s names Go %s, and %s has toolchain %s: with GOTOOLCHAIN=local another compiler runs", pin.Kind, pin.Text, q.File, q.Toolchain)
		p.ReportAs(finding.Note, f)
	case !here && !pin.AtLeast && q.Selects != "" && version.Lang("go"+pin.Version) != version.Lang(q.Selects):
		f.Detail = fmt.Sprintf("%s names Go %s, and %s runs here", pin.Kind, pin.Text, q.Selects)
		p.ReportAs(finding.Note, f)
	}
}

// tooOld reports whether what a pin stands for is surely below a version. A release without a patch is its newest one.
func tooOld(pin pins.Pin, wants string) bool {
	if wants == "" || wants == "default" || pin.AtLeast || !version.IsValid("go"+wants) {
		return false
	}
	if strings.Count(pin.Version, ".") == 1 && !strings.ContainsAny(pin.Version, "rb") {
		return version.Compare(version.Lang("go"+pin.Version), version.Lang("go"+wants)) < 0
	}
	return version.Compare("go"+pin.Version, "go"+wants) < 0
}
