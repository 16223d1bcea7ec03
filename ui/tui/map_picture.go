package tui

import (
	"slices"
	"strings"

	"godoctor/ui/text"
	"godoctor/ui/treemap"
)

// The least fields: of a store a name and a part, of a part a name and a size.
const (
	storeFieldW, storeFieldH = 14, 2
	partFieldW, partFieldH   = 12, 2
)

// itself is the part of a leaf that is a whole store.
const itself = -2

// A leaf is a field that the cursor can be on: a part of a store, those that are too small, a store that is not looked
// into, or the stores that are too small.
type leaf struct {
	store          int // index into data.stores, or treemap.Others
	part           int // index into the parts of the store, treemap.Others, or itself
	count          int
	size, unneeded int64
	key, name      string
	release        bool // the name is a Go release and a platform
}

// A label is text on the map: of a leaf, or the title of a store.
type label struct {
	x    int
	leaf int // -1: a title
	text string
	fill string // behind the text: what nobody needs
}

// A picture is the map in one size: made when it is drawn for the first time, of data that is never changed.
type picture struct {
	fields []treemap.Field // of the leaves: where they are
	leaves []leaf
	lines  *lines
	labels [][]label // by row, from the left
}

// newPicture lays data out in width times height cells.
func newPicture(d *data, width, height int, e *env, g *glyphs) *picture {
	p := &picture{lines: newLines(width, height), labels: make([][]label, height)}
	sizes := make([]int64, len(d.stores))
	for i := range d.stores {
		sizes[i] = d.stores[i].Size.Disk
	}
	all := treemap.Rect{W: width - 1, H: height - 1}
	shown := make([]bool, len(d.stores))
	for _, f := range treemap.Layout(sizes, all, storeFieldW, storeFieldH) {
		if f.Item == treemap.Others {
			p.add(f, leaf{store: treemap.Others, part: itself, key: "\x00", name: plural(f.Count, "other store")})
			p.leaves[len(p.leaves)-1].unneeded = unneededOf(d, shown)
			p.lines.box(f.Rect, heavy)
			continue
		}
		shown[f.Item] = true
		p.store(d, f, e)
	}
	for i := range p.leaves {
		p.label(i, g)
	}
	for _, row := range p.labels {
		slices.SortFunc(row, func(a, b label) int { return a.x - b.x })
	}
	return p
}

// unneededOf sums up what nobody needs of the stores that have no field of their own.
func unneededOf(d *data, shown []bool) (n int64) {
	for i := range d.stores {
		if !shown[i] {
			n += d.free.Of(d.stores[i].Name)
		}
	}
	return n
}

func (p *picture) add(f treemap.Field, l leaf) {
	l.count, l.size = f.Count, f.Size
	p.fields = append(p.fields, f)
	p.leaves = append(p.leaves, l)
}

// store draws a store: what it is made of, with its name on the border, or as one field.
func (p *picture) store(d *data, f treemap.Field, e *env) {
	s, in := &d.stores[f.Item], &d.inside[f.Item]
	sizes := make([]int64, len(in.parts))
	for i := range in.parts {
		sizes[i] = in.parts[i].size
	}
	fields := treemap.Layout(sizes, f.Rect, partFieldW, partFieldH)
	if len(fields) < 2 {
		p.lines.box(f.Rect, heavy)
		p.add(f, leaf{store: f.Item, part: itself, key: s.Name, name: s.title, unneeded: d.free.Of(s.Name)})
		return
	}
	for _, g := range fields {
		p.lines.box(g.Rect, light)
		l := leaf{store: f.Item, part: g.Item}
		if g.Item == treemap.Others {
			l.key, l.name = s.Name+"\x00\x00", othersName(in.kind, g.Count)
			for _, o := range in.parts[len(fields)-1:] { // the parts are sorted as the fields are
				l.unneeded += o.unneeded
			}
		} else {
			o := in.parts[g.Item]
			l.release = in.kind == verParts || in.kind == buildParts && o.id >= 0 && in.builds[o.id].GoVersion != ""
			l.unneeded, l.key, l.name = o.unneeded, d.partKey(f.Item, o), d.partName(f.Item, o, e)
		}
		p.add(g, l)
	}
	p.lines.box(f.Rect, heavy)
	title := " " + s.title + " " + text.Bytes(s.Size.Disk) + " "
	if room := f.W - 3; text.Width(title) > room {
		title = text.Fit(" "+s.title+" ", min(room, text.Width(s.title)+2))
	}
	p.labels[f.Y] = append(p.labels[f.Y], label{x: f.X + 2, leaf: -1, text: title})
}

// othersName says what is too small for a field.
func othersName(kind partKind, n int) string {
	switch kind {
	case modParts:
		return plural(n, "other module")
	case verParts, goParts:
		return plural(n, "other Go")
	}
	return plural(n, "other")
}

// label writes into a field: its name, its size, what of it nobody needs, as far as there is room; and shades from below
// the share that nobody needs.
func (p *picture) label(i int, g *glyphs) {
	f, l := &p.fields[i], &p.leaves[i]
	w, h := f.W-1, f.H-1
	name := l.name
	if short, _, ok := strings.Cut(name, " "); ok && l.release && text.Width(name) > w-1 {
		name = short
	}
	words := []string{text.FitMiddle(name, w-1), text.Bytes(l.size)}
	if h == 1 && text.Width(l.name)+2+text.Width(words[1]) < w {
		words[0] = l.name + "  " + words[1]
	}
	if s := "unneeded " + text.Bytes(l.unneeded); l.unneeded > 0 && text.Width(s) < w {
		words = append(words, s)
	}
	shaded := 0
	if l.unneeded > 0 {
		shaded = max(int(float64(min(l.unneeded, l.size))/float64(l.size)*float64(w*h)+0.5), 1)
	}
	for y := range h {
		s := ""
		if y < len(words) {
			s = text.Fit(" "+strings.TrimRight(words[y], " "), w)
		}
		fill := min(max(shaded-(h-1-y)*w, 0), w) // cells of this row, from its end
		s = strings.TrimRight(s, " ")
		room := w - text.Width(s)
		if room > 0 && s != "" {
			s, room = s+" ", room-1
		}
		fill = min(fill, room)
		p.labels[f.Y+1+y] = append(p.labels[f.Y+1+y], label{x: f.X + 1, leaf: i,
			text: s + strings.Repeat(" ", room-fill), fill: strings.Repeat(g.shade, fill)})
	}
}

// row draws one row of the map, with the cursor on a leaf.
func (p *picture) row(y, selected int, d *drawer) string {
	var b strings.Builder
	x := 0
	for _, l := range p.labels[y] {
		b.WriteString(d.theme.Muted(p.lines.text(y, x, l.x, d.glyphs.ascii)))
		x = l.x + text.Width(l.text) + text.Width(l.fill)
		switch {
		case l.leaf < 0:
			b.WriteString(d.theme.Strong(l.text))
		case l.leaf == selected:
			b.WriteString(d.theme.Selected(l.text + l.fill))
		default:
			b.WriteString(l.text + d.theme.Accent(l.fill))
		}
	}
	b.WriteString(d.theme.Muted(p.lines.text(y, x, p.lines.width, d.glyphs.ascii)))
	return b.String()
}
