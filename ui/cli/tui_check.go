package cli

import (
	"context"
	"slices"
	"time"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/meter"
	"godoctor/ui/tui"
)

// check runs the checks for the screens.
func (s *screens) check(ctx context.Context, inv *scan.Inventory, use *usage.Result, m *meter.Meter) *tui.Checked {
	return s.apart(nil).checksOf(ctx, inv, use, m)
}

// checksOf gives what the checks find on a machine that was looked at, without what somebody lives with. As check without
// flags it looks at the project of the working directory with its workspace, and where there is none at every project. It
// asks no network and hashes nothing. What was found when ctx ends counts. The meter counts the checks that have begun.
func (a *app) checksOf(ctx context.Context, inv *scan.Inventory, use *usage.Result, m *meter.Meter) *tui.Checked {
	if use == nil {
		use = new(usage.Result)
	}
	l := a.settingsNow(&look{inv: inv, use: use})
	picked := a.pickedHere(l)
	for _, c := range a.table() {
		if c.Run != nil && c.Cost < check.Network {
			m.Expect(1)
		}
	}
	res := check.Run(ctx, a.machineOf(l, picked), a.table(), check.Options{Began: func(string) { m.Done(1) }})
	left, hidden := check.Ignore(res.Findings, a.rules(), time.Now())
	return &tui.Checked{Findings: left, Ignored: len(hidden), Checks: len(res.Ran), Projects: len(picked)}
}

// settingsNow is what was looked at, with the settings as they are now: somebody may have edited the GOENV file since.
func (a *app) settingsNow(l *look) *look {
	inv := *l.inv
	inv.Env = goenv.Load(goenv.Input{Environ: a.Environ, Dir: a.workDir})
	return &look{inv: &inv, use: l.use, here: l.here}
}

// pickedHere are the projects that are checked where nobody names any.
func (a *app) pickedHere(l *look) []int {
	f := new(checkFlags)
	units, err := a.units(f)
	if err != nil { // only a project that somebody has named can be missing
		return nil
	}
	return a.pick(l, units, f)
}

// apartFrom parts findings in those that checks made and those that only verifying finds again.
func apartFrom(list []finding.Finding) (ofChecks, ofVerify []finding.Finding) {
	for i := range list {
		if isRule(list[i].Check) {
			ofVerify = append(ofVerify, list[i])
			continue
		}
		ofChecks = append(ofChecks, list[i])
	}
	return ofChecks, ofVerify
}

// checkedNow runs the checks again that have made findings, and gives those that are found still. What no check can look
// for again, as that one failed, stays.
func (a *app) checkedNow(ctx context.Context, l *look, list []finding.Finding) (now []finding.Finding, err error) {
	ids := make(map[string]bool)
	var only []string
	for i := range list {
		if !a.isCheck(list[i].Check) {
			now = append(now, list[i])
			continue
		}
		ids[list[i].ID()] = true
		if !slices.Contains(only, list[i].Check) {
			only = append(only, list[i].Check)
		}
	}
	if len(only) == 0 {
		return now, nil
	}
	l = a.settingsNow(l)
	res, err := a.runChecks(ctx, l, a.pickedHere(l), check.Options{Only: only})
	if err != nil {
		return nil, err
	}
	for i := range res.Findings {
		if ids[res.Findings[i].ID()] {
			now = append(now, res.Findings[i])
		}
	}
	return now, nil
}
