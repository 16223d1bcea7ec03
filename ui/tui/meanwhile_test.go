package tui

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
)

// What goes on, or comes, while somebody is at something else.

// A scan that ends before why is answered takes no version away from under it.
func TestWhyMeanwhile(t *testing.T) {
	r := testRoot(t, Options{Use: useOf(config.Default())})
	load(r, withProjects(inventory(20), 3))
	cmd := press(r, "2", "s", "s", "G", "w")
	load(r, withProjects(inventory(1), 3))
	m, ok := cmd().(whyMsg)
	if !ok || len(m.lines) < 4 {
		t.Fatalf("the answer is %+v", m)
	}
}

// Marks of versions that a scan did not find are gone; one that still runs may find them yet.
func TestMarksGone(t *testing.T) {
	r := testRoot(t, Options{Use: useOf(config.Default())})
	load(r, withProjects(inventory(20), 3))
	press(r, "2", "a")
	m := r.screens[modulesScreen].(*modules)
	all := m.marks.Count()
	some := inventory(1)
	some.Done = false
	if load(r, some); all == 0 || m.marks.Count() != all {
		t.Errorf("%d of %d are marked while the scan runs", m.marks.Count(), all)
	}
	if load(r, inventory(1)); m.marks.Count() == 0 || m.marks.Count() >= all {
		t.Errorf("%d are marked, and there are %d versions", m.marks.Count(), len(r.data.vers))
	}
}

// What is unmarked is drawn so.
func TestUnmarked(t *testing.T) {
	r := ward(t, &nurse{})
	press(r, "space")
	wantText(t, r, "marked", "ERROR*")
	if press(r, "esc"); strings.Contains(screenText(r), "ERROR*") {
		t.Errorf("nothing is marked:\n%s", screenText(r))
	}
}

// A run that waited and was taken off by ctrl+c is looked at no more.
func TestDroppedIsNotShown(t *testing.T) {
	f := &nurse{}
	r := ward(t, f)
	f.pace = func(context.Context, string) {
		if len(r.works) > 1 || r.work.ctx.Err() != nil {
			return
		}
		w := newWork(cleanWork)
		w.name = "44 items"
		r.startWork(w, func(context.Context) Outcome { return Outcome{} })
		press(r, "tab")
		wantText(t, r, "waiting", "Removing 44 items", "It begins when")
		if press(r, "ctrl+c"); strings.Contains(screenText(r), "44 items") {
			t.Errorf("it is still shown:\n%s", screenText(r))
		}
	}
	do(r, "F", "x")
	r.Update(batch(press(r, "y"))[0]())
}

// The caches are scanned after the last of several runs if any of them changed something.
func TestQueueScans(t *testing.T) {
	for _, c := range []struct {
		name        string
		first, last workKind
		end         Outcome
		log         bool // something of the last was done
		scans       bool
	}{
		{"a bundle after a clean", cleanWork, packWork, Outcome{}, false, true},
		{"what did not begin after a clean", cleanWork, mendWork, Outcome{Err: errors.New("locked")}, false, true},
		{"a bundle alone", packWork, packWork, Outcome{}, false, false},
		{"what did not begin", packWork, applyWork, Outcome{Err: errors.New("locked")}, false, false},
		{"what was broken off", packWork, applyWork, Outcome{Err: errors.New("no room")}, true, true},
	} {
		r := testRoot(t, Options{Use: useOf(config.Default()), Clean: (&remover{}).cleaner()})
		load(r, withProjects(inventory(3), 1))
		first := r.startWork(newWork(c.first), func(context.Context) Outcome { return Outcome{} })
		last := newWork(c.last)
		last.now.phases = []phase{{title: installPhase, items: 2}}
		r.startWork(last, func(context.Context) Outcome {
			if c.log {
				last.tell(0, logLine{label: "a"})
			}
			return c.end
		})
		_, next := r.Update(batch(first)[0]())
		if r.scan.running || r.work != last {
			t.Fatalf("%s: the last one does not begin", c.name)
		}
		if r.Update(batch(next)[0]()); r.scan.running != c.scans {
			t.Errorf("%s: scanning is %v", c.name, r.scan.running)
		}
	}
}

