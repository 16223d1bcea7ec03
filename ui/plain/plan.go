package plain

import (
	"fmt"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
)

// How many items of a group are named without --verbose.
const fewItems = 5

// Plan prints what a plan removes, what that costs to get back, and what stays.
func (p *Printer) Plan(q *plan.Plan) {
	if len(q.Items) == 0 {
		p.line("nothing to remove")
		p.planKept(q)
		return
	}
	groups := report.Groups(q)
	g := grid{right: []bool{false, false, true, true, false}}
	g.add("WHAT", "TIER", "ITEMS", "SIZE", "GET_BACK")
	for i := range groups {
		x := &groups[i]
		g.add(p.clean(x.Rule), string(x.Tier), fmt.Sprint(len(x.Items)), p.size(x.Disk), report.BackWords(x, p.size))
	}
	p.grid(&g, "")
	for i := range groups {
		p.line("%s", p.Theme.Strong(report.RuleWords(groups[i].Rule)+":"))
		p.planItems(q, groups[i].Items)
	}
	p.line("")
	p.line("frees up to %s now", p.size(q.Now()))
	if n := q.Later(); n > 0 {
		p.line("and %s more when the quarantine is emptied, 7 days later", p.size(n))
	}
	p.planKept(q)
}

// planItems lists the items of a group, the biggest first.
func (p *Printer) planItems(q *plan.Plan, items []int) {
	g := grid{right: []bool{true, false, false}}
	for n, i := range items {
		if n == fewItems && !p.Verbose {
			break
		}
		it := &q.Items[i]
		g.add(p.size(it.Disk), p.clean(it.Label()), p.clean(it.Why))
	}
	p.rows(&g, "  ")
	if n := len(items) - fewItems; n > 0 && !p.Verbose {
		p.line("  and %d more (-v shows them)", n)
	}
}

// rows writes a table without a header.
func (p *Printer) rows(g *grid, indent string) {
	g.write(p, indent, func(_ int, line string) string { return line })
}

// planKept says what stays and why.
func (p *Printer) planKept(q *plan.Plan) {
	if len(q.Kept) == 0 {
		return
	}
	g := grid{right: []bool{true, true, false, false}}
	for i, k := range q.Kept {
		if i == 2*fewItems && !p.Verbose {
			break
		}
		first := ""
		if len(k.First) > 0 {
			first = k.First[0]
		}
		g.add(fmt.Sprint(k.Items), p.size(k.Disk), p.clean(k.Reason), p.Theme.Muted(p.clean(first)))
	}
	p.line("")
	p.line("%s", p.Theme.Strong("kept:"))
	p.rows(&g, "  ")
}

// Ran prints what became of a plan.
func (p *Printer) Ran(r *report.Run) {
	for _, it := range r.Items {
		if it.Result == "done" || it.Error == "" {
			continue
		}
		word := p.Theme.Warn(it.Result)
		if it.Result == "failed" {
			word = p.Theme.Bad(it.Result)
		}
		name := it.Name
		if it.Module != "" {
			name = it.Module + "@" + it.Version
		}
		p.line("%s %s: %s", word, p.clean(name), p.clean(it.Error))
	}
	verb := map[string]string{"undo": "brought back", "repair": "repaired"}[r.Kind]
	if verb == "" {
		verb = "removed"
	}
	s := fmt.Sprintf("%s %s", verb, plural(int64(r.Done), "item"))
	if r.Skipped > 0 {
		s += fmt.Sprintf(", skipped %d", r.Skipped)
	}
	if r.Failed > 0 {
		s += fmt.Sprintf(", failed %d", r.Failed)
	}
	p.line("%s", s)
	if r.Kind != "undo" && r.Kind != "repair" {
		p.line("freed %s (free on this file system: %s, was %s)", p.size(r.FreedBytes), p.size(r.FreeAfter), p.size(r.FreeBefore))
	}
	if r.LaterBytes > 0 {
		p.line("%s more wait in the quarantine until %s", p.size(r.LaterBytes), r.UndoUntil.Local().Format(time.DateTime))
	}
	if r.Kind == "clean" && r.Done > 0 {
		p.line("take it back: godoctor undo %s", r.ID)
	}
}

// History prints runs, the youngest first.
func (p *Printer) History(list []report.Run) {
	if len(list) == 0 {
		p.line("no run has changed anything here")
		return
	}
	g := grid{right: []bool{false, false, false, true, true, true, false}}
	g.add("RUN", "KIND", "AGE", "DONE", "FREED", "LATER", "STATE")
	for _, r := range list {
		state := "done"
		switch {
		case r.Finished.IsZero():
			state = "broken off"
		case r.Undone != "":
			state = "undone by " + r.Undone
		case r.Of != "":
			state = "of " + r.Of
		case r.Failed+r.Skipped > 0:
			state = fmt.Sprintf("%d skipped, %d failed", r.Skipped, r.Failed)
		}
		g.add(r.ID, r.Kind, p.age(r.Started), fmt.Sprint(r.Done), p.size(r.FreedBytes), p.size(r.LaterBytes), p.clean(state))
	}
	p.grid(&g, "")
}
