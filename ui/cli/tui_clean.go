package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/text"
	"godoctor/ui/tui"
)

// cleaner is what the screens Plan and Activity plan with, and what carries it out: the same as clean and undo do, in
// the same order, with the question asked by the screen.
func (s *screens) cleaner() *tui.Cleaner {
	return &tui.Cleaner{Refused: s.refused(), Plan: s.plan, Prove: s.prove, Users: s.users, Run: s.cleanNow, Undo: s.undoNow,
		Runs: func() ([]*state.Run, error) { return s.history().Runs() }, Save: s.saveNow}
}

// refused is why nothing may be changed from the screen. A made-up machine may be.
func (s *screens) refused() string {
	switch err := s.mayChange("clean"); {
	case s.dryRun:
		return "--dry-run was given: nothing is changed"
	case err != nil && !s.demo:
		return err.Error()
	}
	return ""
}

// history is where runs are kept.
func (s *screens) history() state.Home {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// flagsOf are the flags of clean that a policy stands for.
func flagsOf(p tui.Policy) *cleanFlags {
	return &cleanFlags{policies: p.Kinds, olderThan: days(p.OlderThan), keep: p.Keep, goal: size(p.Goal), modules: p.Modules}
}

// inputOf is what a plan by a policy is made from. Where nothing is young, who needs what is found out again: the result
// that the screen has says young of what was fetched today.
func (s *screens) inputOf(ctx context.Context, inv *scan.Inventory, use *usage.Result, p tui.Policy) plan.Input {
	if p.Young && use != nil && s.saved == nil {
		s.mu.Lock()
		use = s.whoAt(ctx, inv, nil, 0, true)
		s.mu.Unlock()
	}
	in := s.planInput(&look{inv: inv, use: use}, flagsOf(p))
	if p.Young {
		in.Grace = 0
	}
	return in
}

func (s *screens) plan(ctx context.Context, inv *scan.Inventory, use *usage.Result, p tui.Policy) (*plan.Plan, error) {
	return plan.New(ctx, s.inputOf(ctx, inv, use, p))
}

func (s *screens) prove(ctx context.Context, inv *scan.Inventory, use *usage.Result, p tui.Policy, q *plan.Plan, m *meter.Meter) *plan.Plan {
	return plan.Prove(ctx, q, s.inputOf(ctx, inv, use, p), m)
}

// users looks who may need what of a plan.
func (s *screens) users(ctx context.Context, inv *scan.Inventory, use *usage.Result, q *plan.Plan) (map[string]int, bool) {
	gate, known := s.gate(ctx, &look{inv: inv, use: use})
	who := make(map[string]int)
	if gate == nil || !known {
		return who, known
	}
	of := gate(ctx)
	for i := range q.Items {
		if it := &q.Items[i]; it.Part.OfVersion() {
			if name := of(it.Module, it.Version); name != "" {
				who[name]++
			}
		}
	}
	return who, true
}

// session opens a session for the screen.
func (s *screens) session(ctx context.Context, opt remedy.Options, kind string) (*remedy.Session, error) {
	return remedy.Start(ctx, s.history(), opt, []string{kind, s.via})
}

// cleanNow carries out a plan that was confirmed on the screen.
func (s *screens) cleanNow(ctx context.Context, inv *scan.Inventory, use *usage.Result, q *plan.Plan, opt plan.Options) tui.Outcome {
	l := &look{inv: inv, use: use}
	o := s.remedyOptions(l)
	o.Gate, _ = s.gate(ctx, l)
	o.Meter = opt.Meter
	session, err := s.session(ctx, o, "clean")
	if err != nil {
		return tui.Outcome{Err: err}
	}
	defer session.Close()
	kept, run := session.Apply(ctx, q, opt)
	if run.Err != nil {
		return tui.Outcome{Err: run.Err}
	}
	if names := session.Overdue(inv.ModCache); len(names) > 0 && !run.Stopped {
		session.Empty(ctx, names, nil)
	}
	s.did("removed %d items, freed %s; take it back: godoctor undo %s", run.Done, text.Bytes(run.Freed), kept.ID)
	return tui.Outcome{Run: kept, Stopped: run.Stopped, Notes: session.Notes}
}

// did notes what was changed.
func (s *screens) did(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = append(s.done, "godoctor: "+fmt.Sprintf(format, args...))
}

// undoNow brings back what a run removed.
func (s *screens) undoNow(ctx context.Context, inv *scan.Inventory, of *state.Run, m *meter.Meter, each func(i int, err error)) tui.Outcome {
	o := s.remedyOptions(&look{inv: inv})
	switch {
	case onlyEdits(of): // whatever the caches are like
		o.ModCache, o.GoCache, o.Index = "", "", nil
	case inv.ModCache == nil || of.ModCache != "" && of.ModCache != realPath(inv.ModCache.Root):
		return tui.Outcome{Err: errors.New("that run was in another module cache: start godoctor with --modcache " + of.ModCache)}
	}
	o.Meter = m
	session, err := s.session(ctx, o, "undo")
	if err != nil {
		return tui.Outcome{Err: err}
	}
	defer session.Close()
	run := session.Undo(ctx, of, s.installer(inv), each)
	told, failed := report.RunOf(run, remedy.HoldFor), ""
	if told.Failed > 0 {
		failed = fmt.Sprintf(", %d failed: H on Activity, then enter, tells why", told.Failed)
	}
	s.did("brought back what run %s had removed: %d items%s", of.ID, told.Done, failed)
	return tui.Outcome{Run: run, Stopped: ctx.Err() != nil, Notes: session.Notes}
}

// saveNow writes a plan into a file of the program's own.
func (s *screens) saveNow(q *plan.Plan) (string, error) {
	var b strings.Builder
	if err := q.Encode(&b); err != nil {
		return "", err
	}
	return s.history().SavePlan(q.ID, []byte(b.String()))
}
