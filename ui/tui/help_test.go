package tui

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
)

// allKeys are the bindings of the keymap, by the names of its fields.
func allKeys() map[string]key.Binding {
	out := make(map[string]key.Binding)
	v := reflect.ValueOf(&keys).Elem()
	for i := range v.NumField() {
		out[v.Type().Field(i).Name] = reflect.NewAt(v.Field(i).Type(), v.Field(i).Addr().UnsafePointer()).Elem().Interface().(key.Binding)
	}
	return out
}

// Every key of the keymap is in the table, and the table says nothing twice.
func TestKeyTable(t *testing.T) {
	in := func(b key.Binding) bool {
		for _, p := range places() {
			for _, u := range p.uses {
				if slices.Equal(u.key.Keys(), b.Keys()) && u.key.Help() == b.Help() {
					return true
				}
			}
		}
		return false
	}
	all := allKeys()
	if len(all) < 50 {
		t.Fatalf("%d keys found", len(all))
	}
	for name, b := range all {
		switch name {
		case "screen": // there are fewer screens than digits
			b = screenHint()
		case "compare", "bundle":
			if !slices.ContainsFunc(Keys(), func(p report.KeyPlace) bool { return strings.EqualFold(p.Name, name) }) {
				continue // no such screen
			}
		}
		if !in(b) {
			t.Errorf("%s (%s: %s) is in no place of keytable.go", name, b.Help().Key, b.Help().Desc)
		}
	}
	for _, p := range Keys() {
		seen := make(map[string]bool)
		for _, k := range p.Keys {
			if k.Does == "" || len(k.Keys) == 0 {
				t.Errorf("%s: %+v says nothing", p.Name, k)
			}
			for _, name := range k.Keys {
				if seen[name] {
					t.Errorf("%s: %s is there twice", p.Name, name)
				}
				seen[name] = true
			}
		}
	}
}

// A key can be pressed by its name.
func TestPressOf(t *testing.T) {
	for name, b := range allKeys() {
		for _, k := range b.Keys() {
			if !key.Matches(pressOf(k), b) {
				t.Errorf("%s: %q is pressed as %q", name, k, pressOf(k).String())
			}
		}
	}
}

// helpRows are the rows of the open list that are shown.
func shownRows(r *root) (out []string) {
	for i := range r.help.list.Len() {
		if row := &r.help.rows[r.help.list.Index(i)]; row.head {
			out = append(out, "# "+row.group)
		} else {
			out = append(out, row.key+": "+row.what)
		}
	}
	return out
}

// point types the words for a row and insists that it is under the cursor.
func point(t *testing.T, r *root, words, want string) {
	t.Helper()
	for _, c := range words {
		name := string(c)
		if c == ' ' {
			name = "space"
		}
		press(r, name)
	}
	if row := r.help.selected(); row == nil || !strings.Contains(row.key+": "+row.what, want) {
		t.Fatalf("typed %q: %v under the cursor, want %q; rows %q", words, row, want, shownRows(r))
	}
}

// Letters search, arrows move, enter presses the key on the screen below, esc clears and then closes.
func TestHelp(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(40))
	press(r, "2", "l", "j", "?")
	if r.help == nil || r.dialog != nil || r.help.selected() == nil {
		t.Fatal("? opens no list, or with nothing under the cursor")
	}
	first := r.help.list.Cursor()
	press(r, "j") // a letter
	if r.help.field.words() != "j" {
		t.Error("j is not text")
	}
	press(r, "esc")
	if r.help == nil || r.help.field.words() != "" || r.help.list.Cursor() != first {
		t.Error("esc does not clear what was typed")
	}
	press(r, "down", "up", "up", "up")
	if r.help.list.Cursor() != first {
		t.Error("the cursor stands on the head of a group")
	}
	point(t, r, "reverse", "S: reverse the order")
	if rows := shownRows(r); len(rows) != 2 || rows[0] != "# Modules" {
		t.Errorf("rows %q", rows)
	}
	press(r, "enter")
	if m := r.screens[modulesScreen].(*modules); !m.reversed || r.help != nil {
		t.Error("enter did not press S")
	}
	press(r, "?", "?")
	if r.help != nil {
		t.Error("? does not close what it opened")
	}
	press(r, "?", "n", "o", "space", "s", "u", "c", "h")
	if s := screenText(r); !strings.Contains(s, "nothing is called so") || press(r, "enter") != nil || r.help == nil {
		t.Errorf("nothing found:\n%s", s)
	}
	press(r, "esc", "esc")
	if r.help != nil {
		t.Error("esc does not close")
	}
	r.Update(tea.PasteMsg{Content: "x"})
	press(r, "?")
	r.Update(tea.PasteMsg{Content: "quit"})
	if row := r.help.selected(); row == nil || row.key != "q" {
		t.Errorf("pasted: %v", row)
	}
	if !isQuit(press(r, "enter")) {
		t.Error("q was not pressed")
	}
}

