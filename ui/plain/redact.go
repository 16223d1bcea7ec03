package plain

import (
	"fmt"
	"regexp"
	"strings"

	"godoctor/doctor/privacy"
	"godoctor/ui/text"
)

// A redactor writes raw text for Markdown that everybody may read.
type redactor struct{ *privacy.Redactor }

func newRedactor(o Export) *redactor {
	return &redactor{privacy.New(privacy.Who{Home: o.Home, Users: []string{o.User}, Hosts: o.Hosts})}
}

// redact gives raw text without what is private.
func (r *redactor) redact(s string) string { return r.Text(s) }

// code is raw text as a code span that stands anywhere, in a cell of a table too. In a code span GitHub makes no mention,
// no reference, no link and no HTML of anything. What would end it, or the cell, is escaped as text.Clean escapes.
func (r *redactor) code(s string) string {
	if s = text.Clean(r.redact(s)); s == "" {
		return ""
	}
	return span(s)
}

// span makes a code span of cleaned text.
func span(s string) string {
	return "`" + spanEnds.ReplaceAllStringFunc(s, func(m string) string {
		before := m[:len(m)-1]
		return before + before + fmt.Sprintf(`\x%02x`, m[len(m)-1]) // as text.Clean has it: once more each, before an escape
	}) + "`"
}

// spanEnds match what ends a code span or a cell of a table, with the backslashes before it.
var spanEnds = regexp.MustCompile("\\\\*[`|]")

// prose is raw text of ours that quotes others. A word that is more than letters, or a number, becomes a code span: names,
// paths, hashes, and whatever Markdown, HTML or GitHub could read as more than a word.
func (r *redactor) prose(s string) string {
	words := strings.Split(text.Clean(r.redact(s)), " ")
	for i, w := range words {
		core := strings.TrimLeft(w, `("'`)
		head := w[:len(w)-len(core)]
		core = strings.TrimRight(core, `.,;:?)"'`)
		if core == "" && w != "" {
			core, head = w, ""
		}
		if tail := w[len(head)+len(core):]; !plainText.MatchString(core) {
			words[i] = head + span(core) + tail
		}
	}
	return strings.Join(words, " ")
}

// plainText matches what Markdown leaves alone.
var plainText = regexp.MustCompile(`^(?:\pL+(?:['-]\pL+)*|\d{1,6}|)$`)
