package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/scan/meter"
	"godoctor/ui/text"
)

// mendingMsg ends the planning of a repair.
type mendingMsg struct {
	id   int
	plan *mendPlan
	err  error
}

func (mendingMsg) screen() int { return planScreenAt }

// planMend shows how something is mended, on the screen Plan: it is looked at again first. from is the screen that esc goes
// back to.
func (r *root) planMend(w MendWish, from int) tea.Cmd {
	p := r.screens[planScreenAt].(*planScreen)
	if r.Repair == nil {
		r.say(noRepairer)
		return nil
	}
	if r.Saved != nil { // planning a repair is looking again
		r.refuse(r.Saved.Refused)
		return nil
	}
	p.stop()
	p.step, p.part = 0, groupsPart
	p.wish, p.mend, p.origin, p.mendErr = &w, nil, from, nil
	cmd := p.makeMend()
	return tea.Batch(cmd, r.goTo(planScreenAt))
}

// mending reports whether the screen is about a repair.
func (p *planScreen) mending() bool { return p.wish != nil }

// makeMend begins to plan the repair that is wished; where not enough is known yet that is done when the scan has ended.
func (p *planScreen) makeMend() tea.Cmd {
	inv, use, ok := p.known()
	if !ok {
		return nil
	}
	w, e, rep, known := *p.wish, *p.env, p.Repair, p.ledger
	j := &planJob{mending: true, running: true, started: p.Now(), meter: new(meter.Meter)}
	var cmd tea.Cmd
	j.job, cmd = p.jobs.start(func(ctx context.Context) tea.Msg {
		if len(w.Findings) > 0 {
			w.Known = known.known()
		}
		m, err := rep.Plan(ctx, inv, use, w, j.meter)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return mendingMsg{id: j.id, err: err}
		}
		return mendingMsg{j.id, newMendPlan(m, &e), nil}
	})
	p.job = j
	return tea.Batch(cmd, p.sampleCmd())
}

// onMending takes the plan of a repair.
func (p *planScreen) onMending(m mendingMsg) {
	if m.id != p.job.id || !p.job.running {
		return
	}
	p.job.running = false
	if m.err != nil {
		if p.mendErr = m.err; p.job.ctx.Err() != nil {
			p.mendErr = errors.New("stopped")
		}
		return
	}
	p.mend = m.plan
}

// endMend leaves the repair: the screen is about cleaning up again.
func (p *planScreen) endMend() {
	if p.job.mending {
		p.stop()
	}
	p.wish, p.mend, p.mendErr = nil, nil, nil
}

// runMend is x: the question about the steps that are ticked.
func (p *planScreen) runMend() tea.Cmd {
	m := p.mend
	switch n := m.ticked(); {
	case p.Repair.Refused != "":
		p.refuse(p.Repair.Refused)
	case len(m.steps) == 0:
		p.say("there is nothing that can be done from here: enter says what to do")
	case n == 0:
		p.say("nothing is ticked: space ticks what is to be repaired")
	default:
		return p.askMend(m.from, m.chosen(), func() { p.endMend() })
	}
	return nil
}

// askMend asks about steps of a repair, and begins with them.
func (r *root) askMend(from *Mending, steps []plan.Step, begun func()) tea.Cmd {
	a := &ask{title: fmt.Sprintf("Repair %s?", plural(len(steps), "item")), do: "Repair"}
	unproved := 0
	var shown []mendRow
	for i := range steps {
		shown = append(shown, stepRow(&steps[i], i, r.env))
		if steps[i].Unproved {
			unproved++
		}
	}
	for i := range shown {
		for n, l := range shown[i].lines { // the lines that change come first
			if n == 0 {
				a.lines = append(a.lines, entry{text: shown[i].label, strong: true})
			}
			a.lines = append(a.lines, entry{text: l.text, verbatim: true, dress: r.dressOfLine(l)})
		}
		a.names = append(a.names, shown[i].label+": "+shown[i].how)
	}
	a.lines = append(a.lines, mendCost(from, steps)...)
	if unproved > 0 {
		a.lines = append(a.lines, entry{text: fmt.Sprintf("Of %s nobody knows the hash: they are private, and what comes is taken as it is.",
			plural(unproved, "module version")), dress: r.theme.Bad})
	}
	if !from.Known {
		a.lines = append(a.lines, entry{text: "Who uses the caches cannot be seen on this system: make sure that no go command runs.", dress: r.theme.Bad})
	}
	if unproved > 0 || !from.Known {
		a.typed = fmt.Sprintf("repair %d", len(steps))
	}
	a.lines = append(a.lines, mendNames(shown), r.mendUsers(from))
	a.yes = func() tea.Cmd {
		begun()
		return r.startMend(from, steps)
	}
	return r.openAsk(a)
}

