package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/toolchain"
)

var toolchainBehind = &Check{
	ID:       "toolchain-behind",
	Title:    "a newer patch of a Go release in use is out",
	Severity: finding.Note,
	Cost:     Read,
	Help: Help{
		Why: "Patches of a major release change nothing but faults and security holes. What was built with an older one keeps them. " +
			"Holes that concern the module cache itself have a check of their own, toolchain-vulnerable.",
		Look: "'godoctor toolchains', and with --refresh against what the proxy has today.",
		Do:   "Install the newest patch, or fetch it for the projects that ask for it: 'godoctor toolchains get go1.26'.",
		See:  []string{"https://go.dev/doc/devel/release"},
	},
	Run: func(p *Pass) {
		for _, u := range p.usedGos(false) {
			support, text := p.judge(&u)
			if support != toolchain.PatchAvailable {
				continue
			}
			f := finding.Finding{Detail: fmt.Sprintf("%s %s: %s.", u.version, u.who(), text), Target: u.target()}
			if _, rest, ok := strings.Cut(text, " behind "); ok {
				newest, _, _ := strings.Cut(strings.TrimRight(rest, ".;,"), " ")
				f.Fixes = []finding.Fix{installGo(strings.Trim(newest, ",;")), fetchGo(strings.Trim(newest, ",;"))}
			}
			p.Report(f)
		}
	},
}
