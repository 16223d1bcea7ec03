package style

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
)

// backgrounds are what people look at: the ends, what editors and terminals come with, Solarized, One Dark.
var (
	darkBacks   = []uint32{0x000000, 0x1e1e1e, 0x002b36, 0x282c34}
	brightBacks = []uint32{0xffffff, 0xfdf6e3, 0xf5f5f5}
)

// linear gives the three parts of a colour as amounts of light.
func linear(c uint32) (out [3]float64) {
	for i := range out {
		v := float64(c>>(16-8*i)&0xff) / 255
		if out[i] = v / 12.92; v > 0.04045 {
			out[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return out
}

// contrast is that of two colours by WCAG 2: from 1, of the same, to 21, of black and white.
func contrast(a, b uint32) float64 {
	bright := func(c uint32) float64 {
		l := linear(c)
		return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
	}
	x, y := bright(a), bright(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// shade is a place in the table of 256 colours, behind the sixteen.
func shade(n int) uint32 {
	if n >= 232 {
		return uint32(8+10*(n-232)) * 0x010101
	}
	level := func(n int) uint32 {
		if n == 0 {
			return 0
		}
		return uint32(55 + 40*n)
	}
	n -= 16
	return level(n/36)<<16 | level(n/6%6)<<8 | level(n%6)
}

// meanings are all ways to dress text.
func meanings(t Theme) map[string]func(string) string {
	return map[string]func(string) string{"strong": t.Strong, "muted": t.Muted, "bad": t.Bad, "warn": t.Warn, "good": t.Good, "accent": t.Accent}
}

var inTable = regexp.MustCompile(`(?:^|;)38;5;(\d+)(?:;|m)`)

// colourOf is the colour in what a theme has dressed.
func colourOf(t *testing.T, dressed string) (uint32, bool) {
	m := inTable.FindStringSubmatch(strings.TrimPrefix(dressed, "\x1b["))
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n < 16 || n > 255 {
		t.Fatalf("%q is of a colour that differs from terminal to terminal", dressed)
	}
	return shade(n), true
}

// A known answer, so that the others mean something.
func TestContrastFormula(t *testing.T) {
	for _, c := range []struct {
		a, b uint32
		want float64
	}{{0, 0xffffff, 21}, {0x777777, 0xffffff, 4.48}, {0x767676, 0xffffff, 4.54}, {0xff0000, 0xffffff, 4.0}} {
		if got := contrast(c.a, c.b); math.Abs(got-c.want) > 0.005 {
			t.Errorf("contrast of %06x and %06x is %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

// Every colour of a theme is read on every background that the theme is for.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		name  Name
		back  Background
		backs []uint32
	}{
		{Dark, Unknown, darkBacks}, {Light, Unknown, brightBacks}, {AutoTheme, OnBright, brightBacks},
		{Colorblind, OnDark, darkBacks}, {Colorblind, OnBright, brightBacks},
	} {
		for _, profile := range []colorprofile.Profile{colorprofile.ANSI256, colorprofile.TrueColor} {
			seen := 0
			for meaning, dress := range meanings(c.name.Theme(Screen{profile, c.back})) {
				col, ok := colourOf(t, dress("x"))
				if !ok {
					continue // bold alone
				}
				seen++
				for _, back := range c.backs {
					if got := contrast(col, back); got < 4.5 {
						t.Errorf("%s: %s, %06x, has a contrast of %.2f on %06x", c.name, meaning, col, got, back)
					}
				}
			}
			if seen != 5 {
				t.Errorf("%s: %d meanings have a colour, want all but strong", c.name, seen)
			}
		}
	}
}

// seenBy turns a colour into what somebody sees who lacks one kind of cone (Machado, Oliveira and Fernandes, 2009).
func seenBy(m [9]float64, c uint32) [3]float64 {
	l, out := linear(c), [3]float64{}
	for i := range out {
		for k := range l {
			out[i] += m[3*i+k] * l[k]
		}
		out[i] = min(max(out[i], 0), 1)
	}
	return out
}

// apart is how far two amounts of light are apart to the eye: the distance in CIELAB.
func apart(a, b [3]float64) float64 {
	lab := func(l [3]float64) [3]float64 {
		f := func(v float64) float64 {
			if v > 0.008856 {
				return math.Cbrt(v)
			}
			return 7.787*v + 16.0/116
		}
		x := f((0.4124*l[0] + 0.3576*l[1] + 0.1805*l[2]) / 0.9505)
		y := f(0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2])
		z := f((0.0193*l[0] + 0.1192*l[1] + 0.9505*l[2]) / 1.089)
		return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
	}
	p, q, sum := lab(a), lab(b), 0.0
	for i := range p {
		sum += (p[i] - q[i]) * (p[i] - q[i])
	}
	return math.Sqrt(sum)
}

// Who cannot tell red from green sees what is bad and what is good far apart: farther than in the other themes.
func TestColorblind(t *testing.T) {
	for name, m := range map[string][9]float64{
		"protanopia":   {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
		"deuteranopia": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	} {
		for _, c := range []struct {
			usual Name
			back  Background
		}{{Dark, OnDark}, {Light, OnBright}} {
			distance := func(n Name) float64 {
				th := n.Theme(Screen{colorprofile.TrueColor, c.back})
				bad, _ := colourOf(t, th.Bad("x"))
				good, _ := colourOf(t, th.Good("x"))
				return apart(seenBy(m, bad), seenBy(m, good))
			}
			if blind, usual := distance(Colorblind), distance(c.usual); blind < 60 || blind < 1.5*usual {
				t.Errorf("%s: bad and good are %.0f apart, in %s %.0f", name, blind, c.usual, usual)
			}
		}
	}
}

// With sixteen colours the terminal's own are used, without colours none, without a terminal nothing.
func TestThemesByProfile(t *testing.T) {
	coloured := regexp.MustCompile(`[\[;](3[0-8]|9[0-7])[;m]`)
	filled := regexp.MustCompile(`[\[;](4[0-8]|10[0-7])[;m]`)
	for _, n := range Names() {
		for profile := colorprofile.NoTTY; profile <= colorprofile.TrueColor; profile++ {
			for _, back := range []Background{Unknown, OnDark, OnBright} {
				th := n.Theme(Screen{profile, back})
				for meaning, dress := range meanings(th) {
					s := dress("x")
					switch {
					case profile == colorprofile.NoTTY && s != "x":
						t.Errorf("%s without a terminal dresses %s: %q", n, meaning, s)
					case (n == Mono || profile == colorprofile.ASCII) && coloured.MatchString(s):
						t.Errorf("%s with %s has a colour for %s: %q", n, profile, meaning, s)
					case profile == colorprofile.ANSI && strings.Contains(s, "38;"):
						t.Errorf("%s with sixteen colours takes another for %s: %q", n, meaning, s)
					case filled.MatchString(inTable.ReplaceAllString(s, "[m")):
						t.Errorf("%s fills the background of %s: %q", n, meaning, s)
					}
				}
				if th.Selected("x") == "x" {
					t.Errorf("%s with %s: the row under the cursor cannot be seen", n, profile)
				}
			}
		}
	}
	like := func(a, b Theme) bool { return a.Bad("x")+a.Muted("x") == b.Bad("x")+b.Muted("x") }
	full := colorprofile.TrueColor
	if a, b := AutoTheme.Theme(Screen{full, OnDark}), ANSI.Theme(Screen{full, Unknown}); !like(a, b) {
		t.Error("auto on a dark background is not the terminal's own colours")
	}
	if a, b := AutoTheme.Theme(Screen{full, OnBright}), Light.Theme(Screen{full, Unknown}); !like(a, b) {
		t.Error("auto on a bright background is not light")
	}
	if a, b := ANSI.Theme(Screen{full, OnBright}), ANSI.Theme(Screen{full, Unknown}); !like(a, b) {
		t.Error("ansi cares what a terminal says")
	}
}

// What was bound to a theme before dresses like the other one afterwards.
func TestBecome(t *testing.T) {
	a, b := ANSI.Theme(Screen{Profile: colorprofile.TrueColor}), Light.Theme(Screen{Profile: colorprofile.TrueColor})
	bad, copied := a.Bad, a
	a.Become(b)
	if bad("x") != b.Bad("x") || copied.Good("x") != b.Good("x") {
		t.Error("a copy kept its colours")
	}
	if b.Become(Theme{}); bad("x") == "x" {
		t.Error("the model of a theme is tied to it")
	}
	if b.Bad("x") != "x" {
		t.Error("a theme that became none still dresses")
	}
	var none Theme
	if none.Become(a); none.Bad("x") != "x" {
		t.Error("no theme became one")
	}
}

func TestProfileOf(t *testing.T) {
	for _, c := range []struct {
		allowed bool
		env     []string
		want    colorprofile.Profile
	}{
		{false, []string{"TERM=xterm-256color"}, colorprofile.NoTTY},
		{true, []string{"TERM=xterm-256color"}, colorprofile.ANSI256},
		{true, []string{"TERM=xterm-256color", "COLORTERM=truecolor"}, colorprofile.TrueColor},
		{true, []string{"TERM=xterm-256color", "NO_COLOR=1"}, colorprofile.ANSI256}, // --color always
		{true, []string{"TERM=vt220"}, colorprofile.ANSI}, {true, nil, colorprofile.ANSI}, {true, []string{"TERM=dumb"}, colorprofile.ANSI},
		{true, []string{"TERM=screen-256color", "TMUX=/nowhere,1,0", "COLORTERM=truecolor", "PATH="}, colorprofile.ANSI256},
	} {
		if windows && len(c.env) == 0 {
			continue // the version of Windows decides
		}
		if got := ProfileOf(c.allowed, c.env); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.allowed, c.env, got, c.want)
		}
	}
}

func TestParseName(t *testing.T) {
	for _, n := range Names() {
		if got, err := ParseName(string(n)); got != n || err != nil {
			t.Errorf("%s: %s, %v", n, got, err)
		}
	}
	if _, err := ParseName("neon"); err == nil {
		t.Error("--theme neon was accepted")
	}
}
