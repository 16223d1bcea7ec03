package table

import (
	"godoctor/ui/text"
)

// A RowFunc formats the row with the caller's index i in w cells. The line is plain: no colours. One
// that is too short or too long is filled or cut.
type RowFunc func(i, w int) string

// A Style gives a finished line its colours. It gets the caller's index of the row and must not change
// what is seen: the line is as wide as the list, marker included. Lines without a row are not styled.
type Style func(row int, selected bool, line string) string

// Gutter is the width of the marker in front of each row. A header above a list is moved by it.
const Gutter = 2

const marker = ">"

// render draws the window, one string a line. key and index are of a position.
func render[K comparable](w *window, c *cache[K], width int, key func(int) K, index func(int) int, row RowFunc, style Style) []string {
	width = max(width, 0)
	c.prepare(width, w.height)
	lines := make([]string, 0, w.height)
	from, to := w.Visible()
	for pos := from; pos < to; pos++ {
		i, selected := index(pos), pos == w.cursor
		line := gutter(width, selected) + c.row(key(pos), i, width-Gutter, row)
		if style != nil {
			line = style(i, selected, line)
		}
		lines = append(lines, line)
	}
	if len(lines) < w.height {
		blank := text.Fit("", width)
		for len(lines) < w.height {
			lines = append(lines, blank)
		}
	}
	return lines
}

func gutter(width int, selected bool) string {
	if selected {
		return text.Fit(marker, min(width, Gutter))
	}
	return text.Fit("", min(width, Gutter))
}

// A cache keeps rows that were formatted: (key, width, version) -> line. Most keys move the cursor by
// a row, and then nothing but the markers changes.
type cache[K comparable] struct {
	width   int
	version uint64
	lines   map[K]cached
}

type cached struct {
	index   int // two rows may have one key: each then has its own line
	version uint64
	line    string
}

// forget makes every cached row stale.
func (c *cache[K]) forget() { c.version++ }

// drop makes one row stale.
func (c *cache[K]) drop(key K) { delete(c.lines, key) }

// prepare makes the cache ready for a frame. It is bounded by a few screens: what was scrolled away is
// cheap to format again.
func (c *cache[K]) prepare(width, height int) {
	if c.lines == nil || c.width != width || len(c.lines) > 8*height+64 {
		c.lines = make(map[K]cached, 2*height)
	}
	c.width = width
}

func (c *cache[K]) row(key K, i, w int, row RowFunc) string {
	if w <= 0 {
		return ""
	}
	if hit, ok := c.lines[key]; ok && hit.version == c.version && hit.index == i {
		return hit.line
	}
	line := fitLine(row(i, w), w)
	c.lines[key] = cached{index: i, version: c.version, line: line}
	return line
}

// fitLine holds a row to its width. Rows are made of clean text; one that is not would break the
// frame, so what is left of it is escaped here. (Clean is not idempotent, so clean text is not
// cleaned again.)
func fitLine(line string, w int) string {
	if !text.Safe(line) {
		line = text.Clean(line)
	}
	return text.Fit(line, w)
}
