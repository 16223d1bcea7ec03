package plain

import (
	"io"
	"strings"

	"godoctor/ui/text"
)

// A grid is a table for people and for awk: columns two spaces apart, no space in the first, numbers to
// the right, nothing drawn. Cells are cleaned already.
type grid struct {
	right []bool // which columns are numbers
	rows  [][]string
}

func (g *grid) add(cells ...string) { g.rows = append(g.rows, cells) }

// write lays the columns out and prints the rows, each with indent before it. The last column is not
// padded. style, if not nil, dresses a whole row.
func (g *grid) write(w io.Writer, indent string, style func(row int, line string) string) {
	widths := make([]int, len(g.right))
	for _, row := range g.rows {
		for i, c := range row {
			widths[i] = max(widths[i], text.Width(c))
		}
	}
	for n, row := range g.rows {
		var b strings.Builder
		for i, c := range row {
			switch {
			case g.right[i]:
				b.WriteString(text.Right(c, widths[i]))
			case i == len(row)-1:
				b.WriteString(c)
			default:
				b.WriteString(text.Fit(c, widths[i]))
			}
			if i < len(row)-1 {
				b.WriteString("  ")
			}
		}
		line := indent + strings.TrimRight(b.String(), " ")
		if style != nil {
			line = style(n, line)
		}
		io.WriteString(w, line+"\n")
	}
}
