package tui

import (
	"fmt"
	"strings"

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
}

// An entry is a paragraph of a dialog: clean text that is wrapped, with a label in front of its first line.
type entry struct {
	label, text string
	strong      bool
}

// labelWidth is the room for labels, where a dialog has any.
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
	var lines []string
	for _, e := range d.lines {
		lines = append(lines, e.render(r, inner)...)
	}
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

// render wraps the entry into lines of exactly width cells.
func (e *entry) render(r *root, width int) []string {
	room := 0
	if e.label != "" {
		room = min(labelWidth, width/3)
	}
	parts := wrap(e.text, width-room)
	if len(parts) == 0 {
		parts = []string{""}
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		label := ""
		if i == 0 && room > 0 {
			label = text.Fit(e.label, room-1)
		}
		body := span{p, nil}
		if e.strong {
			body.dress = r.theme.Strong
		}
		out[i] = line(width, span{text.Fit(label, room), r.theme.Accent}, body)
	}
	return out
}

// openHelp shows every key that works here.
func (r *root) openHelp() {
	var lines []entry
	add := func(title string, list []key.Binding) {
		lines = append(lines, entry{text: title, strong: true})
		for _, b := range list {
			if b.Enabled() {
				lines = append(lines, entry{label: "  " + strings.Join(b.Keys(), " "), text: b.Help().Desc})
			}
		}
		lines = append(lines, entry{})
	}
	add(screens[r.current].name, r.screens[r.current].keys())
	add("Moving", moving())
	add("Everywhere", everywhere())
	lines = append(lines, entry{text: "Nothing here changes a file: this program only looks, and uses no network."})
	r.dialog = &dialog{title: "Keys", lines: lines}
}

// openErrors shows what kept the scan from looking.
func (r *root) openErrors() {
	if r.data == nil {
		r.say("the scan has not found anything yet")
		return
	}
	inv := r.data.inv
	var lines []entry
	for _, p := range inv.Problems {
		at := ""
		if p.Line > 0 {
			at = fmt.Sprintf(" (%s:%d)", r.env.path(p.Path), p.Line)
		}
		lines = append(lines, entry{text: r.env.clean(p.Message) + at}, entry{})
	}
	for _, u := range inv.Unreadable {
		lines = append(lines, entry{text: r.env.path(u.Path) + ": " + r.env.clean(u.Err.Error())})
	}
	if more := inv.Unread - int64(len(inv.Unreadable)); more > 0 {
		lines = append(lines, entry{text: fmt.Sprintf("and %s more", text.Count(more))})
	}
	if len(lines) == 0 {
		r.say("everything could be read")
		return
	}
	r.dialog = &dialog{title: "What could not be read, and settings that make no sense", lines: lines}
}
