package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// A remover stands for doctor/plan and doctor/remedy: it plans what is made up here, and removes nothing.
type remover struct {
	names   []string                                          // of modules, beside those of the inventory
	later   bool                                              // something of it may not come back
	young   bool                                              // nothing is old, whatever age is asked for
	differs int                                               // items that the proof keeps
	users   map[string]int                                    // who uses it
	unknown bool                                              // nobody can tell
	fail    error                                             // no plan can be made
	refuse  error                                             // no run begins
	outcome func(i int, it *plan.Item) plan.Outcome           // nil: it is removed
	pace    func(ctx context.Context, c *plan.Control, i int) // before each item; may be nil
	undoing func(i int) error                                 // nil: it comes back
	runs    []*state.Run

	policies []Policy // that plans were made by
	removed  []string // in the order in which that happened
	undone   []string
	saved    int
}

// cleaner is the remover as the program knows it.
func (f *remover) cleaner() *Cleaner {
	return &Cleaner{
		Plan: func(ctx context.Context, inv *scan.Inventory, use *usage.Result, p Policy) (*plan.Plan, error) {
			f.policies = append(f.policies, p)
			return f.plan(inv, p), f.fail
		},
		Prove: func(ctx context.Context, inv *scan.Inventory, use *usage.Result, p Policy, q *plan.Plan, m *meter.Meter) *plan.Plan {
			m.Add(5, 3<<20)
			m.Done(int64(len(q.Items)))
			n := 0
			out := q.Without(func(it *plan.Item) bool { n++; return n <= f.differs })
			if f.differs > 0 {
				out.Kept = append(slices.Clone(out.Kept), plan.Kept{Reason: "differs from its zip", Items: f.differs, Disk: 1 << 20})
			}
			return out
		},
		Users: func(context.Context, *scan.Inventory, *usage.Result, *plan.Plan) (map[string]int, bool) {
			return f.users, !f.unknown
		},
		Run: f.run, Undo: f.undo,
		Runs: func() ([]*state.Run, error) { return f.runs, nil },
		Save: func(q *plan.Plan) (string, error) {
			f.saved++
			return "/home/u/.local/state/godoctor/plans/plan-" + q.ID + ".json", nil
		},
	}
}

// plan makes a plan of the versions of an inventory, and of things beside them.
func (f *remover) plan(inv *scan.Inventory, p Policy) *plan.Plan {
	q := &plan.Plan{ID: "20261122-120000", Made: noon, ModCache: "/home/u/go/pkg/mod", GoCache: "/home/u/.cache/go-build",
		Versions: len(inv.ModCache.Versions), Total: 1 << 40, Kept: []plan.Kept{
			{Reason: "in use", Items: 483, Disk: 3 << 30, First: []string{"example.com/a@v1.0.0", "example.com/b@v1.2.0"}},
			{Reason: "young", Items: 44, Disk: 200 << 20, First: []string{"example.com/c@v1.0.0"}}, {Reason: "pinned", Items: 1, Disk: 1 << 20}}}
	if f.young && p.OlderThan > 0 {
		return q
	}
	named := make(map[string]bool)
	for _, n := range p.Modules {
		named[n] = true
	}
	for i := range inv.ModCache.Versions {
		v := &inv.ModCache.Versions[i]
		it := plan.Item{Module: v.Path, Version: v.Version, Path: v.Dir, Disk: int64(400-i%400) << 18, Tier: usage.Network, Rule: "orphans",
			Part: plan.Version, Why: "none of the 14 projects found needs it", Fetch: 9 << 20, Changed: noon.AddDate(0, -5, 0), Insisted: len(named) > 0}
		switch {
		case len(named) > 0 && !named[v.Path+"@"+v.Version], len(named) == 0 && i%5 == 4:
			continue
		case len(named) == 0 && i%5 < 2:
			it.Tier, it.Rule, it.Part, it.Fetch = usage.Free, "sources", plan.Sources, 0
			it.Why = "go unpacks it from its zip when it needs it"
		case len(named) == 0 && i == 2 && f.later:
			it.Tier, it.Fetch = usage.Hold, 0
		}
		it.Bytes = it.Disk
		q.Items = append(q.Items, it)
	}
	if len(named) == 0 {
		q.Items = append(q.Items, plan.Item{Part: plan.Leftover, Name: "cache/download/x/@v/v1.zip1.tmp", Rule: "leftovers", Tier: usage.Free, Disk: 38 << 20,
			Why: "temporary file that nothing removes"},
			plan.Item{Part: plan.Entry, Name: "0a", Names: []string{"0aff-a", "0aff-d"}, Rule: "build", Tier: usage.Rebuild, Disk: 6 << 30, Why: "not used for a day"})
	}
	for _, n := range f.names {
		q.Items = append(q.Items, plan.Item{Part: plan.VCS, Name: n, Rule: "vcs", Tier: usage.Network, Disk: 1 << 20, Why: n, Path: n})
		q.Kept = append(q.Kept, plan.Kept{Reason: n, Items: 3, First: []string{n}})
	}
	return q
}

