package style

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/charmbracelet/colorprofile"
)

// A Name is the name of a theme: the value of --theme.
//
// Auto is ANSI, the terminal's own sixteen colours, which whoever set the terminal up has chosen to be read on its
// background; only where a terminal says that its background is bright it is Light, because the yellow and the green
// that terminals come with cannot be read there. A dark background changes nothing: the sixteen can be read there.
// Colorblind takes other pairs for a dark and a bright background; the others do not care what a terminal says.
type Name string

// The themes.
const (
	AutoTheme  Name = "auto"
	ANSI       Name = "ansi"
	Light      Name = "light"
	Dark       Name = "dark"
	Mono       Name = "mono"
	Colorblind Name = "colorblind"
)

// Names are all themes.
func Names() []Name { return []Name{AutoTheme, ANSI, Light, Dark, Mono, Colorblind} }

// ParseName reads the value of --theme.
func ParseName(s string) (Name, error) {
	for _, n := range Names() {
		if s == string(n) {
			return n, nil
		}
	}
	return "", fmt.Errorf("--theme %q: want auto, ansi, light, dark, mono or colorblind", s)
}

// Asks reports whether the theme depends on the background of the terminal.
func (n Name) Asks() bool { return n == AutoTheme || n == "" || n == Colorblind }

// A Background is what a terminal said of its own.
type Background uint8

// The backgrounds. Most terminals are not asked, and some do not answer.
const (
	Unknown Background = iota
	OnDark
	OnBright
)

// A Screen is what a theme is shown on.
type Screen struct {
	Profile colorprofile.Profile // what it can; ProfileOf tells
	Back    Background
}

// ProfileOf tells from the environment how many colours a terminal has; without colour it is told none. No program is
// run for it, and NO_COLOR and its like are not looked at: Allowed has done that.
func ProfileOf(allowed bool, environ []string) colorprofile.Profile {
	if !allowed {
		return colorprofile.NoTTY
	}
	var env []string
	for _, kv := range environ {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE":
		default:
			env = append(env, kv)
		}
	}
	return max(colorprofile.Env(env), colorprofile.ANSI)
}

// A look is what each meaning is dressed in: parameters of SGR sequences, empty for none.
type look struct{ strong, muted, bad, warn, good, accent string }

var (
	ansiLook = look{strong: "1", muted: "2", bad: "1;31", warn: "33", good: "32", accent: "36"}

	// monoLook has no colours. Whole rows are dressed as a warning: they are not underlined.
	monoLook = look{strong: "1", muted: "2", bad: "1;4", warn: "1", accent: "1"}

	// blindLook is for sixteen colours on an unknown background. Bright blue is read on more of them than blue.
	blindLook = look{strong: "1", muted: "2", bad: "1;33", warn: "33", good: "94", accent: "36"}
)

// A palette is a look in colours of its own: places in the table of 256 colours, of which all but the first sixteen look
// the same everywhere. A terminal with more colours shows them too, and one with fewer is not given them.
type palette struct{ muted, bad, warn, good, accent uint8 }

var (
	darkColours  = palette{muted: 145, bad: 210, warn: 221, good: 114, accent: 81}
	lightColours = palette{muted: 59, bad: 124, warn: 94, good: 22, accent: 24}

	// Orange and blue: who cannot tell red from green can tell these.
	blindOnDark   = palette{muted: 145, bad: 215, warn: 223, good: 75, accent: 183}
	blindOnBright = palette{muted: 59, bad: 94, warn: 58, good: 25, accent: 60}
)

// Theme is the theme of that name on a screen. Without a terminal it dresses nothing; without colours it is Mono.
func (n Name) Theme(s Screen) Theme {
	var l look
	switch {
	case s.Profile <= colorprofile.NoTTY:
		return Theme{}
	case s.Profile == colorprofile.ASCII || n == Mono:
		l = monoLook
	case n == Colorblind && (s.Back == Unknown || s.Profile == colorprofile.ANSI):
		l = blindLook
	case n == Colorblind && s.Back == OnDark:
		l = blindOnDark.look()
	case n == Colorblind:
		l = blindOnBright.look()
	case s.Profile == colorprofile.ANSI:
		l = ansiLook // the nearest of sixteen, whose shades nobody knows, need not be readable
	case n == Light || n.Asks() && s.Back == OnBright:
		l = lightColours.look()
	case n == Dark:
		l = darkColours.look()
	default:
		l = ansiLook
	}
	return Theme{&l}
}

// look gives the palette as parameters of SGR sequences.
func (p *palette) look() look {
	sgr := func(c uint8) string { return fmt.Sprintf("38;5;%d", c) }
	return look{strong: "1", muted: sgr(p.muted), bad: "1;" + sgr(p.bad), warn: sgr(p.warn), good: sgr(p.good), accent: sgr(p.accent)}
}

// windows terminals have colours without saying so in TERM.
const windows = runtime.GOOS == "windows"
