package check

import (
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
)

var gorootOther = &Check{
	ID:       "goroot-other",
	Title:    "GOROOT names another Go than the one that runs",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C40"},
	Says:     []string{`compile: version "…" does not match go tool version "…"`},
	Help: Help{
		Why: "The go command finds its own tree. When GOROOT is set, by a version manager, an IDE, a start file of a shell or 'go env " +
			"-w', it takes compiler and standard library from there instead. After an update of one of the two they are of different " +
			"releases, and every build stops at the first package of the standard library. 'go version' looks fine all the while.",
		Look: "'go version' against the first line of $GOROOT/VERSION; 'godoctor env' says who sets GOROOT.",
		Do:   "Unset GOROOT: nobody needs it any more. With mise set go.set_goroot = false, with gvm and asdf renew their shims.",
		See:  []string{"golang/go#26706", "https://go.dev/doc/manage-install"},
	},
	Run: func(p *Pass) {
		set, dir := p.handGoroot()
		local := p.Env.GoVersion()
		f := p.Inventory.Toolchains
		if dir == "" || local == "" || f == nil || !isDirectory(dir) || f.Choice.Shim != "" && f.Choice.Shim != "script" {
			return
		}
		other := p.versionOf(dir)
		if other == "" || usage.LocalToolchain(other) == usage.LocalToolchain(local) {
			return
		}
		p.Report(finding.Finding{
			Detail: fmt.Sprintf("GOROOT=%.200s of %s is %s; the go in PATH, %s, is %s.", set.Value, from(set), other, f.Choice.Command, local),
			Target: at(set), Witnesses: p.exported("GOROOT"), Fixes: []finding.Fix{unset(set)},
		})
	},
}
