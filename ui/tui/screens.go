package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A screen shows one kind of thing. It draws into the body of the frame: the lines between the tabs and
// the footer.
type screen interface {
	setData(*data)
	resize(width, height int)
	update(tea.KeyPressMsg) tea.Cmd
	render() []string    // at most height lines, none wider than width
	keys() []key.Binding // those that work now, the most useful first
	typing() textfield   // nil unless letters are text now
}

// A textfield takes keys as text, and has a place for the cursor.
type textfield interface {
	edit(tea.Msg) tea.Cmd
	cursor() *tea.Cursor // relative to the body of the frame
}

// table of screens: the key of each is its place in it.
var screens = []struct {
	name string
	make func(*root) screen
}{
	{"Overview", func(r *root) screen { return newOverview(r) }},
	{"Modules", func(r *root) screen { return newModules(r) }},
	{"Toolchains", func(r *root) screen { return newToolchains(r) }},
	{"Projects", func(r *root) screen { return newProjects(r) }},
	{"Findings", func(r *root) screen { return newFindings(r) }},
	{"Plan", func(r *root) screen { return newPlan(r) }},
	{"Activity", func(r *root) screen { return newActivity(r) }},
}

// Where the screens are in the table.
const (
	overviewScreen = iota
	modulesScreen
	toolchainsScreen
	projectsScreen
	findingsScreen
	planScreenAt
	activityScreen
)
