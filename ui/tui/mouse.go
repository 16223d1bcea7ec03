package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"godoctor/ui/style"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// wheelRows is how many rows a turn of the wheel moves.
const wheelRows = 3

// toggleMouse gives the mouse to the program, or back to the terminal.
func (r *root) toggleMouse() {
	r.Mouse = !r.Mouse
	if r.Mouse {
		r.say("the mouse picks screens and rows; with shift the terminal selects text, % gives it back")
		return
	}
	r.say("the terminal selects text with the mouse again")
}

// onMouse does by keys what the mouse did: nothing can be done with it that keys cannot do, and no click answers a question.
func (r *root) onMouse(msg tea.MouseMsg) tea.Cmd {
	m := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		switch m.Button {
		case tea.MouseWheelUp:
			return r.repeat(tea.KeyUp, wheelRows)
		case tea.MouseWheelDown:
			return r.repeat(tea.KeyDown, wheelRows)
		}
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft && !r.tooSmall() && r.question == nil && r.dialog == nil && r.help == nil && r.field() == nil {
			return r.click(m.X, m.Y)
		}
	}
	return nil
}

// repeat presses a key several times.
func (r *root) repeat(code rune, n int) tea.Cmd {
	if r.question != nil && !r.question.armed {
		return nil
	}
	var cmds []tea.Cmd
	for range n {
		cmds = append(cmds, r.onKey(tea.KeyPressMsg{Code: code}))
	}
	return tea.Batch(cmds...)
}

// click goes to the screen whose name was clicked, or moves the cursor to the row.
func (r *root) click(x, y int) tea.Cmd {
	if y == 0 {
		if n := r.tabAt(x); n >= 0 && n != r.current {
			r.status = ""
			return r.goTo(n)
		}
		return nil
	}
	if s, ok := r.screens[r.current].(pointable); ok && s.point(x, y-r.bodyTop()) {
		r.status = ""
		return nil
	}
	return r.clickRow(x, y-r.bodyTop())
}

// A pointable is a screen that may have more than rows to click on. It reports whether there was something.
type pointable interface{ point(x, y int) bool }

// clickRow moves the cursor row by row to the one that was clicked. If it does not come to be there, what was clicked is no
// row, and it goes back.
func (r *root) clickRow(x, to int) tea.Cmd {
	body := r.screens[r.current].render()
	at := rowAt(body)
	if at < 0 || to < 0 || to >= len(body) || to == at {
		return nil
	}
	left, right := rowSpan(body[at])
	code, back, step := rune(tea.KeyDown), rune(tea.KeyUp), 1
	if to < at {
		code, back, step = back, code, -1
	}
	for y := at + step; y != to+step; y += step {
		if x < left || x >= right || cellsAt(body[y], left, table.Gutter) != "  " {
			return nil
		}
	}
	r.status = ""
	var cmds []tea.Cmd
	for moved := 1; at != to; moved++ {
		cmds = append(cmds, r.repeat(code, 1))
		now := r.screens[r.current].render()
		if rowAt(now) == at+step {
			at, body = at+step, now
			continue
		}
		if slices.Equal(now, body) { // the end of the list
			moved--
		}
		cmds = append(cmds, r.repeat(back, moved))
		break
	}
	return tea.Batch(cmds...)
}

// tabAt is the screen whose name is at a column of the first line, -1 if none is.
func (r *root) tabAt(x int) int {
	at := 0
	for _, s := range r.tabSpans() {
		w := spanWidth([]span{s})
		if x >= at && x < at+w {
			name := strings.Trim(s.text, " []")
			for i := range screens {
				if numbered := r.numbered(i); name == numbered || strings.HasPrefix(name, numbered+" ") {
					return i
				}
			}
		}
		at += w
	}
	return -1
}

// rowAt is the line of the row under the cursor, -1 where there is none: what is selected is reversed on every screen.
func rowAt(body []string) int {
	return slices.IndexFunc(body, func(l string) bool { return strings.Contains(l, style.Reverse) })
}

// rowSpan says from which cell of its line to which the selected row goes.
func rowSpan(l string) (from, to int) {
	before, row, _ := strings.Cut(l, style.Reverse)
	row, _, _ = strings.Cut(row, "\x1b[0m")
	from = lipgloss.Width(before)
	return from, from + lipgloss.Width(row)
}

// cellsAt are n cells of a line.
func cellsAt(l string, from, n int) string {
	var b strings.Builder
	at := 0
	for _, c := range style.Sequences.ReplaceAllString(l, "") {
		if at >= from && at < from+n {
			b.WriteRune(c)
		}
		at += text.Width(string(c))
	}
	return b.String()
}

// rowCursor puts the terminal's cursor on the selected row of a frame, for magnifiers and screen readers, which follow it.
func (r *root) rowCursor(frame []string) *tea.Cursor {
	body := frame[r.bodyTop() : r.bodyTop()+r.layout.body]
	i := rowAt(body)
	if i < 0 {
		return nil
	}
	x, _ := rowSpan(body[i])
	c := tea.NewCursor(x, r.bodyTop()+i)
	c.Shape, c.Blink = tea.CursorBar, false // the row is seen without it
	return c
}
