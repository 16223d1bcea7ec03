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
)

// workJob is a run that changes the caches: a clean, an undo, a repair, a toolchain that is fetched, a bundle that is applied; or
// that makes a bundle. Workers write under the lock, ticks read.
type workJob struct {
	job
	kind    workKind
	name    string // what it is about, clean; may be empty
	guided  bool
	body    func(context.Context) Outcome
	control *plan.Control
	started time.Time
	waits   bool // for its turn: one run after the other
	running bool
	paused  bool
	last    bool // it stops after what it is at
	total   int64
	going   map[string]bool // module versions that it is about
	marked  []string        // those that a person marked for a clean; nil: it is of others
	path    string          // of the bundle, raw; "": it is about none
	command string          // the same on the command line, raw; "": that is not known
	again   func() tea.Cmd  // asks whether what is not done is to be tried again; nil: there is no such thing

	mu       sync.Mutex
	now      workState
	meter    *meter.Meter // of what it is at
	download Download     // that goes on, or nil
	held     bool         // downloads pause
	given    bool         // a person has stopped it after what it is at
	stage    int          // the phase that the meter counts for, of a bundle; -1: none
	before   meter.Sample // of the meter, when that began
	flow     flow         // of the download
	notes    []string     // clean
	steps    []plan.Step  // of a repair: those that were planned, and what turned out to lack
	results  map[string]plan.Result

	seen    workSample // what the last tick found
	pace    pace
	outcome *Outcome
	took    time.Duration
	left    []plan.Step // of a repair that ended: those that were not carried out
}

// A workKind is what a job does.
type workKind uint8

const (
	cleanWork workKind = iota
	undoWork
	mendWork
	getWork
	packWork  // makes a bundle
	applyWork // installs what is in one
)

// workWords are what a job is called, what it has done, and what its log says of a thing that is done.
var workWords = [...]struct{ title, verb, log string }{
	cleanWork: {"Removing", "removed", "removed"}, undoWork: {"Bringing back", "brought back", "back"},
	mendWork: {"Repairing", "repaired", "repaired"}, getWork: {"Fetching", "fetched", "fetched"},
	packWork: {"Bundling", "bundled", "bundled"}, applyWork: {"Installing", "installed", "installed"},
}

// workState is what became of the items so far. Its slices only grow, so that who has a copy may read it.
type workState struct {
	phases  []phase
	log     []logLine
	trouble []logLine // skipped and failed
	skipped int
	failed  int
	disk    int64  // of the items that are dealt with
	what    string // goes on, in words
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
	flow  *flowing // nil: nothing was downloaded
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
	health  *health // nil: nothing was verified
}

// verb is what is done.
func (w *workJob) verb() string { return workWords[w.kind].verb }

// title says what it is.
func (w *workJob) title() string { return workWords[w.kind].title }

// ended reports whether it ran.
func (w *workJob) ended() bool { return w.outcome != nil }

// startClean carries out a plan that a person has confirmed.
func (r *root) startClean(f *proof, guided bool) tea.Cmd {
	d, e, c := f.data, *r.env, r.Clean
	w := newWork(cleanWork)
	w.guided, w.marked = guided, d.policy.Modules
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
	w.name = amount(len(d.items), w.total)
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
	w := newWork(undoWork)
	phases, at := undoPhases(of)
	w.now.phases = phases
	for i := range of.Items {
		w.total += of.Items[i].Disk
	}
	w.name = "run of " + of.Started.Local().Format("2 Jan 15:04")
	now := r.Now
	each := func(i int, err error) {
		it := &of.Items[i]
		l := logLine{at: now(), result: plan.Done, label: e.clean(runLabel(it)), disk: it.Disk}
		switch {
		case err != nil && at[i] == len(phases)-1:
			l.result, l.why = plan.Skipped, undoTitle(of, undoNothing)
		case err != nil:
			l.result, l.why = plan.Failed, shortWhy(e.say(err.Error()), l.label)
		}
		w.tell(at[i], l)
	}
	return r.startWork(w, func(ctx context.Context) Outcome { return c.Undo(ctx, inv, of, w.meter, each) })
}

// shortWhy is a reason that does not begin with what it is about.
func shortWhy(why, label string) string { return strings.TrimPrefix(why, label+": ") }

// tell notes what became of an item.
func (w *workJob) tell(n int, l logLine) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := &w.now
	phases := append([]phase(nil), s.phases...) // who looks has the old ones
	phases[n].done++
	phases[n].items = max(phases[n].items, phases[n].done)
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
func (w *workJob) sampled(e *env) workSample {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	s := workSample{w.now, w.meter.Sample(), w.flow.look(w.download, e, now), now}
	if w.kind == packWork {
		s.phases = w.staged(s.meter)
	}
	return s
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

// freed is how many bytes are dealt with: those of whole items, or what was counted on the way; of a download those that
// are there.
func (w *workJob) freed() int64 {
	if w.seen.flow != nil {
		return w.seen.flow.bytes
	}
	n := w.seen.disk
	if w.kind == cleanWork {
		n = max(n, w.seen.meter.Bytes)
	}
	return min(n, w.total)
}

// bytes is how many bytes it is about: of a download what is known of it.
func (w *workJob) bytes() int64 {
	if w.seen.flow != nil {
		return w.seen.flow.total
	}
	return w.total
}

// done is how far it is, from 0 to 1. Fetching takes most of the time of a repair that fetches.
func (w *workJob) done() float64 {
	switch {
	case w.kind == cleanWork && w.total > 0:
		return float64(w.freed()) / float64(w.total)
	case w.kind == packWork:
		return w.packed()
	}
	items, all := 0, 0
	for _, p := range w.seen.phases {
		if !p.first {
			items, all = items+p.done, all+p.items
		}
	}
	part := float64(items) / float64(max(all, 1))
	if f := w.seen.flow; f != nil && f.total > 0 {
		const fetching = 0.8
		return fetching*min(float64(f.bytes)/float64(f.total), 1) + (1-fetching)*part
	}
	return part
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
