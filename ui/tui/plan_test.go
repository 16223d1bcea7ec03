package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/usage"
)

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
