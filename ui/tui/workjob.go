package tui

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/scan/meter"
	"godoctor/ui/text"
)

// workJob is a run that changes the caches: a clean, or an undo of one. Workers write under the lock, ticks read.
type workJob struct {
	job
	undo    bool
	guided  bool
	meter   *meter.Meter
	control *plan.Control // of a clean
	started time.Time
	running bool
	paused  bool
	last    bool // it stops after what it is at
	total   int64
	going   map[string]bool // module versions that it is about

	mu  sync.Mutex
	now workState

	seen    workSample // what the last tick found
	pace    pace
	outcome *Outcome
	took    time.Duration
}

// workState is what became of the items so far. Its slices only grow, so that who has a copy may read it.
type workState struct {
	phases  []phase
	log     []logLine
	trouble []logLine // skipped and failed
	skipped int
	failed  int
	disk    int64 // of the items that are dealt with
}

// A phase is a group of items, in the order in which they are dealt with.
type phase struct {
	title string
	items int
	done  int
	disk  int64
	gone  int64
	first bool // it ended before the run began
}

// A logLine is what became of one item. All text is clean.
type logLine struct {
	at     time.Time
	result plan.Result
	later  bool // it waits in the quarantine
	label  string
	disk   int64
	why    string
}

// workSample is what a tick found.
type workSample struct {
	workState
	meter meter.Sample
	at    time.Time
}

// workSampleMsg brings it.
type workSampleMsg struct {
	id     int
	sample workSample
}

// workDoneMsg ends a run.
type workDoneMsg struct {
	id      int
	outcome Outcome
	sample  workSample
}

// verb is what is done.
func (w *workJob) verb() string {
	if w.undo {
		return "brought back"
	}
	return "removed"
}

// startClean carries out a plan that a person has confirmed.
func (r *root) startClean(f *proof, guided bool) tea.Cmd {
	d, e, c := f.data, *r.env, r.Clean
	w := &workJob{guided: guided, meter: new(meter.Meter), control: new(plan.Control), started: r.Now(), running: true, going: make(map[string]bool)}
	w.now.phases = append(w.now.phases, phase{title: "hashing what is to go", items: f.asked, done: f.asked, disk: f.hashed.Bytes, gone: f.hashed.Bytes, first: true})
	for i := range d.groups {
		g := &d.groups[i]
		w.now.phases = append(w.now.phases, phase{title: g.title, items: len(g.items), disk: g.Disk})
		w.total += g.Disk
	}
	for i := range d.items {
		if d.items[i].name != "" {
			w.going[d.items[i].name] = true
		}
	}
	now := r.Now
	opt := plan.Options{Meter: w.meter, Control: w.control, Each: func(i int, o plan.Outcome) {
		it := &d.plan.Items[i]
		l := logLine{at: now(), result: o.Result, later: o.Later > 0, label: d.items[i].label, disk: it.Disk}
		if o.Err != nil {
			l.why = shortWhy(e.say(o.Err.Error()), l.label)
		}
		w.tell(1+d.items[i].group, l)
	}}
	return r.startWork(w, func(ctx context.Context) Outcome { return c.Run(ctx, d.inv, d.use, d.plan, opt) })
}

// startUndo brings back what a run removed.
func (r *root) startUndo(of *state.Run) tea.Cmd {
	e, c := *r.env, r.Clean
	inv := r.data.inv
	w := &workJob{undo: true, meter: new(meter.Meter), started: r.Now(), running: true, going: make(map[string]bool)}
	phases, at := undoPhases(of)
	w.now.phases = phases
	for i := range of.Items {
		w.total += of.Items[i].Disk
	}
	now := r.Now
	each := func(i int, err error) {
		it := &of.Items[i]
		l := logLine{at: now(), result: plan.Done, label: e.clean(runLabel(it)), disk: it.Disk}
		switch {
		case err != nil && at[i] == len(phases)-1:
			l.result, l.why = plan.Skipped, "go makes it anew when it needs it"
		case err != nil:
			l.result, l.why = plan.Failed, shortWhy(e.say(err.Error()), l.label)
		}
		w.tell(at[i], l)
	}
	return r.startWork(w, func(ctx context.Context) Outcome { return c.Undo(ctx, inv, of, w.meter, each) })
}

// shortWhy is a reason that does not begin with what it is about.
func shortWhy(why, label string) string { return strings.TrimPrefix(why, label+": ") }

// startWork starts the job, the ticks that sample it, and shows it.
func (r *root) startWork(w *workJob, body func(context.Context) Outcome) tea.Cmd {
	var cmd tea.Cmd
	w.job, cmd = r.jobs.start(func(ctx context.Context) tea.Msg {
		out := body(ctx)
		return workDoneMsg{w.id, out, w.sampled()}
	})
	w.seen = workSample{workState: w.now, at: w.started}
	r.work = w
	r.redrawAll()
	act := r.screens[activityScreen].(*activity)
	act.begin()
	return tea.Batch(cmd, r.workSampleCmd(), r.goTo(activityScreen))
}

// tell notes what became of an item.
func (w *workJob) tell(n int, l logLine) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.now
	phases := append([]phase(nil), s.phases...) // who looks has the old ones
	phases[n].done++
	phases[n].gone += l.disk
	s.phases = phases
	s.disk += l.disk
	s.log = append(s.log, l)
	switch l.result {
	case plan.Skipped:
		s.skipped++
	case plan.Failed:
		s.failed++
	default:
		return
	}
	s.trouble = append(s.trouble, l)
}

