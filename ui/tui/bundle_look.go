package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/ui/text"
)

// A bundleLook finds out what a bundle would hold, or what is in one.
type bundleLook struct {
	job
	running bool
	started time.Time
	work    *workJob // it is in no queue: it counts, and has the notes
	seen    workSample
}

// bundleSampleMsg is how far a look is.
type bundleSampleMsg struct {
	id     int
	side   int
	sample workSample
}

func (bundleSampleMsg) screen() int { return bundleScreen }

// startLook begins a look, and the ticks that sample it.
func (b *bundles) startLook(side int, body func(ctx context.Context, l *bundleLook, t *Watch) tea.Msg) tea.Cmd {
	if old := b.sides[side].look; old.running { // of what was named before
		old.cancel()
	}
	l := &bundleLook{running: true, started: b.Now(), work: newWork(packWork)}
	t := b.watch(l.work)
	var cmd tea.Cmd
	l.job, cmd = b.jobs.start(func(ctx context.Context) tea.Msg { return body(ctx, l, t) })
	b.sides[side].look, b.sides[side].err = l, ""
	return tea.Batch(cmd, b.sampleCmd(side))
}

func (b *bundles) sampleCmd(side int) tea.Cmd {
	l, e := b.sides[side].look, *b.env
	return guard(tea.Tick(sampleEvery, func(time.Time) tea.Msg { return bundleSampleMsg{l.id, side, l.work.sampled(&e)} }))
}

// onSample takes what a tick found and asks for the next.
func (b *bundles) onSample(m bundleSampleMsg) tea.Cmd {
	l := b.sides[m.side].look
	if m.id != l.id || !l.running {
		return nil
	}
	l.seen = m.sample
	return b.sampleCmd(m.side)
}

// ended takes the end of a look, and reports whether it is the one that is waited for and came to something.
func (b *bundles) ended(side, id int, err error) bool {
	s := &b.sides[side]
	l := s.look
	if id != l.id || !l.running {
		return false
	}
	l.running = false
	switch {
	case l.ctx.Err() != nil:
		s.err = "Stopped: nothing was changed. x looks again."
	case err != nil:
		s.err = b.env.say(err.Error())
	}
	l.cancel()
	if s.err != "" {
		b.rebuild()
	}
	return s.err == ""
}

// notes are what who looked has to say.
func (l *bundleLook) notes() []string {
	l.work.mu.Lock()
	defer l.work.mu.Unlock()
	return l.work.notes
}

// noteRows are notes as rows.
func noteRows(list []string) (rows []bundleRow) {
	for i, n := range list {
		rows = append(rows, bundleRow{key: fmt.Sprintf("n:%d", i), section: firstWord(i, "NOTE"), label: n, dress: warnDress, facts: []fact{{"NOTE", n}}})
	}
	return rows
}

// packView is what a bundle would hold, made ready. It is made by a command and never changed.
type packView struct {
	p     *Packing
	wish  BundleWish
	rows  []bundleRow
	notes []string
	names []string // with their sizes

	here, fetch, mods, tools int // zips that are here, zips that are fetched, go.mod files alone; toolchains among the zips
	bytes                    int64
}

// packLookMsg ends a look at what a bundle would hold.
type packLookMsg struct {
	id   int
	view *packView
	err  error
}

func (packLookMsg) screen() int { return bundleScreen }

// lookPack finds out what a bundle of what is marked would hold.
func (b *bundles) lookPack() tea.Cmd {
	w, e, do := b.wish(), *b.env, b.Bundle.Plan
	if len(w.Projects)+len(w.Modules)+len(w.Toolchains) == 0 {
		b.say("nothing is marked: space marks what is to be in the bundle")
		return nil
	}
	return b.startLook(packSide, func(ctx context.Context, l *bundleLook, t *Watch) tea.Msg {
		p, err := do(ctx, w, t)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return packLookMsg{l.id, nil, err}
		}
		return packLookMsg{l.id, newPackView(p, w, l.notes(), &e), nil}
	})
}

