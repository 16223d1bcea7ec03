package tui

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/scan/project"
	"godoctor/ui/table"
)

// projects is the screen of every go.mod and go.work that was found: the toolchain that go selects there, how much of
// what it needs is present, whether it works offline. Enter opens what one needs.
type projects struct {
	*root
	list     table.List[string]
	columns  *table.Columns
	sortBy   projectSort
	reversed bool
	filter   *filterField
	needs    *needs // open, or nil

	width, height int
}

func newProjects(r *root) *projects {
	return &projects{root: r, filter: new(filterField), columns: table.NewColumns(
		table.Column{Title: "PROJECT", Width: 24, Flex: 2, Middle: true},
		table.Column{Title: "GO", Width: 6, Drop: 4},
		table.Column{Title: "SELECTS", Width: 11, Drop: 3},
		table.Column{Title: "PRESENT", Width: 8, Right: true, Drop: 1},
		table.Column{Title: "TO FETCH", Width: 8, Right: true, Drop: 2},
		table.Column{Title: "GO.SUM", Width: 10, Drop: 5},
		table.Column{Title: "OFFLINE", Width: 7},
		table.Column{Title: "PATH", Width: 20, Flex: 3, Middle: true, Drop: 6},
	)}
}

// setData puts the projects into the list. The cursor stays on its project.
func (p *projects) setData(d *data) {
	files := make([]string, len(d.projs))
	for i := range files {
		files[i] = d.projs[i].p.File
	}
	p.list.SetRows(files, p.order())
}

// order is which projects are shown, and in what sequence.
func (p *projects) order() []int32 {
	d := p.data
	o := d.byProject[p.sortBy]
	if p.reversed {
		turned := make([]int32, len(o))
		for i, n := range o {
			turned[len(o)-1-i] = n
		}
		o = turned
	}
	return d.findProject.Apply(p.filter.words(), o)
}

func (p *projects) refilter() {
	if p.data != nil {
		p.list.SetOrder(p.order())
	}
}

func (p *projects) resize(w, h int) {
	p.width, p.height = w, h
	p.list.Resize(max(h-3, 1)) // about right until it is drawn
}

func (p *projects) typing() textfield {
	if p.filter.active && p.needs == nil {
		return filterTyping{p.env, p.filter, typedProjects{&p.list, p}, p.width}
	}
	return nil
}

// typedProjects is the list while the filter takes letters.
type typedProjects struct {
	mover
	p *projects
}

func (t typedProjects) refilter() { t.p.refilter() }

func (p *projects) keys() []key.Binding {
	switch {
	case p.needs != nil:
		return p.needs.keys()
	case p.filter.active:
		return filterKeys()
	}
	open := keys.open
	open.SetHelp("enter", "what it needs")
	list := []key.Binding{moveHint, open, keys.filter, keys.sort, keys.copy, keys.copyCommand, keys.reverse}
	if p.Repair != nil {
		get := keys.run
		get.SetHelp("x", "fetch and mend what it needs")
		if p.width < bodyWidth {
			get.SetHelp("x", "fetch")
		}
		list = slices.Insert(list, 2, get)
	}
	if p.Compare != nil {
		with := keys.compare
		with.SetHelp("C", "compare")
		list = slices.Insert(list, len(list)-3, with)
	}
	if p.filter.words() != "" {
		list = append([]key.Binding{keys.back}, list...)
	}
	return list
}

// selected is the project under the cursor, or nil.
func (p *projects) selected() *projectRow {
	if i := p.list.Selected(); p.data != nil && i >= 0 && i < len(p.data.projs) {
		return &p.data.projs[i]
	}
	return nil
}

func (p *projects) update(m tea.KeyPressMsg) tea.Cmd {
	if p.needs != nil {
		cmd, closed := p.needs.update(m)
		if closed {
			p.needs = nil
		}
		return cmd
	}
	if p.data == nil || moveKeys(&p.list, m) {
		return nil
	}
	switch {
	case key.Matches(m, keys.filter):
		p.filter.start()
	case key.Matches(m, keys.back):
		p.filter.clear()
		p.refilter()
	case key.Matches(m, keys.sort):
		p.sortBy = (p.sortBy + 1) % numProjectSorts
		p.refilter()
	case key.Matches(m, keys.reverse):
		p.reversed = !p.reversed
		p.refilter()
	default:
		if row := p.selected(); row != nil {
			return p.act(m, row)
		}
	}
	return nil
}

// act deals with the keys that do something with a project.
func (p *projects) act(m tea.KeyPressMsg, row *projectRow) tea.Cmd {
	switch {
	case key.Matches(m, keys.open, keys.right):
		var cmd tea.Cmd
		p.needs, cmd = newNeeds(p.root, row)
		return cmd
	case key.Matches(m, keys.run):
		return p.planMend(MendWish{Project: row.p.File}, projectsScreen)
	case key.Matches(m, keys.copy):
		return p.copyText("path", row.p.File)
	case key.Matches(m, keys.copyCommand):
		return p.copyText("command", "godoctor projects "+shellWord(argumentOf(row)))
	}
	return nil
}

// argumentOf is how the command line names a project: by its directory, if that stands for it.
func argumentOf(row *projectRow) string {
	if row.p.Kind == project.Module {
		return row.p.Dir
	}
	return row.p.File
}

// head says how many there are, and how they are sorted and filtered.
func (p *projects) head() string {
	d := p.data
	var left []span
	if p.filter.active || p.filter.words() != "" {
		left = []span{{" / ", p.theme.Accent}, {p.env.clean(p.filter.words()), nil}}
		return ends(p.width, left, []span{{fmt.Sprintf("matches %d of %s ", p.list.Len(), plural(len(d.projs), "project")), p.theme.Muted}})
	}
	dir := "asc"
	if (p.sortBy == projectsByFetch) != p.reversed {
		dir = "desc"
	}
	left = []span{{" sort ", p.theme.Muted}, {projectSortNames[p.sortBy] + " " + dir, nil}}
	for _, s := range p.counts() {
		if spanWidth(left)+len(s)+3 <= p.width {
			return ends(p.width, left, []span{{s + " ", p.theme.Muted}})
		}
	}
	return line(p.width, left...)
}

// counts says what is in the list, the longest first.
func (p *projects) counts() []string {
	all := plural(len(p.data.projs), "project")
	offline := all + fmt.Sprintf(", %d work offline", p.data.offlineProjects)
	return []string{offline + ", " + p.toFetch(), offline, all}
}
