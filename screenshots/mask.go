//go:build unix

package main

import (
	"strings"
	"unicode/utf8"

	"godoctor/ui/tui/tuitest"
)

// rowText gives the characters of a row, one for each cell, so that a place in the one is a place in the other.
func rowText(row []tuitest.Cell) string {
	var b strings.Builder
	for _, c := range row {
		if r := []rune(c.Text); len(r) == 1 {
			b.WriteRune(r[0])
		} else {
			b.WriteRune(utf8.RuneError) // the second half of a wide character, or a cluster
		}
	}
	return b.String()
}

// mask replaces what the row says of the machine that the picture is made on. What stands behind keeps its
// place if there are spaces in between that can give way, else what stands before.
func mask(row []tuitest.Cell) {
	for _, m := range masks {
		text := rowText(row)
		at := m.found.FindStringIndex(text)
		if at == nil {
			continue
		}
		from, to := utf8.RuneCountInString(text[:at[0]]), utf8.RuneCountInString(text[:at[1]])
		replace(row, from, to, []rune(m.text))
	}
}

// replace puts text in the place of the cells from..to, in the look of the first of them.
func replace(row []tuitest.Cell, from, to int, text []rune) {
	look := row[from]
	look.Width = 1
	put := make([]tuitest.Cell, len(text))
	for i, r := range text {
		put[i] = look
		put[i].Text = string(r)
	}
	more := len(text) - (to - from)
	blank := func(c tuitest.Cell) bool { return c.Text == " " }
	after := to
	for after < len(row) && blank(row[after]) {
		after++
	}
	const margin = 3 // what ends so near to the end of the row was put there

	if after-to > max(more, 0) && (after < len(row) || after-to > margin) { // there is room behind
		rest := row[to]
		copy(row[from:], put)
		for i := from + len(put); i < after; i++ {
			row[i] = rest
		}
		return
	}
	if from-more >= 0 { // it ends where it ended
		space := tuitest.Cell{Text: " ", Width: 1, Bg: look.Bg, Reverse: look.Reverse}
		for i := from; i < from-more; i++ {
			row[i] = space
		}
		copy(row[from-more:], put)
	}
}
