package tui

import (
	"strings"

	"godoctor/ui/style"
	"godoctor/ui/text"
)

// A span is a piece of a line: clean text, and how it is dressed.
type span struct {
	text  string
	dress func(string) string // nil: plain
}

// line puts spans side by side, cut or padded to exactly width cells.
func line(width int, spans ...span) string {
	var b strings.Builder
	for _, s := range spans {
		if width <= 0 {
			break
		}
		t := s.text
		if n := text.Width(t); n > width {
			t = text.Fit(t, width)
			width = 0
		} else {
			width -= n
		}
		if s.dress != nil {
			t = s.dress(t)
		}
		b.WriteString(t)
	}
	if width > 0 {
		b.WriteString(strings.Repeat(" ", width))
	}
	return b.String()
}

// fitting is a line of the first spans, and of as many of the others as fit whole.
func fitting(width int, first int, spans ...span) string {
	n := min(first, len(spans))
	for n < len(spans) && spanWidth(spans[:n+1]) <= width {
		n++
	}
	return line(width, spans[:n]...)
}

// An optional is a span that may be left out.
type optional struct {
	span
	drop int  // what is left out first, where there is no room, is the highest; 0 stays
	with bool // it goes where the one before it goes
}

// fitted is a line of as many spans as fit whole, in their order, the important ones first of all. What has to stay is cut
// at the end of the line.
func fitted(width int, list ...optional) string {
	in, most := make([]bool, len(list)), 0
	for i := range list {
		most = max(most, list[i].drop)
	}
	for drop := range most + 1 {
		for i := range list {
			if list[i].drop != drop || list[i].with && i > 0 && !in[i-1] {
				continue
			}
			if n := text.Width(list[i].text); drop == 0 || n <= width {
				in[i] = true
				width -= n
			}
		}
	}
	var spans []span
	for i := range list {
		if in[i] {
			width += text.Width(list[i].text)
			spans = append(spans, list[i].span)
		}
	}
	return line(width, spans...)
}

// ends puts one part of a line to the left and one to the right. The right one gives way.
func ends(width int, left, right []span) string {
	l, r := spanWidth(left), spanWidth(right)
	if l+r+1 > width {
		return line(width, left...)
	}
	fill := span{text: strings.Repeat(" ", width-l-r)}
	return line(width, append(append(left[:len(left):len(left)], fill), right...)...)
}

func spanWidth(spans []span) int {
	n := 0
	for _, s := range spans {
		n += text.Width(s.text)
	}
	return n
}

// glyphs are the signs that are drawn: lines and bars.
type glyphs struct {
	h, v, topLeft, topRight, bottomLeft, bottomRight string

	bar, tip string // a cell of a bar, and what is less than one
	shade    string // a cell of a field
	ascii    bool
}

var (
	unicodeGlyphs = glyphs{"─", "│", "╭", "╮", "╰", "╯", "▆", "▖", "░", false}
	asciiGlyphs   = glyphs{"-", "|", "+", "+", "+", "+", "#", ".", ":", true}
)

// barOf draws part of whole as a bar of at most width cells. Its cells are less than a line high, so that
// bars below each other stay apart, and can be told from the row under the cursor.
func (g *glyphs) barOf(part, whole int64, width int) string {
	if whole <= 0 || part <= 0 || width <= 0 {
		return strings.Repeat(" ", max(width, 0))
	}
	cells := int((min(part, whole)*int64(width) + whole/2) / whole)
	if cells == 0 {
		return g.tip + strings.Repeat(" ", width-1)
	}
	return strings.Repeat(g.bar, cells) + strings.Repeat(" ", width-cells)
}

// pane frames lines in a box of exactly width and height, with a title in its upper edge.
func (d *drawer) pane(title string, lines []string, width, height int) []string {
	g := &d.glyphs
	if width < 4 || height < 2 {
		return nil
	}
	muted := d.theme.Muted
	inner := width - 2
	head := g.h + " "
	if title == "" {
		head = ""
	}
	t := text.Fit(title, min(text.Width(title), max(inner-4, 0)))
	rest := inner - text.Width(head) - text.Width(t)
	if title != "" {
		rest--
	}
	top := muted(g.topLeft+head) + d.theme.Strong(t)
	if title != "" {
		top += " "
	}
	out := []string{top + muted(strings.Repeat(g.h, max(rest, 0))+g.topRight)}
	for i := range height - 2 {
		body := strings.Repeat(" ", inner)
		if i < len(lines) {
			body = lines[i]
		}
		out = append(out, muted(g.v)+body+muted(g.v))
	}
	return append(out, muted(g.bottomLeft+strings.Repeat(g.h, inner)+g.bottomRight))
}

// blank is n empty lines.
func blank(width, n int) []string {
	out := make([]string, max(n, 0))
	for i := range out {
		out[i] = strings.Repeat(" ", max(width, 0))
	}
	return out
}

// beside joins two blocks of lines of the same height.
func beside(left, right []string) []string {
	out := make([]string, len(left))
	for i := range left {
		out[i] = left[i]
		if i < len(right) {
			out[i] += right[i]
		}
	}
	return out
}

// drawer is what every screen draws with.
type drawer struct {
	theme  style.Theme
	glyphs glyphs
}

func newDrawer(theme style.Theme, ascii bool) drawer {
	if ascii {
		return drawer{theme, asciiGlyphs}
	}
	return drawer{theme, unicodeGlyphs}
}

// rule is a line across the screen.
func (d *drawer) rule(width int) string { return d.theme.Muted(strings.Repeat(d.glyphs.h, width)) }

// wrap breaks clean text into lines of at most width cells, at spaces where there are any.
func wrap(s string, width int) []string {
	if width <= 0 {
		return nil
	}
	var out []string
	cur := ""
	for _, w := range strings.Fields(s) {
		for text.Width(w) > width { // a word that is longer than a line
			if cur != "" {
				out = append(out, cur)
				cur = ""
			}
			head := cutHead(w, width)
			out = append(out, head)
			w = w[len(head):]
		}
		switch {
		case cur == "":
			cur = w
		case text.Width(cur)+1+text.Width(w) <= width:
			cur += " " + w
		default:
			out = append(out, cur)
			cur = w
		}
	}
	if cur != "" {
		out = append(out, cur)
	}
	return out
}

// cutHead gives the longest front of s that is at most width cells wide, and at least one character.
func cutHead(s string, width int) string {
	end := 0
	for i, r := range s {
		next := i + len(string(r))
		if end > 0 && text.Width(s[:next]) > width {
			break
		}
		end = next
	}
	return s[:end]
}

// breakLine breaks clean text into lines of at most width cells, wherever they are full.
func breakLine(s string, width int) []string {
	var out []string
	for width > 0 && text.Width(s) > width {
		head := cutHead(s, width)
		out = append(out, head)
		s = s[len(head):]
	}
	return append(out, s)
}
