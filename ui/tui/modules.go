package tui

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/ui/table"
)

// modules is the module browser: a tree of modules and their versions, with the state of each, sorted, filtered, marked.
type modules struct {
	*root
	tree     table.Tree[string] // everything
	found    table.Tree[string] // what the filters let through, open unless it is closed
	nodes    []int32            // of the tree in use: index into data.vers, or ^index into data.mods
	hits     int                // versions among them
	all      madeOf             // what tree was put together from
	marks    table.Marks[string]
	columns  *table.Columns
	sortBy   sortKey
	reversed bool
	filter   *filterField
	show     int    // only versions in that state: index into showing
	opened   string // the filters that all that was found was opened for

	width, height int
}

// showing are the states that f goes through; the first lets all through.
var showing = []usage.State{"", usage.InUse, usage.Listed, usage.GraphOnly, usage.Pinned, usage.Young, usage.Orphan, usage.Unknown}

// madeOf says what the tree of everything was put together from, so that it is not done again in vain.
type madeOf struct {
	data     *data
	by       sortKey
	reversed bool
	nodes    []int32
}

func newModules(r *root) *modules {
	return &modules{root: r, filter: new(filterField), columns: table.NewColumns(
		table.Column{Title: "MODULE / VERSION", Width: 28, Flex: 1},
		table.Column{Title: "SIZE", Width: 9, Right: true},
		table.Column{Title: "SOURCES", Width: 9, Right: true, Drop: 3},
		table.Column{Title: "ZIP", Width: 9, Right: true, Drop: 4},
		table.Column{Title: "FETCHED", Width: 7, Right: true, Drop: 2},
		table.Column{Title: "USERS", Width: 5, Right: true, Drop: 1},
		table.Column{Title: "STATE", Width: 15},
	)}
}

// setData puts the versions into the tree. Marks of those that are gone go with them, once a scan has seen everything.
func (m *modules) setData(d *data) {
	if d.inv.Done && m.marks.Count() > 0 {
		there := make(map[string]bool, len(d.vers))
		for i := range d.vers {
			there[d.vers[i].key] = true
		}
		m.marks.Keep(func(k string) bool { return there[k] })
	}
	m.rebuild()
}

func (m *modules) resize(w, h int) {
	m.width, m.height = w, h
	m.tree.Resize(max(h-2, 1)) // about right until it is drawn: the cursor is moved before that
	m.found.Resize(max(h-2, 1))
}

func (m *modules) typing() textfield {
	if m.filter.active {
		return filterTyping{m.env, m.filter, typedModules{m.shown(), m}, m.width}
	}
	return nil
}

// typedModules is the tree that is shown while the filter takes letters.
type typedModules struct {
	mover
	m *modules
}

func (t typedModules) refilter() { t.m.rebuild() }

func (m *modules) keys() []key.Binding {
	if m.filter.active {
		return filterKeys()
	}
	again := keys.again
	again.SetHelp("r", "verify")
	list := []key.Binding{moveHint, keys.why, keys.filter, keys.show, keys.sort, keys.mark, keys.plan, m.pinKey(), again, keys.open, keys.unmark,
		keys.all, keys.span, keys.copy, keys.copyCommand, keys.reverse, keys.next, keys.prev, keys.left, keys.right}
	if m.filtered() {
		list = append([]key.Binding{keys.back}, list...)
	}
	return list
}

// filtered reports whether not all versions are shown.
func (m *modules) filtered() bool { return m.filter.words() != "" || m.show != 0 }

// shown is the tree that is on the screen.
func (m *modules) shown() *table.Tree[string] {
	if m.filtered() {
		return &m.found
	}
	return &m.tree
}

// rebuild puts the tree together from the data in its order and by the filters. The cursor stays on its
// item and what was open stays open: both go by key.
func (m *modules) rebuild() {
	d := m.data
	if d == nil {
		return
	}
	if !m.filtered() {
		if m.all.data != d || m.all.by != m.sortBy || m.all.reversed != m.reversed {
			nodes, index := m.assemble(nil)
			m.all = madeOf{d, m.sortBy, m.reversed, index}
			m.tree.SetNodes(nodes)
		}
		m.nodes, m.hits = m.all.nodes, len(d.vers)
		return
	}
	d.filter.Apply(m.filter.words(), nil)
	hit := d.filter.Hit
	if m.show != 0 {
		want := int8(slices.Index(usage.States, showing[m.show]))
		hit = func(i int) bool { return d.vers[i].state == want && d.filter.Hit(i) }
	}
	nodes, index := m.assemble(hit)
	m.nodes = index
	m.found.SetNodes(nodes)
	if filters := string(showing[m.show]) + " " + m.filter.words(); filters != m.opened {
		m.opened = filters
		m.found.OpenAll()
	}
}

