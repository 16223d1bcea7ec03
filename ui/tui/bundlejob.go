package tui

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/scan/meter"
	"godoctor/ui/text"
)

// packStages are the stages in which a bundle is made, by the words that are said when each begins, and how long each takes
// beside the others, about.
var packStages = []struct {
	title string
	part  float64
}{{"reading go.mod files", 5}, {"asking the checksum database", 10}, {fetchStage, 45}, {"writing proofs", 10}, {checkStage, 5},
	{"rehearsing", 20}, {writeStage, 5}}

const (
	fetchStage   = "fetching"
	checkStage   = "checking"
	writeStage   = "writing"
	recordsPhase = "giving go the records"
)

// startPack makes a bundle that a person has confirmed.
func (b *bundles) startPack(v *packView) tea.Cmd {
	w := newWork(packWork)
	w.name, w.command = b.env.clean(filepath.Base(v.wish.Target)), v.wish.command()
	w.path = v.wish.Target
	for _, s := range packStages {
		w.now.phases = append(w.now.phases, phase{title: s.title, items: 1})
	}
	t := b.watch(w)
	w.again = func() tea.Cmd {
		return b.openAsk(&ask{title: "Go on with " + w.name + "?", do: "Make", yes: func() tea.Cmd { return b.startPack(v) },
			lines: []entry{{label: "File", text: b.env.path(w.path)}, {text: "What came before is kept beside it, and is not fetched again."}}})
	}
	b.packing, b.sides[packSide].work = nil, w
	return b.startWork(w, func(ctx context.Context) Outcome { return v.p.Make(ctx, t) })
}

// startApply installs what lacks of a bundle, once a person has confirmed that.
func (b *bundles) startApply(v *applyView, way int) tea.Cmd {
	c := &v.ways[way]
	w := newWork(applyWork)
	w.name, w.command, w.path = b.env.clean(filepath.Base(v.use.Path)), v.use.command("apply", way == 1), v.use.Path
	w.total = c.bytes
	w.now.phases = []phase{{title: installPhase, items: c.todo, disk: c.bytes}, {title: recordsPhase, items: 1}}
	t := b.watch(w)
	w.again = func() tea.Cmd {
		return b.openAsk(&ask{title: "Go on with " + w.name + "?", do: "Install", typed: againTyped(c),
			yes:   func() tea.Cmd { return b.startApply(v, way) },
			lines: []entry{{label: "From", text: b.env.path(w.path)}, {text: "What is installed stays as it is; the rest is tried again."}}})
	}
	b.sides[applySide].work = w
	return b.startWork(w, func(ctx context.Context) Outcome { return v.u.Apply(ctx, way, t) })
}

// againTyped is what has to be typed to go on, where nobody stands for something.
func againTyped(c *applyWay) string {
	if c.Unproved == 0 {
		return ""
	}
	return fmt.Sprintf("install %d", c.Unproved)
}

// begin is told which stage of a bundle begins; the lock of the run is held.
func (w *workJob) begin(what string, m *meter.Meter) {
	now := m.Sample()
	w.now.phases = w.staged(now)
	at := w.phase(what)
	for i := range w.now.phases { // they are a copy of its own
		if p := &w.now.phases[i]; i < at {
			p.done = p.items
		}
	}
	if w.stage, w.before = at, now; at >= 0 {
		m.Working(what)
	}
}

// staged are the phases of a bundle that is made, with what the meter has counted in the one that goes on. The lock of the run
// is held.
func (w *workJob) staged(now meter.Sample) []phase {
	phases := append([]phase(nil), w.now.phases...)
	if w.stage < 0 {
		return phases
	}
	p := &phases[w.stage]
	p.gone = now.Bytes - w.before.Bytes
	if all := now.Total - w.before.Total; all > 0 {
		p.items, p.done = int(all), int(min(now.Units-w.before.Units, all))
	}
	if p.title == writeStage { // it writes what was checked
		for i := range phases {
			if phases[i].title == checkStage {
				p.disk = phases[i].gone
			}
		}
	}
	return phases
}

// packed is how far a bundle is that is made, from 0 to 1.
func (w *workJob) packed() float64 {
	if w.made() != nil {
		return 1
	}
	done, all := 0.0, 0.0
	for i := range w.seen.phases[:min(len(w.seen.phases), len(packStages))] {
		p, part := &w.seen.phases[i], packStages[i].part
		all += part
		switch f := w.seen.flow; {
		case p.title == fetchStage && f != nil && f.total > 0 && p.done < p.items:
			done += part * min(float64(f.bytes)/float64(f.total), 1)
		case p.title == writeStage && p.disk > 0:
			done += part * min(float64(p.gone)/float64(p.disk), 1)
		default:
			done += part * float64(p.done) / float64(max(p.items, 1))
		}
	}
	return done / max(all, 1)
}

