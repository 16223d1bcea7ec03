package tui

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/scan/meter"
)

// A Watch is how who carries out a run tells the screen of it, and is held up by it. Its methods may be called from any
// goroutine.
type Watch struct {
	w   *workJob
	e   env
	now func() time.Time
}

func (r *root) watch(w *workJob) *Watch { return &Watch{w, *r.env, r.Now} }

// The phases of a repair and of a toolchain that is fetched, by what is said to be worked at.
var phaseOf = map[string]string{"repairing": mendPhase, "verifying again": againPhase, "installing": installPhase}

const (
	mendPhase    = "prove and install"
	installPhase = "install"
	againPhase   = "verify again"
)

// Working says what goes on now, and who counts it. What it returns ends that.
func (t *Watch) Working(what string, m *meter.Meter) (end func()) {
	w := t.w
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.meter
	w.meter, w.now.what = m, what
	if w.kind == packWork {
		w.begin(what, m)
		return func() {}
	}
	at := w.phase(cmp.Or(phaseOf[what], what))
	if s := m.Sample(); at >= 0 && w.now.phases[at].items == 0 {
		w.setPhase(at, func(p *phase) { p.items = max(int(s.Total), 1) })
	}
	if m.Sample().Now == "" {
		m.Working(what)
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.meter, w.now.what = before, ""
		if at >= 0 && what != "repairing" && (w.kind != applyWork || what != "installing") { // of that each step is told
			w.setPhase(at, func(p *phase) { p.items = max(p.items, 1); p.done = p.items })
		}
	}
}

// phase is the place of a phase; -1: there is none of that name.
func (w *workJob) phase(title string) int {
	return slices.IndexFunc(w.now.phases, func(p phase) bool { return title != "" && p.title == title })
}

// setPhase changes a phase. Who looks has the old ones.
func (w *workJob) setPhase(at int, do func(*phase)) {
	phases := append([]phase(nil), w.now.phases...)
	do(&phases[at])
	w.now.phases = phases
}

// Fetching says that a download begins. What it returns is called at its end.
func (t *Watch) Fetching(d Download) (end func()) {
	w := t.w
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flow.begin()
	w.download = d
	if w.held {
		d.Pause()
	}
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.flow.look(d, &t.e, time.Now())
		w.download = nil
	}
}

// Step says what became of a step of a repair.
func (t *Watch) Step(s *plan.Step, o plan.Outcome) {
	w := t.w
	key := stepKey(s)
	w.mu.Lock()
	if _, planned := w.results[key]; !planned {
		w.steps = append(w.steps, *s) // it turned out to lack on the way
	}
	w.results[key] = o.Result
	at := w.phase(mendPhase)
	w.mu.Unlock()
	l := logLine{at: t.now(), result: o.Result, later: o.Kept != "", label: t.e.clean(s.Label()), disk: s.Bytes}
	if s.File != "" || s.Name != "" {
		l.label = t.e.path(s.Label())
	}
	if o.Err != nil {
		l.why = shortWhy(t.e.say(report.NoPassword(o.Err.Error())), l.label)
	}
	w.tell(max(at, 0), l)
}

// Version says what became of a module version of a bundle that is applied.
func (t *Watch) Version(name string, bytes int64, err error) {
	w := t.w
	l := logLine{at: t.now(), result: plan.Done, label: t.e.clean(name), disk: bytes}
	if err != nil {
		l.result, l.why = plan.Failed, shortWhy(t.e.say(report.NoPassword(err.Error())), l.label)
	}
	w.mu.Lock()
	at := w.phase(installPhase)
	w.mu.Unlock()
	w.tell(max(at, 0), l)
}

// stepKey tells steps apart.
func stepKey(s *plan.Step) string { return s.Label() + "\x00" + strings.Join(s.Fixes, " ") }

// Note says something that a person should know.
func (t *Watch) Note(s string) {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	t.w.notes = append(t.w.notes, t.e.say(report.NoPassword(s)))
}

// More waits while the run is paused, and reports whether it is to go on.
func (t *Watch) More(ctx context.Context) bool { return t.w.control.Wait(ctx) }

// Stopping reports whether a person has stopped the run, without waiting.
func (t *Watch) Stopping(ctx context.Context) bool {
	t.w.mu.Lock()
	defer t.w.mu.Unlock()
	return t.w.given || ctx.Err() != nil
}

// undone are the steps of a repair that were not carried out.
func (w *workJob) undone() (list []plan.Step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.steps {
		if w.results[stepKey(&w.steps[i])] != plan.Done {
			list = append(list, w.steps[i])
		}
	}
	return list
}
