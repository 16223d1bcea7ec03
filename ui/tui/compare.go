package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/compare"
	"godoctor/ui/table"
)

// comparison is the screen of what differs between two machines, projects or programs: what can change a build first, each
// with why it matters and what can be done. It stands beside the numbered screens, and begins with the choice of what is
// compared.
type comparison struct {
	*root
	sides  [2]string   // A and B, as on the command line and raw; empty: not chosen
	job    *compareJob // the last; never nil
	saving *saveJob    // likewise
	result *compared   // nil: there is none
	err    string      // why there is none, clean

	list    table.List[string]
	columns *table.Columns
	filter  *filterField
	show    int // only differences of group show-1; 0: all

	choosing bool // the choice is shown, not the result
	choice   *choice

	width, height int
}

func newCompare(r *root) *comparison {
	return &comparison{root: r, sides: [2]string{"", "here"}, job: &compareJob{}, saving: &saveJob{}, filter: new(filterField), choice: newChoice(),
		columns: table.NewColumns(
			table.Column{Title: "CAN CHANGE", Width: 10},
			table.Column{Title: "WHAT", Width: 20, Flex: 3},
			table.Column{Title: "A", Width: 14, Flex: 2, Drop: 2},
			table.Column{Title: "B", Width: 14, Flex: 2, Drop: 1},
		)}
}

// compareUses are what keys do here, of the choice and of the result.
func compareUses() []use {
	return []use{
		{key: keys.open, does: "all about the difference; in the choice: take it", row: true},
		{key: keys.compare, does: "choose what is compared"},
		{key: keys.show, does: "show one effect", when: "there are differences"},
		{key: keys.filter, does: "filter; in the choice: type a path"},
		{key: keys.again, does: "compare again"}, {key: keys.reverse, does: "swap A and B"},
		{key: keys.save, does: "save a snapshot of this machine, in a file of godoctor's own"},
		{key: keys.tab, does: "choose the other side; of a path that is typed: complete it", when: "the choice is open"},
		{key: keys.copy, does: "copy both values; in the choice: the path", row: true},
		{key: keys.copyCommand, when: "two sides are compared"}, {key: keys.back, does: "show all, then go back"},
	}
}

// openCompare is C: it shows the screen. From Projects it takes the project under the cursor along, as B; on the screen itself
// it chooses anew what is compared.
func (r *root) openCompare() tea.Cmd {
	c := r.screens[compareScreen].(*comparison)
	switch {
	case r.Compare == nil:
		r.say(r.lacks("nothing can be compared here"))
		return nil
	case r.current == compareScreen:
		return c.choose(c.choice.side)
	case r.current == projectsScreen:
		if row := r.screens[projectsScreen].(*projects).selected(); row != nil {
			c.setSide(1, row.p.Dir)
		}
	}
	return r.goTo(compareScreen)
}

// entered goes on where somebody left the screen.
func (c *comparison) entered() tea.Cmd {
	switch {
	case c.Compare == nil:
	case c.sides[0] == "" || c.sides[1] == "":
		return c.choose(c.missing())
	case c.choosing:
		return c.choose(c.choice.side)
	case c.result == nil && c.err == "" && !c.job.running:
		return c.start([2]*Side{})
	}
	return nil
}

// missing is a side that is not chosen.
func (c *comparison) missing() int {
	if c.sides[0] == "" {
		return 0
	}
	return 1
}

// setSide takes what a side is. What was compared before is forgotten if that is something else.
func (c *comparison) setSide(side int, arg string) {
	if c.sides[side] != arg {
		c.drop()
		c.sides[side], c.result, c.err, c.show = arg, nil, "", 0
		c.filter.clear()
	}
}

func (c *comparison) setData(*data) {
	if c.choosing {
		c.offer()
	}
}

func (c *comparison) resize(w, h int) {
	c.width, c.height = w, h
	c.list.Resize(max(h-4, 1)) // about right until it is drawn
	c.choice.list.Resize(max(h-4, 1))
}

func (c *comparison) typing() textfield {
	switch {
	case c.choosing && c.choice.field.active:
		return typedPath{c}
	case !c.choosing && c.filter.active:
		return filterTyping{c.env, c.filter, typedDifferences{&c.list, c}, c.width}
	}
	return nil
}

// typedDifferences is the list while the filter takes letters.
type typedDifferences struct {
	mover
	c *comparison
}

func (t typedDifferences) refilter() { t.c.refilter() }

