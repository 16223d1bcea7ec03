package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
)

var gotoolchainPath = &Check{
	ID:       "gotoolchain-path",
	Title:    "GOTOOLCHAIN allows only toolchains in PATH, and the one that is needed is not there",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C46"},
	Says:     []string{`cannot find "go…" in PATH`},
	Help: Help{
		Why: "With GOTOOLCHAIN=path, or NAME+path, the go command downloads no toolchain. It looks in PATH for a program that is " +
			"called like it, as go1.26.8, which golang.org/dl installs.",
		Look: "'go env GOTOOLCHAIN', and 'command -v go1.26.8' for the name in the message.",
		Do:   "Install that release with golang.org/dl, or let go download it: GOTOOLCHAIN=auto.",
		See:  []string{"https://go.dev/doc/toolchain"},
	},
	Run: func(p *Pass) {
		list := p.failing(FailsPath)
		if len(list) == 0 {
			return
		}
		set, o := p.Setting("GOTOOLCHAIN"), &list[0].c.Here
		p.Report(finding.Finding{
			Detail: fmt.Sprintf("GOTOOLCHAIN=%.200s of %s, and no program in PATH is called %s, which %.300q asks for%s.", set.Value, from(set),
				o.Name, o.Decided.Says, inProjects(list)),
			Target:    at(set),
			Witnesses: linesOf(list, decided),
			Fixes: []finding.Fix{
				reset(set, strings.Replace(set.Value, "path", "auto", 1)),
				{ID: "install-dl", Title: "install the program " + o.Name + " (then run '" + o.Name + " download')",
					Argv: []string{"go", "install", "golang.org/dl/" + o.Name + "@latest"}, NeedsNetwork: true},
			},
		})
	},
}