// sampled is what became of it so far.
func (w *workJob) sampled() workSample {
	w.mu.Lock()
	defer w.mu.Unlock()
	return workSample{w.now, w.meter.Sample(), time.Now()}
}

// workSampleCmd looks at the run after a moment.
func (r *root) workSampleCmd() tea.Cmd {
	w := r.work
	return guard(tea.Tick(sampleEvery, func(time.Time) tea.Msg { return workSampleMsg{w.id, w.sampled()} }))
}

// onWorkSample takes what a tick found and asks for the next.
func (r *root) onWorkSample(m workSampleMsg) tea.Cmd {
	w := r.work
	if m.id != w.id || !w.running {
		return nil
	}
	w.seen = m.sample
	w.pace.add(m.sample.at, w.freed(), w.total, w.paused)
	r.screens[activityScreen].(*activity).sampled()
	return r.workSampleCmd()
}

// onWorkDone takes the result, and looks at the caches again.
func (r *root) onWorkDone(m workDoneMsg) tea.Cmd {
	w := r.work
	if m.id != w.id {
		return nil
	}
	w.running, w.took, w.outcome, w.seen = false, r.Now().Sub(w.started), &m.outcome, m.sample
	w.going = nil
	act := r.screens[activityScreen].(*activity)
	act.sampled()
	r.redrawAll()
	if r.question != nil && r.question.title == quitTitle {
		r.question = nil
	}
	if m.outcome.Err != nil {
		r.say(m.outcome.Err.Error())
		return act.loadRuns()
	}
	r.screens[planScreenAt].(*planScreen).forgetMarked()
	return tea.Batch(act.loadRuns(), r.startScan())
}

// redrawAll makes the screens draw their rows anew: some are going, or went.
func (r *root) redrawAll() {
	for _, s := range r.screens {
		if s, ok := s.(interface{ redraw() }); ok {
			s.redraw()
		}
	}
}

// goes reports whether a module version is being removed.
func (r *root) goes(name string) bool { return r.work.running && name != "" && r.work.going[name] }

// freed is how many bytes are dealt with: those of whole items, or what was counted on the way.
func (w *workJob) freed() int64 {
	n := w.seen.disk
	if !w.undo {
		n = max(n, w.seen.meter.Bytes)
	}
	return min(n, w.total)
}

// done is how far it is, from 0 to 1.
func (w *workJob) done() float64 {
	if w.total > 0 && !w.undo {
		return float64(w.freed()) / float64(w.total)
	}
	items, all := 0, 0
	for _, p := range w.seen.phases {
		if !p.first {
			items, all = items+p.done, all+p.items
		}
	}
	return float64(items) / float64(max(all, 1))
}

// bar is the progress that the terminal shows beside its window; nil while nothing runs.
func (w *workJob) bar() *tea.ProgressBar {
	switch {
	case !w.running:
		return nil
	case w.seen.failed > 0:
		return tea.NewProgressBar(tea.ProgressBarError, int(100*w.done()))
	case w.paused:
		return tea.NewProgressBar(tea.ProgressBarWarning, int(100*w.done()))
	}
	return tea.NewProgressBar(tea.ProgressBarDefault, int(100*w.done()))
}

// title says what it is.
func (w *workJob) title() string {
	if w.undo {
		return "Bringing back"
	}
	return "Removing"
}

// pace is how fast a run has been of late. What is left of it is said only while that is steady.
type pace struct {
	at    []time.Time
	bytes []int64
	rate  float64 // bytes a second
	left  time.Duration
	known bool
}

// paceOver is how far a pace looks back.
const paceOver = 3 * time.Second

// add notes how much is done.
func (p *pace) add(now time.Time, done, total int64, paused bool) {
	if paused {
		*p = pace{}
		return
	}
	p.at, p.bytes = append(p.at, now), append(p.bytes, done)
	for len(p.at) > 2 && now.Sub(p.at[1]) >= paceOver {
		p.at, p.bytes = p.at[1:], p.bytes[1:]
	}
	last := len(p.at) - 1
	took := now.Sub(p.at[0])
	p.known = false
	if took < paceOver {
		return
	}
	p.rate = float64(done-p.bytes[0]) / took.Seconds()
	half := 0
	for now.Sub(p.at[half]) > paceOver/2 {
		half++
	}
	recent := float64(p.bytes[last]-p.bytes[half]) / max(now.Sub(p.at[half]).Seconds(), 0.1)
	if p.rate > 0 && recent > p.rate/2 && recent < 2*p.rate {
		p.known, p.left = true, time.Duration(float64(total-done)/p.rate*float64(time.Second))
	}
}

// words say the pace.
func (p *pace) words() string {
	if p.rate <= 0 {
		return ""
	}
	return text.Bytes(int64(p.rate)) + "/s"
}

// runLabel names an item of the history. Raw.
func runLabel(it *state.RunItem) string {
	switch {
	case it.Module != "":
		return it.Module + "@" + it.Version
	case it.Count > 1:
		return fmt.Sprintf("%d entries in %s", it.Count, it.Name)
	}
	return it.Name
}
