package tui

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"godoctor/ui/style"
)

// openHelp shows every key that works here, and every one that works here at times.
func (r *root) openHelp() {
	rows := r.screenRows(r.current)
	for _, b := range moving() {
		rows = append(rows, r.keyRow("Moving", b))
	}
	rows = append(append(rows, r.tabRows()...), r.everywhereRows()...)
	r.openBox("Keys of "+screens[r.current].name, append(rows, r.pageRows()...))
}

// openPalette shows everything that can be done anywhere.
func (r *root) openPalette() {
	rows := append(append(r.tabRows(), r.screenRows(r.current)...), r.everywhereRows()...)
	rows = append(rows, r.themeRows()...)
	for i := range screens {
		if i != r.current {
			rows = append(rows, r.screenRows(i)...)
		}
	}
	r.openBox("Everything", append(rows, r.pageRows()...))
}

// screenRows are the keys of a screen: those that work now, with what they do now, before those that do not.
func (r *root) screenRows(n int) (rows []helpRow) {
	name := screens[n].name
	var here place
	for _, p := range places() {
		if p.screen == n {
			here = p
		}
	}
	uses := here.uses
	now := r.screens[n].keys()
	for _, b := range now {
		if len(b.Keys()) == 0 {
			continue // moveHint
		}
		i := slices.IndexFunc(uses, func(u use) bool { return u.key.Keys()[0] == b.Keys()[0] })
		var u use
		if i >= 0 {
			u = uses[i]
		}
		rows = append(rows, r.actionRow(name, n, b, u))
	}
	for _, u := range uses {
		if slices.ContainsFunc(now, func(b key.Binding) bool { return len(b.Keys()) > 0 && b.Keys()[0] == u.key.Keys()[0] }) {
			continue
		}
		row := helpRow{group: name, key: shownKeys(u.key), what: u.words(), not: cmp.Or(here.idle, "something else is open")}
		if u.when != "" {
			row.not = "only when " + u.when
		}
		rows = append(rows, row)
	}
	return rows
}

// actionRow is a key of a screen. Of another screen the row under its cursor has not been seen: what is about that is left to
// who looks at it.
func (r *root) actionRow(group string, n int, b key.Binding, u use) helpRow {
	row := r.keyRow(group, b)
	if u.does != "" && b.Help() == u.key.Help() { // the screen says nothing of its own
		row.what = u.does
	}
	if n == r.current {
		return row
	}
	press := row.do
	row.do = func() tea.Cmd {
		cmd := r.goTo(n)
		switch {
		case u.row:
			r.say("here " + b.Help().Key + " is: " + row.what)
		case !slices.ContainsFunc(r.screens[n].keys(), func(now key.Binding) bool { return slices.Equal(now.Keys(), b.Keys()) }):
			r.say("not now: " + row.what)
		default:
			return tea.Batch(cmd, press())
		}
		return cmd
	}
	return row
}

// keyRow presses a key.
func (r *root) keyRow(group string, b key.Binding) helpRow {
	return helpRow{group: group, key: shownKeys(b), what: b.Help().Desc, do: func() tea.Cmd { return r.onKey(pressOf(b.Keys()[0])) }}
}

// shownKeys are the keys that do the same, the first of them first.
func shownKeys(b key.Binding) string { return strings.Join(b.Keys(), " ") }

// tabRows lead to the screens.
func (r *root) tabRows() (rows []helpRow) {
	for i, s := range screens {
		row := r.keyRow("Screens", screenKey(i))
		row.what = s.name
		rows = append(rows, row)
	}
	return rows
}

// everywhereRows are the keys that every screen has, but those of the screens.
func (r *root) everywhereRows() (rows []helpRow) {
	for _, b := range everywhere() {
		if !slices.Equal(b.Keys(), screenHint().Keys()) {
			rows = append(rows, r.keyRow("Everywhere", b))
		}
	}
	return rows
}

// themeRows choose a theme.
func (r *root) themeRows() (rows []helpRow) {
	for _, n := range style.Names() {
		row := helpRow{group: "Themes", what: "theme " + string(n), do: func() tea.Cmd { return r.choose(n) }}
		if r.display.Profile <= colorprofile.ASCII && n != style.Mono {
			row.not = "there are no colours here (NO_COLOR, --color)"
		}
		rows = append(rows, row)
	}
	return rows
}

// pageRows are pages to read: what keys may do, and the manual pages of the checks.
func (r *root) pageRows() []helpRow {
	const group = "To read"
	rows := []helpRow{{group: group, what: "what keys change, and what not", do: func() tea.Cmd {
		r.dialog = &dialog{title: "What keys change", lines: []entry{{text: promise}}}
		return nil
	}}}
	for _, id := range slices.Sorted(maps.Keys(r.manuals)) {
		title := r.env.clean(id + ": " + r.manuals[id].Title)
		rows = append(rows, helpRow{group: group, what: title, do: func() tea.Cmd {
			r.dialog = &dialog{title: r.env.clean(id), lines: append([]entry{{text: title, strong: true}},
				r.screens[findingsScreen].(*findings).manual(id)...)}
			return nil
		}})
	}
	return rows
}

const promise = "No key changes a cache: x, F and z look, and then ask with Cancel marked. What godoctor writes beside that is its " +
	"own: the pins that P sets, plans, snapshots and bundles, the history, an index and the totals of what it saw, a list of projects. Only what " +
	"x fetches or z brings back comes over the network. Enter in the help presses a key like you do, so that what asks there asks here."

// pressOf is a press of the key with that name, as bindings have it.
func pressOf(name string) tea.KeyPressMsg {
	var m tea.KeyPressMsg
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		m.Mod, name = tea.ModCtrl, rest
	}
	if rest, ok := strings.CutPrefix(name, "shift+"); ok {
		m.Mod, name = m.Mod|tea.ModShift, rest
	}
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"left": tea.KeyLeft, "right": tea.KeyRight, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd}
	switch code, ok := codes[name]; {
	case ok:
		m.Code = code
	case name == "space":
		m.Code, m.Text = tea.KeySpace, " "
	default:
		m.Code, _ = utf8.DecodeRuneInString(name)
		if m.Mod == 0 {
			m.Text = name
		}
	}
	return m
}
