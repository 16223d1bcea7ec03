package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var goTooOld = &Check{
	ID:       "go-too-old",
	Title:    "the project asks for a newer Go than runs, and GOTOOLCHAIN does not let go switch",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C44", "C47"},
	Says: []string{
		"go.mod requires go >= … (running go …; GOTOOLCHAIN=…)",
		"go.work requires go >= … (running go …; GOTOOLCHAIN=…)",
		"requires go >= … (running go …; go.mod sets toolchain default)",
		"module … requires go >= … (running go …",
	},
	Help: Help{
		Why: "The go line of go.mod or go.work is the oldest Go that the project may be built with. The go command would switch to " +
			"a newer toolchain by itself, but GOTOOLCHAIN forbids it: local, or the name of one release, or the line 'toolchain default'. " +
			"The value often comes from GOROOT/go.env, which the official container images and some distributions set to local, or " +
			"from an old 'go env -w'.",
		Look: "'go env GOTOOLCHAIN' shows the value, 'godoctor env' where it comes from, 'godoctor toolchains which' what follows from it.",
		Do:   "Allow the switch with GOTOOLCHAIN=auto, or install a Go that is new enough. In a container take a newer image.",
		See:  []string{"https://go.dev/doc/toolchain", "golang/go#62278"},
	},
	Run: runGoTooOld,
}

func runGoTooOld(p *Pass) {
	byDefault := make([]selected, 0, 1)
	var bySetting []selected
	for _, s := range p.failing(FailsTooOld) {
		if strings.HasPrefix(s.c.Here.Setting, "auto") || strings.HasSuffix(s.c.Here.Setting, "+auto") {
			byDefault = append(byDefault, s)
		} else {
			bySetting = append(bySetting, s)
		}
	}
	for _, s := range byDefault {
		d := s.c.Toolchain
		p.Report(finding.Finding{
			Title:  "the project asks for a newer Go than runs, and its toolchain line does not let go switch",
			Detail: fmt.Sprintf("%s: go says %.400q. The line 'toolchain default' means: only ever the go that was typed.", s.p.Dir, s.c.Here.Error),
			Target: finding.Target{File: d.File, Line: d.Line},
			Fixes: []finding.Fix{{ID: "drop-toolchain-line", Title: "take the toolchain line out",
				Argv: []string{"go", "mod", "edit", "-toolchain=none", d.File}, Undo: "put the line back"}, installGo("go " + s.c.Go.value() + " or later")},
		})
	}
	for _, s := range p.selections() {
		if s.p != nil {
			p.dependencyTooNew(s)
		}
	}
	if len(bySetting) == 0 {
		return
	}
	set := p.Setting("GOTOOLCHAIN")
	newest := bySetting[0].c
	for _, s := range bySetting {
		if newerGo("go"+s.c.Go.value(), "go"+newest.Go.value()) {
			newest = s.c
		}
	}
	p.Report(finding.Finding{
		Detail: fmt.Sprintf("GOTOOLCHAIN=%.200s of %s keeps go at %s%s. go says %.400q.", set.Value, from(set), newest.Here.Name,
			inProjects(bySetting), newest.Here.Error),
		Target:    at(set),
		Witnesses: linesOf(bySetting, func(c *Choice) Decision { return c.Go }),
		Fixes:     []finding.Fix{allowSwitch(set), installGo("go " + newest.Go.value() + " or later")},
	})
}

// allowSwitch is the fix that lets go switch.
func allowSwitch(set goenv.Setting) finding.Fix {
	f := reset(set, "auto")
	f.NeedsNetwork = true
	return f
}
