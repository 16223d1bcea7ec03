package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// shellWord quotes what is copied into a shell, if it has to be.
func shellWord(s string) string {
	plain := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("@%+=:,./_-~", c)
	}
	if s != "" && strings.IndexFunc(s, func(c rune) bool { return !plain(c) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// copyText copies to the clipboard of the terminal (OSC 52) and says so.
func (r *root) copyText(what, s string) tea.Cmd {
	if strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }) {
		r.say("not copied: the " + what + " has control characters in it")
		return nil
	}
	r.say("copied the " + what)
	return tea.SetClipboard(s)
}
