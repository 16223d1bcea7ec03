package tui

import (
	"cmp"
	"fmt"

	"charm.land/bubbles/v2/key"

	"godoctor/doctor/report"
)

// A use is what a key does in one place.
type use struct {
	key  key.Binding
	does string // empty: what the key's own help says
	when string // in which state of the place it works; empty: in every
	row  bool   // it is about the row under the cursor, which should be seen first
}

// words say what the key does there.
func (u *use) words() string { return cmp.Or(u.does, u.key.Help().Desc) }

// A place is where keys work: a screen, or what takes the keys of all of them. The help, the palette and 'godoctor keys' are
// made from the places; what a screen says of its keys in a footer is of the moment, and must be in its place here.
type place struct {
	name   string
	screen int    // the place of it in the table of screens; none: elsewhere
	idle   string // why a key that has no state of its own does not work at times
	uses   []use
}

// elsewhere is not on a screen of its own.
const elsewhere = -1

// The states that more than one key needs.
const (
	whenFiltered = "a filter is set"
	whenFix      = "something can be mended"
	whenRuns     = "a run goes on"
	whenEnded    = "a run has ended"
)

// places lists them all, the keys of each in the order of their use.
func places() []place {
	out := []place{{"Everywhere", elsewhere, "", everywhereUses()}, {"Moving", elsewhere, "", nil}}
	for _, b := range moving() {
		out[1].uses = append(out[1].uses, use{key: b})
	}
	out = append(out, overviewPlace(), modulesPlace(), toolchainsPlace(), projectsPlace(), findingsPlace(), planPlace(), activityPlace())
	return append(append(out, besidePlaces()...), filterPlace(), questionPlace(), helpPlace())
}

// everywhereUses are the keys that work on every screen.
func everywhereUses() []use {
	var out []use
	for _, b := range everywhere() {
		out = append(out, use{key: b})
	}
	for _, s := range screens {
		if s.beside {
			out = append(out, use{key: s.key})
		}
	}
	return out
}

func overviewPlace() place {
	return place{"Overview", overviewScreen, "the build cache is open: esc closes it", []use{
		{key: keys.plan, does: "clean up, step by step"},
		{key: keys.open, does: "open the store", when: "the store can be opened", row: true},
		{key: keys.picture, does: "a map of the bytes; again: how old they are; again: the stores"},
		{key: keys.settings, does: "settings of go, and where each comes from"},
		{key: keys.copy, row: true}, {key: keys.copyCommand},
		{key: keys.left, does: "the field to the left", when: "the map is shown"},
		{key: keys.right, does: "the field to the right, or open the store", row: true},
		{key: keys.back, when: "the build cache is opened, or the map or the ages are shown"},
	}}
}

func modulesPlace() place {
	return place{"Modules", modulesScreen, "the filter takes letters", []use{
		{key: keys.why, does: "who needs it, requirement by requirement", row: true}, {key: keys.filter},
		{key: keys.show, does: "show one state"}, {key: keys.sort}, {key: keys.reverse},
		{key: keys.mark, row: true}, {key: keys.span, row: true}, {key: keys.all}, {key: keys.unmark},
		{key: keys.plan, does: "clean up what is marked"}, {key: keys.pin, does: "pin: keep it whatever happens; again: no longer", row: true},
		{key: keys.again, does: "verify it", row: true}, {key: keys.open, does: "open, or all about the version", row: true},
		{key: keys.copy, row: true}, {key: keys.copyCommand, row: true}, {key: keys.next, row: true}, {key: keys.prev, row: true},
		{key: keys.left, row: true}, {key: keys.right, row: true}, {key: keys.back, does: "show all", when: whenFiltered},
	}}
}

func toolchainsPlace() place {
	return place{"Toolchains", toolchainsScreen, "", []use{
		{key: keys.open, does: "all about it", row: true},
		{key: keys.run, does: "fetch a Go: asks first", when: "something can be fetched here"},
		{key: keys.copy, row: true}, {key: keys.copyCommand}, {key: keys.plan, does: "clean up, step by step"},
	}}
}

func projectsPlace() place {
	return place{"Projects", projectsScreen, "a project is open: esc closes it", []use{
		{key: keys.open, does: "what it needs", row: true},
		{key: keys.run, does: "fetch and mend what it needs: asks first", when: "something can be fetched here", row: true},
		{key: keys.filter}, {key: keys.sort}, {key: keys.compare, does: "compare with what it is here", row: true},
		{key: keys.reverse}, {key: keys.copy, row: true}, {key: keys.copyCommand, row: true},
		{key: keys.plan, does: "clean up, step by step"},
		{key: keys.back, does: "show all, or close what it needs", when: "a filter is set or a project is opened"},
	}}
}

