package tui

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/finding"
	"godoctor/scan/meter"
	"godoctor/ui/text"
)

// Checked is what checks have found.
type Checked struct {
	Findings []finding.Finding // without those that somebody lives with
	Ignored  int               // those
	Checks   int               // that have run
	Projects int               // that they looked at
}

// checkJob is a run of the checks. They run by themselves when a scan has ended: they read a few files, and ask nobody.
type checkJob struct {
	job
	meter   *meter.Meter
	started time.Time
	running bool
	told    bool // a person asked for it, and is told what came of it

	sample meter.Sample // what the last tick found
}

// checkSampleMsg is what a tick found.
type checkSampleMsg struct {
	id     int
	sample meter.Sample
}

// checkDoneMsg ends a run.
type checkDoneMsg struct {
	id      int
	health  *health
	checked *Checked
	stopped bool
}

// startCheck lets the checks run on what the last scan found, in place of those that still run. told says that a person
// asked for it. It is nil where nothing checks, or there is nothing to check yet.
func (r *root) startCheck(told bool) tea.Cmd {
	if r.Check == nil || r.data == nil || r.scan.running {
		return nil
	}
	if r.checking.running {
		r.checking.cancel()
	}
	inv, use, e := r.data.inv, r.data.who.result(), *r.env
	c := &checkJob{meter: new(meter.Meter), started: r.Now(), running: true, told: told}
	var run tea.Cmd
	c.job, run = r.jobs.start(func(ctx context.Context) tea.Msg {
		res := r.Check(ctx, inv, use, c.meter)
		stopped := ctx.Err() != nil
		r.ledger.check(c.id, res, stopped)
		return checkDoneMsg{c.id, r.ledger.health(&e), res, stopped}
	})
	r.ledger.beginChecks(c.id)
	r.checking = c
	return tea.Batch(run, r.checkSampleCmd())
}

// checkSampleCmd looks at the checks after a moment.
func (r *root) checkSampleCmd() tea.Cmd {
	c := r.checking
	return guard(tea.Tick(sampleEvery, func(time.Time) tea.Msg { return checkSampleMsg{c.id, c.meter.Sample()} }))
}

// onCheckSample takes what a tick found and asks for the next.
func (r *root) onCheckSample(m checkSampleMsg) tea.Cmd {
	c := r.checking
	if m.id != c.id || !c.running {
		return nil
	}
	c.sample = m.sample
	return r.checkSampleCmd()
}

// onCheckDone takes the result.
func (r *root) onCheckDone(m checkDoneMsg) {
	c := r.checking
	if m.id != c.id {
		return
	}
	c.running = false
	if m.checked != nil {
		r.showHealth(m.health)
	}
	switch {
	case m.stopped:
		r.say("the checks were stopped: what was found before stays, r runs them again")
	case c.told && m.checked != nil:
		r.say(m.checked.words() + " in " + text.Duration(r.Now().Sub(c.started)))
	}
}

// words say what came of the checks.
func (c *Checked) words() string {
	s := fmt.Sprintf("%s of %s: %s", plural(c.Checks, "check"), plural(c.Projects, "project"), countOf(c.Findings).words())
	if c.Ignored > 0 {
		s += fmt.Sprintf(", %d ignored", c.Ignored)
	}
	return s
}

// state says how far the checks are.
func (c *checkJob) state() string {
	if c.sample.Total == 0 {
		return "checks"
	}
	return fmt.Sprintf("checks %d of %d", c.sample.Units, c.sample.Total)
}
