package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/usage"
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

// head says how the list is sorted, filtered and marked, and what states there are.
func (m *modules) head(width int) string {
	var left []span
	if m.filter.active || m.filter.words() != "" {
		left = []span{{" / ", m.theme.Accent}, {m.env.clean(m.filter.words()), nil}}
	} else {
		dir := "desc"
		if (m.sortBy == bySize || m.sortBy == byState) == m.reversed {
			dir = "asc"
		}
		left = []span{{" sort ", m.theme.Muted}, {sortNames[m.sortBy] + " " + dir, nil}}
	}
	if m.show != 0 {
		left = append(left, span{"  show ", m.theme.Muted}, span{string(showing[m.show]), m.theme.Accent})
	}
	if n := m.marks.Count(); n > 0 {
		left = append(left, span{fmt.Sprintf("  marked %s (%s)", text.Count(int64(n)), text.Bytes(m.marked())), m.theme.Accent})
	}
	for _, s := range m.counts() {
		if spanWidth(left)+text.Width(s)+3 <= width {
			return ends(width, left, []span{{s + " ", m.theme.Muted}})
		}
	}
	return line(width, left...)
}

// counts says what is in the list, the longest first.
func (m *modules) counts() []string {
	d := m.data
	all := plural(len(d.vers), "version")
	if m.filtered() {
		return []string{fmt.Sprintf("matches %s of %s", text.Count(int64(m.hits)), all),
			fmt.Sprintf("%s of %s", text.Count(int64(m.hits)), text.Count(int64(len(d.vers))))}
	}
	out := []string{plural(len(d.mods), "module") + ", " + all, all}
	if d.who == nil {
		return out
	}
	orphan := d.states[slices.Index(usage.States, usage.Orphan)]
	return append([]string{
		plural(len(d.mods), "module") + ", " + all + ": " + d.states.list(),
		d.states.list(),
		fmt.Sprintf("%s orphan of %s", text.Count(int64(orphan)), all),
	}, out...)
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

// listing draws the list with its heading in exactly height lines.
func (m *modules) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	t := m.shown()
	if t.Len() == 0 {
		return append([]string{line(width, span{" nothing here; esc shows all", m.theme.Muted})}, blank(width, height-1)...)
	}
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
		name := prefix + text.FitMiddle(mod.path, max(m.columns.Widths(w)[0]-text.Width(prefix), 0))
		return m.columns.Row(w, name, text.Bytes(mod.disk), "", "", m.age(mod.fetched), m.users(mod.users), mod.states.words())
	}
	ver := &m.data.vers[n]
	v := ver.v
	size := text.Bytes(v.Disk())
	if !v.Exact {
		size = "~" + size
	}
	users := ""
	if ver.use != nil {
		users = m.users(int32(len(ver.use.Uses) + len(ver.use.Others)))
	}
	return m.columns.Row(w, prefix+m.box(ver)+ver.version, size, text.Bytes(v.Sources.Disk), text.Bytes(v.ZipSize.Disk),
		m.age(v.Fetched), users, m.stateWord(ver))
}

// users is a number of projects, if it is known.
func (m *modules) users(n int32) string {
	if m.data.who == nil {
		return ""
	}
	return text.Short(int64(n))
}

// narrowRow is a row with name and size, and the state where it fits.
func (m *modules) narrowRow(i, w int) string {
	n := m.nodes[i]
	if n < 0 {
		mod := &m.data.mods[^n]
		prefix := m.shown().Prefix(i)
		return prefix + text.FitMiddle(mod.path, max(w-10-text.Width(prefix), 0)) + text.Right(text.Bytes(mod.disk), 10)
	}
	ver := &m.data.vers[n]
	name := m.shown().Prefix(i) + m.box(ver) + ver.version
	if state := m.stateWord(ver); text.Width(name)+len(state)+2 <= w-10 {
		name = text.Fit(name, w-10-len(state)-1) + state
	}
	return text.Fit(name, max(w-10, 0)) + text.Right(text.Bytes(ver.v.Disk()), 10)
}

// box is what stands before a version: its mark, else what has to be known at a glance.
func (m *modules) box(v *verRow) string {
	switch {
	case m.marks.Has(v.key):
		return "[x] "
	case v.v.Parts.Has(modcache.HasPartial):
		return "[!] "
	case v.use == nil:
		return "[ ] "
	case v.use.Pinned:
		return "[P] "
	case v.use.State == usage.InUse:
		return "[*] "
	case v.use.State == usage.Unknown:
		return "[?] "
	}
	return "[ ] "
}

func (m *modules) age(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return text.Age(m.Now().Sub(t))
}

// rowStyle dresses a row. What nobody needs is in the accent colour: it is what a person looks for here.
func (m *modules) rowStyle(row int, selected bool, l string) string {
	n := m.nodes[row]
	if selected {
		return m.theme.Selected(l)
	}
	dress, word := func(s string) string { return s }, ""
	if n >= 0 {
		ver := &m.data.vers[n]
		if m.marks.Has(ver.key) {
			return m.theme.Accent(l)
		}
		dress = m.theme.Muted
		if ver.use != nil && ver.use.State == usage.Orphan {
			word = m.stateWord(ver)
		}
	} else if mod := &m.data.mods[^n]; mod.states.rank() == 0 {
		word = mod.states.words()
	}
	at := strings.LastIndex(l, word)
	if word == "" || at < 0 {
		return dress(l)
	}
	return dress(l[:at]) + m.theme.Accent(word) + dress(l[at+len(word):])
}
