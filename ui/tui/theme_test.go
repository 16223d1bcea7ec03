package tui

import (
	"fmt"
	"image/color"
	"regexp"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"godoctor/ui/style"
)

// coloured matches what sets a colour.
var coloured = regexp.MustCompile(`\x1b\[([0-9;]*;)?(3[0-8]|9[0-7]|4[0-8]|10[0-7])[;m]`)

// rich is a terminal with all colours.
var rich = []string{"TERM=xterm-256color", "COLORTERM=truecolor"}

// waysOf are the walks through a state: where something can be planned or mended, those through these screens.
func waysOf(r *root) [][]string {
	switch {
	case r.Repair != nil:
		return mendWalks
	case r.Clean != nil:
		return planWalks
	}
	return walks
}

// walk goes through a state and looks after every key.
func walk(t *testing.T, r *root, state string, look func(after string)) {
	t.Helper()
	for _, w := range waysOf(r) {
		for i, k := range w {
			if cmd := press(r, k); cmd != nil && runs[k] {
				work(r, cmd)
			}
			look(fmt.Sprintf("%s after %q", state, w[:i+1]))
		}
	}
}

// written is a frame without colours, and without the spaces at the ends of lines: some themes dress them.
func written(frame string) string {
	lines := strings.Split(ansi.Strip(frame), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}

// Nothing is told by colour alone: in every theme every screen in every state has the same text. And a theme that is chosen
// late dresses all that is on the screen. What a footer says of keys is in the table of keys, whatever the state.
func TestWalks(t *testing.T) {
	missing := make(map[string]bool)
	for _, st := range states {
		r := testRoot(t, Options{Color: true, Environ: rich, Theme: style.Mono})
		r.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
		st.make(r)
		n := 0
		walk(t, r, st.name, func(after string) {
			notInTable(r, missing)
			if n++; n%5 == 0 { // a fifth of the frames is enough, and each is drawn in all themes
				sameInAll(t, r, after)
			}
		})
	}
	for m := range missing {
		t.Errorf("not in keytable.go: %s", m)
	}
}

// sameInAll insists that a frame says in every theme what it says in mono, and that mono has no colour.
func sameInAll(t *testing.T, r *root, after string) {
	r.Theme = style.Mono
	r.restyle()
	mono := r.View().Content
	if coloured.MatchString(mono) {
		t.Errorf("%s: mono has a colour: %q", after, coloured.FindString(mono))
	}
	for _, name := range style.Names() {
		r.Theme = name
		r.restyle()
		if got := written(r.View().Content); got != written(mono) {
			t.Errorf("%s: %s says something else than mono:\n%s", after, name, got)
		}
	}
}

// notInTable collects the keys that the screen has now, and the table of keys has not.
func notInTable(r *root, missing map[string]bool) {
	if r.field() != nil {
		return
	}
	for _, p := range places() {
		if p.screen != r.current {
			continue
		}
		for _, b := range r.screens[r.current].keys() {
			k := strings.Join(b.Keys(), " ")
			if k != "" && !slices.ContainsFunc(p.uses, func(u use) bool { return strings.Join(u.key.Keys(), " ") == k }) {
				missing[p.name+": "+k+" ("+b.Help().Desc+")"] = true
			}
		}
	}
}

// The severity of a finding is a word on the screen, whatever the theme.
func TestSeverityIsAWord(t *testing.T) {
	r := load(testRoot(t, Options{}), withProjects(inventory(60), 2))
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	verified(r)
	press(r, "5", "o")
	s := screenText(r)
	for _, word := range []string{"> ERROR ", "  WARN ", "  ok "} {
		if !strings.Contains(s, word) {
			t.Errorf("no %s in:\n%s", word, s)
		}
	}
}

// The terminal is asked for its background where it is near and a theme depends on it, and nowhere else.
func TestAsksForTheBackground(t *testing.T) {
	for _, c := range []struct {
		theme style.Name
		env   []string
		color bool
		want  bool
	}{
		{"", rich, true, true}, {style.AutoTheme, rich, true, true}, {style.Colorblind, rich, true, true},
		{style.AutoTheme, rich, false, false}, {style.AutoTheme, []string{"TERM=xterm"}, true, false},
		{style.ANSI, rich, true, false}, {style.Light, rich, true, false}, {style.Dark, rich, true, false}, {style.Mono, rich, true, false},
		{style.AutoTheme, append(slices.Clone(rich), "SSH_TTY=/dev/pts/1"), true, false},
		{style.AutoTheme, append(slices.Clone(rich), "SSH_CONNECTION=192.0.2.1 1 192.0.2.2 22"), true, false},
		{style.AutoTheme, append(slices.Clone(rich), "TMUX=/tmp/tmux-0/default,1,0"), true, false},
		{style.AutoTheme, append(slices.Clone(rich), "STY=1.pts"), true, false},
		{style.AutoTheme, append(slices.Clone(rich), "SSH_TTY="), true, true},
		{style.AutoTheme, []string{"TERM=tmux-256color"}, true, false}, {style.AutoTheme, []string{"TERM=screen-256color"}, true, false},
	} {
		r := testRoot(t, Options{Color: c.color, Theme: c.theme, Environ: c.env})
		if got := r.askBackground() != nil; got != c.want {
			t.Errorf("%q %v, colour %v: asks %v", c.theme, c.env, c.color, got)
		}
	}
}

// dressed is how a theme dresses what is bad, in a program.
func dressed(r *root) string { return r.theme.Bad("x") + r.theme.Muted("x") }

// An answer that comes late dresses what is on the screen anew, that of a dialog too; one that does not come changes nothing.
func TestBackgroundComesLate(t *testing.T) {
	light := testRoot(t, Options{Color: true, Theme: style.Light, Environ: rich})
	plain := testRoot(t, Options{Color: true, Theme: style.ANSI, Environ: rich})
	blind := testRoot(t, Options{Color: true, Theme: style.Colorblind, Environ: rich})
	before := dressed(blind)
	if blind.Update(tea.BackgroundColorMsg{Color: color.Black}); dressed(blind) == before {
		t.Error("colorblind is the same on a dark background as on none")
	}

	r := load(testRoot(t, Options{Color: true, Environ: rich}), inventory(9))
	if dressed(r) != dressed(plain) {
		t.Error("auto without an answer is not ansi")
	}
	r.dialog = &dialog{title: "A", lines: []entry{{label: "WHAT", text: "it is bad", dress: r.theme.Bad}}}
	r.View()
	r.Update(tea.BackgroundColorMsg{Color: color.White})
	if dressed(r) != dressed(light) {
		t.Error("auto on a bright background is not light")
	}
	if !strings.Contains(r.View().Content, "\x1b[38;5;124;1mit is bad") { // as the overlay writes it
		t.Errorf("the open dialog kept its colours: %q", r.View().Content)
	}
	r.Update(tea.BackgroundColorMsg{})
	if dressed(r) != dressed(light) {
		t.Error("an answer without a colour counts")
	}
	r.Update(tea.BackgroundColorMsg{Color: color.Black})
	if dressed(r) != dressed(plain) {
		t.Error("auto on a dark background is not ansi")
	}
}

// A theme is chosen in the palette, for as long as the program runs, and the terminal is asked if that matters now.
func TestChooseTheme(t *testing.T) {
	r := load(testRoot(t, Options{Color: true, Theme: style.ANSI, Environ: rich}), inventory(3))
	for _, c := range []struct {
		name style.Name
		asks bool
	}{{style.Dark, false}, {style.Mono, false}, {style.Colorblind, true}, {style.AutoTheme, true}} {
		press(r, append(append([]string{":"}, strings.Split("theme "+string(c.name), "")...), "enter")...)
		if r.Theme != c.name || r.help != nil || !strings.Contains(r.status, fmt.Sprintf("theme = %q in config.toml", c.name)) {
			t.Fatalf("theme %q, want %q; says %q", r.Theme, c.name, r.status)
		}
		if want := testRoot(t, Options{Color: true, Theme: c.name, Environ: rich}); dressed(r) != dressed(want) {
			t.Errorf("%s looks like another", c.name)
		}
		if asks := r.askBackground() != nil; asks != c.asks {
			t.Errorf("%s asks the terminal: %v", c.name, asks)
		}
	}
	none := load(testRoot(t, Options{Environ: rich}), inventory(3))
	press(none, append(append([]string{":"}, strings.Split("theme dark", "")...), "enter")...)
	if none.Theme == style.Dark || none.help == nil || !strings.Contains(screenText(none), "no colours here") {
		t.Errorf("a theme with colours was taken where there are none:\n%s", screenText(none))
	}
}
