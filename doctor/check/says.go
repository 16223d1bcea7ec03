package check

import "strings"

// matchMax bounds what one "…" may stand for, in bytes.
const matchMax = 400

// match reports whether a text that go printed has what a pattern of Check.Says describes: its words, in this order, with
// anything where "…" stands, within a few lines. It gives what the dots stand for, in their order; dots at the ends of the
// pattern stand for nothing and have no entry. White space in the text is single spaces already, as spaced makes it; of any
// length in the pattern it is one space. What it gives is raw.
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
