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

// A receiver is a screen that gets messages of its own: those of the jobs that it started.
type receiver interface{ on(tea.Msg) tea.Cmd }

// A stopper is a screen that has jobs of its own: stop ends those that run, and says what they were.
type stopper interface{ stop() []string }

// A forScreen is a message for one screen, which is a receiver.
type forScreen interface{ screen() int }

// table of screens: the key of each is its place in it. Those beside stand behind the others, have a letter of their own
// instead of a number, and esc leads back to where one came from; their keys, for the table of keys, are given here.
var screens = []struct {
	name   string
	make   func(*root) screen
	beside bool
	key    key.Binding  // of those beside: what leads there
	uses   func() []use // of those beside: its keys
}{
	{name: "Overview", make: func(r *root) screen { return newOverview(r) }},
	{name: "Modules", make: func(r *root) screen { return newModules(r) }},
	{name: "Toolchains", make: func(r *root) screen { return newToolchains(r) }},
	{name: "Projects", make: func(r *root) screen { return newProjects(r) }},
	{name: "Findings", make: func(r *root) screen { return newFindings(r) }},
	{name: "Plan", make: func(r *root) screen { return newPlan(r) }},
	{name: "Activity", make: func(r *root) screen { return newActivity(r) }},
	{name: "Compare", make: func(r *root) screen { return newCompare(r) }, beside: true, key: keys.compare, uses: func() []use { return compareUses() }},
	{name: "Bundle", make: func(r *root) screen { return newBundles(r) }, beside: true, key: keys.bundle, uses: func() []use { return bundleUses() }},
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
	compareScreen
	bundleScreen
)

// tabs is how many screens have a number.
func tabs() int {
	n := 0
	for _, s := range screens {
		if !s.beside {
			n++
		}
	}
	return n
}