func findingsPlace() place {
	return place{"Findings", findingsScreen, "nothing was looked for yet: v verifies, r checks", []use{
		{key: keys.open, does: "all of it", row: true}, {key: keys.verify, when: "hashes can be verified here"},
		{key: keys.again, does: "check, or verify it, again", when: "something can be checked here", row: true},
		{key: keys.diff, when: "files of it differ", row: true}, {key: keys.filter},
		{key: keys.show, does: "show one severity"}, {key: keys.passed},
		{key: keys.mark, does: "mark for fixing", when: whenFix, row: true}, {key: keys.span, when: whenFix, row: true},
		{key: keys.all, when: whenFix}, {key: keys.unmark, when: "something is marked"},
		{key: keys.run, does: "fix it, or what is marked: asks first", when: whenFix, row: true},
		{key: keys.fixAll, does: "fix all that can be: asks first", when: whenFix},
		{key: keys.sort}, {key: keys.reverse}, {key: keys.copy, row: true},
		{key: keys.copyCommand, does: "copy the command of the next fix", row: true},
		{key: keys.plan, does: "clean up, step by step"},
		{key: keys.back, does: "show all, mark none", when: "a filter is set or something is marked"},
	}}
}

func planPlace() place {
	return place{"Plan", planScreenAt, "there is no plan yet, or something else is open", []use{
		{key: keys.mark, does: "tick", row: true}, {key: keys.run},
		{key: keys.open, does: "look inside, or why", row: true}, {key: keys.policy}, {key: keys.kept},
		{key: keys.save}, {key: keys.all, does: "tick all"}, {key: keys.unmark, does: "tick none"},
		{key: keys.copy, when: "a group is opened", row: true}, {key: keys.copyCommand},
		{key: keys.right, row: true}, {key: keys.plan, does: "the next step", when: "c on Overview has begun it"},
		{key: keys.back, when: "something is open, or c on Overview has begun it"},
	}}
}

func activityPlace() place {
	return place{"Activity", activityScreen, "nothing was changed yet", []use{
		{key: keys.pause, does: "pause, or go on", when: whenRuns}, {key: keys.stopAfter, when: whenRuns},
		{key: keys.interrupt, does: "stop now", when: whenRuns}, {key: keys.hold, does: "hold the log, or follow it", when: "there is a log"},
		{key: keys.filter, when: "there is a log"}, {key: keys.tab, does: "next run", when: "there is more than one"},
		{key: keys.undo, does: "take back: asks first", when: "something can be taken back"},
		{key: keys.history, when: "something can be cleaned up or mended here"}, {key: keys.open, does: "its items", when: "the history is shown", row: true},
		{key: keys.run, does: "try what is left again: asks first", when: "something of a run is left"},
		{key: keys.copy, does: "copy the summary, or the path of the bundle", when: whenEnded},
		{key: keys.copyCommand, does: "copy the command: to take it back, or of the bundle", when: "a run has ended, or is about a bundle or a Go"},
		{key: keys.plan, when: "no run goes on"},
		{key: keys.back, when: "the history or a filter is shown, or a guided run has ended"},
	}}
}

// besidePlaces are the screens without a number that there are.
func besidePlaces() (out []place) {
	for i, s := range screens {
		switch {
		case !s.beside:
		case s.uses == nil:
			out = append(out, place{s.name, i, "", nil})
		default:
			out = append(out, place{s.name, i, "", s.uses()})
		}
	}
	return out
}

func filterPlace() place {
	p := place{"While a filter takes letters", elsewhere, "", nil}
	for _, b := range filterKeys() {
		p.uses = append(p.uses, use{key: b})
	}
	return p
}

func questionPlace() place {
	return place{"In a question", elsewhere, "", []use{
		{key: keys.yes, when: "nothing has to be typed"}, {key: keys.no}, {key: keys.tab}, {key: keys.tabBack},
		{key: keys.open, does: "press the button that is marked: at first Cancel"},
		{key: keys.list, when: "it is about many"}, {key: keys.back, does: "cancel"},
	}}
}

func helpPlace() place {
	return place{"In the help", elsewhere, "", []use{
		{key: keys.open, does: "do it, as if its key was pressed"}, {key: keys.back, does: "clear what was typed, then close"},
	}}
}

// screenKey is the key that leads to a screen.
func screenKey(i int) key.Binding {
	if screens[i].beside {
		return screens[i].key
	}
	return bind(fmt.Sprint(i+1), screens[i].name, fmt.Sprint(i+1))
}

// Keys is the table of all keys of the terminal UI, place by place.
func Keys() (out []report.KeyPlace) {
	for _, p := range places() {
		g := report.KeyPlace{Name: p.name, Keys: []report.Key{}}
		for _, u := range p.uses {
			g.Keys = append(g.Keys, report.Key{Keys: u.key.Keys(), Does: u.words(), When: u.when})
		}
		out = append(out, g)
	}
	return out
}
