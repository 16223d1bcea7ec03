package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// applyView is what is in a bundle, made ready. It is made by a command, and only which way is chosen changes.
type applyView struct {
	u      *Unpacking
	use    BundleUse
	notes  []string
	about  []bundleRow // whether it is right, where it comes from, who stands for it
	faults []bundleRow // what is wrong with it
	ways   []applyWay
	way    int
	wrong  int
}

// An applyWay is what is to be done in one way, made ready.
type applyWay struct {
	Way
	rows        []bundleRow
	names       []string // of what is installed
	todo, there int
	bytes       int64 // of the zips that are installed
}

// right reports whether nothing is wrong with it.
func (v *applyView) right() bool { return v.wrong == 0 && len(v.ways) > 0 }

// chosen is the way that is chosen; nil where something is wrong.
func (v *applyView) chosen() *applyWay {
	if !v.right() {
		return nil
	}
	return &v.ways[v.way]
}

// applyLookMsg ends a look into a bundle.
type applyLookMsg struct {
	id   int
	view *applyView
	err  error
}

func (applyLookMsg) screen() int { return bundleScreen }

// lookApply opens the bundle that is named and checks all of it.
func (b *bundles) lookApply() tea.Cmd {
	u, e, do := b.use(), *b.env, b.Bundle.Look
	if u.Path == "" {
		b.say("no bundle is named: enter types its path")
		return nil
	}
	b.unpacking = nil
	return b.startLook(applySide, func(ctx context.Context, l *bundleLook, t *Watch) tea.Msg {
		x, err := do(ctx, u, t)
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return applyLookMsg{l.id, nil, err}
		}
		return applyLookMsg{l.id, newApplyView(x, u, l.notes(), &e), nil}
	})
}

// onApplyLook takes it.
func (b *bundles) onApplyLook(m applyLookMsg) {
	if !b.ended(applySide, m.id, m.err) {
		return
	}
	b.unpacking = m.view
	b.sides[applySide].filter.clear()
	b.rebuild()
}

func newApplyView(x *Unpacking, u BundleUse, notes []string, e *env) *applyView {
	v := &applyView{u: x, use: u, notes: notes}
	v.look(e)
	for i := range x.Ways {
		v.ways = append(v.ways, newApplyWay(&x.Ways[i], x.Bundle, e))
	}
	v.wrong = len(v.faults)
	v.origin(e)
	return v
}

// look lists what is wrong.
func (v *applyView) look(e *env) {
	d := v.u.Bundle
	add := func(name, why string) {
		why = e.say(why)
		label := why
		if name != "" && !strings.Contains(why, name) {
			label = name + ": " + why
		}
		v.faults = append(v.faults, bundleRow{key: fmt.Sprintf("w:%d", len(v.faults)), label: label, dress: badDress,
			facts: []fact{{"FILE", name}, {"WRONG", why}}})
	}
	for _, f := range d.Faults {
		add(e.clean(f.Name), f.Error)
	}
	for i := range d.Modules {
		if m := &d.Modules[i]; m.State == "wrong" {
			add(e.clean(m.Path+"@"+m.Version), m.Error)
		}
	}
	if len(v.faults) == 0 && len(v.u.Ways) == 0 {
		add("", "it could not be checked")
	}
	if len(v.faults) > 0 {
		v.faults[0].section = "WRONG"
	}
}

// origin lists what is known of the whole.
func (v *applyView) origin(e *env) {
	d, s := v.u.Bundle, &v.u.Summary
	row := func(section, label string, dress bundleDress) {
		v.about = append(v.about, bundleRow{key: "a:" + section, section: section, label: label, dress: dress, facts: []fact{{section, label}}})
	}
	v.verdict(row)
	v.about = append(v.about, v.faults...)
	row("BUNDLE", fmt.Sprintf("%s, %s in %s", d.Kind, text.Bytes(d.Bytes), plural(d.Files, "file")), plainDress)
	row("IN IT", holds(s.Zips-s.Toolchains, s.Modules-s.Zips, s.Toolchains), plainDress)
	switch {
	case d.SumDB == "":
		row("RECORDS", "none: no checksum database stands for anything in it", warnDress)
	case d.Foreign:
		row("RECORDS", "of "+e.clean(d.SumDB)+", which is not GOSUMDB here: they prove nothing here", warnDress)
	default:
		row("RECORDS", fmt.Sprintf("of %s, under its tree head of %s records", e.clean(d.SumDB), text.Count(d.HeadSize)), plainDress)
	}
	if d.Since != "" {
		row("SINCE", "it leaves out what is in the bundle "+e.clean(short(d.Since)), plainDress)
	}
	row("NAME", "manifest "+e.clean(short(d.Manifest)), mutedDress)
	if c := v.chosen(); c != nil && d.SumDB != "" && !d.Foreign && !d.Linked {
		row("LINK", "this machine has seen another tree head, which the bundle does not lead from: go takes what is in a go.sum, and no toolchain "+
			"from the module cache. Whoever makes the bundle needs GOPATH/pkg/sumdb/NAME/latest (SINCE)", warnDress)
	}
	v.about = append(v.about, noteRows(v.notes)...)
}

// verdict says in one row whether it is right.
func (v *applyView) verdict(row func(section, label string, dress bundleDress)) {
	switch s := &v.u.Summary; {
	case v.wrong > 0:
		row("CHECKED", fmt.Sprintf("REFUSED: %s wrong, and nothing of it is installed", plural(v.wrong, "thing is", "things are")), badDress)
	case s.Unproved > 0:
		row("CHECKED", fmt.Sprintf("nothing is wrong; for %s nobody here stands: no signed record, no go.sum", plural(s.Unproved, "version")), warnDress)
	default:
		row("CHECKED", "right: every file is as the manifest says, every hash as "+witnessWords(v.u.Bundle), goodDress)
	}
}

