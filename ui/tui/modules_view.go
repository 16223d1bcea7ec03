package tui

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/scan/modcache"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// detailLines is how many lines the strip below the list has.
const detailLines = 5

func (m *modules) render() []string {
	if m.data == nil {
		return []string{line(m.width, span{" Looking at the module cache ...", nil})}
	}
	if m.data.inv.ModCache == nil || len(m.data.mods) == 0 {
		return m.nothing()
	}
	out := []string{m.head(m.width)}
	height := m.height - 1
	switch {
	case m.width >= wideWidth && m.height >= wideHeight-6:
		left := m.width * 64 / 100
		right := m.width - left
		list := m.pane(m.place(), m.listing(left-2, height-2), left, height)
		return append(out, beside(list, m.pane(m.selectedTitle(), indent(m.detail(right-4)), right, height))...)
	case m.width >= bodyWidth && m.height >= 14:
		out = append(out, m.listing(m.width, height-detailLines-1)...)
		out = append(out, m.rule(m.width))
		detail := indent(m.detail(m.width - 2))
		return append(out, detail[:min(len(detail), detailLines)]...)
	}
	return append(out, m.listing(m.width, height)...)
}

// nothing is the screen of an empty cache.
func (m *modules) nothing() []string {
	s := "The module cache is empty: nothing was downloaded yet."
	if m.scan.running {
		s = "Looking at the module cache ..."
	} else if m.data.inv.ModCache == nil {
		s = "There is no module cache to look at; e tells why."
	}
	var out []string
	for _, l := range wrap(s, m.width-2) {
		out = append(out, line(m.width, span{" " + l, nil}))
	}
	return out
}

// head says how the list is sorted, filtered and marked.
func (m *modules) head(width int) string {
	if m.filter.active || m.filter.words() != "" {
		return ends(width, []span{{" / ", m.theme.Accent}, {m.env.clean(m.filter.words()), nil}}, []span{
			{fmt.Sprintf("matches %s of %s ", text.Count(int64(m.hits())), text.Count(int64(len(m.data.vers)))), m.theme.Muted}})
	}
	dir := "desc"
	if (m.sortBy == bySize) == m.reversed {
		dir = "asc"
	}
	left := []span{{" sort ", m.theme.Muted}, {sortNames[m.sortBy] + " " + dir, nil}}
	right := []span{{fmt.Sprintf("%s, %s ", plural(len(m.data.mods), "module"), plural(len(m.data.vers), "version")), m.theme.Muted}}
	if n := m.marks.Count(); n > 0 {
		left = append(left, span{fmt.Sprintf("   marked %s (%s)", text.Count(int64(n)), text.Bytes(m.marked())), m.theme.Accent})
	}
	return ends(width, left, right)
}

// hits is how many versions the filter lets through.
func (m *modules) hits() int {
	n := 0
	for _, i := range m.nodes {
		if i >= 0 {
			n++
		}
	}
	return n
}

// marked is what the marked versions take.
func (m *modules) marked() int64 {
	var n int64
	for i := range m.data.vers {
		if v := &m.data.vers[i]; m.marks.Has(v.key) {
			n += v.v.Disk()
		}
	}
	return n
}

func (m *modules) place() string {
	return fmt.Sprintf("Modules, row %s of %s", text.Count(int64(m.shown().Cursor()+1)), text.Count(int64(m.shown().Len())))
}

func (m *modules) selectedTitle() string {
	mod, ver := m.selected()
	switch {
	case mod == nil:
		return ""
	case ver == nil:
		return lastElements(mod.path)
	}
	return lastElements(mod.path) + " " + ver.version
}

// lastElements is the end of a module path: enough to know it by.
func lastElements(path string) string {
	n := 0
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '/' {
			if n++; n == 2 {
				return path[i+1:]
			}
		}
	}
	return path
}

// detail is what there is to know of the selected row.
func (m *modules) detail(width int) []string {
	mod, ver := m.selected()
	if mod == nil {
		return nil
	}
	return m.root.facts(width, m.facts(mod, ver))
}

