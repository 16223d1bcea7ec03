package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// planGoldens are the frames of the two screens, each in four sizes.
var planGoldens = []struct {
	name string
	make func(*root)
}{
	{"plan", planState(&remover{later: true}, "6", "j")},
	{"plan_inside", planState(&remover{}, "6", "j", "enter", "j", "space", "j")},
	{"plan_kept", planState(&remover{}, "6", "K")},
	{"plan_options", planState(&remover{}, "6", "t", "j")},
	{"plan_confirm", planState(&remover{differs: 2, users: map[string]int{"gopls (pid 4711: it is an editor's)": 3}}, "6", "x")},
	{"plan_typed", planState(&remover{later: true}, "6", "a", "x", "d", "e")},
	{"plan_all", planState(&remover{}, "6", "x", "v")},
	{"plan_refused", func(r *root) {
		planState(&remover{}, "6")(r)
		r.Clean.Refused = "clean was tested against crashes and races on Linux only, not on plan9: give --experimental to run it here"
		do(r, "x")
	}},
	{"plan_none", planState(&remover{fail: errors.New("no room\x1b[2J")}, "6")},
	{"activity_running", cleaning},
	{"activity_done", cleaned},
	{"activity_idle", planState(&remover{}, "7")},
	{"activity_history", func(r *root) { cleaned(r); do(r, "H") }},
	{"activity_undo", func(r *root) { cleaned(r); do(r, "z") }},
	{"guide_1", planState(&remover{later: true}, "1", "c")},
	{"guide_2", planState(&remover{later: true}, "1", "c", "c")},
	{"guide_3", planState(&remover{later: true}, "1", "c", "c", "c")},
	{"guide_4", planState(&remover{later: true}, "1", "c", "c", "c", "c")},
	{"guide_6", planState(&remover{}, "1", "c", "c", "c", "c", "y")},
}

func TestPlanGolden(t *testing.T) {
	for _, g := range planGoldens {
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}, {200, 60}} {
			name := fmt.Sprintf("%s_%dx%d", g.name, size[0], size[1])
			t.Run(name, func(t *testing.T) {
				t.Setenv("TZ", "UTC")
				r := testRoot(t, Options{Use: useOf(config.Default())})
				r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				load(r, withProjects(inventory(40), 14))
				g.make(r)
				checkFrame(t, r, name)
				golden(t, name, screenText(r))
			})
		}
	}
}

// The guided way goes on with c and back with esc, and what is ticked is kept.
func TestGuide(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	do(r, "c")
	wantText(t, r, "first", "Step 1 of 6: What may go", "c next: how old")
	do(r, "u", "c")
	wantText(t, r, "nothing ticked", "Step 1 of 6", "nothing is ticked")
	do(r, "G", "space", "c")
	wantText(t, r, "second", "Step 2 of 6: How long unused", "(*) 30 days", "c next: review")
	do(r, "j", "space", "c")
	wantText(t, r, "third", "Step 3 of 6: Review", "c next: confirm")
	if n := len(f.policies); n != 2 || f.policies[1].OlderThan != 90*ageDay {
		t.Errorf("plans by %+v", f.policies)
	}
	if items, _, _ := p.ticks.sum(); items != p.ticks.count[len(p.ticks.count)-1] || items == 0 {
		t.Errorf("%d ticked after the plan was made anew", items)
	}
	do(r, "esc")
	wantText(t, r, "back", "Step 2 of 6", "(*) 90 days")
	do(r, "esc")
	wantText(t, r, "back", "Step 1 of 6")
	do(r, "esc")
	if r.current != overviewScreen || p.step != 0 {
		t.Error("esc does not leave the guided way")
	}
	do(r, "c", "c", "c", "c")
	wantText(t, r, "question", "Step 4 of 6: Remove ")
	do(r, "n")
	wantText(t, r, "cancelled", "Step 3 of 6")
	do(r, "c", "y")
	wantText(t, r, "result", "Step 6 of 6: Result", "nothing to put back: go makes anew", "esc end")
	if len(f.removed) == 0 {
		t.Error("nothing was removed")
	}
	if do(r, "esc"); r.current != overviewScreen {
		t.Error("esc does not end it")
	}
}

// Where nothing is old enough c leads to the ages, and from there back to what may go now; t leads there too.
func TestGuideYoung(t *testing.T) {
	r, p := planner(t, &remover{young: true})
	do(r, "c")
	wantText(t, r, "first", "Step 1 of 6", "Nothing can go")
	do(r, "c")
	wantText(t, r, "second", "Step 2 of 6: How long unused", "nothing is that old: choose another age")
	do(r, "g", "space", "c")
	wantText(t, r, "what may go", "Step 1 of 6", "unpacked sources, zip kept")
	do(r, "t")
	wantText(t, r, "all of it", "Step 2 of 6", "HOW MUCH", "c next: review")
	do(r, "c")
	if items, _, _ := p.ticks.sum(); items == 0 || p.step != stepReview {
		t.Errorf("%d ticked, step %d", items, p.step)
	}
}