// What does not work now says why, and does nothing.
func TestHelpSaysWhyNot(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(9))
	press(r, "2", "?")
	point(t, r, "esc modules", "esc: show all")
	if s := screenText(r); !strings.Contains(s, "(not now)") {
		t.Errorf("not marked:\n%s", s)
	}
	press(r, "enter")
	if s := screenText(r); r.help == nil || !strings.Contains(s, "not now: only when a filter is set") {
		t.Errorf("no reason:\n%s", s)
	}
	press(r, "backspace")
	if strings.Contains(screenText(r), "not now: only") {
		t.Error("the reason stays behind the next key")
	}
	press(r, "esc", "esc", "/", "0", "enter", "?")
	point(t, r, "esc modules", "esc: show all")
	if press(r, "enter"); r.screens[modulesScreen].(*modules).filtered() {
		t.Error("esc was not pressed where it works")
	}
}

// The palette goes to screens, and does there what needs no look first; what is about a row is left to who sees it.
func TestPalette(t *testing.T) {
	pins := 0
	r := testRoot(t, Options{Pin: func(config.Pin, bool) error { pins++; return nil }})
	r.Use = useOf(config.Default())
	load(r, withProjects(inventory(20), 3))
	for _, open := range []string{":", "ctrl+p"} {
		press(r, "1", open)
		point(t, r, "findings screens", "5: Findings")
		if press(r, "enter"); r.current != findingsScreen || r.help != nil {
			t.Errorf("%s: on screen %d", open, r.current)
		}
	}
	press(r, "1", ":")
	point(t, r, "reverse modules", "S: reverse")
	press(r, "enter")
	if m := r.screens[modulesScreen].(*modules); r.current != modulesScreen || !m.reversed {
		t.Error("the order of another screen was not reversed")
	}
	press(r, "g", "l", "j", "1", ":")
	point(t, r, "pin modules", "P: pin")
	cmd := press(r, "enter")
	work(r, cmd)
	if pins != 0 || r.current != modulesScreen || !strings.Contains(r.status, "here P is: pin") {
		t.Errorf("%d pins of a row that nobody saw; says %q", pins, r.status)
	}
	press(r, ":")
	point(t, r, "pin modules", "P: pin")
	work(r, press(r, "enter"))
	if pins != 1 {
		t.Errorf("%d pins on the screen itself", pins)
	}
	press(r, "/", ":")
	if r.help != nil || r.screens[modulesScreen].(*modules).filter.words() != ":" {
		t.Error(": is no text where a filter takes letters")
	}
}

// A page of the help closes to where it was opened.
func TestHelpPages(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(3))
	press(r, "?")
	point(t, r, "goroot-other", "goroot-other")
	press(r, "enter")
	if r.dialog == nil || !strings.Contains(screenText(r), "godoctor help goroot-other") && !strings.Contains(screenText(r), "Why") {
		t.Fatalf("no manual page:\n%s", screenText(r))
	}
	press(r, "esc")
	if r.dialog != nil || r.help == nil || r.help.field.words() != "goroot-other" {
		t.Error("the page does not lead back")
	}
	press(r, "esc")
	point(t, r, "what keys change", "what keys change")
	press(r, "enter")
	if !strings.Contains(screenText(r), "No key changes a cache") {
		t.Errorf("no promise:\n%s", screenText(r))
	}
}

// Nothing in the lists changes a cache by itself: what is done is done by a question, with Cancel marked.
func TestHelpRunsNothing(t *testing.T) {
	asked := make(map[string]bool)
	for _, open := range []string{"?", ":"} {
		for _, from := range []string{"2", "5", "6"} {
			for n := 0; ; n++ {
				f, g := &remover{later: true}, &nurse{}
				r := testRoot(t, Options{Verify: some().run})
				r.Use = useOf(config.Default())
				load(r, withProjects(inventory(8), 3))
				r.Clean, r.Repair = f.cleaner(), g.repairer()
				allWrong(r)
				do(r, "6", from, open)
				if n >= r.help.list.Len() {
					break
				}
				row := &r.help.rows[r.help.list.Index(n)]
				if row.head || row.group == "To read" || row.group == "Moving" {
					continue
				}
				r.help.list.Move(n)
				cmd := press(r, "enter")
				for range 4 {
					cmd = work(r, cmd)
				}
				if len(f.removed)+len(f.undone)+len(g.mended)+len(g.got) > 0 || r.work.running {
					t.Errorf("%s %s: %s: %s changed something", from, open, row.group, row.what)
				}
				if q := r.question; q != nil {
					asked[row.key] = true
					if q.marked != 0 {
						t.Errorf("%s: %s asks with %q marked", row.group, row.what, q.buttons()[q.marked])
					}
				}
			}
		}
	}
	if !asked["x"] {
		t.Errorf("nothing asked: %v", asked)
	}
}

// The lists at three sizes, as somebody has seen them.
func TestGoldenHelp(t *testing.T) {
	for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 40}} {
		for _, c := range []struct {
			name string
			keys []string
		}{
			{"help", []string{"2", "?"}}, {"help_search", []string{"2", "?", "m", "a", "r", "k"}}, {"help_why_not", []string{"5", "?", "d", "i", "f", "f", "enter"}},
			{"palette", []string{"2", ":"}}, {"palette_search", []string{":", "c", "o", "p", "y", "down"}},
		} {
			r := testRoot(t, Options{})
			r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			r.Use = useOf(config.Default())
			load(r, withProjects(inventory(60), 4))
			verified(r)
			press(r, c.keys...)
			checkFrame(t, r, c.name)
			golden(t, fmt.Sprintf("%s_%dx%d", c.name, size[0], size[1]), withoutGoroot(screenText(r)))
		}
	}
}
