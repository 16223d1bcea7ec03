package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/state"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// activity is what changes the caches now, what came of the last run, and the history with the way back.
type activity struct {
	*root
	runs    []*state.Run // the history, the youngest first
	runsErr error
	loaded  bool
	list    table.List[string]
	history bool     // the list of runs takes the keys
	shown   *workJob // what is looked at; nil: what runs, or ran last

	held   int // lines that the log had when it was held, -1: it is followed
	above  int // lines from the end
	room   int // lines of the log that were shown last
	filter *filterField
	hits   []int32 // lines that the filter lets through

	width, height int
}

// runsMsg is the history.
type runsMsg struct {
	runs []*state.Run
	err  error
}

func newActivity(r *root) *activity {
	return &activity{root: r, filter: new(filterField), held: -1}
}

func (a *activity) setData(*data) {}

func (a *activity) resize(w, h int) {
	a.width, a.height = w, h
	a.list.Resize(max(h-2, 1))
}

// begin shows a run.
func (a *activity) begin(w *workJob) {
	a.shown = w
	a.history, a.held, a.above, a.hits = false, -1, 0, nil
	a.filter.clear()
}

// entered is told when somebody looks at the screen.
func (a *activity) entered() tea.Cmd {
	if a.loaded {
		return nil
	}
	return a.loadRuns()
}

// loadRuns reads the history.
func (a *activity) loadRuns() tea.Cmd {
	if a.Clean == nil {
		return nil
	}
	c := a.Clean
	_, cmd := a.jobs.start(func(context.Context) tea.Msg {
		runs, err := c.Runs()
		return runsMsg{runs, err}
	})
	return cmd
}

func (a *activity) onRuns(m runsMsg) {
	a.runs, a.runsErr, a.loaded = m.runs, m.err, true
	names := make([]string, len(m.runs))
	for i, r := range m.runs {
		names[i] = r.ID
	}
	a.list.SetRows(names, nil)
}

// last is the run that z takes back: the one that just ended, else the last one that can be taken back.
func (a *activity) last() *state.Run {
	for _, r := range a.runs {
		if r.Undone == "" && len(r.Items) > 0 && undoable(r) == "" {
			return r
		}
	}
	return nil
}

func (a *activity) typing() textfield {
	if a.filter.active {
		return filterTyping{a.env, a.filter, typedLog{a}, a.width}
	}
	return nil
}

// typedLog is the log while the filter takes letters.
type typedLog struct{ *activity }

func (t typedLog) refilter() { t.sampled() }
func (t typedLog) Up()       { t.scroll(1) }
func (t typedLog) Down()     { t.scroll(-1) }
func (t typedLog) PageUp()   { t.scroll(t.room) }
func (t typedLog) PageDown() { t.scroll(-t.room) }
func (t typedLog) HalfUp()   { t.scroll((t.room + 1) / 2) }
func (t typedLog) HalfDown() { t.scroll(-(t.room + 1) / 2) }
func (t typedLog) Home()     { t.scroll(1 << 30) }
func (t typedLog) End()      { t.scroll(-1 << 30) }

// sampled is told when the log has grown, or what is searched in it.
func (a *activity) sampled() {
	a.hits = nil
	words := strings.ToLower(a.filter.words())
	if words == "" {
		return
	}
	a.hits = []int32{}
	w := a.job()
	for i := range w.seen.log {
		l := &w.seen.log[i]
		if strings.Contains(strings.ToLower(l.label), words) || strings.Contains(l.result.String()+" "+strings.ToLower(l.why), words) {
			a.hits = append(a.hits, int32(i))
		}
	}
}

// lines is how many lines of the log there are to look at.
func (a *activity) lines() int {
	n := len(a.job().seen.log)
	if a.held >= 0 {
		n = min(n, a.held)
	}
	if a.hits != nil {
		n, _ = slices.BinarySearch(a.hits, int32(n))
	}
	return n
}

// logAt is a line of the log.
func (a *activity) logAt(i int) *logLine {
	if a.hits != nil {
		i = int(a.hits[i])
	}
	return &a.job().seen.log[i]
}

// scroll moves through the log: it is held as long as its end is not on the screen.
func (a *activity) scroll(by int) {
	a.above = max(min(a.above+by, a.lines()-a.room), 0)
	switch {
	case a.above > 0 && a.held < 0:
		a.held = len(a.job().seen.log)
	case a.above == 0 && by < 0:
		a.held = -1
	}
}

