package tui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/scan/meter"
)

// Runs that change caches go one after the other: they share a lock. What is confirmed while one runs waits for it. What only
// reads, as a scan and a verification do, goes on beside them.

// worksMax is how many runs are remembered for looking back.
const worksMax = 20

func newWork(kind workKind) *workJob {
	return &workJob{kind: kind, stage: -1, meter: new(meter.Meter), control: new(plan.Control), going: make(map[string]bool), results: make(map[string]plan.Result)}
}

// startWork shows a run and begins with it, or lets it wait for its turn.
func (r *root) startWork(w *workJob, body func(context.Context) Outcome) tea.Cmd {
	w.body = body
	w.seen = workSample{workState: w.now}
	if len(r.works) >= worksMax {
		r.forgetWork()
	}
	r.works = append(r.works, w)
	act := r.screens[activityScreen].(*activity)
	if r.work.running {
		w.waits = true
		r.say("it begins when what is being " + r.work.verb() + " is done")
		return r.goTo(activityScreen)
	}
	cmds := r.beginWork(w)
	act.begin(w)
	return tea.Batch(append(cmds, r.goTo(activityScreen))...)
}

// forgetWork forgets the run that ended first.
func (r *root) forgetWork() {
	for i, w := range r.works {
		if w.ended() {
			r.works = append(r.works[:i:i], r.works[i+1:]...)
			return
		}
	}
}

// beginWork starts the job, and the ticks that sample it.
func (r *root) beginWork(w *workJob) []tea.Cmd {
	w.waits, w.running, w.started = false, true, r.Now()
	var cmd tea.Cmd
	e, now := *r.env, r.Now
	w.job, cmd = r.jobs.start(func(ctx context.Context) tea.Msg {
		out := w.body(ctx)
		m := workDoneMsg{id: w.id, outcome: out, sample: w.sampled(&e)}
		if out.Again != nil {
			r.ledger.mended(out.Again, now())
			m.health = r.ledger.health(&e)
		}
		return m
	})
	w.seen.at = w.started
	r.work = w
	r.redrawAll()
	return []tea.Cmd{cmd, r.workSampleCmd()}
}

// workSampleCmd looks at the run after a moment.
func (r *root) workSampleCmd() tea.Cmd {
	w, e := r.work, *r.env
	return guard(tea.Tick(sampleEvery, func(time.Time) tea.Msg { return workSampleMsg{w.id, w.sampled(&e)} }))
}

// onWorkSample takes what a tick found and asks for the next.
func (r *root) onWorkSample(m workSampleMsg) tea.Cmd {
	w := r.work
	if m.id != w.id || !w.running {
		return nil
	}
	w.seen = m.sample
	w.pace.add(m.sample.at, w.freed(), w.bytes(), w.paused)
	r.screens[activityScreen].(*activity).sampled()
	return r.workSampleCmd()
}

// onWorkDone takes the result, and begins with the run that waits, or looks at the caches again.
func (r *root) onWorkDone(m workDoneMsg) tea.Cmd {
	w := r.work
	if m.id != w.id {
		return nil
	}
	w.running, w.took, w.outcome, w.seen = false, r.Now().Sub(w.started), &m.outcome, m.sample
	w.going, w.left = nil, w.undone()
	act := r.screens[activityScreen].(*activity)
	act.sampled()
	r.screens[bundleScreen].(*bundles).worked(w)
	r.redrawAll()
	if m.health != nil {
		r.showHealth(m.health)
	}
	if m.outcome.Stopped {
		r.say("") // that it is being stopped
	}
	if r.question != nil && r.question.title == quitTitle {
		r.question = nil
	}
	if r.changed = r.changed || w.changes(); m.outcome.Err == nil {
		r.screens[planScreenAt].(*planScreen).forgetMarked(w.marked)
	}
	cmds := []tea.Cmd{act.loadRuns()}
	switch next := r.waiting(); {
	case len(next) > 0:
		cmds = append(r.beginWork(next[0]), cmds...)
		if act.shown == w {
			act.begin(next[0])
		}
		return tea.Batch(cmds...)
	case m.outcome.Err != nil:
		r.say(m.outcome.Err.Error())
	}
	if r.changed {
		r.changed = false
		cmds = append(cmds, r.startScan())
	}
	return tea.Batch(cmds...)
}

// changes reports whether a run that has ended changed anything that is scanned. One that was broken off may have.
func (w *workJob) changes() bool {
	return w.kind != packWork && (w.outcome.Err == nil || len(w.seen.log) > w.seen.skipped+w.seen.failed)
}

// waiting are the runs that wait for their turn.
func (r *root) waiting() (list []*workJob) {
	for _, w := range r.works {
		if w.waits {
			list = append(list, w)
		}
	}
	return list
}

// drop takes a run that waits off the queue. Nobody looks at it any more.
func (r *root) drop(w *workJob) {
	r.works = slices.DeleteFunc(slices.Clone(r.works), func(x *workJob) bool { return x == w && x.waits })
	if act := r.screens[activityScreen].(*activity); act.shown == w {
		act.begin(r.work)
	}
}

// stopWork stops what runs, and lets nothing that waits begin. It says what it stopped.
func (r *root) stopWork() (what []string) {
	if r.work.running && r.work.ctx.Err() == nil {
		r.work.cancel()
		what = append(what, "what is being "+r.work.verb())
	}
	if list := r.waiting(); len(list) > 0 {
		for _, w := range list {
			r.drop(w)
		}
		what = append(what, plural(len(list), "run")+" that waited")
	}
	return what
}

// pauseWork pauses a run after what it is at, and what it downloads at once; or lets it go on.
func (w *workJob) pauseWork() {
	w.paused = !w.paused
	w.mu.Lock()
	d := w.download
	w.held = w.paused
	w.mu.Unlock()
	if w.paused {
		w.control.Pause()
		if d != nil {
			d.Pause()
		}
		return
	}
	w.control.Resume()
	if d != nil {
		d.Resume()
	}
}

// stopAfter ends a run after what it is at. What is being downloaded is given up, and kept for the next time.
func (w *workJob) stopAfter() {
	w.control.Stop()
	w.last, w.paused = true, false
	w.mu.Lock()
	w.given = true
	d := w.download
	w.mu.Unlock()
	if d != nil {
		d.Cancel()
	}
}

// workState says in few words what a run is at.
func (r *root) workState(w *workJob) string {
	switch {
	case w.waits:
		return "waits for its turn"
	case !w.running && w.outcome.Err != nil:
		return "did not begin"
	case !w.running && w.outcome.Stopped:
		return "stopped"
	case !w.running && w.seen.failed+w.seen.skipped > 0:
		return fmt.Sprintf("done, %d skipped, %d failed", w.seen.skipped, w.seen.failed)
	case !w.running:
		return "done"
	case w.ctx.Err() != nil:
		return "stopping"
	case w.last:
		return "stops after this"
	case w.paused:
		return "paused"
	}
	return "runs"
}
