// Package style is where colours are: who may have them, and what they mean.
//
// Colours are named by meaning (bad, warn, good, muted, strong) and never carry a meaning alone: the words stand beside
// them. Which they are is up to the theme. No theme fills the background; what is selected is reversed.
package style

import (
	"fmt"
	"regexp"
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

// A Theme dresses text by its meaning. The zero Theme dresses nothing but the row under the cursor.
type Theme struct{ look *look }

// Become makes the theme, and every copy and every method value of it, dress like another: a terminal was asked for its
// background and answers late, or somebody chooses. It must not happen while others dress. A zero Theme stays what it is.
func (t Theme) Become(other Theme) {
	switch {
	case t.look == nil:
	case other.look == nil:
		*t.look = look{}
	default:
		*t.look = *other.look
	}
}

func (t Theme) sgr(code func(*look) string, s string) string {
	if t.look == nil || s == "" {
		return s
	}
	c := code(t.look)
	if c == "" {
		return s
	}
	return "\x1b[" + c + "m" + strings.ReplaceAll(s, "\x1b[0m", "\x1b[0;"+c+"m") + "\x1b[0m"
}

// Strong is for what to read first.
func (t Theme) Strong(s string) string { return t.sgr(func(l *look) string { return l.strong }, s) }

// Muted is for what may be skipped.
func (t Theme) Muted(s string) string { return t.sgr(func(l *look) string { return l.muted }, s) }

// Bad is for errors.
func (t Theme) Bad(s string) string { return t.sgr(func(l *look) string { return l.bad }, s) }

// Warn is for warnings.
func (t Theme) Warn(s string) string { return t.sgr(func(l *look) string { return l.warn }, s) }

// Good is for what is well.
func (t Theme) Good(s string) string { return t.sgr(func(l *look) string { return l.good }, s) }

// Accent is the one colour of the program.
func (t Theme) Accent(s string) string { return t.sgr(func(l *look) string { return l.accent }, s) }

// Selected is for the row under the cursor: reversed, which every terminal can, with colour or without.
// It is not switched off with the colours, for then the cursor could not be seen.
func (t Theme) Selected(s string) string { return Reverse + s + "\x1b[0m" }

// Reverse begins what is selected.
const Reverse = "\x1b[7m"

// Sequences matches what themes dress words in.
var Sequences = regexp.MustCompile(`\x1b\[[0-9;]*m`)
