// Package style is where colours are: who may have them, and what they mean.
//
// Colours are named by meaning (bad, warn, good, muted, strong), come from the terminal's own sixteen, and
// never carry a meaning alone: the words stand beside them.
package style

import (
	"fmt"
	"strings"
)

// A When is the value of --color.
type When string

// The values of --color.
const (
	Auto   When = "auto"
	Always When = "always"
	Never  When = "never"
)

// ParseWhen reads the value of --color.
func ParseWhen(s string) (When, error) {
	switch w := When(s); w {
	case Auto, Always, Never:
		return w, nil
	}
	return "", fmt.Errorf("--color %q: want auto, always or never", s)
}

// Allowed decides about colour: the flag first, then NO_COLOR with any value that is not empty
// (no-color.org), then CLICOLOR_FORCE and FORCE_COLOR, then whether a terminal that can is there.
func Allowed(w When, env func(string) string, terminal bool) bool {
	switch {
	case w == Always:
		return true
	case w == Never, env("NO_COLOR") != "":
		return false
	case force(env("CLICOLOR_FORCE")), force(env("FORCE_COLOR")):
		return true
	}
	term := env("TERM")
	return terminal && term != "dumb" && (term != "" || windows)
}

func force(v string) bool { return v != "" && v != "0" }

// A Theme dresses text by its meaning. The zero Theme dresses nothing.
type Theme struct{ on bool }

// NewTheme gives a theme that colours, or one that does not.
func NewTheme(color bool) Theme { return Theme{color} }

func (t Theme) sgr(code, s string) string {
	if !t.on || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + strings.ReplaceAll(s, "\x1b[0m", "\x1b[0;"+code+"m") + "\x1b[0m"
}

// Strong is for what to read first.
func (t Theme) Strong(s string) string { return t.sgr("1", s) }

// Muted is for what may be skipped.
func (t Theme) Muted(s string) string { return t.sgr("2", s) }

// Bad is for errors.
func (t Theme) Bad(s string) string { return t.sgr("1;31", s) }

// Warn is for warnings.
func (t Theme) Warn(s string) string { return t.sgr("33", s) }

// Good is for what is well.
func (t Theme) Good(s string) string { return t.sgr("32", s) }

// Accent is the one colour of the program.
func (t Theme) Accent(s string) string { return t.sgr("36", s) }

// Selected is for the row under the cursor: reversed, which every terminal can, with colour or without.
// It is not switched off with the colours, for then the cursor could not be seen.
func (t Theme) Selected(s string) string { return "\x1b[7m" + s + "\x1b[0m" }
