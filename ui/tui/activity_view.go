package tui

import (
	"fmt"
	"strings"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/ui/text"
)

func (a *activity) render() []string {
	switch {
	case a.nothing():
		return a.paragraphs(noCleaner + ".")
	case a.history:
		return a.historyLines()
	}
	w := a.job()
	out := a.jobLines()
	switch {
	case w.waits:
		return append(out, a.waitLines(a.height-len(out))...)
	case !w.running && !w.ended():
		return append(out, a.idle()...)[:min(len(out)+len(a.idle()), a.height)]
	}
	if w.guided {
		step := stepRun
		if !w.running {
			step = stepResult
		}
		out = append(out, line(a.width, span{" " + guideTitle(step), a.theme.Accent}))
	}
	if w.running {
		out = append(out, a.progress()...)
		phases := a.phaseLines(max((a.height-len(out))/2, 1))
		out = append(out, phases...)
		out = append(out, a.flowLines(max((a.height-len(out))*2/3, 1))...)
		out = append(out, a.nowLines()...)
	} else {
		out = append(out, a.result()...)
	}
	tail := a.tail()
	out = append(out, a.logLines(a.height-len(out)-len(tail))...)
	return append(out, tail...)[:min(len(out)+len(tail), a.height)]
}

func (a *activity) paragraphs(list ...string) []string {
	var out []string
	for _, s := range list {
		for _, l := range wrap(s, a.width-2) {
			out = append(out, line(a.width, span{" " + l, nil}))
		}
	}
	return out[:min(len(out), a.height)]
}

// idle is what is shown while nothing has run yet.
func (a *activity) idle() []string {
	list := []string{"Nothing is being changed. What a cleanup does is shown here while it runs, and what came of it."}
	if len(a.runs) == 0 && a.loaded {
		list = append(list, "Nothing was ever removed here. c begins: what may go, how old, review, confirm.")
	}
	out := a.paragraphs(list...)
	if run := a.last(); run != nil {
		out = append(out, line(a.width), line(a.width, span{" Last: " + a.ranWords(run), a.theme.Strong}))
		out = append(out, line(a.width, span{" z takes it back (asks first), H lists all " + plural(len(a.runs), "run"), a.theme.Muted}))
	} else if len(a.runs) > 0 {
		out = append(out, line(a.width, span{" H lists " + plural(len(a.runs), "run") + "; there is none to take back", a.theme.Muted}))
	}
	return out[:min(len(out), a.height)]
}

// ranWords say what a run did.
func (a *activity) ranWords(run *state.Run) string {
	return fmt.Sprintf("%s, %s ago: freed %s", a.env.clean(run.Kind), text.Age(a.Now().Sub(run.Started)), text.Bytes(run.Freed))
}

// progress are the first lines of a run: how far it is, how long it took and will take.
func (a *activity) progress() []string {
	w := a.job()
	state := w.title()
	switch {
	case w.ctx.Err() != nil:
		state = "Stopping"
	case w.last:
		state += ", stops after this"
	case w.paused:
		state = "Paused"
	}
	took := a.Now().Sub(w.started)
	spans := []span{{" " + state, a.theme.Strong}, {fmt.Sprintf("  %.0f%%", 100*w.done()), a.theme.Accent},
		{a.amountOf(w), nil}, {"  " + text.Clock(took) + " gone", nil}}
	if w.pace.known {
		spans = append(spans, span{", about " + text.Clock(w.pace.left) + " left", nil})
	}
	if s := w.pace.words(); s != "" && w.kind != undoWork {
		spans = append(spans, span{"  " + s, a.theme.Muted})
	}
	bar := a.glyphs.barOf(int64(w.done()*1000), 1000, max(a.width-2, 0))
	return []string{fitting(a.width, 2, spans...), line(a.width, span{" ", nil}, span{bar, a.theme.Accent})}
}

// phaseLines say how far each group is, in at most n lines: those that are done give way first.
func (a *activity) phaseLines(n int) []string {
	var out []string
	done := 0
	list := a.phases()
	for i := range list {
		p := &list[i]
		if p.items == 0 {
			continue
		}
		out = append(out, a.phaseLine(p, a.next(list) == p))
		if p.done >= p.items {
			done++
		}
	}
	if drop := len(out) - n; drop > 0 {
		out = out[min(drop, done):]
	}
	return out[:min(len(out), n)]
}