func (c *comparison) refilter() {
	if c.result != nil {
		c.list.SetOrder(c.result.order(c.filter.words(), c.show))
	}
}

func (c *comparison) keys() []key.Binding {
	sides, save := keys.compare, keys.save
	sides.SetHelp("C", "sides")
	save.SetHelp("J", "save snapshot")
	switch {
	case c.Compare == nil:
		return []key.Binding{keys.back}
	case c.choosing:
		return c.choiceKeys(save)
	case c.filter.active:
		return filterKeys()
	}
	again, swap, command := keys.again, keys.reverse, keys.copyCommand
	again.SetHelp("r", "again")
	swap.SetHelp("S", "swap")
	if c.selected() == nil {
		return []key.Binding{keys.back, sides, again, swap, command, save}
	}
	open, show, copies := keys.open, keys.show, keys.copy
	open.SetHelp("enter", "all of it")
	if c.width < bodyWidth {
		open.SetHelp("enter", "all")
	}
	show.SetHelp("f", "by effect")
	copies.SetHelp("y", "copy values")
	list := []key.Binding{moveHint, open, sides, show, keys.filter, again, swap, save, copies, command}
	if c.filtered() {
		return append([]key.Binding{keys.back}, list...)
	}
	return append(list, keys.back)
}

// filtered reports whether not all differences are shown.
func (c *comparison) filtered() bool { return c.filter.words() != "" || c.show > 0 }

// selected is the row under the cursor, or nil.
func (c *comparison) selected() *differenceRow {
	if i := c.list.Selected(); c.result != nil && i >= 0 && i < len(c.result.rows) {
		return &c.result.rows[i]
	}
	return nil
}

func (c *comparison) update(m tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(m, keys.back) && (c.Compare == nil || !c.choosing && !c.filtered()):
		return c.goTo(c.previous)
	case c.Compare == nil:
	case key.Matches(m, keys.save):
		return c.save()
	case key.Matches(m, keys.reverse):
		return c.swap()
	case c.choosing:
		return c.choiceKey(m)
	case key.Matches(m, keys.again):
		return c.start([2]*Side{})
	case key.Matches(m, keys.copyCommand):
		return c.copyText("command", c.command())
	case c.result != nil && !moveKeys(&c.list, m):
		return c.act(m)
	}
	return nil
}

// act deals with the keys that are about what was found.
func (c *comparison) act(m tea.KeyPressMsg) tea.Cmd {
	row := c.selected()
	switch {
	case key.Matches(m, keys.back):
		if c.filter.words() == "" {
			c.show = 0
		}
		c.filter.clear()
		c.refilter()
	case key.Matches(m, keys.filter) && len(c.result.rows) > 0:
		c.filter.start()
	case key.Matches(m, keys.show):
		c.nextGroup()
	case row == nil:
	case key.Matches(m, keys.open, keys.right):
		c.root.dialog = c.story(row)
	case key.Matches(m, keys.copy) && row.d == nil:
		c.say("that is no difference: there are no values to copy")
	case key.Matches(m, keys.copy):
		return c.copyText("values", bothValues(row.d))
	}
	return nil
}

// bothValues are the values of a difference in a line.
func bothValues(d *compare.Difference) string {
	return fmt.Sprintf("%s: A %q, B %q", d.Title(), d.A, d.B)
}

// nextGroup is f: only what can change the next thing that there is are shown.
func (c *comparison) nextGroup() {
	for c.show = (c.show + 1) % (numGroups + 1); c.show > 0 && c.result.counts[c.show-1] == 0; c.show = (c.show + 1) % (numGroups + 1) {
	}
	c.refilter()
	if c.show == 0 {
		c.say("showing all differences")
		return
	}
	c.say("showing " + groupTitles[c.show-1])
}

// swap makes A of B. What was read is read no second time.
func (c *comparison) swap() tea.Cmd {
	var known [2]*Side
	if c.result != nil {
		known = [2]*Side{&c.result.sides[1], &c.result.sides[0]}
	}
	c.drop()
	c.sides[0], c.sides[1] = c.sides[1], c.sides[0]
	c.result, c.err = nil, ""
	if c.choosing {
		return nil
	}
	return c.start(known)
}

// command is the same on the command line.
func (c *comparison) command() string {
	args := c.sides
	if c.result != nil {
		args = [2]string{c.result.sides[0].Arg, c.result.sides[1].Arg}
	}
	return "godoctor compare " + shellWord(args[0]) + " " + shellWord(args[1])
}