// witnessWords are those who stand for the hashes.
func witnessWords(d *report.Bundle) string {
	stands := func(proof string) bool {
		return slices.ContainsFunc(d.Modules, func(m report.BundleModule) bool { return m.Proof == proof })
	}
	switch sums, records := stands("go.sum"), stands("record"); {
	case sums && records:
		return "the signed records and go.sum say"
	case sums:
		return "go.sum says"
	}
	return "the signed records say"
}

// short is the beginning of a hash.
func short(hash string) string { return hash[:min(len(hash), 16)] }

func newApplyWay(w *Way, d *report.Bundle, e *env) applyWay {
	out := applyWay{Way: *w}
	for i := range w.Modules {
		m := &w.Modules[i]
		name := e.clean(m.Path + "@" + m.Version)
		row := bundleRow{key: "v:" + m.Path + "@" + m.Version, label: name, right: "here", dress: mutedDress, facts: []fact{{"VERSION", name}}}
		place := "the module cache"
		if m.To == "sdk" {
			place = "~/sdk"
		}
		if m.State == "planned" {
			out.todo++
			out.bytes += m.ZipBytes
			row.right, row.dress = "to install", plainDress
			row.facts = append(row.facts, fact{"STATE", "it is installed in " + place})
			out.names = append(out.names, text.Right(text.Bytes(m.ZipBytes), 9)+"  "+name)
		} else {
			out.there++
			row.facts = append(row.facts, fact{"STATE", "it is in " + place + " already, and stays as it is"})
		}
		proof := map[string]string{"record": "the signed checksum database", "go.sum": "a go.sum here"}[m.Proof]
		if proof == "" {
			if proof = "nobody here: it is private, or the bundle lacks its record"; m.State == "planned" {
				row.right, row.dress = "unproved", warnDress
			}
		}
		row.facts = append(row.facts, fact{"PROVED", "by " + proof}, fact{"ZIP", text.Bytes(d.Modules[i].ZipBytes) + ", " + e.clean(m.Zip)})
		out.rows = append(out.rows, row)
	}
	if len(out.rows) > 0 {
		out.rows[0].section = "VERSIONS"
	}
	return out
}

// applyRows are the rows below the fields.
func (b *bundles) applyRows() []bundleRow {
	v := b.unpacking
	if v == nil {
		return nil
	}
	rows := append([]bundleRow{}, v.about...)
	c := v.chosen()
	if c == nil {
		return rows
	}
	if len(v.ways) > 1 {
		where := [...]string{"to the module cache, where go finds them", "to ~/sdk, where golang.org/dl puts them"}[v.way]
		rows = append(rows, bundleRow{key: "way", section: "TOOLCHAINS", label: where, right: "space changes it", kind: optionRow, dress: strongDress,
			facts: []fact{{"WHAT", "Where toolchains of this platform go: to the module cache, or, as with --sdk, unpacked to ~/sdk. There go needs no " +
				"signed record to run them."}}})
	}
	return append(rows, c.rows...)
}

// otherWay is space on that row.
func (b *bundles) otherWay() {
	if v := b.unpacking; v != nil && len(v.ways) > 1 {
		v.way = 1 - v.way
		b.rebuild()
	}
}

// askApply asks whether what lacks is to be installed.
func (b *bundles) askApply() tea.Cmd {
	v := b.unpacking
	c := v.chosen()
	switch {
	case c == nil:
		b.no("Something is wrong in the bundle, so nothing of it is installed. Whoever made it, or carried it, should look.", v.faults[0].label)
		return nil
	case b.Bundle.NoApply != "":
		b.no(b.Bundle.NoApply, looksAll)
		return nil
	case c.todo == 0 && !c.Rest:
		b.say("all of it is here already: there is nothing to install")
		return nil
	}
	a := &ask{title: fmt.Sprintf("Install %s?", plural(c.todo, "version")), do: "Install", names: c.names}
	if c.todo == 0 {
		a.title, a.do = "End what was begun?", "End it"
		a.lines = append(a.lines, entry{text: "All of it is here. What an earlier run did not come to is done: go gets the signed records of it, " +
			"and what it left is removed."})
	}
	a.lines = append(a.lines, entry{label: "From", text: b.env.path(v.use.Path), strong: true})
	if c.todo > 0 {
		a.lines = append(a.lines, entry{label: "What", text: fmt.Sprintf("%s, %s of zips", plural(c.todo, "version"), text.Bytes(c.bytes))})
	}
	a.lines = append(a.lines, entry{label: "Here",
		text: plural(c.there, "version is here already, and stays as it is", "versions are here already, and stay as they are")},
		entry{label: "How", text: "by the go command, from files that were proved, without network. It may be stopped, and goes on there"})
	if v.way == 1 {
		a.lines = append(a.lines, entry{label: "Toolchains", text: "of this platform are unpacked to ~/sdk, where nothing is overwritten"})
	}
	if c.Unproved > 0 {
		a.lines = append(a.lines, entry{text: fmt.Sprintf("For %s nobody here stands: no signed record, and no go.sum of a project (GO.SUM names one). "+
			"What is in the bundle is taken as it is.", plural(c.Unproved, "version")), dress: b.theme.Bad})
		a.typed = fmt.Sprintf("install %d", c.Unproved)
	}
	for _, n := range v.notes {
		a.lines = append(a.lines, entry{label: "Note", text: n, dress: b.theme.Warn})
	}
	a.yes = func() tea.Cmd { return b.startApply(v, v.way) }
	return b.openAsk(a)
}
