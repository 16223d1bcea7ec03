package cli

import (
	"context"
	"strings"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// needRounds bounds how often it is looked again what a project lacks: with each go.mod file that comes, more may be known
// to lack, at most as deep as its requirements go.
const needRounds = 16

// mendMore fetches what a project turns out to lack once the go.mod files are there that lead to it, and says whether it
// works without a network then. It was confirmed with what was known at first.
func (a *app) mendMore(ctx context.Context, s *remedy.Session, x *examined, project string, run *state.Run, outcomes []plan.Outcome, m *meter.Meter) (*state.Run, []plan.Outcome) {
	tried := make(map[string]bool)
	key := func(st *plan.Step) string { return st.Label() + " " + strings.Join(st.Fixes, " ") }
	for i := range x.repair.Steps {
		tried[key(&x.repair.Steps[i])] = true
	}
	for range needRounds {
		if a.watch != nil && !a.watch.More(ctx) {
			return run, outcomes
		}
		l, err := a.look(ctx, scan.Fast)
		if err != nil {
			return run, outcomes
		}
		p := l.projectAt(a.workDir, project)
		if p == nil {
			return run, outcomes
		}
		in := x.in
		in.Inventory, in.Usage = l.inv, l.use
		more := &plan.Repair{}
		more.Need(ctx, p, in)
		var steps []plan.Step
		for i := range more.Steps {
			if st := &more.Steps[i]; !tried[key(st)] {
				tried[key(st)] = true
				steps = append(steps, *st)
			}
		}
		if len(steps) == 0 {
			x.repair.Left = append(x.repair.Left, leftBeside(x.repair.Left, more.Left)...)
			a.worksOffline(p.Offline, p.Because)
			return run, outcomes
		}
		a.note("%d more module versions are known to be needed now", len(steps))
		var came []plan.Outcome
		run, came = a.mend(ctx, s, l, steps, m)
		x.repair.Steps = append(x.repair.Steps, steps...)
		outcomes = append(outcomes, came...)
		if ctx.Err() != nil {
			return run, outcomes
		}
	}
	return run, outcomes
}

// leftBeside are those that are not among others.
func leftBeside(have, list []plan.Leave) (out []plan.Leave) {
	known := make(map[string]bool)
	for i := range have {
		known[have[i].Finding.ID()] = true
	}
	for i := range list {
		if !known[list[i].Finding.ID()] {
			out = append(out, list[i])
		}
	}
	return out
}

// worksOffline says whether go build, vet and test of the project work without a network. Nothing is run in it.
func (a *app) worksOffline(works bool, why []string) {
	if works {
		a.note("the project builds without a network")
		return
	}
	a.note("the project does not build without a network: %s", strings.Join(why, "; "))
}
