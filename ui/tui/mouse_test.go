package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"godoctor/doctor/config"
)

// click presses the left button where a text begins on the screen.
func click(t *testing.T, r *root, what string) tea.Cmd {
	t.Helper()
	for y, l := range strings.Split(screenText(r), "\n") {
		if at := strings.Index(l, what); at >= 0 {
			_, cmd := r.Update(tea.MouseClickMsg{X: ansi.StringWidth(l[:at]), Y: y, Button: tea.MouseLeft})
			return cmd
		}
	}
	t.Fatalf("no %q on the screen:\n%s", what, screenText(r))
	return nil
}

// The mouse is the terminal's until somebody gives it to the program.
func TestMouseIsOff(t *testing.T) {
	r := load(testRoot(t, Options{}), inventory(9))
	if r.View().MouseMode != tea.MouseModeNone {
		t.Error("the mouse is taken without being asked for")
	}
	press(r, "%")
	if r.View().MouseMode != tea.MouseModeCellMotion || !strings.Contains(r.status, "with shift") {
		t.Errorf("%% does not take it: %q", r.status)
	}
	press(r, "%")
	if r.View().MouseMode != tea.MouseModeNone {
		t.Error("% does not give it back")
	}
	if r = testRoot(t, Options{Mouse: true}); r.View().MouseMode != tea.MouseModeCellMotion {
		t.Error("--mouse does not take it")
	}
}

// A click on a name in the first line goes to that screen, whether the names stand far apart or close together.
func TestClickTab(t *testing.T) {
	for _, width := range []int{80, 120} {
		r := load(testRoot(t, Options{Color: true, Mouse: true}), withProjects(inventory(60), 2))
		verified(r) // a number stands behind Findings
		r.Update(tea.WindowSizeMsg{Width: width, Height: 30})
		for _, c := range []struct {
			name string
			want int
		}{{"Projects", projectsScreen}, {"5 Findings", findingsScreen}, {"Activity", activityScreen}, {"1", overviewScreen}, {"2 Modules", modulesScreen}} {
			if click(t, r, c.name); r.current != c.want {
				t.Errorf("%d wide: a click on %s shows screen %d", width, c.name, r.current)
			}
		}
		before := r.current
		r.Update(tea.MouseClickMsg{X: width - 1, Y: 0, Button: tea.MouseLeft})
		r.Update(tea.MouseClickMsg{X: 0, Y: 0, Button: tea.MouseRight})
		if r.current != before {
			t.Error("a click beside the names shows another screen")
		}
	}
}

// A click on a row puts the cursor there, in a list alone, in one between frames, upwards and downwards.
func TestClickRow(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
		r := testRoot(t, Options{Color: true, Mouse: true})
		r.Use = useOf(config.Default())
		load(r, withProjects(inventory(60), 2))
		r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		press(r, "2")
		m := r.screens[modulesScreen].(*modules)
		for _, name := range []string{"module00057", "module00054", "module00059", "module00056"} {
			click(t, r, name)
			if mod, _ := m.selected(); mod == nil || !strings.HasSuffix(mod.path, name) {
				t.Errorf("%v: a click on %s selects %v", size, name, mod)
			}
		}
		press(r, "4")
		click(t, r, "p001")
		if p := r.screens[projectsScreen].(*projects).selected(); p == nil || !strings.Contains(p.p.File, "p001") {
			t.Errorf("%v: a click on p001 selects %v", size, p)
		}
	}
}