func (a *activity) keys() []key.Binding {
	undo, back := keys.undo, keys.back
	if a.nothing() {
		return nil
	}
	if a.Clean != nil && a.Clean.Refused != "" {
		undo.SetHelp("z", "take back (not here)")
	}
	log := keys.hold
	if a.held >= 0 {
		log.SetHelp("L", "follow log")
	}
	stop := keys.interrupt
	stop.SetHelp("ctrl+c", "stop now")
	up := moveHint
	up.SetHelp("j/k", "log")
	w := a.job()
	summary := keys.copy
	if w.made() == nil {
		summary.SetHelp("y", "copy summary")
	}
	var more []key.Binding
	if len(a.works) > 1 {
		next := keys.tab
		next.SetHelp("tab", "next run")
		more = append(more, next)
	}
	switch {
	case a.filter.active:
		return filterKeys()
	case a.history:
		open := keys.open
		open.SetHelp("enter", "its items")
		return []key.Binding{moveHint, undo, open, back, keys.copyCommand}
	case w.waits:
		off := keys.stopAfter
		off.SetHelp("X", "take it off")
		return append([]key.Binding{off, stop}, more...)
	case w.running && w.kind == undoWork:
		return append([]key.Binding{up, log, keys.filter, stop}, more...)
	case w.running:
		pause := keys.pause
		if w.paused {
			pause.SetHelp("p", "go on")
		}
		if w.command != "" {
			more = append(more, keys.copyCommand)
		}
		return append([]key.Binding{pause, keys.stopAfter, stop, log, keys.filter, up}, more...)
	case !w.ended():
		return []key.Binding{keys.plan, undo, keys.history}
	}
	list := append([]key.Binding{undo, keys.history}, more...)
	list = append(list, summary, log, keys.filter, up, keys.copyCommand, keys.plan)
	if w.made() != nil {
		list = append([]key.Binding{summary, keys.copyCommand, undo, keys.history}, append(more, log, keys.filter, up, keys.plan)...)
	}
	if a.canRetry(w) {
		retry := keys.run
		retry.SetHelp("x", "try what is left again: asks first")
		if a.width < bodyWidth {
			retry.SetHelp("x", "try again")
		}
		at := 0
		if w.kind == cleanWork { // there it only leads back to the plan
			at = 2
		}
		list = slices.Insert(list, at, retry)
	}
	if w.guided {
		back.SetHelp("esc", "end")
	}
	if a.filter.words() != "" || w.guided {
		list = append([]key.Binding{back}, list...)
	}
	return list
}

func (a *activity) update(m tea.KeyPressMsg) tea.Cmd {
	w := a.job()
	switch {
	case a.nothing():
		return nil
	case a.history:
		return a.updateHistory(m)
	case key.Matches(m, keys.history):
		a.history = true
		return a.loadRuns()
	case key.Matches(m, keys.undo):
		return a.askUndo(a.last())
	case key.Matches(m, keys.plan):
		return a.guide()
	case key.Matches(m, keys.tab, keys.tabBack):
		a.nextJob(key.Matches(m, keys.tabBack))
		return nil
	case key.Matches(m, keys.run) && w.ended():
		return a.retry(w)
	case w.waits && key.Matches(m, keys.stopAfter):
		a.drop(w)
		a.say("it was taken off: nothing of it was done")
		return nil
	}
	if w.running {
		a.steer(w, m)
	}
	if w.running || w.ended() {
		return a.updateLog(w, m)
	}
	return nil
}

// steer are the keys of a run that goes on.
func (a *activity) steer(w *workJob, m tea.KeyPressMsg) {
	switch {
	case w.kind == undoWork:
	case key.Matches(m, keys.pause):
		if w.pauseWork(); w.paused {
			a.say("it pauses after what it is at; p goes on")
		}
	case key.Matches(m, keys.stopAfter):
		w.stopAfter()
		a.say("it stops after what it is at; what is " + w.verb() + " stays so")
	}
}

// updateLog are the keys of the log.
func (a *activity) updateLog(w *workJob, m tea.KeyPressMsg) tea.Cmd {
	if moveKeys(typedLog{a}, m) {
		return nil
	}
	switch {
	case key.Matches(m, keys.hold):
		if a.held >= 0 {
			a.held, a.above = -1, 0
			return nil
		}
		a.held = len(a.job().seen.log)
	case key.Matches(m, keys.filter):
		a.filter.start()
	case key.Matches(m, keys.back):
		if a.filter.words() == "" && w.guided && !w.running {
			w.guided = false
			return a.goTo(overviewScreen)
		}
		a.filter.clear()
		a.sampled()
	case key.Matches(m, keys.copy) && w.made() != nil:
		return a.copyText("path", w.path)
	case key.Matches(m, keys.copy) && w.ended():
		return a.copyText("summary", strings.Join(a.summary(), "; "))
	case key.Matches(m, keys.copyCommand):
		if words := w.twin(); words != "" {
			return a.copyText("command", words)
		}
		if run := a.last(); run != nil {
			return a.copyText("command", "godoctor undo "+run.ID)
		}
		a.say("there is no run to take back")
	}
	return nil
}

// updateHistory are the keys of the list of runs.
func (a *activity) updateHistory(m tea.KeyPressMsg) tea.Cmd {
	if moveKeys(&a.list, m) {
		return nil
	}
	var run *state.Run
	if i := a.list.Selected(); i >= 0 && i < len(a.runs) {
		run = a.runs[i]
	}
	switch {
	case key.Matches(m, keys.back, keys.left, keys.history):
		a.history = false
	case run == nil:
	case key.Matches(m, keys.undo):
		return a.askUndo(run)
	case key.Matches(m, keys.open, keys.right):
		a.root.dialog = a.runDialog(run)
	case key.Matches(m, keys.copyCommand):
		return a.copyText("command", "godoctor undo "+run.ID)
	}
	return nil
}

// runDialog lists what a run was about.
func (a *activity) runDialog(run *state.Run) *dialog {
	d := &dialog{title: fmt.Sprintf("%s of %s: %s", a.env.clean(run.Kind), run.Started.Local().Format("2 Jan 15:04"), runState(run, a.root))}
	for i := range run.Items {
		it := &run.Items[i]
		s := a.env.clean(runLabel(it))
		if it.Error != "" {
			s += ": " + a.env.say(it.Error)
		}
		word := it.Result
		if word == "" {
			word = "untouched"
		}
		d.lines = append(d.lines, entry{label: a.env.clean(word) + " " + text.Bytes(it.Disk), text: s})
	}
	if len(run.Items) == 0 {
		d.lines = append(d.lines, entry{text: "It changed nothing."})
	}
	return d
}
