package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// A dialog is a box of text over the screen. It scrolls, and closes by esc, q or enter.
type dialog struct {
	title  string
	lines  []entry
	offset int
	height int // lines that were shown last
	total  int // lines after wrapping

	wrapped   []string // lines, wrapped for a width of wrappedTo
	wrappedTo int
}

// fill replaces what the dialog says: the answer to a question came in. If the dialog was closed meanwhile, nobody
// sees it.
func (d *dialog) fill(lines []entry) { d.lines, d.wrapped = lines, nil }

// wrap breaks the entries into lines, again only if they or the width changed.
func (d *dialog) wrap(r *root, width int) []string {
	if d.wrapped == nil || d.wrappedTo != width {
		d.wrapped, d.wrappedTo = nil, width
		room := 0
		for i := range d.lines {
			room = max(room, text.Width(d.lines[i].label)+2)
		}
		room = min(room, labelWidth, width/3)
		for i := range d.lines {
			d.wrapped = append(d.wrapped, d.lines[i].render(r, width, room)...)
		}
	}
	return d.wrapped
}

// An entry is a paragraph of a dialog: clean text that is wrapped, with a label in front of its first line.
type entry struct {
	label, text string
	strong      bool
	verbatim    bool                // spaces are kept, and a line is broken where it is full
	dress       func(string) string // nil: by strong
}

// labelWidth is the most room for labels, where a dialog has any.
const labelWidth = 20

// update takes a key and reports whether the dialog is to be closed.
func (d *dialog) update(m tea.KeyPressMsg) bool {
	page := max(d.height-1, 1)
	switch {
	case key.Matches(m, keys.back, keys.quit, keys.open, keys.help):
		return true
	case key.Matches(m, keys.down):
		d.offset++
	case key.Matches(m, keys.up):
		d.offset--
	case key.Matches(m, keys.pageDown, keys.halfDown):
		d.offset += page
	case key.Matches(m, keys.pageUp, keys.halfUp):
		d.offset -= page
	case key.Matches(m, keys.home):
		d.offset = 0
	case key.Matches(m, keys.end):
		d.offset = d.total
	}
	d.offset = max(min(d.offset, d.total-d.height), 0)
	return false
}

// render draws the box for the size of the frame.
func (d *dialog) render(r *root) []string {
	width := min(r.width, 78)
	if r.width >= 50 {
		width = min(r.width-4, 78)
	}
	inner := width - 4
	lines := d.wrap(r, inner)
	d.total = len(lines)
	d.height = min(len(lines), max(r.height-4, 1))
	d.offset = max(min(d.offset, d.total-d.height), 0)
	title := d.title
	if d.total > d.height {
		title += fmt.Sprintf(" (%d-%d of %d)", d.offset+1, d.offset+d.height, d.total)
	}
	out := make([]string, 0, d.height)
	for _, l := range lines[d.offset : d.offset+d.height] {
		out = append(out, " "+l+" ")
	}
	return r.pane(title, out, width, d.height+2)
}

// render wraps the entry into lines of exactly width cells, with room for a label if it has one.
func (e *entry) render(r *root, width, room int) []string {
	if e.label == "" {
		room = 0
	}
	parts := wrap(e.text, width-room)
	if e.verbatim {
		parts = breakLine(e.text, width-room)
	}
	if len(parts) == 0 {
		parts = []string{""}
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		label := ""
		if i == 0 && room > 0 {
			label = text.Fit(e.label, room-1)
		}
		body := span{p, e.dress}
		if e.strong {
			body.dress = r.theme.Strong
		}
		out[i] = line(width, span{text.Fit(label, room), r.theme.Accent}, body)
	}
	return out
}
