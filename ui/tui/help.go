package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

// A help is the list of what can be done, over the screen: every letter searches it, enter does what is under the cursor.
// It does nothing by itself: it presses the key on the screen below, and what asks there asks here.
type help struct {
	title string
	rows  []helpRow
	field filterField
	list  table.List[int]
	said  string // why the last enter did nothing; until the next key
	wide  int    // the widest key
}

// A helpRow is a thing that can be done, or the head of a group.
type helpRow struct {
	head  bool
	group string
	key   string
	what  string
	not   string // why it cannot be done now; empty: it can
	do    func() tea.Cmd

	words string // what a search looks in
}

// keyRoom is the most room for keys in front of what they do.
const keyRoom = 14

// openBox shows rows. A group without any is left out.
func (r *root) openBox(title string, rows []helpRow) {
	h := &help{title: title}
	group := ""
	for _, row := range rows {
		if row.group != group {
			group = row.group
			h.rows = append(h.rows, helpRow{head: true, group: group})
		}
		row.words = strings.ToLower(row.key + " " + row.what + " " + row.group)
		h.rows = append(h.rows, row)
		h.wide = min(max(h.wide, text.Width(row.key)), keyRoom)
	}
	names := make([]int, len(h.rows))
	for i := range names {
		names[i] = i
	}
	h.list.SetRows(names, nil)
	h.list.Resize(8) // about right until it is drawn
	h.refilter()
	r.help, r.dialog = h, nil
}

// refilter shows the rows that hold every word that was typed, under the heads of their groups.
func (h *help) refilter() {
	words := strings.Fields(strings.ToLower(h.field.words()))
	order := make([]int32, 0, len(h.rows))
	head := int32(-1)
	for i := range h.rows {
		row := &h.rows[i]
		if row.head {
			head = int32(i)
			continue
		}
		if !containsAll(row.words, words) {
			continue
		}
		if head >= 0 {
			order = append(order, head)
			head = -1
		}
		order = append(order, int32(i))
	}
	h.list.SetOrder(order)
	h.list.Home()
	h.off(1)
}

func containsAll(s string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}

// off moves the cursor off the head of a group: on in the direction that it came, and back where there is nothing.
func (h *help) off(by int) {
	if i := h.list.Selected(); i < 0 || !h.rows[i].head {
		return
	}
	if by < 0 && h.list.Cursor() > 0 {
		h.list.Up()
		return
	}
	h.list.Down()
}

// selected is the row under the cursor, or nil.
func (h *help) selected() *helpRow {
	if i := h.list.Selected(); i >= 0 && !h.rows[i].head {
		return &h.rows[i]
	}
	return nil
}

// helpKey gives a key to the open list.
func (r *root) helpKey(m tea.KeyPressMsg) tea.Cmd {
	h := r.help
	h.said = ""
	switch {
	case key.Matches(m, keys.back) && h.field.words() != "":
		h.field.clear()
		h.refilter()
	case key.Matches(m, keys.back), key.Matches(m, keys.help) && h.field.words() == "":
		r.help = nil
	case key.Matches(m, keys.open):
		return r.helpDo(h.selected())
	case h.move(m):
	default:
		before := h.field.words()
		if h.field.press(m); h.field.words() != before {
			h.refilter()
		}
	}
	return nil
}

// move takes the keys that move: letters do not, for they are text.
func (h *help) move(m tea.KeyPressMsg) bool {
	by := 1
	switch m.Code {
	case tea.KeyUp, tea.KeyPgUp:
		by = -1
	case tea.KeyDown, tea.KeyPgDown:
	default:
		return false
	}
	moveKeys(&h.list, m)
	h.off(by)
	return true
}

// helpDo does what a row is about, or says why not.
func (r *root) helpDo(row *helpRow) tea.Cmd {
	switch {
	case row == nil:
		return nil
	case row.not != "":
		r.help.said = row.not
		return nil
	}
	h := r.help
	r.help, r.status = nil, ""
	cmd := row.do()
	if r.dialog != nil && row.key == "" { // a page to read: esc leads back to the list
		r.help = h
	}
	return cmd
}

// render draws the box for the size of the frame.
func (h *help) render(r *root) []string {
	width := min(r.width, 84)
	if r.width >= 50 {
		width = min(r.width-4, 84)
	}
	inner := width - 4
	height := max(r.height-4, 3)
	list := height - 2
	if height >= 12 {
		list--
	}
	out := []string{line(inner, span{"/ ", r.theme.Accent}, span{r.env.clean(h.field.words()), nil})}
	if h.field.words() == "" {
		out[0] = line(inner, span{"/ ", r.theme.Accent}, span{"type to search", r.theme.Muted})
	}
	rows := h.list.Render(inner, list, func(i, w int) string { return h.row(i, w) }, func(i int, selected bool, l string) string {
		return h.dress(r, i, selected, l)
	})
	if h.list.Len() == 0 {
		rows[0] = line(inner, span{"  nothing is called so; esc clears it", r.theme.Muted})
	}
	out = append(out, rows...)
	if height >= 12 {
		out = append(out, line(inner))
	}
	out = append(out, line(inner, h.hint(r, inner)))
	for i, l := range out {
		out[i] = " " + l + " "
	}
	return r.pane(h.title, out, width, len(out)+2)
}

// row is a row in w cells: the key, what it does, and that it does not do so now.
func (h *help) row(i, w int) string {
	row := &h.rows[i]
	if row.head {
		return row.group
	}
	const later = " (not now)"
	end := ""
	if row.not != "" && w >= 40 {
		end = later
	}
	room := min(h.wide, w/3)
	return "  " + text.Fit(row.key, room) + "  " + text.Fit(row.what, max(w-room-4-len(end), 0)) + end
}

func (h *help) dress(r *root, i int, selected bool, l string) string {
	row := &h.rows[i]
	switch {
	case row.head:
		return r.theme.Strong(l)
	case selected:
		return r.theme.Selected(l)
	case row.not != "":
		return r.theme.Muted(l)
	}
	before, rest, ok := strings.Cut(l, row.key) // it is the first that stands there, unless there is no room for it
	if !ok || row.key == "" || strings.TrimSpace(before) != "" {
		return l
	}
	return before + r.theme.Accent(row.key) + rest
}

// hint is the last line: what the keys do, or why the last one did nothing.
func (h *help) hint(r *root, width int) span {
	long := "enter does it   up/down move   esc closes"
	if h.field.words() != "" {
		long = "enter does it   up/down move   esc clears"
	}
	switch said := "not now: " + h.said; {
	case h.said != "" && text.Width(said) <= width:
		return span{said, r.theme.Warn}
	case h.said != "":
		return span{h.said, r.theme.Warn}
	case text.Width(long) > width:
		long = "enter does it   esc"
	}
	return span{long, r.theme.Muted}
}

// cursor is in the text that was typed, of a box at x and y.
func (h *help) cursor(r *root, x, y int) *tea.Cursor {
	x += 4 + text.Width(r.env.clean(string(h.field.runes[:h.field.pos])))
	return tea.NewCursor(min(x, r.width-1), y+1)
}
