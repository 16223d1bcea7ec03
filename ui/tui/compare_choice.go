package tui

import (
	"context"
	"path/filepath"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/report"
	"godoctor/ui/table"
)

// choice is where it is chosen what is compared: a list of what is at hand, and a field for the path of anything else.
type choice struct {
	side    int // that is chosen: 0 is A
	saved   []SavedSnapshot
	trouble string // why snapshots are not listed, clean
	listing int    // id of the job that lists them
	hand    []offer
	find    *table.Filter // over hand
	field   *filterField
	paths   pathJob
	rows    []offer // what is shown
	list    table.List[string]
	columns *table.Columns
}

// An offer is something that can be a side.
type offer struct {
	arg   string // as on the command line, raw
	kind  string
	name  string // clean
	where string // clean
	dir   bool   // a directory that goes on from what was typed
}

// The kinds of offer.
const (
	kindHere     = "here"
	kindSnapshot = "snapshot"
	kindProject  = "project"
	kindProgram  = "program"
	kindTyped    = "typed"
	kindDir      = "directory"
	kindFile     = "file"
)

func newChoice() *choice {
	return &choice{field: &filterField{most: pathMax}, find: table.NewFilter(nil), columns: table.NewColumns(
		table.Column{Title: "KIND", Width: 9, Drop: 1},
		table.Column{Title: "NAME", Width: 24, Flex: 2, Middle: true},
		table.Column{Title: "WHAT IT IS", Width: 24, Flex: 3, Middle: true, Drop: 2},
	)}
}

// savedListMsg is the list of saved snapshots.
type savedListMsg struct {
	compareMsg
	id    int // 0: it comes with something else
	saved []SavedSnapshot
	err   error
}

// choose shows the choice of a side, and lists anew what is at hand.
func (c *comparison) choose(side int) tea.Cmd {
	c.choosing, c.choice.side = true, side
	c.offer()
	saved := c.Compare.Saved
	var j job
	var cmd tea.Cmd
	j, cmd = c.jobs.start(func(context.Context) tea.Msg {
		m := savedListMsg{id: j.id}
		m.saved, m.err = saved()
		return m
	})
	c.choice.listing = j.id
	return cmd
}

func (c *comparison) onSavedList(m savedListMsg) {
	if m.id != 0 && m.id != c.choice.listing {
		return
	}
	c.choice.saved, c.choice.trouble = m.saved, ""
	if m.err != nil {
		c.choice.trouble = "saved snapshots cannot be listed: " + c.env.say(report.NoPassword(m.err.Error()))
	}
	if c.choosing {
		c.offer()
	}
}

// offer makes the list of what is at hand.
func (c *comparison) offer() {
	h := c.choice
	h.hand = append(h.hand[:0:0], offer{arg: "here", kind: kindHere, name: "here", where: "this machine now" + c.projectHere()})
	for _, s := range h.saved {
		h.hand = append(h.hand, offer{arg: s.File, kind: kindSnapshot, name: c.env.clean(strings.TrimSuffix(filepath.Base(s.File), ".json")),
			where: s.Time.Local().Format("2 Jan 2006 15:04") + ", saved here"})
	}
	if d := c.data; d != nil {
		h.hand = append(h.hand, c.projectOffers(d)...)
		h.hand = append(h.hand, c.programOffers(d)...)
	}
	names := make([]string, len(h.hand))
	for i := range names {
		names[i] = h.hand[i].kind + " " + h.hand[i].name + " " + h.hand[i].where
	}
	h.find = table.NewFilter(names)
	c.fill()
}

// projectOffers are the projects that were found, one a directory.
func (c *comparison) projectOffers(d *data) []offer {
	out := make([]offer, 0, len(d.projs))
	seen := make(map[string]bool, len(d.projs))
	for _, i := range d.byProject[projectsByName] {
		p := &d.projs[i]
		if !seen[p.p.Dir] {
			seen[p.p.Dir] = true
			out = append(out, offer{arg: p.p.Dir, kind: kindProject, name: p.name, where: c.env.path(p.p.Dir)})
		}
	}
	return out
}