// howBack says how a version comes back when it is removed.
func howBack(v *modcache.Version) string {
	switch {
	case v.Parts.Has(modcache.HasPartial):
		return "was never extracted completely; go does it again"
	case v.Parts.Has(modcache.HasDir | modcache.HasZip):
		return "sources: unpacked from the zip, offline; zip: downloaded"
	case v.Parts.Has(modcache.HasDir):
		return "downloaded: there is no zip"
	case v.Parts.Has(modcache.HasZip):
		return "is a zip only: unpacked when a build needs it"
	}
	return "only its go.mod is here: needed for the module graph"
}

// listing draws the list with its heading in exactly height lines.
func (m *modules) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	t := m.shown()
	if width < bodyWidth {
		t.Resize(height)
		return t.Render(width, height, m.narrowRow, m.rowStyle)
	}
	t.Resize(height - 1)
	head := line(width, span{"  " + m.columns.Header(width-table.Gutter), m.theme.Muted})
	return append([]string{head}, t.Render(width, height-1, m.row, m.rowStyle)...)
}

// row formats one row of the list.
func (m *modules) row(i, w int) string {
	t := m.shown()
	prefix := t.Prefix(i)
	n := m.nodes[i]
	if n < 0 {
		mod := &m.data.mods[^n]
		count := int(mod.last - mod.first)
		name := prefix + text.FitMiddle(mod.path, max(m.columns.Widths(w)[0]-text.Width(prefix), 0))
		return m.columns.Row(w, name, text.Bytes(mod.disk), "", "", m.age(mod.fetched), plural(count, "version"))
	}
	ver := &m.data.vers[n]
	v := ver.v
	size := text.Bytes(v.Disk())
	if !v.Exact {
		size = "~" + size
	}
	return m.columns.Row(w, prefix+m.box(ver)+ver.version, size, text.Bytes(v.Sources.Disk), text.Bytes(v.ZipSize.Disk),
		m.age(v.Fetched), m.state(v))
}

// narrowRow is a row with name and size.
func (m *modules) narrowRow(i, w int) string {
	n := m.nodes[i]
	if n < 0 {
		mod := &m.data.mods[^n]
		prefix := m.shown().Prefix(i)
		return prefix + text.FitMiddle(mod.path, max(w-10-text.Width(prefix), 0)) + text.Right(text.Bytes(mod.disk), 10)
	}
	ver := &m.data.vers[n]
	return text.Fit(m.shown().Prefix(i)+m.box(ver)+ver.version, max(w-10, 0)) + text.Right(text.Bytes(ver.v.Disk()), 10)
}

func (m *modules) box(v *verRow) string {
	switch {
	case m.marks.Has(v.key):
		return "[x] "
	case v.v.Parts.Has(modcache.HasPartial):
		return "[!] "
	}
	return "[ ] "
}

func (m *modules) state(v *modcache.Version) string {
	switch {
	case v.Parts.Has(modcache.HasPartial):
		return "PARTIAL"
	case v.Toolchain:
		return "TOOLCHAIN"
	case v.Parts&(modcache.HasDir|modcache.HasZip) == 0:
		return "go.mod only"
	}
	return "unknown"
}

func (m *modules) age(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return text.Age(m.Now().Sub(t))
}

func (m *modules) rowStyle(row int, selected bool, l string) string {
	n := m.nodes[row]
	switch {
	case selected:
		return m.theme.Selected(l)
	case n >= 0 && m.marks.Has(m.data.vers[n].key):
		return m.theme.Accent(l)
	case n < 0:
		return l
	}
	return m.theme.Muted(l)
}

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

// toggle marks a version, or all versions of a module that are not marked yet.
func (m *modules) toggle(cur string) {
	mod, ver := m.selected()
	if ver != nil {
		m.marks.Toggle(cur)
		return
	}
	all := true
	for _, v := range m.data.vers[mod.first:mod.last] {
		all = all && m.marks.Has(v.key)
	}
	for _, v := range m.data.vers[mod.first:mod.last] {
		if m.marks.Has(v.key) == all {
			m.marks.Toggle(v.key)
		}
	}
}

// dropModules takes back marks of modules, which a range over the list may have set.
func (m *modules) dropModules() {
	known := make(map[string]bool, len(m.data.mods))
	for i := range m.data.mods {
		known[m.data.mods[i].key] = true
	}
	m.marks.Keep(func(k string) bool { return !known[k] })
}