// run carries a plan out on nothing.
func (f *remover) run(ctx context.Context, _ *scan.Inventory, _ *usage.Result, q *plan.Plan, opt plan.Options) Outcome {
	if f.refuse != nil {
		return Outcome{Err: f.refuse}
	}
	ops := &madeUpOps{f: f, opt: &opt}
	opt.Batch = 1
	run := plan.Apply(ctx, q, ops, opt)
	r := &state.Run{ID: fmt.Sprintf("20261122-1200%02d-000", len(f.runs)), Kind: "clean", Started: noon, Finished: noon.Add(time.Minute), Freed: run.Freed,
		Later: run.Later, Before: 41 << 30, After: 41<<30 + run.Freed}
	for i, o := range run.Outcomes {
		it := &q.Items[i]
		item := state.RunItem{Module: it.Module, Version: it.Version, Part: string(it.Part), Name: it.Name, Count: len(it.Names),
			Tier: string(it.Tier), Disk: it.Disk, Kept: o.Kept}
		if o.Result != plan.Untouched {
			item.Result = o.Result.String()
		}
		r.Items = append(r.Items, item)
	}
	f.runs = append([]*state.Run{r}, f.runs...)
	return Outcome{Run: r, Stopped: run.Stopped}
}

type madeUpOps struct {
	f   *remover
	opt *plan.Options
	n   int
}

func (o *madeUpOps) Remove(ctx context.Context, batch []plan.Item, each func(int, plan.Outcome)) {
	for i := range batch {
		it := &batch[i]
		if o.f.pace != nil {
			o.f.pace(ctx, o.opt.Control, o.n)
		}
		if ctx.Err() != nil {
			return
		}
		o.opt.Meter.Working(it.Label())
		out := plan.Outcome{Result: plan.Done, Disk: it.Disk}
		if it.Later() {
			out = plan.Outcome{Result: plan.Done, Later: it.Disk, Kept: "20261122-120000-000/1"}
		}
		if o.f.outcome != nil {
			out = o.f.outcome(o.n, it)
		}
		if out.Result == plan.Done {
			o.f.removed = append(o.f.removed, it.Label())
			o.opt.Meter.Add(1, it.Disk)
		}
		o.n++
		each(i, out)
	}
}

func (f *remover) undo(_ context.Context, _ *scan.Inventory, of *state.Run, m *meter.Meter, each func(int, error)) Outcome {
	for i := range of.Items {
		it := &of.Items[i]
		switch {
		case undoWay(of, it) < 0:
		case undoWay(of, it) == undoNothing:
			each(i, errors.New("it is built again"))
		case f.undoing != nil && f.undoing(i) != nil:
			each(i, f.undoing(i))
		default:
			f.undone = append(f.undone, runLabel(it))
			each(i, nil)
		}
	}
	of.Undone = "20261122-121000-000"
	r := &state.Run{ID: of.Undone, Kind: "undo", Of: of.ID, Started: noon, Finished: noon}
	f.runs = append([]*state.Run{r}, f.runs...)
	return Outcome{Run: r}
}

