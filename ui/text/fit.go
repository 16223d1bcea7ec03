package text

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Ellipsis ends what Fit had to cut. ASCII knows it and gives two full stops.
const Ellipsis = "…"

// Width returns the cells that s takes. Printable ASCII is a cell a byte, which spares the grapheme
// tables for nearly every name that there is; all else is measured by the tables of the renderer.
func Width(s string) int {
	if plainASCII(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

// Fit returns s, which is clean, exactly width cells wide: cut, ending in an ellipsis, or filled with
// spaces. A width of less than one gives "".
func Fit(s string, width int) string {
	s, w := cut(s, width)
	return s + spaces(width-w)
}

// Right is Fit with the spaces in front: for numbers.
func Right(s string, width int) string {
	s, w := cut(s, width)
	return spaces(width-w) + s
}

// cut returns s, shortened to at most width cells, and its width.
func cut(s string, width int) (string, int) {
	if width <= 0 {
		return "", 0
	}
	w := Width(s)
	if w <= width {
		return s, w
	}
	if w == len(s) && plainASCII(s) {
		return s[:width-1] + Ellipsis, width
	}
	// Truncate counts an ASCII letter and the mark on it apart, StringWidth together. No text is known
	// where that makes the cut too wide; asking for less until it fits is what keeps it so.
	for n := width - 1; n > 0; n-- {
		s = strings.TrimRight(ansi.Truncate(s, n, ""), string(rune(zwj))) // what it joined may be cut off
		if w = ansi.StringWidth(s + Ellipsis); w <= width {
			return s + Ellipsis, w
		}
	}
	return Ellipsis, 1
}

const blanks = "                                                                                "

// spaces returns n spaces, none where n is negative.
func spaces(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}
