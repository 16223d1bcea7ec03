package tui

import (
	"fmt"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

// renderChoice draws the choice of what is compared.
func (c *comparison) renderChoice() []string {
	h := c.choice
	out := []string{c.choiceHead()}
	if c.height >= 7 {
		for i, arg := range c.sides {
			dress, mark := c.theme.Muted, "  "
			if i == h.side {
				dress, mark = nil, " >"
			}
			out = append(out, line(c.width, span{mark + letters[i] + "  ", c.theme.Accent}, span{c.named(arg), dress}))
		}
	}
	if h.trouble != "" && c.height >= 10 {
		out = append(out, line(c.width, span{" " + h.trouble, c.theme.Warn}))
	}
	if c.height >= 14 {
		out = append(out, line(c.width))
	}
	title := ""
	if row := h.at(); row != nil {
		title = lastElements(row.name)
	}
	place := fmt.Sprintf("At hand, row %s of %s", text.Count(int64(min(h.list.Cursor()+1, h.list.Len()))), text.Count(int64(h.list.Len())))
	return c.panes(out, place, title, c.choiceRows, c.choiceDetail)
}

// choiceHead is the field, or what is to be done.
func (c *comparison) choiceHead() string {
	h := c.choice
	if h.field.active || h.field.words() != "" {
		shown, _ := typedPath{c}.visible(c.width)
		return line(c.width, span{" / ", c.theme.Accent}, span{shown, nil})
	}
	left := []span{{" Choose " + letters[h.side], c.theme.Strong}}
	for _, s := range []string{": what is compared with " + h.other() + ".", " to compare with " + h.other()} {
		long := append(left[:1:1], span{s, c.theme.Strong})
		if right := []span{{"/ types a path ", c.theme.Muted}}; spanWidth(long)+spanWidth(right)+2 <= c.width {
			return ends(c.width, long, right)
		}
	}
	return line(c.width, append(left, span{" to compare with " + h.other(), c.theme.Strong})...)
}

// choiceRows draws the list with its heading in exactly height lines.
func (c *comparison) choiceRows(width, height int) []string {
	h := c.choice
	if height < 1 {
		return nil
	}
	if width < bodyWidth-4 {
		h.list.Resize(height)
		return h.list.Render(width, height, c.narrowOffer, c.offerStyle)
	}
	h.list.Resize(height - 1)
	out := []string{line(width, span{"  " + h.columns.Header(width-1-table.Gutter), c.theme.Muted})}
	for _, l := range h.list.Render(width-1, height-1, c.offerRow, c.offerStyle) {
		out = append(out, l+" ")
	}
	return out
}

func (c *comparison) offerRow(i, w int) string {
	o := &c.choice.rows[i]
	return c.choice.columns.Row(w, o.kind, o.name, o.where)
}

// narrowOffer is a row with kind and name.
func (c *comparison) narrowOffer(i, w int) string {
	o := &c.choice.rows[i]
	return text.Fit(o.kind, 10) + text.FitMiddle(o.name, max(w-10, 0))
}

func (c *comparison) offerStyle(row int, selected bool, l string) string {
	switch o := &c.choice.rows[row]; {
	case selected:
		return c.theme.Selected(l)
	case o.kind == kindTyped:
		return c.theme.Accent(l)
	}
	return l
}

// choiceDetail says what the row under the cursor is, and what else can be compared.
func (c *comparison) choiceDetail(width, lines int) []string {
	var list []fact
	if row := c.choice.at(); row != nil {
		list = []fact{{"IS", offerWords[row.kind]}}
		if row.kind != kindHere {
			list = append(list, fact{"PATH", text.Fit(c.env.path(row.arg), min(text.Width(c.env.path(row.arg)), lines*(width-factRoom)*9/10))})
		}
	}
	list = append(list, fact{"ALSO", "/ takes the path of a file: what 'godoctor snapshot' wrote on another machine, a program, or the output of 'go env', " +
		"'go env -json' or 'go version -m PROGRAM'; or of a directory: this machine with the project in it"})
	return c.facts(width, list)
}

// offerWords say what is compared of an offer.
var offerWords = map[string]string{
	kindHere:     "this machine now, with the project of the working directory",
	kindSnapshot: "what decided a build on this machine when it was saved with J",
	kindProject:  "this machine now, with that project",
	kindProgram:  "what the linker wrote into the program; it is not run",
	kindTyped:    "what was typed: a file or a directory",
	kindDir:      "this machine now, with the project in that directory; tab goes on into it",
	kindFile:     "a file: a snapshot, a program, or what go env or go version -m printed",
}
