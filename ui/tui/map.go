package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
	"godoctor/ui/treemap"
)

// diskMap is the picture of where the bytes are: each store a field as large as its share, and in the large ones what
// they are made of.
type diskMap struct {
	*overview
	pic    *picture
	of     *data // what pic shows
	width  int   // of it
	height int

	cursor int    // a leaf
	wanted string // the key of what it is on: new data may have it elsewhere, or too small for a field
	x, y   int    // the cell of the leaf that the cursor goes on from
}

// The least terminal for a map, and what of it is the body.
const (
	mapWidth, mapHeight = 50, 14
	mapBody             = mapHeight - 3
)

// lay makes the picture, unless it is there: for the same data in the same size it is.
func (m *diskMap) lay() *picture {
	w, h := m.overview.width, m.overview.height-2-m.more()
	if w < mapWidth || m.overview.height < mapBody || m.data == nil {
		return nil
	}
	if m.pic != nil && m.of == m.data && m.width == w && m.height == h {
		return m.pic
	}
	m.pic, m.of, m.width, m.height = newPicture(m.data, w, h, m.env, &m.glyphs), m.data, w, h
	m.follow()
	return m.pic
}

// more is how many lines there are room for below the one about the field.
func (m *diskMap) more() int {
	if m.overview.height >= 16 {
		return 1
	}
	return 0
}

// follow puts the cursor on what it was on, else on what that was folded into, else on what is where it was.
func (m *diskMap) follow() {
	store, _, _ := strings.Cut(m.wanted, "\x00")
	best := -1
	for i := range m.pic.leaves {
		switch l := &m.pic.leaves[i]; {
		case m.wanted == "":
		case l.key == m.wanted:
			m.at(i)
			return
		case best < 0 && (l.key == store || l.key == store+"\x00\x00"):
			best = i
		}
	}
	if best < 0 {
		best = max(treemap.At(m.pic.fields, m.x, m.y), 0)
	}
	m.at(best)
}

// at puts the cursor on a leaf, in whose middle it then is.
func (m *diskMap) at(i int) {
	if m.cursor = i; i < len(m.pic.fields) {
		f := &m.pic.fields[i]
		m.x, m.y = f.X+f.W/2, f.Y+f.H/2
	}
}

// leaf is what the cursor is on, nil where there is nothing.
func (m *diskMap) leaf() *leaf {
	if p := m.lay(); p != nil && m.cursor < len(p.leaves) {
		return &p.leaves[m.cursor]
	}
	return nil
}

func (m *diskMap) keys() []key.Binding {
	l := m.leaf()
	if l == nil {
		return nil
	}
	open := keys.open
	open.SetHelp("enter", m.opens(l))
	return []key.Binding{key.NewBinding(key.WithHelp("h/j/k/l", "move")), open, keys.copy}
}

func (m *diskMap) update(k tea.KeyPressMsg) tea.Cmd {
	l := m.leaf()
	if l == nil {
		return nil
	}
	switch {
	case key.Matches(k, keys.left):
		m.move(-1, 0)
	case key.Matches(k, keys.right):
		m.move(1, 0)
	case key.Matches(k, keys.up):
		m.move(0, -1)
	case key.Matches(k, keys.down):
		m.move(0, 1)
	case key.Matches(k, keys.home):
		m.choose(0)
	case key.Matches(k, keys.end):
		m.choose(len(m.pic.leaves) - 1)
	case key.Matches(k, keys.open):
		return m.open(l)
	case key.Matches(k, keys.copy):
		return m.copy(l)
	}
	return nil
}

// choose puts the cursor on a leaf that somebody wants.
func (m *diskMap) choose(i int) {
	m.at(i)
	m.wanted = m.pic.leaves[i].key
}

// move goes to the leaf in a direction. Across it one stays on one's line, so that the way back is the way there.
func (m *diskMap) move(dx, dy int) {
	x, y := m.x, m.y
	to := treemap.Beside(m.pic.fields, m.cursor, x, y, dx, dy)
	if to == m.cursor {
		return
	}
	m.choose(to)
	if dx != 0 {
		m.y = y
	} else {
		m.x = x
	}
}