func (a *activity) phaseLine(p *phase, next bool) string {
	word, dress := "waiting", a.theme.Muted
	switch {
	case p.done >= p.items:
		word, dress = "done", a.theme.Good
	case p.done > 0 || next:
		word, dress = "working", a.theme.Accent
	}
	size := fmt.Sprintf("%s/%s", text.Bytes(p.gone), text.Bytes(p.disk))
	switch {
	case p.first:
		size = text.Bytes(p.gone)
	case p.disk == 0:
		size = ""
	}
	right := text.Right(fmt.Sprintf("%s/%s", text.Short(int64(p.done)), text.Short(int64(p.items))), 9) + text.Right(size, 20) + " "
	if a.width < bodyWidth {
		right = text.Right(fmt.Sprintf("%s/%s", text.Short(int64(p.done)), text.Short(int64(p.items))), 9) + " "
	}
	return line(a.width, span{" " + text.Fit(word, 8) + " ", dress},
		span{text.Fit(p.title, max(a.width-10-text.Width(right), 0)), nil}, span{right, nil})
}

// next is the first phase that is not done.
func (a *activity) next(list []phase) *phase {
	for i := range list {
		if p := &list[i]; p.done < p.items {
			return p
		}
	}
	return nil
}

// nowLines say what is being done, and the last trouble.
func (a *activity) nowLines() []string {
	s := &a.job().seen
	if s.meter.Now == "" {
		return a.troubleLines()
	}
	out := []string{line(a.width, span{" NOW      ", a.theme.Muted}, span{text.FitMiddle(a.env.clean(s.meter.Now), max(a.width-11, 0)), nil})}
	return append(out, a.troubleLines()...)
}

// troubleLines are the last item that was skipped and the last that failed.
func (a *activity) troubleLines() []string {
	var out []string
	s := &a.job().seen
	for _, k := range []struct {
		word  string
		n     int
		is    plan.Result
		dress func(string) string
	}{{"SKIPPED", s.skipped, plan.Skipped, a.theme.Warn}, {"FAILED", s.failed, plan.Failed, a.theme.Bad}} {
		for i := len(s.trouble) - 1; i >= 0 && k.n > 0; i-- {
			if l := &s.trouble[i]; l.result == k.is {
				out = append(out, line(a.width, span{" " + text.Fit(fmt.Sprintf("%s %d", k.word, k.n), 11) + " ", k.dress},
					span{lastElements(l.label) + ": " + l.why, nil}))
				break
			}
		}
	}
	return out
}

// logLines are the last lines of the log, in exactly height lines.
func (a *activity) logLines(height int) []string {
	if height < 2 {
		return blank(a.width, height)
	}
	n := a.lines()
	a.room = height - 1
	a.above = max(min(a.above, n-a.room), 0)
	head := []span{{" LOG", a.theme.Muted}, {", following", a.theme.Muted}}
	if a.held >= 0 {
		head[1] = span{", held at " + plural(a.held, "line") + ": L follows", a.theme.Accent}
	}
	if a.filter.active || a.filter.words() != "" {
		head = append(head, span{"  / ", a.theme.Accent}, span{a.env.clean(a.filter.words()), nil}, span{fmt.Sprintf("  %d of %d", n, len(a.job().seen.log)), a.theme.Muted})
	}
	out := []string{line(a.width, head...)}
	from := max(n-a.above-a.room, 0)
	for i := from; i < n-a.above; i++ {
		out = append(out, a.logRow(a.logAt(i)))
	}
	return append(out, blank(a.width, height-len(out))...)
}

func (a *activity) logRow(l *logLine) string {
	word, dress := workWords[a.job().kind].log, a.theme.Muted
	switch {
	case l.result == plan.Skipped:
		word, dress = "skipped", a.theme.Warn
	case l.result == plan.Failed:
		word, dress = "failed", a.theme.Bad
	case l.later && a.job().kind == cleanWork:
		word = "quarantine"
	}
	size := text.Right(text.Bytes(l.disk), 9) + " "
	if l.disk == 0 && a.job().kind == mendWork { // nothing was fetched for it
		size = text.Right("", 10)
	}
	clock := l.at.Local().Format("15:04:05") + " "
	if a.width < bodyWidth {
		clock = ""
	}
	room := max(a.width-1-text.Width(clock)-11-text.Width(size), 0)
	label := text.FitMiddle(l.label, room)
	if l.why != "" {
		label = strings.TrimRight(text.FitMiddle(l.label, min(text.Width(l.label), room/2)), " ") + ": " + l.why
	}
	return line(a.width, span{" " + clock, a.theme.Muted}, span{text.Fit(word, 11), dress}, span{size, nil}, span{label, nil})
}

