package tui

import (
	"cmp"
	"fmt"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

// newMendColumns are those of a repair.
func newMendColumns() *table.Columns {
	return table.NewColumns(
		table.Column{Title: "", Width: 3},
		table.Column{Title: "WHAT", Width: 24, Flex: 2, Middle: true},
		table.Column{Title: "FIX", Width: 20, Flex: 2, Drop: 1},
		table.Column{Title: "NEEDS", Width: 9, Right: true},
	)
}

func (p *planScreen) renderMend() []string {
	m := p.mend
	if m == nil {
		return p.mendWaits()
	}
	out := p.mendHead()
	if len(m.rows) == 0 {
		return append(out, p.sentences("It is verified again, and nothing is wrong with it: there is nothing to repair. Esc goes back.")...)
	}
	foot := p.mendFoot()
	rest := p.height - len(out) - len(foot)
	switch {
	case p.width >= wideWidth && p.height >= wideHeight-6:
		left := p.width * 56 / 100
		right := p.width - left
		list := p.pane("Repair", p.mendLines(left-2, rest-2), left, rest)
		title := ""
		if row := m.selected(); row != nil {
			title = row.label
		}
		out = append(out, beside(list, p.pane(title, indent(p.mendDetail(right-4)), right, rest))...)
	case p.width >= bodyWidth && p.height >= 14:
		detail := indent(p.mendDetail(p.width - 2))
		rows := max(min(len(m.rows)+1, rest-1-min(len(detail), 8)), 3)
		out = append(out, p.mendLines(p.width, rows)...)
		out = append(out, p.rule(p.width))
		room := p.height - len(out) - len(foot)
		out = append(out, detail[:min(len(detail), max(room, 0))]...)
		out = append(out, blank(p.width, p.height-len(out)-len(foot))...)
	default:
		out = append(out, p.mendLines(p.width, rest)...)
	}
	return append(out, foot...)
}

// mendWaits says why there is no plan yet.
func (p *planScreen) mendWaits() []string {
	switch {
	case p.mendErr != nil:
		return p.sentences("How it is mended could not be found out: " + p.env.say(p.mendErr.Error()) + ". Nothing was changed; esc goes back, and x there looks again.")
	case p.job.running && p.job.mending:
		return append([]string{p.progress(p.width)}, p.sentences("It is looked at again, and what mends it is found out. Nothing is changed by that.")...)
	case p.scan.running || p.asking():
		return p.sentences("What mends it is found out when the scan has ended. Nothing is changed by that.")
	}
	return p.sentences("What mends it cannot be found out, for the scan did not come to its end. R scans again.")
}

// mendHead is what is ticked, and what that costs.
func (p *planScreen) mendHead() []string {
	m := p.mend
	n := m.ticked()
	left := []span{{" nothing is ticked", p.theme.Strong}}
	switch {
	case len(m.steps) == 0 && len(m.rows) > 0:
		left = []span{{" nothing of it can be repaired from here", p.theme.Strong}, {": what to do is below", nil}}
	case len(m.rows) == 0:
		left = []span{{" nothing to repair", p.theme.Strong}}
	case n > 0:
		left = []span{{" " + plural(n, "item"), p.theme.Strong}, {" to repair: ", nil}, {p.mendNeeds(), p.theme.Strong}}
	}
	right := []span{{"nothing is changed yet ", p.theme.Muted}}
	if by := len(m.rows) - len(m.steps); by > 0 {
		right = []span{{fmt.Sprintf("%d left to you ", by), p.theme.Warn}}
	}
	return []string{ends(p.width, left, right)}
}

// mendNeeds is what the ticked steps fetch, in words.
func (p *planScreen) mendNeeds() string {
	var bytes int64
	network := false
	for _, s := range p.mend.chosen() {
		network = network || s.NeedsNetwork
		bytes += s.Bytes
	}
	switch {
	case !network:
		return "offline"
	case bytes == 0:
		return "needs the network"
	}
	return "fetches " + text.Bytes(bytes) + timeOf(p.mend.from, bytes)
}

// mendFoot is the same on the command line, where there is room for it.
func (p *planScreen) mendFoot() []string {
	if p.height < 14 || p.width < bodyWidth {
		return nil
	}
	words := "same as: " + p.env.say(p.wish.command())
	if row := p.mend.selected(); row != nil && row.command != "" {
		words = "to do: " + p.env.say(row.command)
	}
	return []string{ends(p.width, []span{{text.Fit(" "+words, max(min(text.Width(words)+1, p.width-12), 1)), p.theme.Muted}},
		[]span{{"[Y] copy ", p.theme.Muted}})}
}

// mendLines draw the rows in exactly height lines.
func (p *planScreen) mendLines(width, height int) []string {
	m := p.mend
	if height < 1 {
		return nil
	}
	style := func(row int, selected bool, l string) string {
		switch {
		case selected:
			return p.theme.Selected(l)
		case m.rows[row].step < 0:
			return p.theme.Warn(l)
		case m.on[m.rows[row].step]:
			return p.theme.Accent(l)
		}
		return l
	}
	if width < bodyWidth-4 {
		m.list.Resize(height)
		return m.list.Render(width, height, p.narrowMend, style)
	}
	m.list.Resize(height - 1)
	head := line(width, span{"  " + p.mendColumns.Header(width-table.Gutter), p.theme.Muted})
	return append([]string{head}, m.list.Render(width, height-1, p.mendRow, style)...)
}

func (p *planScreen) mendBox(row *mendRow) string {
	switch {
	case row.step < 0:
		return " ! "
	case p.mend.on[row.step]:
		return "[x]"
	}
	return "[ ]"
}

func (p *planScreen) mendRow(i, w int) string {
	row := &p.mend.rows[i]
	return p.mendColumns.Row(w, p.mendBox(row), row.label, row.how, row.cost)
}

func (p *planScreen) narrowMend(i, w int) string {
	row := &p.mend.rows[i]
	return p.mendBox(row) + " " + text.FitMiddle(row.label, max(w-14, 0)) + text.Right(row.cost, 10)
}

// mendDetail is what there is to know of the row under the cursor: the lines that change first.
func (p *planScreen) mendDetail(width int) []string {
	row := p.mend.selected()
	if row == nil {
		return nil
	}
	var out []string
	for _, l := range row.lines {
		out = append(out, line(width, span{l.text, p.dressOfLine(l)}))
	}
	list := []fact{{"WHAT", row.label}}
	for _, f := range row.facts {
		if f.text != "" {
			list = append(list, fact{cmp.Or(f.word, "-"), f.text})
		}
	}
	return append(out, p.facts(width, list)...)
}