// point puts the cursor on the field at a cell of the body.
func (m *diskMap) point(x, y int) bool {
	p := m.lay()
	if p == nil {
		return false
	}
	i := treemap.At(p.fields, x, y-1)
	if i >= 0 {
		m.choose(i)
	}
	return i >= 0
}

func (m *diskMap) render() []string {
	w := m.overview.width
	p := m.lay()
	if p == nil {
		return m.narrow(fmt.Sprintf("The map needs %dx%d, has %dx%d: a larger terminal shows it, m goes on, esc goes back.",
			mapWidth, mapHeight, m.root.width, m.root.height))
	}
	if len(p.leaves) == 0 {
		return m.narrow("There is nothing to draw: no store holds a byte. esc goes back.")
	}
	out := append(make([]string, 0, m.overview.height), m.legend(w))
	for y := range m.height {
		out = append(out, p.row(y, m.cursor, &m.drawer))
	}
	l := &p.leaves[m.cursor]
	out = append(out, fitted(w, m.about(l)...))
	if m.more() > 0 {
		out = append(out, line(w, span{" " + m.further(l), m.theme.Muted}))
	}
	return out
}

// legend is the line above the map.
func (m *diskMap) legend(width int) string {
	left := []span{{" Map of " + text.Bytes(m.data.total), m.theme.Strong}, {": each field is as large as its share", nil}}
	if m.data.who == nil {
		return fitting(width, 1, left...)
	}
	right := []span{{m.glyphs.shade + m.glyphs.shade, m.theme.Accent}, {" nobody needs it ", nil}}
	if spanWidth(left)+spanWidth(right) >= width {
		left = left[:1]
	}
	return ends(width, left, right)
}

// narrow is a sentence instead of a picture.
func (o *overview) narrow(s string) []string {
	var out []string
	for _, l := range wrap(s, o.width-2) {
		out = append(out, line(o.width, span{" " + l, nil}))
	}
	return out
}

// about says what a leaf is and takes.
func (m *diskMap) about(l *leaf) []optional {
	out := []optional{{span: span{" ", nil}}}
	add := func(drop int, text string, dress func(string) string) {
		out = append(out, optional{span: span{text, dress}, drop: drop})
	}
	whole := ""
	if l.part != itself {
		store := &m.data.stores[l.store]
		add(3, store.title+": ", m.theme.Muted)
		whole = ", " + share(l.size, store.Size.Disk) + " of it"
	}
	add(0, l.name, m.theme.Strong)
	add(0, "  "+text.Bytes(l.size), nil)
	add(4, whole, nil)
	add(2, ", "+share(l.size, m.data.total)+" of all", nil)
	switch {
	case l.unneeded <= 0:
	case l.unneeded >= l.size:
		add(1, ", nobody needs it", m.theme.Accent)
	default:
		add(1, ", nobody needs "+text.Bytes(l.unneeded), m.theme.Accent)
	}
	return out
}

// further says more of a leaf.
func (m *diskMap) further(l *leaf) string {
	p := m.part(l)
	switch {
	case l.store == treemap.Others:
		return "too small for fields of their own; enter lists them"
	case l.part == itself:
		return storeTexts[m.data.stores[l.store].Name].what
	case l.part == treemap.Others:
		return "too small for fields of their own; enter shows all"
	case p.id == theRest:
		return "what is in none of the others"
	}
	switch in := &m.data.inside[l.store]; in.kind {
	case modParts:
		mod := &m.data.mods[p.id]
		s := plural(int(mod.last-mod.first), "version")
		if states := mod.states.list(); states != "" {
			s += ": " + states
		}
		return s
	case buildParts:
		b := &in.builds[p.id]
		s := text.Count(b.Entries) + " entries"
		if b.Old.Disk > 0 {
			s += ", " + text.Bytes(b.Old.Disk) + " not used for 5 days"
		}
		return s
	case verParts:
		return "downloaded because a go.mod or a setting asked for it"
	case rootParts:
		return m.env.clean(m.data.inv.Related[p.id].What)
	}
	return m.env.path(m.data.inv.Toolchains.Toolchains[p.id].Root)
}
