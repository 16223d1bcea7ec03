package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// confirm asks about what was proved.
func (p *planScreen) confirm() tea.Cmd {
	f := p.proof
	d := f.data
	if len(d.items) == 0 {
		p.root.dialog = &dialog{title: "Nothing can go", lines: append([]entry{{text: "Everything was hashed, and all of it stays:"}}, p.staying()...)}
		return nil
	}
	a := &ask{title: fmt.Sprintf("Remove %s?", plural(len(d.items), "item")), do: "Remove", save: "Save to file", lines: p.asked()}
	if p.step > 0 {
		a.title = fmt.Sprintf("Step %d of %d: %s", stepConfirm, stepResult, a.title)
	}
	if f.weigh() == plan.Severe {
		a.typed = fmt.Sprintf("delete %d", len(d.items))
	}
	for _, i := range d.bySize {
		a.names = append(a.names, text.Right(text.Bytes(d.plan.Items[i].Disk), 9)+"  "+d.items[i].label)
	}
	a.yes = func() tea.Cmd { return p.begin() }
	a.saved = func() tea.Cmd { return p.save(false) }
	return p.openAsk(a)
}

// asked is what the question is about: what is freed, each group with the way back, the first names, and what was looked
// at just now.
func (p *planScreen) asked() []entry {
	d := p.proof.data
	now, later := d.plan.Now(), d.plan.Later()
	frees := "Frees up to " + text.Bytes(now) + " now."
	if later > 0 {
		frees += fmt.Sprintf(" %s more on %s, when the quarantine is emptied.", text.Bytes(later), p.Now().Add(remedy.HoldFor).Local().Format("2 Jan"))
	}
	out := []entry{{text: frees, strong: true}}
	if why := p.severe(); why != "" {
		out = append(out, entry{text: why, dress: p.theme.Bad})
	}
	for n := range d.groups {
		g := &d.groups[n]
		out = append(out, entry{label: text.Right(text.Bytes(g.Disk), 9), text: fmt.Sprintf("%s %s; back: %s", text.Count(int64(len(g.items))), g.title,
			report.BackWords(&g.PlanGroup, text.Bytes))})
	}
	var first []string
	for _, i := range d.bySize[:min(3, len(d.bySize))] {
		first = append(first, d.items[i].label)
	}
	names := strings.Join(first, ", ")
	if more := len(d.items) - len(first); more > 0 {
		names += fmt.Sprintf(" and %s more", text.Count(int64(more)))
	}
	out = append(out, entry{label: "First", text: names})
	return append(append(out, p.checks()...), p.staying()...)
}

// severe says why the question wants to be typed, or nothing.
func (p *planScreen) severe() string {
	f := p.proof
	switch {
	case f.weigh() < plan.Severe:
		return ""
	case !f.known:
		return "Who uses the caches cannot be seen on this system: make sure that no go command runs."
	case f.data.needed():
		return "Among it is what projects need: their next build has to fetch it again."
	case slices.ContainsFunc(f.data.groups, func(g planGroup) bool { return g.Later }):
		return "Among it is what may not come back."
	}
	return "That is more than half of a cache."
}

// checks say what was looked at just now.
func (p *planScreen) checks() []entry {
	f := p.proof
	var out []entry
	if f.hashed.Bytes > 0 {
		out = append(out, entry{label: "Checked", text: fmt.Sprintf("%s hashed in %s", text.Bytes(f.hashed.Bytes), text.Duration(f.took))})
	}
	if f.known && len(f.who) == 0 {
		return append(out, entry{label: "Checked", text: "no running process uses any of it"})
	}
	for _, who := range slices.Sorted(maps.Keys(f.who)) {
		n := f.who[who]
		s := fmt.Sprintf("may need %s of it: what is in use is skipped", plural(n, "item"))
		out = append(out, entry{label: "In use", text: who + " " + s, dress: p.theme.Warn})
	}
	return out
}

// staying says what was ticked and stays, since it was hashed.
func (p *planScreen) staying() []entry {
	f := p.proof
	n := f.asked - len(f.data.items)
	if n <= 0 {
		return nil
	}
	before := make(map[string]int)
	for _, k := range p.data.plan.Kept {
		before[k.Reason] = k.Items
	}
	var why []string
	for _, k := range f.data.plan.Kept {
		if more := k.Items - before[k.Reason]; more > 0 {
			why = append(why, fmt.Sprintf("%s (%s)", p.env.clean(k.Reason), text.Count(int64(more))))
		}
	}
	return []entry{{label: "Stays", text: fmt.Sprintf("%s after all: %s", plural(n, "item"), strings.Join(why, ", "))}}
}

// begin carries out what was confirmed.
func (p *planScreen) begin() tea.Cmd {
	f := p.proof
	if f == nil || p.refusal() != "" || p.scan.running {
		p.say("nothing was changed: the plan was overtaken; x asks again")
		return nil
	}
	p.proof = nil // a plan is applied once
	guided := p.step > 0
	p.step, p.part = 0, groupsPart
	return p.startClean(f, guided)
}
