package check

import (
	"fmt"

	"godoctor/doctor/finding"
)

var modulesOff = &Check{
	ID:       "modules-off",
	Title:    "GO111MODULE is off: go.mod files do not count",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C62"},
	Says: []string{
		`cannot find package "…" in any of: … (from $GOROOT)`,
		"go: list -m cannot be used with GO111MODULE=off",
		"go: modules disabled by GO111MODULE=off; see 'go help modules'",
	},
	Help: Help{
		Why: "With GO111MODULE=off go works as it did before modules: it looks for packages in GOROOT and GOPATH/src alone, takes no " +
			"notice of go.mod and go.sum, and go install of a package with a version fails. The value was written into start files " +
			"and with go env -w years ago, and stays there.",
		Look: "'godoctor env GO111MODULE' says where the value comes from.",
		Do:   "Take the value away. A tree that cannot do without it: GO111MODULE=off for the one command.",
		See:  []string{"https://go.dev/blog/go116-module-changes"},
	},
	Run: func(p *Pass) {
		if s := p.Setting("GO111MODULE"); s.Value == "off" {
			p.Report(finding.Finding{Detail: fmt.Sprintf("GO111MODULE=off, set by %s: go looks for packages in GOROOT and GOPATH/src only", p.origin(s)),
				Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
		}
	},
}
