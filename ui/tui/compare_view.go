package tui

import (
	"fmt"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

func (c *comparison) render() []string {
	switch {
	case c.Compare == nil:
		return c.paragraphs(c.lacks("Nothing can be compared here."))
	case c.choosing:
		return c.renderChoice()
	case c.result == nil:
		return c.waiting()
	}
	out := c.head()
	if c.list.Len() == 0 {
		return append(out, c.noRows(c.height-len(out))...)
	}
	return c.panes(out, c.place(), c.title(), c.listing, c.detail)
}

// panes draws a list with what belongs to the selected row: beside it, below it, or where there is no room not at all.
func (c *comparison) panes(out []string, place, title string, listing func(w, h int) []string, detail func(w, lines int) []string) []string {
	rest := c.height - len(out)
	switch {
	case c.width >= wideWidth && c.height >= wideHeight-6:
		left := c.width * 62 / 100
		right := c.width - left
		list := c.pane(place, listing(left-2, rest-2), left, rest)
		return append(out, beside(list, c.pane(title, indent(detail(right-4, 6)), right, rest))...)
	case c.width >= bodyWidth && c.height >= 14:
		below := indent(detail(c.width-2, 2))
		rows := max(rest-1-max(len(below), 6), rest*2/5)
		out = append(out, listing(c.width, rows)...)
		out = append(out, c.rule(c.width))
		return append(out, below[:max(min(len(below), c.height-len(out)), 0)]...)
	}
	return append(out, listing(c.width, rest)...)
}

// paragraphs are sentences with a line between them, in at most as many lines as there are.
func (c *comparison) paragraphs(list ...string) []string {
	var out []string
	for i, s := range list {
		if i > 0 && c.height >= 10 {
			out = append(out, line(c.width))
		}
		for _, l := range wrap(s, c.width-2) {
			out = append(out, line(c.width, span{" " + l, nil}))
		}
	}
	return out[:min(len(out), c.height)]
}

// waiting is the screen without a result: it is looked for, or there is none.
func (c *comparison) waiting() []string {
	if c.job.running {
		return []string{c.progress(), c.sideLine(0, c.named(c.sides[0])), c.sideLine(1, c.named(c.sides[1]))}
	}
	err := c.err
	if err == "" {
		err = "Nothing is compared yet."
	}
	return c.paragraphs(err, "r compares again, C chooses other sides, esc goes back.")
}

// named is a side as it was chosen.
func (c *comparison) named(arg string) string {
	switch arg {
	case "":
		return "not chosen yet"
	case "here":
		return "here: this machine now" + c.projectHere()
	}
	return c.env.path(arg)
}

// projectHere names the project that the program was started in.
func (c *comparison) projectHere() string {
	if w := c.data.knows(); w != nil && w.here != nil && w.here.Module != "" {
		return ", with " + c.env.clean(w.here.Module)
	}
	return ""
}

// head says what there is, and what was compared.
func (c *comparison) head() []string {
	first := c.counted()
	switch {
	case c.job.running:
		first = c.progress()
	case c.filter.active || c.filter.words() != "":
		first = ends(c.width, []span{{" / ", c.theme.Accent}, {c.env.clean(c.filter.words()), nil}},
			[]span{{fmt.Sprintf("matches %d of %d ", c.list.Len(), len(c.result.rows)), c.theme.Muted}})
	}
	if c.height < 7 {
		return []string{first}
	}
	out := []string{first}
	for i, words := range c.result.words {
		out = append(out, c.sideLine(i, words))
	}
	return out
}

// sideLine says what a side is, and where there is room its path.
func (c *comparison) sideLine(i int, words string) string {
	left, right := []span{{" " + letters[i] + "  ", c.theme.Accent}, {words, nil}}, []span{}
	if c.result != nil && c.result.sides[i].Arg != "here" {
		right = []span{{c.env.path(c.result.sides[i].Arg) + " ", c.theme.Muted}}
	}
	return ends(c.width, left, right)
}

// counted is the line with the counts, in the words that there is room for.
func (c *comparison) counted() string {
	dress := c.theme.Good
	if c.result.decides() {
		dress = nil
	}
	if c.result.counts[buildGroup] > 0 {
		dress = c.theme.Warn
	}
	var right []span
	if c.show > 0 {
		right = []span{{"f: ", c.theme.Muted}, {groupTitles[c.show-1] + " ", c.theme.Accent}}
	}
	list := c.result.tally()
	for _, s := range list {
		left := []span{{" " + s, dress}}
		if spanWidth(left)+spanWidth(right)+2 <= c.width {
			return ends(c.width, left, right)
		}
	}
	for _, s := range list {
		if text.Width(s)+1 <= c.width {
			return line(c.width, span{" " + s, dress})
		}
	}
	return line(c.width, span{" " + list[len(list)-1], dress})
}

// noRows says why the list is empty, in at most height lines.
func (c *comparison) noRows(height int) []string {
	out := c.paragraphs("Nothing matches; esc shows all again.")
	if !c.filtered() {
		out = c.paragraphs(fmt.Sprintf("All is alike that both sides know: %s.", plural(c.result.same, "thing")))
	}
	return out[:max(min(len(out), height), 0)]
}

func (c *comparison) place() string {
	return fmt.Sprintf("Differences, row %s of %s", text.Count(int64(min(c.list.Cursor()+1, c.list.Len()))), text.Count(int64(c.list.Len())))
}

func (c *comparison) title() string {
	if row := c.selected(); row != nil {
		return row.what + lastElements(row.name)
	}
	return ""
}

// listing draws the list with its heading in exactly height lines.
func (c *comparison) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	if width < bodyWidth-4 {
		c.list.Resize(height)
		return c.list.Render(width, height, c.narrowRow, c.rowStyle)
	}
	c.list.Resize(height - 1)
	out := []string{line(width, span{"  " + c.columns.Header(width-1-table.Gutter), c.theme.Muted})}
	for _, l := range c.list.Render(width-1, height-1, c.row, c.rowStyle) {
		out = append(out, l+" ")
	}
	return out
}

func (c *comparison) row(i, w int) string {
	r := &c.result.rows[i]
	return c.columns.Row(w, r.word, r.fit(c.columns.Widths(w)[1]), r.a, r.b)
}

// fit is the title in so many cells: of a long name its end stays, behind what it is the name of.
func (r *differenceRow) fit(width int) string {
	return r.what + text.FitMiddle(r.name, max(width-text.Width(r.what), 1))
}

// narrowRow is a row with what it can change and the name.
func (c *comparison) narrowRow(i, w int) string {
	r := &c.result.rows[i]
	return text.Fit(r.word, 10) + text.Fit(r.fit(max(w-10, 0)), max(w-10, 0))
}

// rowStyle dresses a row by what it can change.
func (c *comparison) rowStyle(row int, selected bool, l string) string {
	switch r := &c.result.rows[row]; {
	case selected:
		return c.theme.Selected(l)
	case r.group == buildGroup:
		return c.theme.Warn(l)
	case r.group == nothingGroup, r.group == silentGroup:
		return c.theme.Muted(l)
	}
	return l
}
