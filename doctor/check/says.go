package check

import "strings"

// Matches reports whether a text that go printed has what a pattern of Check.Says describes: its words, in this order,
// with anything where "…" stands, within a few lines. White space of any length is one space.
func Matches(pattern, text string) bool {
	_, ok := Match(pattern, text)
	return ok
}

// matchMax bounds what one "…" may stand for, in bytes.
const matchMax = 400

// Match is what the dots of a pattern stand for in a text, in their order; ok is false where the text has no such
// passage. Dots at the ends stand for nothing and have no entry. The texts are raw.
func Match(pattern, text string) (dots []string, ok bool) { return match(pattern, spaced(text)) }

// match is Match for a text whose white space is single spaces.
func match(pattern, text string) (dots []string, ok bool) {
	words := strings.Split(spaced(strings.Trim(pattern, "… ")), "…")
	for from := 0; from <= len(text); {
		at := strings.Index(text[from:], words[0])
		if at < 0 {
			return nil, false
		}
		if dots, ok := matchAt(words, text[from+at:]); ok {
			return dots, true
		}
		from += at + 1
	}
	return nil, false
}

// matchAt matches the words of a pattern at the beginning of a text.
func matchAt(words []string, text string) (dots []string, ok bool) {
	text = text[len(words[0]):]
	for _, w := range words[1:] {
		at := strings.Index(text[:min(len(text), matchMax+len(w))], w)
		if at < 0 {
			return nil, false
		}
		dots = append(dots, text[:at])
		text = text[at+len(w):]
	}
	return dots, true
}

// spaced makes all white space single spaces.
func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }
