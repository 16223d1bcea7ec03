package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/scan/modcache"
)

// mark deals with the keys that mark versions.
func (m *modules) mark(k tea.KeyPressMsg) {
	t := m.shown()
	cur, ok := t.CursorKey()
	if !ok {
		return
	}
	switch {
	case key.Matches(k, keys.mark):
		m.toggle(cur)
		t.Down()
	case key.Matches(k, keys.span):
		if _, _, done := m.marks.Range(cur, t.Between); !done {
			m.say("move to the other end and press V again")
		}
		m.dropModules()
	case key.Matches(k, keys.all):
		n, _ := m.marks.Add(func(yield func(string) bool) {
			for _, i := range m.nodes {
				if i >= 0 && !yield(m.data.vers[i].key) {
					return
				}
			}
		})
		m.say(fmt.Sprintf("marked %s", plural(n, "version")))
	case key.Matches(k, keys.unmark):
		m.marks.Clear()
		m.say("nothing is marked")
	}
	t.Invalidate()
}

// toggle marks a version, or all versions of a module that are shown and not marked yet.
func (m *modules) toggle(cur string) {
	mod, ver := m.selected()
	if ver != nil {
		m.marks.Toggle(cur)
		return
	}
	all, list := true, m.shownOf(mod)
	for _, v := range list {
		all = all && m.marks.Has(v.key)
	}
	for _, v := range list {
		if m.marks.Has(v.key) == all {
			m.marks.Toggle(v.key)
		}
	}
}

// shownOf are the versions of a module that the filters let through: a key on the module is about what can be seen.
func (m *modules) shownOf(mod *modRow) (list []*verRow) {
	if m.filtered() {
		for _, i := range m.nodes {
			if i >= mod.first && i < mod.last {
				list = append(list, &m.data.vers[i])
			}
		}
		return list
	}
	for i := mod.first; i < mod.last; i++ {
		list = append(list, &m.data.vers[i])
	}
	return list
}

// dropModules takes back marks of modules, which a range over the list may have set.
func (m *modules) dropModules() {
	known := make(map[string]bool, len(m.data.mods))
	for i := range m.data.mods {
		known[m.data.mods[i].key] = true
	}
	m.marks.Keep(func(k string) bool { return !known[k] })
}

// planChosen is c: a plan of the versions that are marked, else of what is under the cursor.
func (m *modules) planChosen() tea.Cmd {
	if m.data.who == nil {
		m.say(m.notAsked())
		return nil
	}
	var names []string
	for _, v := range m.chosen(m.selected()) {
		if v.v.Parts&(modcache.HasDir|modcache.HasZip) != 0 {
			names = append(names, v.v.Path+"@"+v.v.Version)
		}
	}
	if len(names) == 0 {
		m.say("only its go.mod is here: there is nothing to free")
		return nil
	}
	return m.planMarked(names)
}

// redraw draws the rows anew.
func (m *modules) redraw() {
	m.tree.Invalidate()
	m.found.Invalidate()
}
