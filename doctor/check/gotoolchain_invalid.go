package check

import (
	"fmt"

	"godoctor/doctor/finding"
)

var gotoolchainInvalid = &Check{
	ID:       "gotoolchain-invalid",
	Title:    "GOTOOLCHAIN or a toolchain line is nothing that go understands",
	Severity: finding.Error,
	Cost:     Read,
	Covers:   []string{"C47"},
	Says: []string{
		`invalid GOTOOLCHAIN "…"`,
		`invalid GOTOOLCHAIN "…": only version suffixes are +auto and +path`,
		`invalid GOTOOLCHAIN "…": invalid minimum toolchain "…"`,
		`invalid toolchain "…" in …`,
	},
	Help: Help{
		Why: "GOTOOLCHAIN is local, auto, path, the name of a release like go1.26.8, or such a name with +auto or +path. With " +
			"anything else every go command stops before it does anything, 'go env -u GOTOOLCHAIN' included, so that a wrong line in " +
			"the GOENV file cannot be taken back with go. 'go env -w GOTOOLCHAIN=auto' still works, and so does an editor.",
		Look: "'go env GOTOOLCHAIN' is answered in any case; 'godoctor env' says where the value comes from.",
		Do:   "Take the value away where it is set.",
		See:  []string{"https://go.dev/doc/toolchain"},
	},
	Run: func(p *Pass) {
		for _, s := range p.failing(FailsSetting) {
			set := p.Setting("GOTOOLCHAIN")
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("GOTOOLCHAIN=%.200s of %s: no go command works. go says %.400q.", set.Value, from(set), s.c.Here.Error),
				Target: at(set), Fixes: []finding.Fix{unset(set)}})
		}
		for _, s := range p.failing(FailsLine) {
			d := s.c.Toolchain
			p.Report(finding.Finding{
				Title:  "the toolchain line names nothing that go understands",
				Detail: fmt.Sprintf("%q in %s; go says %.400q.", d.Says, d.place(), s.c.Here.Error),
				Target: finding.Target{File: d.File, Line: d.Line},
				Fixes: []finding.Fix{{ID: "drop-toolchain-line", Title: "take the line out",
					Edits: []finding.Edit{d.edit("", "")}}}})
		}
	},
}
