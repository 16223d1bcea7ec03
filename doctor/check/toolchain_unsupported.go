package check

import (
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/toolchain"
)

var toolchainUnsupported = &Check{
	ID:       "toolchain-unsupported",
	Title:    "a Go release is in use that gets no fixes any more",
	Severity: finding.Warning,
	Cost:     Read,
	Help: Help{
		Why: "Go's authors mend the two newest major releases. An older one gets no fix of anything, also not of security holes in the " +
			"standard library, which end up in every program that is built with it. Distributions may add fixes of their own; then their " +
			"suffix is in the version.",
		Look: "'godoctor toolchains' says of each release whether it is supported, and as of when that is known; --refresh asks the proxy.",
		Do:   "Install a newer Go. What a project selects is raised by 'go get go@latest' in it, or by its toolchain line.",
		See:  []string{"https://go.dev/doc/devel/release"},
	},
	Run: func(p *Pass) {
		for _, u := range p.usedGos(false) {
			if support, text := p.judge(&u); support == toolchain.Unsupported {
				p.Report(finding.Finding{Detail: fmt.Sprintf("%s %s: %s.", u.version, u.who(), text), Target: u.target(),
					Fixes: []finding.Fix{installGo(p.newestGo())}})
			}
		}
	},
}

// newestGo names the newest release that is known.
func (p *Pass) newestGo() string {
	rel := p.Inventory.Toolchains.Table.Releases
	if len(rel) == 0 {
		return "a newer Go"
	}
	return fmt.Sprintf("go1.%d.%d or later", rel[len(rel)-1].Minor, rel[len(rel)-1].Newest)
}