// result is what came of the last run: before and after, what failed, and how to take it back.
func (a *activity) result() []string {
	w := a.job()
	list := a.summary()
	out := []string{line(a.width, span{" " + list[0], a.theme.Strong})}
	for _, s := range list[1:] {
		for _, l := range wrap(s, a.width-2) {
			out = append(out, line(a.width, span{" " + l, nil}))
		}
	}
	out = append(out, a.troubleLines()...)
	if a.canRetry(w) && w.kind != cleanWork {
		out = append(out, line(a.width, span{" x tries what is left again (asks first)", a.theme.Accent}))
	}
	if w.seen.failed > 0 {
		out = append(out, line(a.width, span{" H, then enter, lists each with its reason", a.theme.Muted}))
	}
	o := w.outcome
	if o.Run == nil || w.kind == undoWork || w.kind == getWork {
		return out
	}
	if len(w.seen.log) == w.seen.skipped+w.seen.failed {
		return out // nothing was done
	}
	if why := undoable(o.Run); why != "" {
		return append(out, line(a.width, span{" " + why, a.theme.Muted}))
	}
	return append(out, line(a.width, span{" z takes it back (asks first)", a.theme.Accent}, span{"  H lists all runs", a.theme.Muted}))
}

// summary says in sentences what came of the last run.
func (a *activity) summary() []string {
	w := a.job()
	o := w.outcome
	switch {
	case w.kind == packWork:
		return a.packSummary(w)
	case w.kind == applyWork:
		return a.applySummary(w)
	case o.Err != nil:
		return append([]string{"Nothing was changed: " + a.env.say(o.Err.Error())}, a.notesOf(w)...)
	case w.kind == getWork:
		return append([]string{w.name + " is there, fetched and proved in " + text.Duration(w.took)}, a.notesOf(w)...)
	}
	s := &w.seen
	done := len(s.log) - s.skipped - s.failed
	first := fmt.Sprintf("Done: %s %s", plural(done, "item"), w.verb())
	if o.Stopped {
		first = fmt.Sprintf("Stopped: %s %s; the rest is as it was", plural(done, "item"), w.verb())
	}
	first += fmt.Sprintf(", skipped %d, failed %d, in %s", s.skipped, s.failed, text.Duration(w.took))
	list := []string{first}
	if run := o.Run; run != nil && w.kind == cleanWork {
		list = append(list, fmt.Sprintf("Freed %s. Free on this file system: %s before, %s after.", text.Bytes(run.Freed), text.Bytes(run.Before), text.Bytes(run.After)))
		if run.Later > 0 {
			list = append(list, fmt.Sprintf("%s more wait in the quarantine until %s.", text.Bytes(run.Later),
				run.Started.Add(remedy.HoldFor).Local().Format("2 Jan 15:04")))
		}
	}
	list = append(list, a.againWords(o.Again)...)
	return append(list, a.notesOf(w)...)
}

// tail says what stopping does.
func (a *activity) tail() []string {
	w := a.job()
	if !w.running || a.height < 14 {
		return nil
	}
	switch w.kind {
	case packWork:
		return []string{line(a.width, span{" Safe to stop: no half bundle gets its name, and what came is kept.", a.theme.Muted})}
	case applyWork:
		return []string{line(a.width, span{" Safe to stop: what is installed stays so, and it goes on there.", a.theme.Muted})}
	case mendWork, getWork:
		return []string{line(a.width, span{" Safe to stop: nothing is half repaired, and what was fetched is kept.", a.theme.Muted})}
	}
	return []string{line(a.width, span{" Safe to stop: each thing goes whole or not at all. Other screens stay usable.", a.theme.Muted})}
}

// historyLines list the runs.
func (a *activity) historyLines() []string {
	out := []string{line(a.width, span{" History: " + plural(len(a.runs), "run"), a.theme.Strong}, span{"  z takes back the one under the cursor (asks first)", a.theme.Muted})}
	switch {
	case a.runsErr != nil:
		out = append(out, a.paragraphs("Not all of it could be read: "+a.env.say(a.runsErr.Error()))...)
	case !a.loaded:
		return append(out, a.paragraphs("reading it ...")...)
	}
	if len(a.runs) == 0 {
		return append(out, a.paragraphs("No run has changed anything here. c on Overview begins one.")...)
	}
	height := max(a.height-len(out), 1)
	a.list.Resize(height)
	return append(out, a.list.Render(a.width, height, a.runRow, func(_ int, selected bool, l string) string {
		if selected {
			return a.theme.Selected(l)
		}
		return l
	})...)
}

func (a *activity) runRow(i, w int) string {
	run := a.runs[i]
	when := text.Fit(run.Started.Local().Format("2 Jan 15:04"), 13) + text.Fit(a.env.clean(run.Kind), 7)
	size := text.Right(text.Bytes(run.Freed), 9)
	if run.Kind == "undo" {
		size = text.Right("-", 9)
	}
	if w < bodyWidth-4 {
		return text.Fit(when+size, w)
	}
	return text.Fit(when+text.Right(text.Age(a.Now().Sub(run.Started)), 7)+text.Right(plural(len(run.Items), "item"), 13)+size+"  "+a.env.clean(runState(run, a.root)), w)
}
