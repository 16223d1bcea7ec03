package check

import (
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var settingHidden = &Check{
	ID:       "setting-hidden",
	Title:    "a setting of the GOENV file is hidden by the environment",
	Severity: finding.Warning,
	Cost:     Read,
	Covers:   []string{"C55"},
	Says:     []string{"warning: go env -w …=... does not override conflicting OS environment variable"},
	Help: Help{
		Why: "go env -w writes into the GOENV file, and there a value stays: for every shell, every project and every release, for " +
			"years. A variable of the environment wins over it without a word. So what somebody has set with go env -w has no " +
			"effect, or has one in the editor and the service that do not read the start files of the shell, and none in the " +
			"terminal.",
		Look: "'godoctor env KEY' says which place wins and which lose; 'cat $(go env GOENV)' is the file.",
		Do: "Decide which of the two is meant. Take the line out of the GOENV file ('go env -u KEY', or 'godoctor repair " +
			"setting-hidden', which shows the change and keeps the old file), or take the variable out of the start file that " +
			"exports it. It is a note where no start file exports the variable: then it may be meant for this session only.",
		See: []string{"https://pkg.go.dev/cmd/go#hdr-Environment_variables"},
	},
	Run: func(p *Pass) {
		for _, s := range p.Env.Settings() {
			hidden := inFile(s)
			if s.Origin != goenv.OriginEnvironment || len(hidden) == 0 || hidden[0].Value == s.Raw {
				continue
			}
			severity, by := finding.Note, ""
			lines := p.exports(s.Key)
			if len(lines) > 0 {
				severity, by = finding.Warning, "; exported by "+exportedBy(lines)
			}
			old := hidden[0]
			p.ReportAs(severity, finding.Finding{
				Detail: fmt.Sprintf("%s is %s in the environment%s; %s of %s:%d has no effect there", s.Key, shown(s.Key, s.Raw), by,
					shown(s.Key, old.Value), old.File, old.Line),
				Target: finding.Target{Path: s.Key, File: old.File, Line: old.Line},
				Fixes: []finding.Fix{unline(s.Key, "take "+s.Key+" out of the GOENV file: the environment goes on to count", hidden),
					p.amend(s, "")}})
		}
	},
}