// Marks on Modules become a plan of exactly those, and the question says if somebody needs them.
func TestPlanMarked(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	do(r, "2", "f", "f", "f", "f", "g") // what nobody needs
	m := r.screens[modulesScreen].(*modules)
	if showing[m.show] != "orphan" {
		t.Fatalf("shown are %q", showing[m.show])
	}
	mod, _ := m.selected()
	shown := len(m.shownOf(mod))
	press(r, "space")
	if m.marks.Count() != shown {
		t.Errorf("%d marked of a module with %d shown", m.marks.Count(), shown)
	}
	do(r, "c")
	if items, _, _ := p.ticks.sum(); items != shown || len(p.policy.Modules) != shown {
		t.Errorf("%d ticked, %d named, want %d", items, len(p.policy.Modules), shown)
	}
	wantText(t, r, "plan", "same as: godoctor clean --module ")
	do(r, "x", "y")
	if len(f.removed) != shown {
		t.Errorf("%d removed, want %d", len(f.removed), shown)
	}
	if m.marks.Count() != 0 || len(p.policy.Modules) != 0 {
		t.Error("the marks stay")
	}
}

// A run can be paused, stopped after an item, and stopped at once; q asks; other screens stay usable meanwhile.
func TestSteer(t *testing.T) {
	at, goOn := make(chan int), make(chan bool)
	f := &remover{pace: func(ctx context.Context, _ *plan.Control, i int) { at <- i; <-goOn }}
	r, _ := planner(t, f)
	do(r, "6", "x")
	cmds := batch(press(r, "y"))
	done := make(chan tea.Msg)
	go func() { done <- cmds[0]() }()
	<-at
	if !r.work.running || r.current != activityScreen || r.View().ProgressBar == nil {
		t.Fatal("it does not run")
	}
	press(r, "p")
	wantText(t, r, "paused", "Paused", "p go on")
	press(r, "p")
	if press(r, "q"); r.question == nil || r.question.title != quitTitle {
		t.Error("q does not ask")
	}
	r.question.armed = true
	press(r, "n", "2", "g", "l")
	wantText(t, r, "other screens", "[2 Modules]", "going")
	press(r, "6", "x")
	wantText(t, r, "a second run", "hashing what is to go")
	r.screens[planScreenAt].(*planScreen).stop()
	press(r, "7", "X")
	goOn <- true
	for msg := (tea.Msg)(nil); msg == nil; {
		select {
		case <-at:
			goOn <- true
		case msg = <-done:
			r.Update(msg)
		}
	}
	if len(f.removed) != 1 || !r.work.outcome.Stopped {
		t.Errorf("%d removed after X", len(f.removed))
	}
	wantText(t, r, "stopped", "Stopped: 1 item removed; the rest is as it was")

	f.pace = func(ctx context.Context, _ *plan.Control, i int) {
		if i == 2 {
			press(r, "ctrl+c")
		}
	}
	r.scan.running = false
	f.removed = nil
	do(r, "6")
	work(r, r.screens[planScreenAt].(*planScreen).make())
	do(r, "x", "y")
	if len(f.removed) != 2 || !r.work.outcome.Stopped {
		t.Errorf("%d removed after ctrl+c", len(f.removed))
	}
}

// No two keys clash in any state of the two screens, and each has help.
func TestPlanKeys(t *testing.T) {
	for _, g := range planGoldens {
		r := testRoot(t, Options{Use: useOf(config.Default())})
		load(r, withProjects(inventory(10), 3))
		g.make(r)
		checkKeys(t, r, r.current)
	}
}

// What is typed after / is looked for in the log, and L holds it.
func TestLog(t *testing.T) {
	r, _ := planner(t, &remover{})
	do(r, "6", "x", "y")
	r.scan.running = false
	a := r.screens[activityScreen].(*activity)
	all := a.lines()
	press(r, "L", "/")
	typeText(r, "module00003")
	if press(r, "enter"); a.lines() == 0 || a.lines() >= all {
		t.Errorf("%d of %d lines match", a.lines(), all)
	}
	wantText(t, r, "log", "/ module00003", "held at")
	press(r, "esc", "L", "k", "k")
	if a.held < 0 || a.above == 0 {
		t.Error("moving up does not hold the log")
	}
	if press(r, "G"); a.held >= 0 {
		t.Error("the end does not follow it")
	}
}

// The history lists every run; z takes back the one under the cursor, if it can be.
func TestHistory(t *testing.T) {
	f := &remover{runs: []*state.Run{{ID: "3", Kind: "purge", Started: noon, Finished: noon}, {ID: "2", Kind: "clean", Started: noon, Finished: noon,
		Items: []state.RunItem{{Module: "example.com/a", Version: "v1.0.0", Part: "sources", Result: "done", Disk: 1 << 20}}},
		{ID: "1", Kind: "clean", Started: noon, Finished: noon, Items: []state.RunItem{{Part: "entry", Name: "0a", Result: "done"}}}}}
	r, _ := planner(t, f)
	do(r, "7", "H", "z")
	wantText(t, r, "purge", "only what was removed can be taken back")
	do(r, "G", "z")
	wantText(t, r, "build cache", "nothing to put back")
	do(r, "k", "z", "y")
	if len(f.undone) != 1 || f.undone[0] != "example.com/a@v1.0.0" {
		t.Errorf("undone %q", f.undone)
	}
}

// What is ticked as a command is the command that does the same, or none.
func TestPlanCommand(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	do(r, "6")
	if words, ok := p.ticks.command(); ok { // sources of what nobody needs would go too
		t.Errorf("it is %q", words)
	}
	do(r, "Y")
	if f.saved != 1 || !strings.HasSuffix(p.saved, ".json") {
		t.Error("Y did not save the plan that it names")
	}
	do(r, "a")
	if words, _ := p.ticks.command(); words != "godoctor clean --orphans --sources --build --leftovers --older-than 30d" {
		t.Errorf("it is %q", words)
	}
	do(r, "u")
	if words, ok := p.ticks.command(); ok {
		t.Errorf("of nothing it is %q", words)
	}
}