// mendCost says what is fetched, how long that takes, and what becomes of what was there.
func mendCost(from *Mending, steps []plan.Step) []entry {
	var bytes int64
	fetch, kept, lines, unknown := 0, 0, 0, 0
	for i := range steps {
		if s := &steps[i]; s.NeedsNetwork {
			fetch++
			bytes += s.Bytes
			if s.Bytes == 0 {
				unknown++
			}
		}
		switch {
		case steps[i].File != "":
			lines++
		case steps[i].Keep:
			kept++
		}
	}
	var out []entry
	if n := len(steps) - fetch; n > 0 {
		out = append(out, entry{label: "Offline", text: plural(n, "item")})
	}
	if fetch > 0 {
		s := plural(fetch, "item")
		if bytes > 0 {
			s += ", " + text.Bytes(bytes)
			if unknown > 0 {
				s += " and more"
			}
			s += timeOf(from, bytes)
		}
		out = append(out, entry{label: "Network", text: s + ". Everything is proved before go sees it"})
	}
	back := "what was damaged or lacking is not put back"
	switch {
	case lines == len(steps):
		back = "z puts the lines back as they were"
	case kept > 0:
		back = fmt.Sprintf("what is replaced by %s waits in the quarantine for %.0f days; z puts it back", plural(kept, "item"), remedy.HoldFor.Hours()/24)
	}
	return append(out, entry{label: "Undo", text: back})
}

// timeOf says how long so many bytes take, where that is known. Less than a second is the way there and back, not the bytes.
func timeOf(from *Mending, bytes int64) string {
	if from.Rate <= 0 || float64(bytes) < from.Rate {
		return ""
	}
	return ", about " + text.Duration(secondsOf(float64(bytes)/from.Rate))
}

// mendNames are the first names of what is mended.
func mendNames(rows []mendRow) entry {
	var first []string
	for i := range rows[:min(3, len(rows))] {
		first = append(first, rows[i].label+" ("+rows[i].how+")")
	}
	names := strings.Join(first, ", ")
	if more := len(rows) - len(first); more > 0 {
		names += fmt.Sprintf(" and %s more", text.Count(int64(more)))
	}
	return entry{label: "First", text: names}
}

// mendUsers says who may be in the way.
func (r *root) mendUsers(from *Mending) entry {
	if len(from.Who) == 0 && from.Known {
		return entry{label: "Checked", text: "no running process uses any of it"}
	}
	var list []string
	for who, n := range from.Who {
		list = append(list, fmt.Sprintf("%s may need %s", r.env.clean(who), plural(n, "item")))
	}
	slices.Sort(list)
	if len(list) == 0 {
		return entry{}
	}
	return entry{label: "In use", text: strings.Join(list, ", ") + ": what is in use is skipped", dress: r.theme.Warn}
}

// startMend carries out steps that a person has confirmed.
func (r *root) startMend(from *Mending, steps []plan.Step) tea.Cmd {
	w := newWork(mendWork)
	w.steps = slices.Clone(steps)
	w.name = plural(len(steps), "item")
	for i := range steps {
		w.total += steps[i].Bytes
		w.results[stepKey(&steps[i])] = plan.Untouched
	}
	w.now.phases = []phase{{title: mendPhase, items: len(steps), disk: w.total}, {title: againPhase, items: 1}}
	t := r.watch(w)
	w.again = func() tea.Cmd { return r.askMend(from, w.left, func() {}) }
	return r.startWork(w, func(ctx context.Context) Outcome { return from.Run(ctx, steps, t) })
}
