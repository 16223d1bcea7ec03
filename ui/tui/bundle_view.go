package tui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"

	"godoctor/ui/text"
)

// bundleUses are the keys of the screen.
func bundleUses() []use {
	return []use{
		{key: keys.bundle, does: "the other side: make one, or apply one"},
		{key: keys.run, does: "look at it; then make it, or install it: asks first"},
		{key: keys.mark, does: "mark it for the bundle, or change it", when: "the line can be marked or changed", row: true},
		{key: keys.all, when: "a bundle is put together"}, {key: keys.unmark, when: "a bundle is put together"},
		{key: keys.open, does: "type it, or all about it", row: true},
		{key: keys.filter}, {key: keys.copy, row: true}, {key: keys.copyCommand},
		{key: keys.tab, does: "go on with the path as far as there is one way", when: "a path is typed"},
		{key: keys.back, does: "one step back, or stop the look"},
	}
}

func (b *bundles) keys() []key.Binding {
	s := b.at()
	side, run, open, back := keys.bundle, keys.run, keys.open, keys.back
	side.SetHelp("B", [...]string{"apply one", "make one"}[b.side])
	switch {
	case b.Bundle == nil:
		return []key.Binding{back}
	case b.edit != nil:
		return editKeys(b.edit.field)
	case s.filter.active:
		return filterKeys()
	case s.look.running:
		back.SetHelp("esc", "stop the look")
		return []key.Binding{back, side, keys.copyCommand}
	case s.work != nil && !s.work.ended():
		open.SetHelp("enter", "show it")
		return []key.Binding{open, side, keys.copyCommand, keys.copy, back}
	case s.work != nil:
		open.SetHelp("enter", "show it")
		back.SetHelp("esc", "another one")
		return []key.Binding{back, keys.copy, keys.copyCommand, side, open, moveHint}
	}
	open.SetHelp("enter", "type")
	if row := b.selected(); row != nil && row.kind != fieldRow {
		open.SetHelp("enter", "more")
	}
	mark, rest := keys.mark, []key.Binding{open, side, keys.copyCommand, keys.copy, keys.filter, back}
	short := b.width < bodyWidth
	switch {
	case b.side == packSide && b.packing == nil:
		run.SetHelp("x", either(short, "look", "look what it holds"))
		return append([]key.Binding{run, mark, moveHint, keys.all, keys.unmark}, rest...)
	case b.side == packSide:
		run.SetHelp("x", allowed(b.Bundle.NoMake, short, "make it"))
	case b.unpacking == nil:
		run.SetHelp("x", either(short, "look", "look into it"))
	default:
		if run.SetHelp("x", allowed(b.Bundle.NoApply, short, "install")); !b.unpacking.right() {
			run.SetHelp("x", "install (refused)")
		}
		if mark.SetHelp("space", "change"); len(b.unpacking.ways) > 1 {
			rest = append([]key.Binding{mark}, rest...)
		}
	}
	return append([]key.Binding{run, moveHint}, rest...)
}

// allowed says what x does, or that it does not do it here.
func allowed(not string, short bool, words string) string {
	if not != "" {
		return words + " (not here)"
	}
	return either(short, words, words+": asks first")
}

// either is the short words where there is little room.
func either(short bool, words, more string) string {
	if short {
		return words
	}
	return more
}

func (b *bundles) render() []string {
	switch {
	case b.Bundle == nil:
		return b.screens[activityScreen].(*activity).paragraphs(b.lacks(noBundler) + ".")
	case b.edit != nil:
		return b.edit.lines()
	}
	out := b.head()
	foot := b.foot()
	rest := b.height - len(out) - len(foot)
	switch {
	case b.width >= wideWidth && b.height >= wideHeight-6:
		left := b.width * 64 / 100
		right := b.width - left
		list := b.pane([...]string{"Make a bundle", "Look into a bundle, and apply it"}[b.side], b.listing(left-2, rest-2), left, rest)
		detail := b.detail(right - 4)
		out = append(out, beside(list, b.pane("Selected", indent(detail), right, rest))...)
	case b.width >= bodyWidth && b.height >= 14:
		detail := indent(b.detail(b.width - 2))
		room := min(len(detail), 4)
		out = append(out, b.listing(b.width, rest-1-room)...)
		out = append(out, b.rule(b.width))
		out = append(out, detail[:room]...)
	default:
		out = append(out, b.listing(b.width, rest)...)
	}
	return append(out, foot...)[:min(len(out)+len(foot), b.height)]
}