// onPackLook takes it.
func (b *bundles) onPackLook(m packLookMsg) {
	if !b.ended(packSide, m.id, m.err) {
		return
	}
	b.packing = m.view
	b.sides[packSide].filter.clear()
	b.rebuild()
	b.sides[packSide].list.Home()
}

func newPackView(p *Packing, w BundleWish, notes []string, e *env) *packView {
	v := &packView{p: p, wish: w, notes: notes, rows: noteRows(notes)}
	for i := range p.Versions {
		x := &p.Versions[i]
		name := e.clean(x.Module + "@" + x.Version)
		row := bundleRow{key: "v:" + x.Module + "@" + x.Version, label: name, facts: []fact{{"VERSION", name}}}
		switch {
		case !x.Zip:
			v.mods++
			row.right, row.dress = "go.mod alone", mutedDress
			row.facts = append(row.facts, fact{"WHAT", "its go.mod file alone: builds select versions by it, and need nothing else of it"})
		case x.Here > 0:
			v.here++
			v.bytes += x.Here
			row.right = text.Bytes(x.Here) + " here"
			row.facts = append(row.facts, fact{"WHAT", text.Bytes(x.Here) + " from the module cache, if that is what was published; else it is fetched"})
		default:
			v.fetch++
			row.right, row.dress = "to fetch", warnDress
			row.facts = append(row.facts, fact{"WHAT", "it is not in the module cache: it is fetched through GOPROXY"})
		}
		if x.Zip && x.Module == toolchainPath {
			v.tools++
		}
		v.names = append(v.names, text.Fit(row.right, 14)+" "+name)
		v.rows = append(v.rows, row)
	}
	if n := len(v.notes); n < len(v.rows) {
		v.rows[n].section = "HOLDS"
	}
	return v
}

// holds says what the bundle would hold.
func (v *packView) holds() string { return holds(v.here+v.fetch-v.tools, v.mods, v.tools) }

// words say what it would hold and where that comes from, the longest first: there may be little room.
func (v *packView) words() []string {
	all := plural(v.here+v.fetch+v.mods, "version")
	return []string{v.holds() + ": " + v.comes() + "; nothing is made yet", v.holds() + ": " + v.comes(), all + ": " + v.comes(),
		fmt.Sprintf("%s, %d to fetch", all, v.fetch)}
}

// comes says where that comes from.
func (v *packView) comes() string {
	var parts []string
	if v.here > 0 {
		parts = append(parts, fmt.Sprintf("%s here, %s", plural(v.here, "zip"), text.Bytes(v.bytes)))
	}
	if v.fetch > 0 {
		parts = append(parts, plural(v.fetch, "zip")+" to fetch")
	}
	return strings.Join(parts, "; ")
}

// askPack asks whether the bundle that was looked at is to be made.
func (b *bundles) askPack() tea.Cmd {
	v := b.packing
	switch {
	case b.Bundle.NoMake != "":
		b.no(b.Bundle.NoMake, looksAll)
		return nil
	case v.p.Taken:
		b.say("there is something of that name already: esc, and enter on TO names another")
		return nil
	case b.Bundle.Offline && v.fetch > 0:
		b.no(fmt.Sprintf("Of it %s would have to be fetched, and --offline forbids it.", plural(v.fetch, "zip")), looksAll)
		return nil
	}
	a := &ask{title: "Make this bundle?", do: "Make", names: v.names}
	a.lines = []entry{{label: "File", text: b.env.path(v.wish.Target), strong: true}, {label: "Holds", text: v.holds()},
		{label: "Comes from", text: v.comes()}}
	if v.fetch > 0 {
		a.lines = append(a.lines, entry{label: "Network", text: "how large a zip is, is known when it comes. It goes on where it was broken off"})
	}
	a.lines = append(a.lines, entry{label: "Proof", text: "each version has to have a record of the checksum database, or a line of go.sum"},
		entry{label: "Then", text: "it is installed from it alone by go, in an empty module cache without network, and only then gets its name. " +
			"Nothing is overwritten"})
	for _, n := range v.notes {
		a.lines = append(a.lines, entry{label: "Note", text: n, dress: b.theme.Warn})
	}
	a.yes = func() tea.Cmd { return b.startPack(v) }
	return b.openAsk(a)
}
