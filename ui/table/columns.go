package table

import (
	"strings"

	"godoctor/ui/text"
)

// A Column says how one column of a table is laid out.
type Column struct {
	Title  string
	Width  int  // cells; of a flexible column the fewest that are worth showing
	Flex   int  // its share of what is left over, 0 for a fixed column
	Right  bool // numbers and sizes
	Middle bool // module paths: cut in front, the last element and the version stay
	Drop   int  // in a narrow table the highest goes first; 0 never goes
}

const gap = 2 // cells between columns

// Columns lays out a table. The widths are computed once for a width of the table.
type Columns struct {
	columns []Column
	width   int
	widths  []int // of each column, 0 for one that was dropped
}

// NewColumns returns the layout of these columns, from left to right.
func NewColumns(columns ...Column) *Columns {
	return &Columns{columns: columns, width: -1}
}

// Widths returns the cells of each column in a table width cells wide, 0 for one that is not shown.
// The slice is not the caller's.
func (c *Columns) Widths(width int) []int {
	if c.width != width {
		c.width, c.widths = width, c.layout(width)
	}
	return c.widths
}

// layout drops columns until the others fit, then shares out what is left, or takes what is missing
// from the flexible ones.
func (c *Columns) layout(width int) []int {
	widths := make([]int, len(c.columns))
	for i, col := range c.columns {
		widths[i] = max(col.Width, 1)
	}
	for total(widths) > width {
		drop := -1
		for i, col := range c.columns {
			if widths[i] > 0 && col.Drop > 0 && (drop < 0 || col.Drop > c.columns[drop].Drop) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		widths[drop] = 0
	}
	c.share(widths, width-total(widths))
	return widths
}

// share adds left to the flexible columns, each by its share. Where left is negative they shrink, down
// to one cell; what is then still too much is cut at the end of the row.
func (c *Columns) share(widths []int, left int) {
	shares := 0
	for i, col := range c.columns {
		if widths[i] > 0 {
			shares += max(col.Flex, 0)
		}
	}
	for i, col := range c.columns {
		if widths[i] == 0 || col.Flex <= 0 {
			continue
		}
		part := left * col.Flex / shares // what rounding leaves goes to the last
		part = max(part, 1-widths[i])
		widths[i] += part
		left -= part
		shares -= col.Flex
	}
}

// total returns the cells that columns and the gaps between them take.
func total(widths []int) int {
	sum, shown := 0, 0
	for _, w := range widths {
		if w > 0 {
			sum += w
			shown++
		}
	}
	return sum + gap*max(shown-1, 0)
}

// Row returns one row exactly width cells wide. There is a cell for each column, of clean text; those
// of dropped columns are left out, those that are missing are empty.
func (c *Columns) Row(width int, cells ...string) string {
	var b strings.Builder
	first := true
	for i, w := range c.Widths(width) {
		if w == 0 {
			continue
		}
		if !first {
			b.WriteString(text.Fit("", gap))
		}
		first = false
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		b.WriteString(c.columns[i].fit(cell, w))
	}
	return text.Fit(b.String(), width)
}

// Header returns the titles, each above its column.
func (c *Columns) Header(width int) string {
	titles := make([]string, len(c.columns))
	for i, col := range c.columns {
		titles[i] = col.Title
	}
	return c.Row(width, titles...)
}

func (col Column) fit(cell string, w int) string {
	switch {
	case col.Right:
		return text.Right(cell, w)
	case col.Middle:
		return text.FitMiddle(cell, w)
	}
	return text.Fit(cell, w)
}