// head says which side this is, and how far it is.
func (b *bundles) head() []string {
	title := [...]string{" Make a bundle", " Apply a bundle"}[b.side]
	other := [...]string{"B applies one ", "B makes one "}[b.side]
	what := [...]string{" for a machine without network", ", or see what is in it"}[b.side]
	first := ends(b.width, []span{{title, b.theme.Strong}, {what, b.theme.Muted}}, []span{{other, b.theme.Muted}})
	if b.width < bodyWidth {
		first = ends(b.width, []span{{title, b.theme.Strong}}, []span{{other, b.theme.Muted}})
	}
	if b.height < 4 {
		return []string{line(b.width, b.state()...)}
	}
	return []string{first, fitting(b.width, 1, b.state()...)}
}

// state is the line that says how far the side is; what is further back is left out where there is no room.
func (b *bundles) state() []span {
	s := b.at()
	switch {
	case s.filter.active || s.filter.words() != "":
		found := fmt.Sprintf("  %d of %d lines", s.list.Len(), len(s.rows))
		return []span{{" / ", b.theme.Accent}, {b.env.clean(s.filter.words()), nil}, {found, b.theme.Muted}}
	case s.look.running:
		return b.looking(s.look)
	case b.Bundle.NoLook != "":
		return []span{{" " + b.env.say(b.Bundle.NoLook), b.theme.Warn}}
	case s.work != nil && s.work.running:
		return []span{{fmt.Sprintf(" %s %.0f%%", s.work.title(), 100*s.work.done()), b.theme.Accent}, {"  7 Activity shows it", b.theme.Muted}}
	case s.work != nil:
		return []span{{" " + s.work.name + ": " + b.workState(s.work), b.theme.Strong}}
	case s.err != "":
		return []span{{" " + s.err, b.theme.Bad}}
	case b.side == packSide && b.packing != nil:
		return []span{{" " + b.fitting(b.packing.words()...), b.theme.Strong}}
	case b.side == packSide:
		return []span{{" " + b.fitting(b.marked()...), b.theme.Accent}}
	case b.unpacking == nil:
		return []span{{" " + b.fitting("all of it is checked, offline, before anything is installed", "checked before it is installed"), b.theme.Muted}}
	}
	return b.unpacking.words(b)
}

// fitting is the first of some texts that there is room for, else the last.
func (b *bundles) fitting(list ...string) string {
	for _, s := range list {
		if text.Width(s) < b.width {
			return s
		}
	}
	return list[len(list)-1]
}

// words say whether it is right, and what there is to do.
func (v *applyView) words(b *bundles) []span {
	c := v.chosen()
	switch {
	case c == nil:
		return []span{{" REFUSED: " + plural(v.wrong, "thing is", "things are") + " wrong", b.theme.Bad}, {"; nothing of it can be installed", nil}}
	case c.todo == 0:
		return []span{{" right, and all of it is here", b.theme.Good}, {": " + plural(c.there, "version"), nil}}
	}
	return []span{{" right", b.theme.Good}, {": " + plural(c.todo, "version") + " to install", b.theme.Strong}, {", " + text.Bytes(c.bytes), nil},
		{fmt.Sprintf("; %d here already", c.there), nil}, {"; nothing is changed yet", b.theme.Muted}}
}

