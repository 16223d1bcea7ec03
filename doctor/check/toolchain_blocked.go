package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
)

var toolchainBlocked = &Check{
	ID:       "toolchain-blocked",
	Title:    "a toolchain is needed, and settings do not let go have it",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C48"},
	Says: []string{
		"download … for …: toolchain not available",
		"verifying module: checksum database disabled by GOSUMDB=off",
	},
	Help: Help{
		Why: "A project or GOTOOLCHAIN asks for another toolchain, which is not on this machine. With GOPROXY=off go does not " +
			"download it. With GOSUMDB=off it downloads it and then refuses it: a toolchain is a program that will run, so it is always " +
			"held against the checksum database, even one that was downloaded long ago. GONOSUMDB and GOPRIVATE do not change that. " +
			"The one exception is a GOPROXY that is a single file:// directory.",
		Look: "'go env GOPROXY GOSUMDB', and 'godoctor toolchains which' for the toolchain that is meant.",
		Do: "Set GOSUMDB back to its default: private modules need GOPRIVATE or GONOSUMDB, not GOSUMDB=off. Without a network install " +
			"that Go by hand, or bring it with 'godoctor bundle'.",
		See: []string{"https://go.dev/doc/toolchain#download"},
	},
	Run: runToolchainBlocked,
}

func runToolchainBlocked(p *Pass) {
	by := map[string][]selected{}
	for _, s := range p.failing(FailsBlocked) {
		key, _, _ := strings.Cut(s.c.Here.Blocked, "=") // GOPROXY or GOSUMDB
		by[key] = append(by[key], s)
	}
	for key, list := range by {
		set, o := p.Setting(key), &list[0].c.Here
		p.Report(finding.Finding{
			Title: "a toolchain is needed, and " + key + " does not let go have it",
			Detail: fmt.Sprintf("%.300q asks for %s%s; %s=%.200s of %s. go says %.400q.", o.Decided.Says, o.Name, inProjects(list), set.Key,
				set.Value, from(set), o.Error),
			Target:    at(set),
			Witnesses: linesOf(list, decided),
			Fixes:     []finding.Fix{unset(set), installGo(o.Name)},
		})
	}
}