// cleanMarked begins to remove versions that are marked, and gives what the end of it comes with.
func cleanMarked(t *testing.T, r *root) tea.Cmd {
	t.Helper()
	do(r, "2", "a", "c", "x")
	typeText(r, r.question.typed)
	cmd := press(r, "enter")
	if !r.work.running || len(r.work.marked) == 0 {
		t.Fatal("it does not run")
	}
	return cmd
}

// scanEnds is the end of the scan that a run began.
func scanEnds(r *root) tea.Cmd {
	_, cmd := r.Update(scanDoneMsg{id: r.scan.id, data: r.data})
	return cmd
}

// When what was marked is gone the usual plan is made: at once where somebody looks.
func TestPlanAfterMarked(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	end := cleanMarked(t, r)
	press(r, "6")
	r.Update(batch(end)[0]())
	if r.screens[modulesScreen].(*modules).marks.Count() > 0 || !r.scan.running {
		t.Error("the marks stay, or nothing is scanned")
	}
	if work(r, scanEnds(r)); p.data == nil || len(p.policy.Modules) > 0 {
		t.Errorf("there is no usual plan:\n%s", screenText(r))
	}
}

// The end of a clean takes neither a repair that is looked at away, nor another plan of what is marked.
func TestOtherPlanStays(t *testing.T) {
	r := ward(t, &nurse{})
	p := r.screens[planScreenAt].(*planScreen)
	end := cleanMarked(t, r)
	do(r, "5", "g", "x")
	if r.Update(batch(end)[0]()); !p.mending() || p.mend == nil {
		t.Errorf("the repair is gone:\n%s", screenText(r))
	}

	r, p = planner(t, &remover{})
	end = cleanMarked(t, r)
	do(r, "2", "u", "G", "space", "c")
	marked := p.policy.Modules
	if r.Update(batch(end)[0]()); len(marked) == 0 || len(p.policy.Modules) != len(marked) || p.data == nil {
		t.Errorf("the plan of %q is gone", marked)
	}
}

// The file of a plan is that of no other plan in which as much was ticked.
func TestSavedPlanIsThatPlan(t *testing.T) {
	f := &remover{}
	r, p := planner(t, f)
	tick := func() { do(r, "6", "enter", "space") }
	tick()
	do(r, "J")
	p.forget()
	work(r, p.make())
	tick()
	if do(r, "Y"); f.saved != 2 {
		t.Errorf("saved %d times: Y copied the command of the plan before", f.saved)
	}
	r.env.home = ""
	if s := screenText(r); strings.Contains(s, "~") || !strings.Contains(s, "same as: godoctor clean --apply /home/u") {
		t.Errorf("without a home the command is\n%s", s)
	}
}

// A log that was held while a filter was set is not shorter without it.
func TestHeldLog(t *testing.T) {
	r, _ := planner(t, &remover{})
	do(r, "6", "x", "y")
	r.scan.running = false
	a := r.screens[activityScreen].(*activity)
	all := a.lines()
	press(r, "/")
	typeText(r, "module00003")
	press(r, "enter", "L")
	found := a.lines()
	a.work.tell(1, logLine{label: "example.com/module00003@v9.9.9", result: plan.Done})
	a.work.seen = a.work.sampled(r.env)
	if a.sampled(); a.lines() != found {
		t.Errorf("%d lines match of a log that is held, want %d", a.lines(), found)
	}
	if press(r, "esc"); a.lines() != all {
		t.Errorf("%d lines of %d are left", a.lines(), all)
	}
}

// Y copies on the map and the ages too, as the last line says.
func TestOverviewCopies(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(5))
	for range numPicturing {
		r.say("")
		if press(r, "Y"); r.status != "copied the command" {
			t.Errorf("Y on the %s says %q", pictureNames[r.screens[overviewScreen].(*overview).shows], r.status)
		}
		press(r, "m")
	}
}

// Where nothing can be seen nothing is typed.
func TestPasteUnseen(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(5))
	press(r, "2", "/")
	r.resize(10, 3)
	if r.Update(tea.PasteMsg{Content: "x"}); r.screens[modulesScreen].(*modules).filter.words() != "" {
		t.Error("it was pasted")
	}
}
