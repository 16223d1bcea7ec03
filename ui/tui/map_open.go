package tui

import (
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
	"godoctor/ui/treemap"
)

// What keys do with the thing that a field of the map stands for.

// opens says what enter does.
func (m *diskMap) opens(l *leaf) string {
	switch {
	case l.store == treemap.Others:
		return "list"
	case m.isBuild(l):
		return "made by"
	case l.part == itself:
		return "details"
	case m.data.inside[l.store].kind == modParts:
		return "modules"
	case m.data.inside[l.store].kind == rootParts:
		return "list"
	}
	return "toolchains"
}

func (m *diskMap) isBuild(l *leaf) bool { return m.data.stores[l.store].Name == "build" }

// open goes to the thing, where there is a screen that has it.
func (m *diskMap) open(l *leaf) tea.Cmd {
	switch m.opens(l) {
	case "list":
		if l.store == treemap.Others {
			m.listSmall()
		} else {
			m.openList(&m.data.stores[l.store])
		}
	case "made by":
		m.openBuilds()
		if in := &m.data.inside[l.store]; m.builds != nil && l.part >= 0 && in.parts[l.part].id >= 0 {
			m.builds.list.Select(buildKey(&in.builds[in.parts[l.part].id]))
		}
	case "details":
		s := &m.data.stores[l.store]
		m.dialog = factsDialog(s.title, m.factsOf(s))
	case "modules":
		if p := m.part(l); p != nil && p.id >= 0 {
			m.screens[modulesScreen].(*modules).find(m.data.mods[p.id].key)
		}
		return m.goTo(modulesScreen)
	case "toolchains":
		if root := m.goRoot(l); root != "" {
			m.screens[toolchainsScreen].(*toolchains).list.Select(root)
		}
		return m.goTo(toolchainsScreen)
	}
	return nil
}

// part is the part that a leaf is, nil for all others.
func (m *diskMap) part(l *leaf) *part {
	if l.store < 0 || l.part < 0 {
		return nil
	}
	return &m.data.inside[l.store].parts[l.part]
}

// goRoot is the directory of the Go that a leaf is, as the screen Toolchains knows it; empty if it is none.
func (m *diskMap) goRoot(l *leaf) string {
	p, all := m.part(l), m.data.inv.Toolchains
	if p == nil || p.id < 0 || all == nil {
		return ""
	}
	if m.data.inside[l.store].kind == goParts {
		return all.Toolchains[p.id].Root
	}
	name := filepath.Base(m.data.vers[p.id].v.Dir)
	for i := range all.Toolchains {
		if filepath.Base(all.Toolchains[i].Root) == name {
			return all.Toolchains[i].Root
		}
	}
	return ""
}

// listSmall shows the stores that have no field of their own.
func (m *diskMap) listSmall() {
	shown := map[int]bool{}
	for i := range m.pic.leaves {
		shown[m.pic.leaves[i].store] = true
	}
	d := &dialog{title: "Stores too small for a field"}
	for i := range m.data.stores {
		if s := &m.data.stores[i]; !shown[i] && s.Size.Disk > 0 {
			d.lines = append(d.lines, entry{label: text.Bytes(s.Size.Disk), text: s.title + "  " + m.env.path(s.Path)})
		}
	}
	m.dialog = d
}

// copy copies what a leaf is called, or where it is.
func (m *diskMap) copy(l *leaf) tea.Cmd {
	if l.store == treemap.Others {
		m.say("these are several: enter lists them")
		return nil
	}
	path := m.data.stores[l.store].Path
	if p := m.part(l); p != nil && p.id != theRest {
		switch m.data.inside[l.store].kind {
		case modParts:
			return m.copyText("module path", m.data.mods[p.id].key)
		case verParts:
			path = m.data.vers[p.id].v.Dir
		case goParts:
			path = m.data.inv.Toolchains.Toolchains[p.id].Root
		case rootParts:
			path = m.data.inv.Related[p.id].Path
		}
	}
	return m.copyText("path", path)
}

// find puts the cursor on a module; where the filters hide it they go.
func (m *modules) find(name string) {
	if m.shown().Select(name) || !m.filtered() {
		return
	}
	m.filter.clear()
	m.show = 0
	m.rebuild()
	m.shown().Select(name)
}
