package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
)

// keymap is every key of the program. One key has one meaning on every screen. No key changes a cache: x, F and z hash, or
// look, and then ask. P and J write files of the program's own.
// The footer and the help are made from it, so they cannot say anything else.
type keymap struct {
	up, down, pageUp, pageDown, halfUp, halfDown, home, end key.Binding
	left, right, open                                       key.Binding
	mark, span, all, unmark                                 key.Binding
	filter, next, prev, sort, reverse                       key.Binding
	show, why, pin                                          key.Binding
	copy, copyCommand                                       key.Binding
	settings, picture                                       key.Binding
	verify, again, passed, diff                             key.Binding
	plan, run, policy, kept, save                           key.Binding
	undo, history, pause, stopAfter, hold                   key.Binding
	fixAll                                                  key.Binding
	compare, bundle                                         key.Binding
	yes, no, list, tab, tabBack                             key.Binding

	screen, nextScreen, prevScreen key.Binding
	rescan, errors, help           key.Binding
	palette, mouse                 key.Binding
	back, quit, interrupt, suspend key.Binding
}

func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

var keys = keymap{
	up:       bind("k", "up", "k", "up"),
	down:     bind("j", "down", "j", "down"),
	pageUp:   bind("pgup", "page up", "pgup"),
	pageDown: bind("pgdn", "page down", "pgdown"),
	halfUp:   bind("ctrl+u", "half a page up", "ctrl+u"),
	halfDown: bind("ctrl+d", "half a page down", "ctrl+d"),
	home:     bind("g", "top", "g", "home"),
	end:      bind("G", "bottom", "G", "end"),
	left:     bind("h", "close, or go to what it belongs to", "h", "left"),
	right:    bind("l", "open", "l", "right"),
	open:     bind("enter", "open", "enter"),
	mark:     bind("space", "mark", "space"),
	span:     bind("V", "mark from here to there", "V"),
	all:      bind("a", "mark all shown", "a"),
	unmark:   bind("u", "unmark all", "u"),
	filter:   bind("/", "filter", "/"),
	next:     bind("n", "next module", "n"),
	prev:     bind("N", "module before", "N"),
	sort:     bind("s", "sort", "s"),
	reverse:  bind("S", "reverse the order", "S"),

	show: bind("f", "show by state", "f"),
	why:  bind("w", "why", "w"),
	pin:  bind("P", "pin", "P"),

	copy:        bind("y", "copy path", "y"),
	copyCommand: bind("Y", "copy command", "Y"),

	settings: bind("E", "settings", "E"),
	picture:  bind("m", "map of the bytes, how old they are", "m"),

	verify: bind("v", "verify all", "v"),
	again:  bind("r", "verify again", "r"),
	passed: bind("o", "show verified ones", "o"),
	diff:   bind("d", "diff", "d"),

	plan:   bind("c", "clean up", "c"),
	run:    bind("x", "run: asks first", "x"),
	policy: bind("t", "how old, which kinds", "t"),
	kept:   bind("K", "what is kept, why", "K"),
	save:   bind("J", "save JSON", "J"),

	fixAll: bind("F", "fix all", "F"),

	compare: bind("C", "compare with another machine", "C"),
	bundle:  bind("B", "bundle for machines without network", "B"),

	undo:      bind("z", "take back", "z"),
	history:   bind("H", "history", "H"),
	pause:     bind("p", "pause", "p"),
	stopAfter: bind("X", "stop after this", "X"),
	hold:      bind("L", "hold log", "L"),

	// Of a question: y is on no screen what it is there.
	yes:     bind("y", "do it", "y"),
	no:      bind("n", "cancel", "n"),
	list:    bind("v", "all of it", "v"),
	tab:     bind("tab", "next button", "tab"),
	tabBack: bind("shift+tab", "button before", "shift+tab"),

	screen:     bind("1", "screen", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
	nextScreen: bind("]", "next screen", "]"),
	prevScreen: bind("[", "screen before", "["),
	rescan:     bind("R", "scan again", "R", "ctrl+r"),
	errors:     bind("e", "notes: what is not known, and why", "e"),
	help:       bind("?", "help", "?"),
	palette:    bind(":", "everything that can be done", ":", "ctrl+p"),
	mouse:      bind("%", "mouse on or off", "%"),
	back:       bind("esc", "back", "esc"),
	quit:       bind("q", "quit", "q"),
	interrupt:  bind("ctrl+c", "stop what runs, else quit", "ctrl+c"),
	suspend:    bind("ctrl+z", "suspend", "ctrl+z"),
}

// moveHint stands for the keys of every list in the footer; it is no key itself.
var moveHint = key.NewBinding(key.WithHelp("j/k", "move"))

// everywhere are the keys that work on every screen.
func everywhere() []key.Binding {
	return []key.Binding{screenHint(), keys.nextScreen, keys.prevScreen, keys.rescan, keys.errors, keys.help,
		keys.palette, keys.mouse, keys.back, keys.quit, keys.interrupt, keys.suspend}
}

// screenHint is the number keys that there are screens for.
func screenHint() key.Binding {
	n := tabs()
	return key.NewBinding(key.WithKeys(keys.screen.Keys()[:n]...), key.WithHelp(fmt.Sprintf("1-%d", n), "screen"))
}

// moving are the keys of every list.
func moving() []key.Binding {
	return []key.Binding{keys.down, keys.up, keys.home, keys.end, keys.pageDown, keys.pageUp, keys.halfDown, keys.halfUp}
}