// work runs the body of a job, and gives its answer to the program. Ticks are left out.
func work(r *root, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if b, ok := msg.(tea.BatchMsg); ok {
		msg = b[0]()
	}
	_, next := r.Update(msg)
	if q := r.question; q != nil {
		q.armed = true
	}
	return next
}

// do presses keys one after the other, and runs what each starts.
func do(r *root, names ...string) {
	for _, n := range names {
		cmd := press(r, n)
		if q := r.question; q != nil {
			q.armed = true
			continue
		}
		work(r, cmd)
	}
}

// planner is a program with something to plan.
func planner(t testing.TB, f *remover) (*root, *planScreen) {
	t.Helper()
	r := testRoot(t, Options{Use: useOf(config.Default()), Clean: f.cleaner()})
	load(r, withProjects(inventory(20), 3))
	return r, r.screens[planScreenAt].(*planScreen)
}

// The states that the two screens can be in.
func planState(f *remover, keys ...string) func(*root) {
	return func(r *root) {
		r.Clean = f.cleaner()
		do(r, keys...)
	}
}

// cleaning is a run that is half done.
func cleaning(r *root) {
	f := &remover{later: true, outcome: func(i int, it *plan.Item) plan.Outcome {
		switch i {
		case 3:
			return plan.Outcome{Result: plan.Skipped, Busy: true, Err: errors.New("gopls (pid 4711: it reads the module cache) uses it")}
		case 7:
			return plan.Outcome{Result: plan.Failed, Err: errors.New("permission denied")}
		}
		return plan.Outcome{Result: plan.Done, Disk: it.Disk}
	}}
	f.pace = func(_ context.Context, _ *plan.Control, i int) {
		if w := r.work; i == 30 {
			w.started = noon.Add(-12 * time.Second)
			w.pace = pace{rate: 131 << 20, left: 27 * time.Second, known: true}
			s := w.sampled(r.env)
			s.at = noon
			r.Update(workSampleMsg{w.id, s})
			w.pace = pace{rate: 131 << 20, left: 27 * time.Second, known: true}
		}
	}
	r.Clean = f.cleaner()
	do(r, "6", "a", "x")
	typeText(r, r.question.typed)
	cmds := batch(press(r, "enter"))
	cmds[0]()
}

// cleaned is one that has ended.
func cleaned(r *root) {
	f := &remover{outcome: func(i int, it *plan.Item) plan.Outcome {
		if i == 3 {
			return plan.Outcome{Result: plan.Skipped, Busy: true, Err: errors.New("gopls (pid 4711: it reads the module cache) uses it")}
		}
		return plan.Outcome{Result: plan.Done, Disk: it.Disk}
	}}
	r.Clean = f.cleaner()
	do(r, "6", "x", "y")
	r.scan.running = false
	work(r, r.screens[activityScreen].(*activity).loadRuns())
	r.say("")
}

// typeText types text, character by character.
func typeText(r *root, s string) {
	for _, c := range s {
		if c == ' ' {
			press(r, "space")
			continue
		}
		press(r, string(c))
	}
}

// hostilePlan is a plan whose every text is hostile, about to be run.
func hostilePlan(r *root) {
	f := &remover{names: hostile, users: map[string]int{hostile[0]: 1, hostile[1]: 2}, later: true}
	for i, n := range hostile {
		f.runs = append(f.runs, &state.Run{ID: fmt.Sprint(i), Kind: n, Started: noon, Items: []state.RunItem{{Name: n, Error: n, Result: n}}})
	}
	f.outcome = func(i int, it *plan.Item) plan.Outcome {
		return plan.Outcome{Result: plan.Result(1 + i%3), Err: errors.New(hostile[i%len(hostile)])}
	}
	r.Use, r.Clean = useOf(config.Default()), f.cleaner()
	load(r, withProjects(r.data.inv, 3))
}
