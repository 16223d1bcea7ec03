package tui

import (
	"fmt"
	"strings"

	"godoctor/doctor/report"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

func (p *planScreen) render() []string {
	if p.mending() {
		return p.renderMend()
	}
	if p.Clean == nil {
		return p.sentences(noCleaner + ".")
	}
	var out []string
	if p.step > 0 {
		out = append(out, p.stepLine())
	}
	if p.part == optionsPart {
		return append(out, p.optionLines(p.height-len(out))...)
	}
	if p.job.running && (p.data == nil || !p.job.proving || p.step > 0) {
		out = append(out, p.progress(p.width))
	}
	if why := p.empty(); why != "" || p.data == nil {
		return append(out, p.sentences(why)...)
	}
	if p.job.running && p.job.proving && p.step == 0 {
		out = append(out, p.progress(p.width))
	} else {
		out = append(out, p.head())
	}
	foot := p.foot()
	rest := p.height - len(out) - len(foot)
	switch {
	case p.width >= wideWidth && p.height >= wideHeight-6:
		out = append(out, p.wide(rest)...)
	case p.width >= bodyWidth && p.height >= 14:
		out = append(out, p.stacked(rest)...)
	case p.part == insidePart:
		out = append(out, p.itemLines(p.width, rest)...)
	default:
		out = append(out, p.groupLines(p.width, rest)...)
	}
	return append(out, foot...)
}

// sentences are a paragraph.
func (p *planScreen) sentences(s string) []string {
	var out []string
	for _, l := range wrap(s, p.width-2) {
		out = append(out, line(p.width, span{" " + l, nil}))
	}
	return out[:min(len(out), p.height)]
}

// empty says why there is no plan to look at, and what to do; nothing where there is one.
func (p *planScreen) empty() string {
	switch {
	case p.err != nil:
		return "No plan could be made: " + p.env.clean(p.err.Error()) + ". R scans again, and the plan is made anew."
	case p.data == nil && p.job.running:
		return "Who needs what is known; now each thing is looked at that could go. Nothing is changed by that."
	case p.data == nil && (p.scan.running || p.asking()):
		return "The plan is made when the scan has ended: what may go depends on who needs what. Nothing is changed by that."
	case p.data == nil:
		return "Nothing can be planned, for the scan did not come to its end, or who needs what could not be found out. R scans again."
	case len(p.data.items) == 0 && p.part == groupsPart:
		return fmt.Sprintf("Nothing can go: %s stay, each for a reason (K lists them). t chooses another age, or other kinds.",
			plural(p.data.kept, "thing"))
	}
	return ""
}

// stepLine says where in the guided way this is.
func (p *planScreen) stepLine() string {
	step := p.step
	if p.job.running && p.job.proving {
		step = stepConfirm
	}
	right := map[guideStep]string{stepWhat: "space ticks, c goes on ", stepAge: "space chooses, c goes on ",
		stepReview: "space takes one out, c asks ", stepConfirm: "everything is hashed first "}[step]
	return ends(p.width, []span{{" " + guideTitle(step), p.theme.Accent}}, []span{{right, p.theme.Muted}})
}

// head is what is ticked, and what stays.
func (p *planScreen) head() string {
	items, now, later := p.ticks.sum()
	left := []span{{" nothing is ticked", p.theme.Strong}, {"  space ticks", p.theme.Muted}}
	if items > 0 {
		left = []span{{" " + plural(items, "item"), p.theme.Strong}, {" ticked: frees up to ", nil}, {text.Bytes(now), p.theme.Strong}, {" now", nil}}
		if later > 0 {
			left = append(left, span{", " + text.Bytes(later) + " in 7 d", nil})
		}
	}
	right := []span{{"nothing is changed yet ", p.theme.Muted}}
	if p.part == groupsPart {
		right = []span{{fmt.Sprintf("%s kept [K] ", text.Count(int64(p.data.kept))), p.theme.Muted}}
	}
	return ends(p.width, left, right)
}

// foot says what the same is on the command line, where there is room for it.
func (p *planScreen) foot() []string {
	if p.height < 14 || p.width < bodyWidth {
		return nil
	}
	words, ok := p.ticks.command()
	items, _, _ := p.ticks.sum()
	switch file := p.savedNow(); {
	case items == 0:
		words = "nothing is ticked"
	case !ok && file != "":
		words = "same as: " + p.applyCommand(p.env.path(file))
	case !ok:
		words = "same as: godoctor clean --apply FILE, with the file that J saves"
	default:
		words = "same as: " + p.env.clean(words)
	}
	right := []span{{"[Y] copy ", p.theme.Muted}}
	return []string{ends(p.width, []span{{text.Fit(" "+words, max(min(text.Width(words)+1, p.width-12), 1)), p.theme.Muted}}, right)}
}

// wide has the groups to the left, and to the right what is in the one under the cursor.
func (p *planScreen) wide(height int) []string {
	left := p.width * 58 / 100
	right := p.width - left
	n := p.groups.Selected()
	detail := p.groupDetail(n, left-4)
	rows := max(height-3-len(detail), 3)
	list := p.groupLines(left-2, rows)
	list = append(list, p.theme.Muted(strings.Repeat(p.glyphs.h, left-2)))
	list = append(list, indent(detail)...)
	title := "All that is ticked"
	if p.of >= 0 {
		title = p.data.groups[p.of].title
	}
	items := p.itemLines(right-2, height-2)
	return beside(p.pane("Groups", list, left, height), p.pane(title, items, right, height))
}

// stacked has what belongs to the row under the cursor below the list.
func (p *planScreen) stacked(height int) []string {
	inside := p.part == insidePart
	var detail []string
	if inside {
		detail = p.itemDetail(p.inside.Selected(), p.width-2)
	} else {
		detail = p.groupDetail(p.groups.Selected(), p.width-2)
	}
	least := len(p.data.groups) + 1
	if inside {
		least = height
	}
	rows := min(max(least, 3), height-1-min(len(detail), 5))
	var out []string
	if inside {
		out = p.itemLines(p.width, rows)
	} else {
		out = p.groupLines(p.width, rows)
	}
	out = append(out, p.rule(p.width))
	detail = indent(detail)
	out = append(out, detail[:min(len(detail), height-len(out))]...)
	return append(out, blank(p.width, height-len(out))...)
}

// groupLines draw the groups in exactly height lines.
func (p *planScreen) groupLines(width, height int) []string {
	if height < 1 {
		return nil
	}
	style := func(row int, selected bool, l string) string {
		switch {
		case selected && p.part == groupsPart:
			return p.theme.Selected(l)
		case p.ticks.count[row] > 0:
			return p.theme.Accent(l)
		}
		return l
	}
	if width < bodyWidth-4 {
		p.groups.Resize(height)
		return p.groups.Render(width, height, p.narrowGroup, style)
	}
	p.groups.Resize(height - 1)
	head := line(width, span{"  " + p.columns.Header(width-table.Gutter), p.theme.Muted})
	return append([]string{head}, p.groups.Render(width, height-1, p.groupRow, style)...)
}

func (p *planScreen) groupRow(i, w int) string {
	g := &p.data.groups[i]
	items := text.Short(int64(len(g.items)))
	if n := p.ticks.count[i]; n > 0 && n < len(g.items) {
		items = text.Short(int64(n)) + "/" + items
	}
	return p.columns.Row(w, p.ticks.box(i), g.title, text.Bytes(g.Disk), items, shortBack(&g.PlanGroup))
}

func (p *planScreen) narrowGroup(i, w int) string {
	g := &p.data.groups[i]
	return text.Fit(p.ticks.box(i)+" "+g.title, max(w-10, 0)) + text.Right(text.Bytes(g.Disk), 10)
}

// itemLines draw the items in exactly height lines.
func (p *planScreen) itemLines(width, height int) []string {
	if height < 1 {
		return nil
	}
	if p.inside.Len() == 0 {
		return append([]string{line(width, span{" nothing is ticked", p.theme.Muted})}, blank(width, height-1)...)
	}
	p.inside.Resize(height)
	return p.inside.Render(width, height, p.itemRow, func(row int, selected bool, l string) string {
		switch {
		case selected && p.part == insidePart:
			return p.theme.Selected(l)
		case p.ticks.on[row]:
			return p.theme.Accent(l)
		}
		return l
	})
}

func (p *planScreen) itemRow(i, w int) string {
	it := &p.data.items[i]
	box := "[ ] "
	switch {
	case p.goes(it.name):
		box = "... "
	case p.ticks.on[i]:
		box = "[x] "
	}
	size := text.Right(text.Bytes(p.data.plan.Items[i].Disk), 9)
	tail := ""
	if it.needed {
		tail = "  needed"
	}
	return box + size + "  " + text.FitMiddle(it.label, max(w-15-len(tail), 0)) + tail
}

// groupDetail is what there is to know of a group.
func (p *planScreen) groupDetail(n, width int) []string {
	if n < 0 || n >= len(p.data.groups) {
		return nil
	}
	g := &p.data.groups[n]
	list := []fact{{"WHAT", fmt.Sprintf("%s: %s", g.title, amount(len(g.items), g.Disk))}}
	if len(g.items) > 0 {
		list = append(list, fact{"WHY", p.data.items[g.items[0]].why})
	}
	return p.facts(width, append(list, fact{"BACK", report.BackWords(&g.PlanGroup, text.Bytes)}, fact{"RISK", riskWords(&g.PlanGroup)}))
}

// itemDetail is what there is to know of an item.
func (p *planScreen) itemDetail(i, width int) []string {
	if i < 0 || i >= len(p.data.items) {
		return nil
	}
	return p.facts(width, p.itemFacts(i))
}

func (p *planScreen) itemFacts(i int) []fact {
	it, row := &p.data.plan.Items[i], &p.data.items[i]
	g := &p.data.groups[row.group]
	single := report.PlanGroup{Rule: g.Rule, Tier: it.Tier, Later: it.Later(), Fetch: it.Fetch}
	list := []fact{{"WHAT", row.label + ", " + text.Bytes(it.Disk)}, {"WHY", g.title + ": " + row.why},
		{"BACK", report.BackWords(&single, text.Bytes)}}
	if row.needed {
		list = append(list, fact{"NEEDED", "somebody needs it: it goes only because you marked it"})
	}
	if !it.Changed.IsZero() {
		list = append(list, fact{"USED", "last " + text.Age(p.Now().Sub(it.Changed)) + " ago"})
	}
	return append(list, fact{"WHERE", p.env.path(it.Path)})
}

func (p *planScreen) itemDialog(i int) *dialog {
	d := &dialog{title: p.data.items[i].label}
	for _, f := range p.itemFacts(i) {
		d.lines = append(d.lines, entry{label: f.word, text: f.text})
	}
	return d
}

// keptDialog lists what stays, by the reason.
func (p *planScreen) keptDialog() *dialog {
	d := &dialog{title: plural(p.data.kept, "thing") + " kept, and why"}
	kept := p.data.plan.Kept
	if len(kept) == 0 {
		d.lines = append(d.lines, entry{text: "Nothing that was asked for is kept."})
	}
	for i := range kept {
		k := &kept[i]
		d.lines = append(d.lines, entry{label: text.Right(text.Bytes(k.Disk), 9), text: text.Count(int64(k.Items)) + ": " + p.env.clean(k.Reason), strong: true})
		for _, name := range k.First {
			d.lines = append(d.lines, entry{label: " ", text: p.env.clean(name)})
		}
		if more := k.Items - len(k.First); more > 0 && len(k.First) > 0 {
			d.lines = append(d.lines, entry{label: " ", text: "and " + text.Count(int64(more)) + " more"})
		}
	}
	return d
}

// optionLines draw how the plan is made.
func (p *planScreen) optionLines(height int) []string {
	var out []string
	if p.step == 0 {
		out = append(out, line(p.width, span{" How the plan is made", p.theme.Strong}, span{"  space chooses, esc makes it", p.theme.Muted}))
	} else {
		for _, l := range wrap("What was used or downloaded since then stays. The longer, the less you miss of it.", p.width-2) {
			out = append(out, line(p.width, span{" " + l, nil}))
		}
	}
	height = max(height-len(out), 1)
	p.options.list.Resize(height)
	return append(out, p.options.list.Render(p.width, height, p.optionRow, func(_ int, selected bool, l string) string {
		if selected {
			return p.theme.Selected(l)
		}
		return l
	})...)
}
