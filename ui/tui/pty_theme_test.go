//go:build unix

package tui_test

import (
	"fmt"
	"strings"
	"testing"

	"godoctor/ui/tui/tuitest"
)

// palettes says which kinds of colours the cells of a screen have, and whether a row is reversed.
func palettes(term *tuitest.Terminal) (sixteen, more, background, reversed bool) {
	for _, row := range term.Cells() {
		for _, c := range row {
			sixteen = sixteen || c.Fg.Kind == tuitest.Indexed && c.Fg.Index < 16
			more = more || c.Fg.Kind == tuitest.RGB || c.Fg.Kind == tuitest.Indexed && c.Fg.Index >= 16
			background = background || c.Bg.Kind != tuitest.Default
			reversed = reversed || c.Reverse
		}
	}
	return sixteen, more, background, reversed
}

// asks is what asks a terminal for its background.
const asks = "\x1b]11;?"

// The theme that was asked for is on the screen, in as many colours as the terminal has; NO_COLOR has none of them. The
// terminal is asked for its background only where that matters and where it is near.
func TestThemes(t *testing.T) {
	for _, c := range []struct {
		name          string
		args, env     []string
		bright        bool // the terminal
		sixteen, more bool
		asks          bool
	}{
		{name: "auto", sixteen: true, asks: true},
		{name: "auto on a bright terminal", bright: true, more: true, asks: true},
		{name: "auto on a bright terminal far away", bright: true, env: []string{"SSH_TTY=/dev/pts/9"}, sixteen: true},
		{name: "auto in tmux", bright: true, env: []string{"TMUX=/nowhere,1,0"}, sixteen: true},
		{name: "ansi", bright: true, args: []string{"--theme", "ansi"}, sixteen: true},
		{name: "light", args: []string{"--theme", "light"}, more: true},
		{name: "light by the environment", env: []string{"GODOCTOR_THEME=light"}, more: true},
		{name: "dark with sixteen colours", args: []string{"--theme", "dark"}, env: []string{"TERM=xterm", "COLORTERM="}, sixteen: true},
		{name: "mono", args: []string{"--theme", "mono"}},
		{name: "colorblind", args: []string{"--theme=colorblind"}, more: true, asks: true},
		{name: "NO_COLOR", args: []string{"--theme", "dark"}, env: []string{"NO_COLOR=yes"}},
		{name: "NO_COLOR and CLICOLOR_FORCE", env: []string{"NO_COLOR=yes", "CLICOLOR_FORCE=1"}},
		{name: "the flag and NO_COLOR", args: []string{"--theme", "dark", "--color", "always"}, env: []string{"NO_COLOR=yes"}, more: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			term := open(t, tuitest.Options{Cols: 80, Rows: 24, Env: c.env, Light: c.bright}, c.args...)
			see(t, term, "scanned ", "[1 Overview]")
			until(t, term, func(string) bool {
				sixteen, more, _, _ := palettes(term)
				return sixteen == c.sixteen && more == c.more
			})
			if _, _, background, reversed := palettes(term); background || !reversed {
				t.Errorf("a background is filled: %v; the row under the cursor is reversed: %v", background, reversed)
			}
			press(t, term, "q")
			clean(t, term, 0)
			if got := strings.Contains(string(term.Output()), asks); got != c.asks {
				t.Errorf("asks for the background: %v", got)
			}
		})
	}
}

// A theme is chosen in the palette, and the mouse goes to screens once it is asked for.
func TestPaletteAndMouse(t *testing.T) {
	term := open(t, tuitest.Options{Cols: 80, Rows: 24}, "--theme", "mono")
	see(t, term, "scanned ")
	press(t, term, ":")
	see(t, term, "Everything", "type to search")
	if err := term.Type("theme dark"); err != nil {
		t.Fatal(err)
	}
	see(t, term, "/ theme dark", "  Themes ")
	press(t, term, "enter")
	see(t, term, `theme = "dark" in config.toml keeps it`)
	until(t, term, func(string) bool { _, more, _, _ := palettes(term); return more })
	press(t, term, "%")
	see(t, term, "the mouse picks screens and rows")
	line, _, _ := strings.Cut(term.Screen(), "\n")
	if err := term.Type(fmt.Sprintf("\x1b[<0;%d;1M", strings.Index(line, "Projects")+2)); err != nil {
		t.Fatal(err)
	}
	see(t, term, "[4 Projects]")
	press(t, term, "q")
	clean(t, term, 0)
}
