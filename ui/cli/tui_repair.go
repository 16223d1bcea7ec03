package cli

import (
	"context"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/tui"
)

// repairer is what the terminal UI repairs and fetches with: the same as repair and toolchains get do, in the same order,
// with the question asked by the screen.
func (s *screens) repairer() *tui.Repairer {
	return &tui.Repairer{Refused: s.refused(), Offline: s.offline, Plan: s.planRepair, Get: s.getNow}
}

// apart is the program for one run beside the screen: what it finds out on the way is its own. It tells w, which may be nil.
func (s *screens) apart(w *tui.Watch) *app {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := *s.app
	a.watch = w
	a.Args = []string{s.via}
	return &a
}

// planRepair looks again at what is to be mended, and plans that.
func (s *screens) planRepair(ctx context.Context, inv *scan.Inventory, use *usage.Result, w tui.MendWish, m *meter.Meter) (*tui.Mending, error) {
	a := s.apart(nil)
	l := &look{inv: inv, use: use}
	x, err := a.examineWish(ctx, l, w, m)
	if err != nil {
		return nil, err
	}
	out := &tui.Mending{Repair: x.repair, Rate: a.kept.Rate()}
	out.Who, out.Known = a.inTheWay(ctx, l, x.repair.Steps)
	out.Known = out.Known || onlySettings(x.repair.Steps)
	out.Run = func(ctx context.Context, steps []plan.Step, w2 *tui.Watch) tui.Outcome {
		return s.mendNow(ctx, l, x, steps, w.Project, w2)
	}
	return out, nil
}

// examineWish looks again at what is wished. Where that is only what checks found nothing is verified for it.
func (a *app) examineWish(ctx context.Context, l *look, w tui.MendWish, m *meter.Meter) (x *examined, err error) {
	defer func() {
		if err == nil {
			x.end()
		}
	}()
	q := inquiry{meter: m, flags: &verifyFlags{failOn: "never", project: w.Project}}
	if w.Project != "" {
		if q.picked, err = l.toVerify(a.workDir, nil, w.Project); err != nil {
			return nil, err
		}
		q.project = l.projectAt(a.workDir, w.Project)
		return a.inquire(ctx, l, q)
	}
	checked, others := apartFrom(w.Findings)
	if checked, err = a.checkedNow(ctx, l, checked); err != nil {
		return nil, err
	}
	if len(others) == 0 {
		ids := make([]string, len(w.Findings))
		for i := range ids {
			ids[i] = w.Findings[i].ID()
		}
		return a.unverified(ctx, l, ids, checked), nil
	}
	q.meant, q.picked = meantBy(w.Findings, l)
	_, known := apartFrom(w.Known)
	q.known = append(known, checked...)
	return a.inquire(ctx, l, q)
}

// meantBy says which findings are meant by some that were found before: they, and whatever is found of the same module
// versions now; and which versions those are.
func meantBy(list []finding.Finding, l *look) (meant func(f *finding.Finding) bool, picked []int) {
	ids, versions := make(map[string]bool), make(map[module.Version]bool)
	for i := range list {
		ids[list[i].ID()] = true
		if t := &list[i].Target; t.Module != "" && t.Version != "" {
			versions[module.Version{Path: t.Module, Version: t.Version}] = true
		}
	}
	picked = []int{}
	if l.inv.ModCache != nil {
		for i := range l.inv.ModCache.Versions {
			if v := &l.inv.ModCache.Versions[i]; versions[module.Version{Path: v.Path, Version: v.Version}] {
				picked = append(picked, i)
			}
		}
	}
	return func(f *finding.Finding) bool {
		return ids[f.ID()] || versions[module.Version{Path: f.Target.Module, Version: f.Target.Version}]
	}, picked
}

// inTheWay looks which processes may need what steps are about.
func (a *app) inTheWay(ctx context.Context, l *look, steps []plan.Step) (who map[string]int, known bool) {
	gate, known := a.gate(ctx, l)
	who = make(map[string]int)
	if gate == nil || !known {
		return who, known
	}
	of := gate(ctx)
	for i := range steps {
		if st := &steps[i]; st.Name == "" && st.File == "" {
			if name := of(st.Module, st.Version); name != "" {
				who[name]++
			}
		}
	}
	return who, true
}

// only is the same repair with some of its steps.
func (x *examined) only(steps []plan.Step) *examined {
	repair := *x.repair
	repair.Steps, repair.Left = slices.Clip(steps), slices.Clip(repair.Left)
	part := *x
	part.repair = &repair
	return &part
}

// mendNow carries out steps that were confirmed on the screen.
func (s *screens) mendNow(ctx context.Context, l *look, x *examined, steps []plan.Step, project string, w *tui.Watch) tui.Outcome {
	a := s.apart(w)
	part := x.only(steps)
	gate, _ := a.gate(ctx, l)
	m, err := a.carryOut(ctx, l, part, project, gate)
	if err != nil {
		return tui.Outcome{Err: err}
	}
	out := tui.Outcome{Run: m.run, Stopped: ctx.Err() != nil || !w.More(ctx)}
	done := 0
	again := &tui.Again{Inventory: m.inv, Verdicts: m.verdicts, Remain: m.remain, Err: m.err}
	for i, o := range m.outcomes {
		if o.Result == plan.Done {
			done++
			again.Mended = append(again.Mended, part.repair.Steps[i].Of...)
		}
	}
	if done > 0 && (m.inv != nil || m.err != nil) {
		out.Again = again
	}
	s.did("repaired %d of %d items", done, len(m.outcomes))
	return out
}

// getNow fetches a toolchain that was asked for on the screen.
func (s *screens) getNow(ctx context.Context, wish tui.GetWish, w *tui.Watch) tui.Outcome {
	g, err := s.apart(w).get(ctx, wish.Word, &getFlags{platform: wish.Platform, sdk: wish.SDK})
	if err != nil {
		return tui.Outcome{Err: stopped(ctx, err), Stopped: ctx.Err() != nil}
	}
	w.Note(g.sum.Toolchain + " is in \"" + g.sum.Root + "\"")
	s.did("%s is in %q", g.sum.Toolchain, g.sum.Root)
	return tui.Outcome{Run: g.run}
}