// assemble lists the modules, each followed by those of its versions that hit lets through; nil lets all
// through. A module without any is left out.
func (m *modules) assemble(hit func(int) bool) (nodes []table.Node[string], index []int32) {
	d, o := m.data, m.data.orders[m.sortBy]
	m.hits = 0
	nodes = make([]table.Node[string], 0, len(d.mods)+len(d.vers))
	index = make([]int32, 0, len(d.mods)+len(d.vers))
	for n := range o.mods {
		mi := o.mods[m.at(n, len(o.mods))]
		mod := &d.mods[mi]
		head := len(nodes)
		nodes = append(nodes, table.Node[string]{Key: mod.key})
		index = append(index, ^mi)
		count := int(mod.last - mod.first)
		for k := range count {
			vi := o.vers[int(mod.first)+m.at(k, count)]
			if hit == nil || hit(int(vi)) {
				nodes = append(nodes, table.Node[string]{Key: d.vers[vi].key, Depth: 1})
				index = append(index, vi)
			}
		}
		if len(nodes) == head+1 {
			nodes, index = nodes[:head], index[:head]
			continue
		}
		m.hits += len(nodes) - head - 1
	}
	return nodes, index
}

// at is the place of the n-th of count in the order that is wanted.
func (m *modules) at(n, count int) int {
	if m.reversed {
		return count - 1 - n
	}
	return n
}

// selected gives the module and version under the cursor; the version is nil on a module.
func (m *modules) selected() (mod *modRow, ver *verRow) {
	i := m.shown().Selected()
	if m.data == nil || i < 0 || i >= len(m.nodes) {
		return nil, nil
	}
	n := m.nodes[i]
	if n < 0 {
		return &m.data.mods[^n], nil
	}
	v := &m.data.vers[n]
	return &m.data.mods[v.mod], v
}

func (m *modules) update(k tea.KeyPressMsg) tea.Cmd {
	t := m.shown()
	if m.data == nil || moveKeys(t, k) {
		return nil
	}
	switch {
	case key.Matches(k, keys.right):
		t.Right()
	case key.Matches(k, keys.left):
		t.Left()
	case key.Matches(k, keys.open):
		m.open()
	case key.Matches(k, keys.filter):
		m.filter.start()
	case key.Matches(k, keys.back):
		m.back()
	case key.Matches(k, keys.show):
		m.nextState()
	case key.Matches(k, keys.sort):
		m.sortBy = (m.sortBy + 1) % numSorts
		m.rebuild()
	case key.Matches(k, keys.reverse):
		m.reversed = !m.reversed
		m.rebuild()
	default:
		return m.act(k)
	}
	return nil
}

// act deals with the keys that do something with the version under the cursor, or with those that are marked.
func (m *modules) act(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case key.Matches(k, keys.next):
		m.jump(1)
	case key.Matches(k, keys.prev):
		m.jump(-1)
	case key.Matches(k, keys.copy):
		return m.copyPath()
	case key.Matches(k, keys.copyCommand):
		return m.copyTwin()
	case key.Matches(k, keys.why):
		return m.why()
	case key.Matches(k, keys.pin):
		return m.pin()
	case key.Matches(k, keys.again):
		return m.verifyAgain()
	case key.Matches(k, keys.plan):
		return m.planChosen()
	default:
		m.mark(k)
	}
	return nil
}

// back is esc: the words go first, then the state that is shown.
func (m *modules) back() {
	if !m.filtered() {
		return
	}
	cur, ok := m.shown().CursorKey()
	if m.filter.words() == "" {
		m.show = 0
	}
	m.filter.clear()
	m.rebuild()
	if ok {
		m.shown().Select(cur)
	}
}

// nextState is f: only versions in the next state that any has are shown.
func (m *modules) nextState() {
	if m.data.who == nil {
		m.say(m.notAsked())
		return
	}
	cur, ok := m.shown().CursorKey()
	for m.show = (m.show + 1) % len(showing); m.show != 0; m.show = (m.show + 1) % len(showing) {
		if m.data.states[slices.Index(usage.States, showing[m.show])] > 0 {
			break
		}
	}
	m.rebuild()
	if ok {
		m.shown().Select(cur)
	}
	if m.show == 0 {
		m.say("showing all states")
		return
	}
	s := showing[m.show]
	m.say(fmt.Sprintf("showing %s: %s", s, report.StateWords(s)))
}

// open is enter: a module opens, a version is told in full where there is no room for it beside the list.
func (m *modules) open() {
	mod, ver := m.selected()
	switch {
	case mod == nil:
	case ver == nil:
		m.shown().Toggle()
	default:
		d := &dialog{title: mod.path + "@" + ver.version}
		for _, f := range m.facts(mod, ver) {
			d.lines = append(d.lines, entry{label: f.word, text: f.text})
		}
		m.dialog = d
	}
}

// jump goes to the next or the previous module.
func (m *modules) jump(step int) {
	t := m.shown()
	for pos := t.Cursor() + step; pos >= 0 && pos < t.Len(); pos += step {
		if i := t.Index(pos); i >= 0 && m.nodes[i] < 0 {
			t.Move(pos)
			return
		}
	}
	m.say("no further module")
}

func (m *modules) copyPath() tea.Cmd {
	mod, ver := m.selected()
	switch {
	case mod == nil:
		return nil
	case ver == nil:
		return m.copyText("module path", mod.key)
	}
	return m.copyText("path", ver.v.Dir)
}

func (m *modules) copyTwin() tea.Cmd {
	mod, ver := m.selected()
	switch {
	case mod == nil:
		return nil
	case ver == nil:
		return m.copyText("command", "godoctor why "+shellWord(mod.key))
	}
	return m.copyText("command", "godoctor why "+shellWord(ver.key))
}
