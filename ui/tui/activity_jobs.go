package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// job is the run that is looked at; never nil.
func (a *activity) job() *workJob {
	if a.shown != nil {
		return a.shown
	}
	return a.work
}

// nothing reports whether nothing can be changed here at all.
func (a *activity) nothing() bool { return a.Clean == nil && a.Repair == nil && a.Bundle == nil }

// nextJob is tab: another run is looked at.
func (a *activity) nextJob(back bool) {
	if len(a.works) < 2 {
		a.say("there is no other run")
		return
	}
	by := 1
	if back {
		by = len(a.works) - 1
	}
	a.begin(a.works[(slices.Index(a.works, a.job())+by)%len(a.works)])
	a.sampled()
}

// canRetry reports whether something of a run that ended is left to be tried again.
func (a *activity) canRetry(w *workJob) bool {
	switch {
	case !w.ended() || w.kind == undoWork:
		return false
	case w.kind == packWork:
		return w.made() == nil
	case w.kind == applyWork:
		return w.outcome.Err != nil || w.outcome.Stopped || w.seen.failed > 0
	}
	return w.again != nil && (w.outcome.Err != nil || w.kind == mendWork && len(w.left) > 0) ||
		w.kind == cleanWork && w.seen.failed+w.seen.skipped > 0
}

// retry is x: what is left of a run is tried again, in a run of its own, once it is confirmed.
func (a *activity) retry(w *workJob) tea.Cmd {
	switch {
	case !a.canRetry(w):
		a.say("nothing is left of it to be tried again")
	case w.kind == cleanWork: // its plan is used up, and what it knew may have changed
		a.say("the plan is made anew of what is there now: x asks about what is ticked")
		a.screens[planScreenAt].(*planScreen).endMend()
		return a.goTo(planScreenAt)
	default:
		return w.again()
	}
	return nil
}

// jobLines list what goes on and what waits, where that is more than one thing.
func (a *activity) jobLines() []string {
	rows := len(a.works)
	verifying := a.verifying.running && rows > 0
	if rows < 2 && !verifying {
		return nil
	}
	most := max(a.height/5, 2)
	from := 0
	if rows > most { // the one that is looked at is among them
		at := slices.Index(a.works, a.job())
		from = min(max(at-most/2, 0), rows-most)
		if at < 0 {
			from = rows - most
		}
	}
	var out []string
	for _, w := range a.works[from:min(from+most, rows)] {
		out = append(out, a.jobLine(w))
	}
	if verifying {
		out = append(out, line(a.width, span{"   ", nil}, span{"Verifying", nil}, span{fmt.Sprintf("  %.0f%%", 100*a.verifying.done()), a.theme.Accent},
			span{"  beside it: 5 shows it", a.theme.Muted}))
	}
	return append(out, a.rule(a.width))
}

func (a *activity) jobLine(w *workJob) string {
	mark, dress := "   ", a.theme.Muted
	if w == a.job() {
		mark, dress = " > ", a.theme.Strong
	}
	percent := "    "
	if w.running {
		percent = text.Right(fmt.Sprintf("%.0f%%", 100*w.done()), 4)
	}
	return ends(a.width, []span{{mark, a.theme.Accent}, {text.Fit(w.title(), 14), dress}, {percent + "  ", a.theme.Accent}, {w.name, nil}},
		[]span{{a.workState(w) + " ", a.theme.Muted}})
}

// waitLines are what is known of a run that waits.
func (a *activity) waitLines(height int) []string {
	w := a.job()
	out := []string{line(a.width, span{" " + w.title() + " " + w.name, a.theme.Strong})}
	out = append(out, a.paragraphs("It begins when what is being "+a.work.verb()+" is done: changes are made one after the other. What it is about was "+
		"confirmed: what changes until then is skipped, and said. X takes it off.")...)
	out = append(out, a.phaseLines(max(height-len(out), 0))...)
	return out[:min(len(out), max(height, 0))]
}

// amountOf is how many bytes a run is about, and how many are dealt with.
func (a *activity) amountOf(w *workJob) string {
	if w.bytes() == 0 {
		return ""
	}
	return fmt.Sprintf("  %s of %s", text.Bytes(w.freed()), text.Bytes(w.bytes()))
}

// notesOf are what who carried a run out has to say.
func (a *activity) notesOf(w *workJob) (list []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.outcome.Notes {
		list = append(list, a.env.say(n)+".")
	}
	for _, n := range w.notes {
		list = append(list, n+".")
	}
	return list
}

// againWords say what was found when what was mended was verified once more.
func (a *activity) againWords(x *Again) []string {
	switch {
	case x == nil:
		return nil
	case x.Err != nil:
		return []string{"What was repaired could not be verified again: " + a.env.say(x.Err.Error()) + "."}
	case len(x.Remain) == 0:
		return []string{"Verified again: nothing is wrong with what was repaired."}
	}
	f := &x.Remain[0]
	s := fmt.Sprintf("Verified again: %s: %s %s", plural(len(x.Remain), "finding"), a.env.clean(f.Check), targetOf(&f.Target, a.env))
	if more := len(x.Remain) - 1; more > 0 {
		s += fmt.Sprintf(", and %d more", more)
	}
	return []string{s + ". 5 shows what remains."}
}
