package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

// modules is the module browser: a tree of modules and their versions, sorted, filtered, marked.
type modules struct {
	*root
	tree     table.Tree[string] // everything
	found    table.Tree[string] // what the filter lets through, all of it open
	nodes    []int32            // of the tree in use: index into data.vers, or ^index into data.mods
	all      madeOf             // what tree was put together from
	marks    table.Marks[string]
	columns  *table.Columns
	sortBy   sortKey
	reversed bool
	filter   *filterField

	width, height int
}

// madeOf says what the tree of everything was put together from, so that it is not done again in vain.
type madeOf struct {
	data     *data
	by       sortKey
	reversed bool
	nodes    []int32
}

func newModules(r *root) *modules {
	return &modules{root: r, filter: new(filterField), columns: table.NewColumns(
		table.Column{Title: "MODULE / VERSION", Width: 30, Flex: 1},
		table.Column{Title: "SIZE", Width: 9, Right: true},
		table.Column{Title: "SOURCES", Width: 9, Right: true, Drop: 3},
		table.Column{Title: "ZIP", Width: 9, Right: true, Drop: 4},
		table.Column{Title: "FETCHED", Width: 8, Right: true, Drop: 1},
		table.Column{Title: "STATE", Width: 12, Drop: 2},
	)}
}

func (m *modules) setData(*data) { m.rebuild() }

func (m *modules) resize(w, h int) {
	m.width, m.height = w, h
	m.tree.Resize(max(h-2, 1)) // about right until it is drawn: the cursor is moved before that
	m.found.Resize(max(h-2, 1))
}

func (m *modules) typing() textfield {
	if m.filter.active {
		return (*filterTyping)(m)
	}
	return nil
}

func (m *modules) keys() []key.Binding {
	if m.filter.active {
		return []key.Binding{bind("enter", "keep", "enter"), bind("esc", "clear", "esc")}
	}
	list := []key.Binding{moveHint, keys.filter, keys.sort, keys.mark, keys.open, keys.unmark, keys.all,
		keys.span, keys.copy, keys.copyCommand, keys.reverse, keys.next, keys.prev, keys.left, keys.right}
	if m.filter.words() != "" {
		list = append([]key.Binding{keys.back}, list...)
	}
	return list
}

// shown is the tree that is on the screen.
func (m *modules) shown() *table.Tree[string] {
	if m.filter.words() != "" {
		return &m.found
	}
	return &m.tree
}

// rebuild puts the tree together from the data in its order and by the filter. The cursor stays on its
// item and what was open stays open: both go by key.
func (m *modules) rebuild() {
	d := m.data
	if d == nil {
		return
	}
	if m.filter.words() == "" {
		if m.all.data != d || m.all.by != m.sortBy || m.all.reversed != m.reversed {
			nodes, index := m.assemble(nil)
			m.all = madeOf{d, m.sortBy, m.reversed, index}
			m.tree.SetNodes(nodes)
		}
		m.nodes = m.all.nodes
		return
	}
	d.filter.Apply(m.filter.words(), nil)
	nodes, index := m.assemble(d.filter.Hit)
	m.nodes = index
	m.found.SetNodes(nodes)
	m.found.OpenAll()
}

// assemble lists the modules, each followed by those of its versions that hit lets through; nil lets all
// through. A module without any is left out.
func (m *modules) assemble(hit func(int) bool) (nodes []table.Node[string], index []int32) {
	d, o := m.data, m.data.orders[m.sortBy]
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
		}
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
		m.filter.clear()
		m.rebuild()
	case key.Matches(k, keys.sort):
		m.sortBy = (m.sortBy + 1) % numSorts
		m.rebuild()
	case key.Matches(k, keys.reverse):
		m.reversed = !m.reversed
		m.rebuild()
	case key.Matches(k, keys.next):
		m.jump(1)
	case key.Matches(k, keys.prev):
		m.jump(-1)
	case key.Matches(k, keys.copy):
		return m.copyPath()
	case key.Matches(k, keys.copyCommand):
		return m.copyTwin()
	default:
		m.mark(k)
	}
	return nil
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
		return m.copyText("command", "godoctor ls "+mod.key)
	}
	return m.copyText("command", "godoctor ls "+ver.key)
}

// facts is what there is to know of a version.
func (m *modules) facts(mod *modRow, ver *verRow) []fact {
	if ver == nil {
		return []fact{
			{"MODULE", mod.path}, {"SIZE", text.Bytes(mod.disk) + " in " + plural(int(mod.last-mod.first), "version")},
			{"STATE", "unknown: who needs its versions has not been looked at"},
			{"SAME AS", "godoctor ls " + mod.path},
		}
	}
	v := ver.v
	size := text.Bytes(v.Disk())
	if !v.Exact {
		size = "~" + size
	}
	out := []fact{
		{"VERSION", mod.path + "@" + ver.version},
		{"SIZE", fmt.Sprintf("%s: sources %s in %s, zip %s", size, text.Bytes(v.Sources.Disk),
			plural(int(v.Sources.Files), "file"), text.Bytes(v.ZipSize.Disk))},
		{"STATE", "unknown: who needs it has not been looked at"},
		{"BACK", howBack(v)},
	}
	if !v.Fetched.IsZero() {
		out = append(out, fact{"FETCHED", text.Age(m.Now().Sub(v.Fetched)) + " ago, " + v.Fetched.Local().Format("2 Jan 2006 15:04")})
	}
	return append(out, fact{"WHERE", m.env.path(v.Dir)}, fact{"SAME AS", m.env.clean("godoctor ls " + ver.key)})
}