// withFlow are the phases of a bundle that is made, with what is downloaded in the one that does.
func withFlow(list []phase, down phase) []phase {
	out := append([]phase(nil), list...)
	for i := range out {
		if p := &out[i]; p.title == fetchStage {
			if p.done >= p.items {
				down.done = down.items
			}
			down.title = p.title
			*p = down
		}
	}
	return out
}

// made is the bundle that came of a run, or nil.
func (w *workJob) made() *Packed {
	if w.outcome == nil {
		return nil
	}
	return w.outcome.Made
}

// twin is the run as a command: of a bundle that was made, what whoever gets it does with it.
func (w *workJob) twin() string {
	if w.made() != nil {
		u := BundleUse{Path: filepath.Base(w.path)}
		return u.command("apply", false)
	}
	return w.command
}

// packSummary says in sentences what came of a bundle that was to be made.
func (a *activity) packSummary(w *workJob) []string {
	o := w.outcome
	switch {
	case o.Made != nil:
	case o.Stopped:
		return append([]string{"Stopped: " + w.name + " was not made", "What came is kept beside its place: x in Activity goes on there."}, a.notesOf(w)...)
	default:
		why := "it was not made"
		if o.Err != nil {
			why = strings.TrimPrefix(a.env.say(o.Err.Error()), "the bundle was not made: ")
		}
		return append([]string{w.name + " was not made", why}, a.notesOf(w)...)
	}
	d, s := o.Made.Bundle, &o.Made.Summary
	list := []string{fmt.Sprintf("The bundle is made: %s, in %s", text.Bytes(o.Made.Bytes), text.Duration(w.took)), a.env.path(w.path),
		"There: " + a.env.clean(w.twin()), "It holds " + holds(s.Zips-s.Toolchains, s.Modules-s.Zips, s.Toolchains) + ".",
		text.Bytes(d.FetchedB) + " fetched, " + plural(d.Reused, "zip was", "zips were") + " here already. It was checked, and installed from it alone by go."}
	if d.LeftOut > 0 {
		list = append(list, fmt.Sprintf("%s left out, which the other bundle has.", plural(d.LeftOut, "version is", "versions are")))
	}
	private := 0
	for i := range d.Modules {
		if !d.Modules[i].Recorded {
			private++
		}
	}
	if private > 0 {
		list = append(list, plural(private, "version has", "versions have")+" no signed record: who gets the bundle needs the hash in a go.sum, or confirms it.")
	}
	return append(list, a.notesOf(w)...)
}

// applySummary says in sentences what came of a bundle that was applied.
func (a *activity) applySummary(w *workJob) []string {
	s, o := &w.seen, w.outcome
	done := len(s.log) - s.failed
	list := []string{fmt.Sprintf("Done: %s installed, failed %d, in %s", plural(done, "version"), s.failed, text.Duration(w.took))}
	switch {
	case o.Err != nil && len(s.log) == 0:
		list = []string{"Nothing was changed", a.env.say(o.Err.Error())}
	case o.Err != nil:
		list = []string{fmt.Sprintf("Broken off: %s installed, failed %d", plural(done, "version"), s.failed), a.env.say(o.Err.Error())}
	case o.Stopped:
		list = []string{fmt.Sprintf("Stopped: %s installed", plural(done, "version")), "They stay so; the rest is as it was."}
	}
	return append(list, a.notesOf(w)...)
}

// worked is told that a run has ended.
func (b *bundles) worked(w *workJob) {
	if w == b.sides[applySide].work {
		b.unpacking = nil // what is here now is another thing
	}
}

// workRows say what goes on with a bundle, and what came of it.
func (b *bundles) workRows(w *workJob) (rows []bundleRow) {
	add := func(section, label, raw string, dress bundleDress) {
		rows = append(rows, bundleRow{key: "r:" + fmt.Sprint(len(rows)), section: section, label: label, raw: raw, dress: dress,
			facts: []fact{{section, label}}})
	}
	add("BUNDLE", b.env.path(w.path), w.path, strongDress)
	if !w.ended() {
		add("NOW", "enter shows how it goes on", "", plainDress)
		return rows
	}
	a := b.screens[activityScreen].(*activity)
	list := a.packSummary(w)
	if w.kind == applyWork {
		list = a.applySummary(w)
	}
	for i, s := range list {
		section, dress := "", plainDress
		if i == 0 {
			section, dress = "RESULT", goodDress
			if w.outcome.Err != nil || w.outcome.Stopped || w.seen.failed > 0 {
				dress = warnDress
			}
		}
		add(section, s, "", dress)
	}
	return rows
}
