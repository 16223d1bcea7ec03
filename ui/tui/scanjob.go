package tui

import (
	"context"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/scan"
	"godoctor/scan/meter"
)

// How often a running scan is sampled, and how often what it found is made ready for the screens: the
// counters move smoothly, the lists at a pace that can be read.
const (
	sampleEvery  = 80 * time.Millisecond
	prepareEvery = 350 * time.Millisecond
)

// scanJob is a scan that runs or ran.
type scanJob struct {
	job
	live    *atomic.Pointer[scan.Inventory]
	meter   *meter.Meter
	started time.Time
	running bool

	base env
	home atomic.Pointer[string] // of the machine's user, once that is known

	shown    *scan.Inventory // what the screens have
	prepared time.Time       // when they got it
	asked    bool            // who needs what, since the projects are known
}

// env is what the job prepares data with: a copy, for the screens may change theirs meanwhile.
func (s *scanJob) env() *env {
	c := s.base
	if h := s.home.Load(); h != nil {
		c.home = *h
	}
	return &c
}

// sampleMsg is what a tick found: the counters, and new data if there is any.
type sampleMsg struct {
	id     int
	sample meter.Sample
	data   *data           // nil: nothing new
	ask    *scan.Inventory // nil, or what knows enough to ask who needs what
}

// scanDoneMsg ends a scan.
type scanDoneMsg struct {
	id   int
	data *data // nil if err is set
	err  error

	reads *reads
	trend *trend // nil: there is nothing to compare with
}

// startScan begins a scan and the ticks that sample it.
func (r *root) startScan() tea.Cmd {
	if r.Saved != nil && r.data != nil {
		r.say(r.Saved.Refused)
		return nil
	}
	if r.scan.running {
		r.scan.cancel()
	}
	s := &scanJob{base: *r.env, live: new(atomic.Pointer[scan.Inventory]), meter: new(meter.Meter), started: r.Now(), running: true}
	var run tea.Cmd
	s.job, run = r.jobs.start(func(ctx context.Context) tea.Msg { return r.runScan(ctx, s) })
	r.scan = s
	return tea.Batch(run, r.sampleCmd())
}

// runScan is the body of the job.
func (r *root) runScan(ctx context.Context, s *scanJob) tea.Msg {
	if r.Saved != nil {
		return r.runSaved(ctx, s)
	}
	opt, home, err := r.Machine()
	if err != nil {
		return scanDoneMsg{id: s.id, err: err}
	}
	s.home.Store(&home)
	opt.Mode, opt.Live, opt.Meter, opt.Workers = scan.FastThenExact, s.live, s.meter, r.workers
	if r.Index != nil {
		if x, err := r.Index(); err == nil { // without one the scan is slower, nothing else
			opt.Index = x
		}
	}
	inv := scan.Run(ctx, opt)
	if inv.Index != nil && r.Keep != nil {
		r.Keep(inv.Index) // if it cannot be kept the next start is slower, nothing else
	}
	m := scanDoneMsg{id: s.id, trend: r.trendOf(inv), reads: readsOf(ctx, inv)}
	e := s.env()
	e.reads = m.reads
	m.data = prepare(inv, r.ask(ctx, inv), e)
	return m
}

// sampleCmd looks at the scan after a moment.
func (r *root) sampleCmd() tea.Cmd {
	s := r.scan
	shown, prepared, knew, asked := s.shown, s.prepared, r.data.knows(), s.asked
	return guard(tea.Tick(sampleEvery, func(now time.Time) tea.Msg {
		m := sampleMsg{id: s.id, sample: s.meter.Sample()}
		inv, w := s.live.Load(), r.who.answer.Load()
		if inv == nil {
			return m
		}
		news := inv != shown && (shown == nil || now.Sub(prepared) >= prepareEvery)
		if (news || w != knew) && worthShowing(inv) {
			m.data = prepare(inv, w, s.env())
		}
		if !asked && inv.Projects != nil && inv.ModCache != nil {
			m.ask = inv
		}
		return m
	}))
}

// askCmd asks who needs what while the scan goes on. The answer is in the next sample.
func (r *root) askCmd(inv *scan.Inventory) tea.Cmd {
	s := r.scan
	if s.asked || inv == nil || r.Use == nil {
		return nil
	}
	s.asked = true
	_, cmd := r.jobs.start(func(context.Context) tea.Msg {
		r.ask(s.ctx, inv)
		return nil
	})
	return cmd
}

// worthShowing reports whether an inventory has anything in it yet: an empty list would only flash.
func worthShowing(inv *scan.Inventory) bool {
	return inv.Done || inv.ModCache != nil || inv.BuildCache != nil
}

// onSample takes what a tick found and asks for the next.
func (r *root) onSample(m sampleMsg) tea.Cmd {
	if m.id != r.scan.id || !r.scan.running {
		return nil
	}
	r.sample = m.sample
	if m.data != nil && m.data.who == r.who.answer.Load() { // else it was overtaken, and the next sample is right
		r.show(m.data)
	}
	return tea.Batch(r.askCmd(m.ask), r.sampleCmd())
}

// onScanDone takes the result.
func (r *root) onScanDone(m scanDoneMsg) tea.Cmd {
	if m.id != r.scan.id {
		return nil
	}
	r.scan.running = false
	if m.err != nil {
		r.wish = nil
		r.say(m.err.Error())
		return nil
	}
	r.sample = r.scan.meter.Sample()
	r.env.reads, r.trend = m.reads, m.trend
	r.show(m.data)
	if !m.data.inv.Done {
		r.say("scan stopped: the sizes are what was found by then; R scans again")
		return tea.Batch(r.renewCmd(), r.wished(), r.screens[planScreenAt].(*planScreen).scanned())
	}
	return tea.Batch(r.renewCmd(), r.wished(), r.screens[planScreenAt].(*planScreen).scanned(), r.startCheck(false))
}

// A renewedMsg is the same inventory with what is known of it now.
type renewedMsg struct{ data *data }

// renewCmd prepares what is shown anew if an answer came in while it was prepared; else it is nil.
func (r *root) renewCmd() tea.Cmd {
	d, e := r.data, *r.env
	if d == nil || d.who == r.who.answer.Load() {
		return nil
	}
	return guard(func() tea.Msg { return renewedMsg{prepare(d.inv, r.who.answer.Load(), &e)} })
}

// onRenewed takes it; what was overtaken meanwhile is prepared again.
func (r *root) onRenewed(m renewedMsg) tea.Cmd {
	if r.data != nil && m.data.inv == r.data.inv && m.data.who == r.who.answer.Load() {
		r.show(m.data)
		return nil
	}
	return r.renewCmd()
}

// show gives data to all screens.
func (r *root) show(d *data) {
	r.scan.shown, r.scan.prepared = d.inv, r.Now()
	r.data, r.env.home = d, d.home
	for _, s := range r.screens {
		s.setData(d)
	}
}
