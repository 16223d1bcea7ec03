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
		case undoWay(it) < 0:
		case undoWay(it) == undoNothing:
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
			s := w.sampled()
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

// Only what comes back without network and work is ticked. x hashes it, then asks, and y removes exactly that.
func TestPlanRun(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	do(r, "6")
	items, _, _ := p.ticks.sum()
	want := 0
	for n := range p.data.groups {
		if g := &p.data.groups[n]; g.Tier == usage.Free {
			want += len(g.items)
		}
	}
	if items != want || items == 0 || items == len(p.data.items) {
		t.Fatalf("%d of %d ticked, want %d", items, len(p.data.items), want)
	}
	wantText(t, r, "plan", "[x]  unpacked sources, zip kept", "[ ]  module versions nobody needs", "[ ]  old build-cache", "[x]  leftovers")
	do(r, "x")
	if r.question == nil || len(f.removed) > 0 {
		t.Fatal("x did not ask first")
	}
	wantText(t, r, "question", "> [ Cancel ] <", "no running process uses any of it", "unpacked sources, zip kept; back: unpacked from the zip")
	do(r, "y")
	if len(f.removed) != want || r.current != activityScreen {
		t.Errorf("%d removed, want %d; on screen %d", len(f.removed), want, r.current)
	}
	wantText(t, r, "result", "Done: ", "Free on this file system: 41.0 GiB before", "z takes it back")
	if !r.scan.running {
		t.Error("the caches are not looked at again")
	}
	r.scan.running = false
	work(r, r.screens[activityScreen].(*activity).loadRuns())
	do(r, "z")
	wantText(t, r, "question", "Take back the run of", "unpacked from their zips, offline")
	do(r, "y")
	if len(f.undone) != want-1 { // the leftover is gone for good
		t.Errorf("%d brought back, want %d", len(f.undone), want-1)
	}
	wantText(t, r, "undone", "brought back")
}

// After a scan the plan is made anew: at once where somebody looks at it, else when somebody does. What was ticked stays.
func TestPlanAgain(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	do(r, "6", "G", "space", "1")
	items, _, _ := p.ticks.sum()
	again := func() tea.Cmd {
		r.scan.running = true
		_, cmd := r.Update(scanDoneMsg{id: r.scan.id, data: r.data})
		return cmd
	}
	if again(); len(f.policies) != 1 || !p.stale {
		t.Errorf("%d plans were made though nobody looks", len(f.policies))
	}
	do(r, "6")
	if n, _, _ := p.ticks.sum(); len(f.policies) != 2 || n != items {
		t.Errorf("%d plans, %d ticked, want %d", len(f.policies), n, items)
	}
	if work(r, again()); len(f.policies) != 3 {
		t.Error("it was not made anew while somebody looks")
	}
}

// By accident nothing goes: keys that were typed before the question could be read, held keys, pasted text, enter.
func TestAccidents(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*root)
	}{
		{"typed before", func(r *root) { press(r, "y", "y", "enter", "y") }},
		{"held", func(r *root) {
			r.question.armed = true
			for range 50 {
				r.Update(tea.KeyPressMsg{Code: 'y', Text: "y", IsRepeat: true})
			}
		}},
		{"pasted", func(r *root) { r.question.armed = true; r.Update(tea.PasteMsg{Content: "y\n"}) }},
		{"enter", func(r *root) { r.question.armed = true; press(r, "enter") }},
		{"other keys", func(r *root) { r.question.armed = true; press(r, "x", "space", "c", "d", "backspace", "1", "z") }},
		{"no", func(r *root) { r.question.armed = true; press(r, "n", "y") }},
		{"esc", func(r *root) { r.question.armed = true; press(r, "esc", "y") }},
		{"tab twice", func(r *root) { r.question.armed = true; press(r, "tab", "tab", "tab", "enter") }},
		{"mouse", func(r *root) {
			r.question.armed = true
			r.Update(tea.MouseClickMsg{X: 40, Y: 20, Button: tea.MouseLeft})
		}},
	} {
		f := &remover{}
		r, _ := planner(t, f)
		do(r, "6")
		work(r, press(r, "x"))
		if r.question == nil {
			t.Fatal("no question")
		}
		r.question.armed = false
		c.do(r)
		if len(f.removed) > 0 || r.work.running {
			t.Errorf("%s: something went", c.name)
		}
	}
}

// A key in the moment after a question is drawn begins the moment anew.
func TestGrace(t *testing.T) {
	r, _ := planner(t, &remover{})
	a := &ask{title: "?", do: "Do", yes: func() tea.Cmd { return nil }}
	r.openAsk(a)
	first := askArmedMsg{a, a.press}
	if press(r, "y"); r.question == nil {
		t.Fatal("a key answered at once")
	}
	if r.Update(first); a.armed {
		t.Error("the moment was not begun anew")
	}
	if r.Update(askArmedMsg{a, a.press}); !a.armed {
		t.Error("it never ends")
	}
	if press(r, "y"); r.question != nil {
		t.Error("y does not answer")
	}
}

// What may not come back, what is needed, and what nobody can see the users of has to be typed.
func TestTyped(t *testing.T) {
	for _, c := range []struct {
		name string
		f    *remover
		keys []string
	}{
		{"may not come back", &remover{later: true}, []string{"6", "a", "x"}},
		{"cannot be seen", &remover{unknown: true}, []string{"6", "x"}},
		{"projects need", &remover{}, []string{"2", "a", "c", "x"}},
	} {
		r, _ := planner(t, c.f)
		do(r, c.keys...)
		if r.question == nil || r.question.typed == "" {
			t.Fatalf("%s: nothing has to be typed\n%s", c.name, screenText(r))
		}
		wantText(t, r, c.name, c.name, "To do it type "+r.question.typed)
		typed := r.question.typed
		press(r, "y", "enter")
		typeText(r, typed)
		if press(r, "enter"); r.question == nil || len(c.f.removed) > 0 {
			t.Errorf("%s: %q ran it", c.name, "y"+typed)
		}
		press(r, "ctrl+u")
		r.Update(tea.PasteMsg{Content: typed})
		if press(r, "enter"); r.work.running {
			t.Errorf("%s: pasted text ran it", c.name)
		}
		do(r, "6", "x")
		if r.question == nil {
			t.Fatalf("%s: x does not ask again", c.name)
		}
		press(r, "ctrl+u")
		typeText(r, typed)
		if work(r, press(r, "enter")); len(c.f.removed) == 0 {
			t.Errorf("%s: %q did not run it", c.name, typed)
		}
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
