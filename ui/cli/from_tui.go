package cli

import (
	"context"
	"errors"

	"godoctor/doctor/check"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
	"godoctor/ui/tui"
)

// showSaved makes the terminal UI show the saved scan: of all that looks at this machine, or at the files of that one, nothing is
// left but what is named here.
func (s *screens) showSaved(o *tui.Options) {
	why := s.refusedSaved()
	refused := func() tui.Outcome { return tui.Outcome{Err: errors.New(why)} }
	*o = tui.Options{Checks: o.Checks,
		Saved: &tui.Saved{Inventory: s.saved.Inventory, Home: s.home(), Host: s.hostSaved(), Refused: why}}
	o.Use = func(context.Context, *scan.Inventory) (*usage.Result, *usage.Project) {
		return s.saved.Usage, s.hereIn(s.saved.Usage, s.saved.Inventory.Env)
	}
	o.Check = func(context.Context, *scan.Inventory, *usage.Result, *meter.Meter) *tui.Checked {
		res, out := s.checksSaved(check.Options{}), &tui.Checked{Ignored: s.ignoredSaved()}
		out.Findings, out.Checks = res.Findings, len(res.Ran)
		if s.saved.Checked != nil {
			out.Projects = s.saved.Checked.Projects
		}
		return out
	}
	o.Clean = &tui.Cleaner{Refused: why, Plan: s.plan,
		Prove: func(_ context.Context, _ *scan.Inventory, _ *usage.Result, _ tui.Policy, q *plan.Plan, _ *meter.Meter) *plan.Plan {
			return q
		},
		Users: func(context.Context, *scan.Inventory, *usage.Result, *plan.Plan) (map[string]int, bool) {
			return nil, false
		},
		Run: func(context.Context, *scan.Inventory, *usage.Result, *plan.Plan, plan.Options) tui.Outcome {
			return refused()
		},
		Undo: func(context.Context, *scan.Inventory, *state.Run, *meter.Meter, func(int, error)) tui.Outcome {
			return refused()
		},
		Runs: func() ([]*state.Run, error) { return nil, nil },
		Save: func(*plan.Plan) (string, error) { return "", errors.New(why) },
	}
	o.Repair = &tui.Repairer{Refused: why, Offline: true,
		Plan: func(context.Context, *scan.Inventory, *usage.Result, tui.MendWish, *meter.Meter) (*tui.Mending, error) {
			return nil, errors.New(why)
		},
		Get: func(context.Context, tui.GetWish, *tui.Watch) tui.Outcome { return refused() },
	}
}
