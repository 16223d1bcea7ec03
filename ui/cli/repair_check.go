package cli

import (
	"context"
	"slices"
	"strings"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/doctor/verify"
	"godoctor/scan/meter"
)

// checked runs the checks that a repair is asked about: those that are named, all where a finding is named by its id, and
// with --all those that read at most a few files. It gives what they found of what is meant, and the arguments that verify
// has to look for. With --all that is what can be edited, and is more than a note: a setting that was made on purpose is
// not taken away because somebody wants a cache repaired.
func (a *app) checked(ctx context.Context, l *look, args []string, f *repairFlags) (found []finding.Finding, rest []string, err error) {
	if f.project != "" {
		return nil, args, nil
	}
	if f.all {
		res, err := a.runChecks(ctx, l, nil, check.Options{Skip: []string{"walk", "network", "deep"}})
		if err != nil {
			return nil, nil, err
		}
		return slices.DeleteFunc(res.Findings, func(f finding.Finding) bool {
			return f.Severity == finding.Note || len(f.Fixes) == 0 || f.Fixes[0].ID != plan.FixSetting || len(f.Fixes[0].Edits) == 0
		}), args, nil
	}
	var named []string
	byID := false
	for _, arg := range args {
		switch {
		case a.isCheck(arg):
			named = append(named, arg)
		default:
			rest = append(rest, arg)
			byID = byID || isFindingID(arg)
		}
	}
	if len(named) == 0 && !byID {
		return nil, rest, nil
	}
	opt := check.Options{Only: named}
	if byID {
		opt.Only = nil
	}
	units, err := a.units(&checkFlags{all: byID})
	if err != nil {
		return nil, nil, err
	}
	res, err := a.runChecks(ctx, l, a.pick(l, units, &checkFlags{all: byID}), opt)
	if err != nil {
		return nil, nil, err
	}
	is := meant(args)
	for i := range res.Findings {
		if x := &res.Findings[i]; is(x) {
			found = append(found, *x)
			rest = slices.DeleteFunc(rest, func(arg string) bool { return arg == x.ID() })
		}
	}
	return found, rest, nil
}

// isCheck reports whether an argument is a check that check runs; the others verify looks for.
func (a *app) isCheck(arg string) bool {
	return slices.ContainsFunc(a.table(), func(c *check.Check) bool { return c.ID == arg && c.Run != nil }) &&
		!slices.ContainsFunc(verify.AllRules(), func(r verify.Rule) bool { return r.ID == arg })
}

// isFindingID recognises the id of a finding.
func isFindingID(s string) bool { return len(s) == 16 && strings.Trim(s, "0123456789abcdef") == "" }

// unverified plans the repair of what checks found. No hash is needed for it, and no network.
func (a *app) unverified(ctx context.Context, l *look, args []string, found []finding.Finding) *examined {
	x := &examined{found: found}
	x.in = plan.RepairInput{Inventory: l.inv, Usage: l.use, Offline: a.offline, Meant: meant(args)}
	x.repair = plan.NewRepair(ctx, found, x.in)
	return x
}

// onlySettings reports whether a repair touches no cache.
func onlySettings(steps []plan.Step) bool {
	return !slices.ContainsFunc(steps, func(s plan.Step) bool { return !s.Has(plan.FixSetting) })
}

// mendAll carries the steps out: the settings first, for as they were go may not start. The rest works with what they are
// then.
func (a *app) mendAll(ctx context.Context, s *remedy.Session, l *look, steps []plan.Step, m *meter.Meter) (*state.Run, []plan.Outcome) {
	if len(steps) < 2 || !steps[0].Has(plan.FixSetting) {
		return a.mend(ctx, s, l, steps, m)
	}
	_, first := a.mend(ctx, s, l, steps[:1], m)
	run, rest := a.mend(ctx, s, a.settingsNow(l), steps[1:], m)
	return run, append(first, rest...)
}

// checkedAgain runs the checks again whose findings were mended, and gives what they find of the same things. A line that
// counts instead of the one that went is the same thing.
func (a *app) checkedAgain(ctx context.Context, x *examined, l *look, outcomes []plan.Outcome) ([]finding.Finding, error) {
	mended, only := make(map[string]bool), []string{}
	key := func(f *finding.Finding) string {
		if f.Target.Path != "" {
			return f.Check + " " + f.Target.Path
		}
		return f.ID()
	}
	for i := range x.repair.Steps {
		s := &x.repair.Steps[i]
		if !s.Has(plan.FixSetting) || outcomes[i].Result != plan.Done {
			continue
		}
		for j := range x.found {
			if f := &x.found[j]; slices.Contains(s.Of, f.ID()) {
				mended[key(f)] = true
				only = append(only, f.Check)
			}
		}
	}
	if len(only) == 0 {
		return nil, nil
	}
	res, err := a.runChecks(ctx, l, nil, check.Options{Only: only})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(res.Findings, func(f finding.Finding) bool { return !mended[key(&f)] }), nil
}

// onlyEdits reports whether a run has edited settings and touched no cache.
func onlyEdits(r *state.Run) bool {
	return !slices.ContainsFunc(r.Items, func(it state.RunItem) bool { return it.Backup == "" })
}
