package check

import (
	"fmt"
	"go/version"

	"godoctor/doctor/finding"
)

var toolchainIgnored = &Check{
	ID:       "toolchain-ignored",
	Title:    "a toolchain line is not heeded, and nothing says so",
	Severity: finding.Warning,
	Cost:     Read,
	Covers:   []string{"C49"},
	Help: Help{
		Why: "The toolchain line of go.mod or go.work suggests a newer Go than runs here, and GOTOOLCHAIN=local, or one release, keeps " +
			"go from switching. As the go line is satisfied go builds without a word. Colleagues whose GOTOOLCHAIN is auto use another " +
			"compiler and another standard library. It is a warning where those are of another major release, a note where only the " +
			"patch differs.",
		Look: "'go version' in the project against its toolchain line; 'godoctor toolchains which' shows both.",
		Do:   "Let go switch with GOTOOLCHAIN=auto, install that release, or take the line out if nobody needs it.",
		See:  []string{"https://go.dev/doc/toolchain"},
	},
	Run: runToolchainIgnored,
}

func runToolchainIgnored(p *Pass) {
	var list []selected
	severity := finding.Note
	for _, s := range p.selections() {
		o := &s.c.Here
		if o.Error != "" || o.Ignored.Says == "" {
			continue
		}
		list = append(list, s)
		if version.Lang(goVersion(o.Name)) != version.Lang(goVersion(o.Ignored.value())) {
			severity = finding.Warning
		}
	}
	if len(list) == 0 {
		return
	}
	set, o := p.Setting("GOTOOLCHAIN"), &list[0].c.Here
	f := finding.Finding{
		Detail: fmt.Sprintf("%s runs%s, %q is not heeded: GOTOOLCHAIN=%.200s of %s. With auto %s would run.", o.Name, inProjects(list),
			o.Ignored.Says, set.Value, from(set), o.Ignored.value()),
		Target:    at(set),
		Witnesses: linesOf(list, func(c *Choice) Decision { return c.Here.Ignored }),
		Fixes:     []finding.Fix{allowSwitch(set), installGo(o.Ignored.value())},
	}
	if !switches(list[0].c.Local) {
		f.Detail = fmt.Sprintf("%s runs%s, and does not know toolchain lines: %q is not heeded.", o.Name, inProjects(list), o.Ignored.Says)
		f.Fixes = f.Fixes[1:]
	}
	p.ReportAs(severity, f)
}
