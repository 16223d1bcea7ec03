package tui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

func (b *bundles) update(m tea.KeyPressMsg) tea.Cmd {
	s := b.at()
	if b.Bundle == nil {
		if key.Matches(m, keys.back) {
			return b.goTo(b.previous)
		}
		return nil
	}
	if moveKeys(&s.list, m) {
		return nil
	}
	switch {
	case key.Matches(m, keys.bundle):
		b.side = 1 - b.side
		b.rebuild()
	case key.Matches(m, keys.back):
		return b.back()
	case key.Matches(m, keys.filter):
		s.filter.start()
	case key.Matches(m, keys.run):
		return b.run()
	case key.Matches(m, keys.copyCommand):
		return b.copyTwin()
	case key.Matches(m, keys.copy):
		return b.copyRow()
	case key.Matches(m, keys.open, keys.right):
		return b.open()
	case key.Matches(m, keys.mark, keys.all, keys.unmark):
		b.mark(m)
	}
	return nil
}

// back is esc: one step, and at last to the screen that one came from.
func (b *bundles) back() tea.Cmd {
	s := b.at()
	switch {
	case s.filter.words() != "":
		s.filter.clear()
		typedBundles{&s.list, s}.refilter()
	case s.look.running:
		s.look.cancel()
		b.say("stopping the look")
	case s.work != nil && !s.work.ended():
		return b.goTo(b.previous)
	case s.work != nil:
		s.work, b.unpacking = nil, nil
		b.fresh()
	case b.side == packSide && b.packing != nil:
		b.packing = nil
		b.fresh()
	case b.side == applySide && b.unpacking != nil:
		b.unpacking = nil
		b.fresh()
	default:
		return b.goTo(b.previous)
	}
	return nil
}

// open is enter: a field is typed, the others say more.
func (b *bundles) open() tea.Cmd {
	row := b.selected()
	switch {
	case row == nil:
	case row.kind == fieldRow:
		return b.startEdit(row.field)
	case row.kind == optionRow:
		b.otherWay()
	case b.at().work != nil:
		b.screens[activityScreen].(*activity).begin(b.at().work)
		return b.goTo(activityScreen)
	case len(row.facts) > 0:
		b.dialog = factsDialog(row.label, row.facts)
	}
	return nil
}

// run is x: a look first, and then the question.
func (b *bundles) run() tea.Cmd {
	s := b.at()
	switch {
	case b.Bundle.NoLook != "":
		b.no(b.Bundle.NoLook)
	case s.look.running:
		b.say("one moment: it is being looked at; esc stops that")
	case s.work != nil && !s.work.ended():
		b.say("it is at work: 7 shows it")
	case s.work != nil:
		b.say("that is done: esc begins another one")
	case b.side == packSide && b.packing == nil:
		return b.lookPack()
	case b.side == packSide:
		return b.askPack()
	case b.unpacking == nil:
		return b.lookApply()
	default:
		return b.askApply()
	}
	return nil
}

// copyRow is y.
func (b *bundles) copyRow() tea.Cmd {
	if row := b.selected(); row != nil && row.raw != "" {
		return b.copyText("path", row.raw)
	}
	b.say("there is no path to copy on this line")
	return nil
}

// copyMax bounds what is copied: a shell takes no longer line.
const copyMax = 100_000

// copyTwin is Y: the same on the command line.
func (b *bundles) copyTwin() tea.Cmd {
	switch words := b.twin(); {
	case words == "" && b.side == packSide:
		b.say("nothing is marked: space marks what is to be in the bundle")
	case words == "":
		b.say("no bundle is named: enter types its path")
	case len(words) > copyMax:
		b.say("not copied: so much is marked that no shell takes it as one line")
	default:
		return b.copyText("command", words)
	}
	return nil
}

// twin is what the side does, as a command; empty where it is not known yet.
func (b *bundles) twin() string {
	s := b.at()
	if s.work != nil {
		return s.work.twin()
	}
	if b.side == packSide {
		w := b.wish()
		if b.packing != nil {
			w = b.packing.wish
		}
		if len(w.Projects)+len(w.Modules)+len(w.Toolchains) == 0 {
			return ""
		}
		return w.command()
	}
	u := b.use()
	if u.Path == "" {
		return ""
	}
	if v := b.unpacking; v != nil && v.right() {
		return v.use.command("apply", v.way == 1)
	}
	return u.command("verify", false)
}

// no says why something cannot be done here.
func (b *bundles) no(why ...string) {
	d := &dialog{title: "Not here"}
	for _, w := range why {
		d.lines = append(d.lines, entry{text: b.env.say(w)})
	}
	b.root.dialog = d
}

// looksAll is said where something is refused.
const looksAll = "What a bundle would hold, and what is in one, can be looked at all the same."