// programOffers are the installed programs that say how they were built.
func (c *comparison) programOffers(d *data) []offer {
	if d.inv.Binaries == nil {
		return nil
	}
	var out []offer
	for i := range d.inv.Binaries.Binaries {
		if b := &d.inv.Binaries.Binaries[i]; b.GoVersion != "" {
			out = append(out, offer{arg: b.Path, kind: kindProgram, name: c.env.clean(b.Name), where: c.env.path(b.Path)})
		}
	}
	return out
}

// fill puts into the list what fits to what was typed: that itself, the names that go on from it, what of all at hand has it in
// its name.
func (c *comparison) fill() {
	h := c.choice
	words := h.field.words()
	h.rows = h.rows[:0:0]
	if words != "" {
		h.rows = append(h.rows, offer{arg: words, kind: kindTyped, name: c.env.clean(words), where: "a file or a directory, as it was typed"})
		for i := range h.paths.offers { // of what was typed before some still fit, until the others come
			if o := &h.paths.offers[i]; strings.HasPrefix(o.arg, words) {
				h.rows = append(h.rows, *o)
			}
		}
	}
	for _, i := range h.find.Apply(c.env.clean(words), nil) {
		h.rows = append(h.rows, h.hand[i])
	}
	keys := make([]string, len(h.rows))
	for i := range keys {
		keys[i] = h.rows[i].kind + "\x00" + h.rows[i].arg
		if h.rows[i].kind == kindTyped {
			keys[i] = kindTyped // it stays the same row while somebody types
		}
	}
	h.list.SetRows(keys, nil)
}

// at is the row under the cursor, or nil.
func (h *choice) at() *offer {
	if i := h.list.Selected(); i >= 0 && i < len(h.rows) {
		return &h.rows[i]
	}
	return nil
}

// other names the other side.
func (h *choice) other() string { return letters[1-h.side] }

func (c *comparison) choiceKeys(save key.Binding) []key.Binding {
	take, tab := keys.open, keys.tab
	take.SetHelp("enter", "take")
	if c.choice.field.active {
		tab.SetHelp("tab", "complete")
		return []key.Binding{take, tab, bind("esc", "clear", "esc")}
	}
	path, swap := keys.filter, keys.reverse
	path.SetHelp("/", "type a path")
	tab.SetHelp("tab", "choose "+c.choice.other())
	swap.SetHelp("S", "swap")
	return []key.Binding{moveHint, take, path, tab, keys.back, swap, save, keys.copy}
}

// choiceKey takes a key while nothing is typed.
func (c *comparison) choiceKey(m tea.KeyPressMsg) tea.Cmd {
	h := c.choice
	row := h.at()
	switch {
	case moveKeys(&h.list, m):
	case key.Matches(m, keys.filter):
		h.field.start()
	case key.Matches(m, keys.tab, keys.tabBack):
		h.side = 1 - h.side
	case key.Matches(m, keys.back) && h.field.words() != "":
		h.field.clear()
		c.fill()
	case key.Matches(m, keys.back):
		return c.leaveChoice()
	case key.Matches(m, keys.again):
		return c.choose(h.side)
	case row == nil:
	case key.Matches(m, keys.open, keys.right):
		return c.take(row)
	case key.Matches(m, keys.copy) && row.arg == "here":
		c.say("that is this machine: it has no path")
	case key.Matches(m, keys.copy):
		return c.copyText("path", row.arg)
	}
	return nil
}

// leaveChoice goes back: to what was compared, or to where one came from.
func (c *comparison) leaveChoice() tea.Cmd {
	if c.sides[0] == "" || c.sides[1] == "" {
		return c.goTo(c.previous)
	}
	c.choosing = false
	return c.entered()
}

// take takes a row as the side that is chosen, and compares if the other one is chosen too.
func (c *comparison) take(row *offer) tea.Cmd {
	c.setSide(c.choice.side, row.arg)
	c.choice.field.clear()
	c.fill()
	if c.sides[0] == "" || c.sides[1] == "" {
		c.choice.side = c.missing()
		c.say(letters[1-c.choice.side] + " is chosen: now " + letters[c.choice.side])
		return nil
	}
	return c.start([2]*Side{})
}
