package cli

import (
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
)

// withRepairs names the command in the first fix of each finding that godoctor repair mends: those that verify looks for,
// and edits of settings.
func withRepairs(d *report.Document) {
	for i := range d.Findings {
		f := &d.Findings[i]
		if len(f.Fix) == 0 || len(f.Fix[0].Argv) > 0 {
			continue
		}
		t := finding.Target{Module: f.Target.Module, Version: f.Target.Version}
		switch {
		case isRule(f.Check) && t.Module != "" && t.Version != "":
			f.Fix[0].Argv = []string{"godoctor", "repair", t.String()}
		case isRule(f.Check), f.Fix[0].ID == plan.FixSetting && len(f.Fix[0].Edits) > 0:
			f.Fix[0].Argv = []string{"godoctor", "repair", f.ID}
		}
	}
}