// A click on what is no row moves nothing, and none answers a question or goes through a dialog.
func TestClickElsewhere(t *testing.T) {
	r := testRoot(t, Options{Color: true, Mouse: true})
	r.Use = useOf(config.Default())
	load(r, withProjects(inventory(60), 2))
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for _, screen := range []string{"1", "2", "3", "4", "5"} {
			press(r, screen, "j", "j")
			before := screenText(r)
			rows := strings.Split(before, "\n")
			for y, l := range rows {
				if y > r.bodyTop()+2 && y < r.bodyTop()+r.layout.body && strings.HasPrefix(l, "  ") {
					continue // may be a row
				}
				if y > 0 {
					r.Update(tea.MouseClickMsg{X: r.width - 2, Y: y, Button: tea.MouseLeft})
				}
			}
			if size[0] == 120 && screenText(r) != before {
				t.Errorf("%v: clicks beside the list of screen %s changed\n%s\ninto\n%s", size, screen, before, screenText(r))
			}
		}
	}
	press(r, "2", "g", "e")
	r.Update(tea.MouseClickMsg{X: 5, Y: 9, Button: tea.MouseLeft})
	if press(r, "esc"); r.screens[modulesScreen].(*modules).tree.Cursor() != 0 {
		t.Error("a click went through a dialog")
	}
	asked := false
	r.question = &ask{title: "Really?", do: "do it", armed: true, yes: func() tea.Cmd { asked = true; return nil }}
	for y := range r.height {
		for x := range r.width {
			r.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
		}
	}
	if asked || r.question == nil {
		t.Error("a click answered a question")
	}
}

// The wheel moves what has the keys: the list, the text of a dialog, the list of what can be done.
func TestWheel(t *testing.T) {
	r := load(testRoot(t, Options{Mouse: true}), inventory(60))
	press(r, "2")
	down, up := tea.MouseWheelMsg{Button: tea.MouseWheelDown}, tea.MouseWheelMsg{Button: tea.MouseWheelUp}
	tree := &r.screens[modulesScreen].(*modules).tree
	r.Update(down)
	r.Update(down)
	if r.Update(up); tree.Cursor() != wheelRows {
		t.Errorf("the cursor is on row %d", tree.Cursor())
	}
	press(r, "?")
	before := r.help.list.Cursor()
	if r.Update(down); r.help.list.Cursor() != before+wheelRows || tree.Cursor() != wheelRows {
		t.Error("the wheel does not move the list of keys, or another one too")
	}
	press(r, "esc", "?", "g", "o", "p", "a", "t", "h", "enter")
	if r.dialog == nil {
		t.Fatal("no page")
	}
	r.View()
	if r.Update(down); r.dialog.total > r.dialog.height && r.dialog.offset == 0 {
		t.Error("the wheel does not move a dialog")
	}
	r.help, r.dialog = nil, nil
	q := &ask{title: "Really?", do: "do it", yes: func() tea.Cmd { return nil }}
	r.openAsk(q)
	n := q.press
	if r.Update(down); q.press != n || q.armed {
		t.Error("the wheel is a key for a question")
	}
}

// The terminal's cursor is on the row that is selected, on every screen that has one, and in the field where text is typed.
func TestTerminalCursor(t *testing.T) {
	r := testRoot(t, Options{Color: true})
	r.Use = useOf(config.Default())
	load(r, withProjects(inventory(60), 2))
	verified(r)
	for _, size := range [][2]int{{80, 24}, {120, 40}, {40, 12}} {
		r.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for _, screen := range []string{"1", "2", "3", "4", "5"} {
			press(r, screen, "j", "j")
			v := r.View()
			if v.Cursor == nil {
				if strings.Contains(v.Content, "\x1b[7m") {
					t.Errorf("%v: no cursor on screen %s", size, screen)
				}
				continue
			}
			l := strings.Split(ansi.Strip(v.Content), "\n")[v.Cursor.Y]
			if ansi.Cut(l, v.Cursor.X, v.Cursor.X+1) != ">" || v.Cursor.Blink {
				t.Errorf("%v: the cursor of screen %s is at %v in %q", size, screen, v.Cursor.Position, l)
			}
		}
	}
	press(r, "2", "?", "a", "b")
	v := r.View()
	if v.Cursor == nil {
		t.Fatal("no cursor in the help")
	}
	if l := strings.Split(ansi.Strip(v.Content), "\n")[v.Cursor.Y]; !strings.HasSuffix(ansi.Cut(l, 0, v.Cursor.X), "/ ab") {
		t.Errorf("the cursor of the help is at %v in %q", v.Cursor.Position, l)
	}
}