// looking says how far a look is.
func (b *bundles) looking(l *bundleLook) []span {
	what := l.seen.what
	if what == "" {
		what = "looking"
	}
	m := &l.seen.meter
	out := []span{{" " + what, b.theme.Accent}}
	if m.Total > 0 {
		out = append(out, span{fmt.Sprintf(" %d%%", 100*min(m.Units, m.Total)/m.Total), b.theme.Strong})
	}
	if m.Bytes > 0 {
		out = append(out, span{"  " + text.Bytes(m.Bytes), nil})
	}
	out = append(out, span{"  " + text.Clock(b.Now().Sub(l.started)), nil})
	if m.Now != "" && m.Now != what {
		out = append(out, span{"  " + text.FitMiddle(b.env.clean(m.Now), max(b.width-spanWidth(out)-3, 0)), b.theme.Muted})
	}
	return out
}

// foot says what the same is on the command line, where there is room for it.
func (b *bundles) foot() []string {
	words := b.twin()
	if words == "" || b.height < 14 || b.width < bodyWidth {
		return nil
	}
	if home := b.Bundle.Home; home != "" { // short, and where the shell takes it as it stands still right
		words = strings.ReplaceAll(words, " "+home+pathSep, " ~"+pathSep)
	}
	words = " same as: " + b.env.clean(words)
	return []string{ends(b.width, []span{{text.Fit(words, min(text.Width(words), b.width-12)), b.theme.Muted}}, []span{{"[Y] copy ", b.theme.Muted}})}
}

// detail is what there is to know of the row under the cursor.
func (b *bundles) detail(width int) []string {
	s := b.at()
	switch row := b.selected(); {
	case s.err != "" && !s.look.running:
		return b.facts(width, []fact{{"WRONG", s.err}})
	case row == nil:
		return nil
	default:
		return b.facts(width, row.facts)
	}
}

// listing draws the rows in exactly height lines.
func (b *bundles) listing(width, height int) []string {
	if height < 1 {
		return nil
	}
	s := b.at()
	s.list.Resize(height)
	return s.list.Render(width, height, b.row, b.rowStyle)
}

// sectionWidth is the room for the words in front of rows.
const sectionWidth = 11

func (b *bundles) row(i, w int) string {
	r := &b.at().rows[i]
	box := ""
	if r.kind == markRow {
		box = "[ ] "
		if b.marks.Has(r.key) {
			box = "[x] "
		}
	}
	if w < bodyWidth-4 {
		return narrowRow(r, box, w)
	}
	room := w - sectionWidth - text.Width(box)
	right := ""
	if r.right != "" {
		n := min(text.Width(r.right), room*2/5)
		right = "  " + text.FitMiddle(r.right, n)
	}
	return text.Fit(r.section, sectionWidth) + box + r.fit(room-text.Width(right)) + right
}

// fit is the label in so many cells: a name keeps its end, a sentence its beginning.
func (r *bundleRow) fit(width int) string {
	label := r.label
	if r.kind != infoRow || r.key[0] == 'v' {
		label = text.FitMiddle(label, max(width, 0))
	}
	return text.Fit(label, max(width, 0))
}

// narrowRow is a row where there is no room for a column of sections.
func narrowRow(r *bundleRow, box string, w int) string {
	if r.section != "" && (r.kind == fieldRow && r.field != goField || r.kind == optionRow) {
		box = r.section + ": "
	}
	right := ""
	if r.right != "" && text.Width(r.right) <= 10 && r.kind != optionRow && w >= 34 {
		right = text.Right(r.right, 11)
	}
	return box + r.fit(w-text.Width(box)-text.Width(right)) + right
}

func (b *bundles) rowStyle(i int, selected bool, l string) string {
	r := &b.at().rows[i]
	switch {
	case selected:
		return b.theme.Selected(l)
	case r.kind == markRow && b.marks.Has(r.key):
		return b.theme.Accent(l)
	}
	switch r.dress {
	case mutedDress:
		return b.theme.Muted(l)
	case goodDress:
		return b.theme.Good(l)
	case warnDress:
		return b.theme.Warn(l)
	case badDress:
		return b.theme.Bad(l)
	case strongDress:
		return b.theme.Strong(l)
	}
	return l
}
