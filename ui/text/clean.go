// Package text prepares untrusted text, sizes and durations for people. It is the only place that does.
//
// File names, go.mod, .info, proxy errors, environment values and what other programs print are written
// by others. Before a terminal or a log sees any of it, it passes Clean, once, when it enters what is
// shown; the raw bytes stay beside it for file operations. What Clean returns can be measured and cut
// (Width, Fit, FitMiddle, Right): it holds no control byte, no invisible rune, and joins with nothing
// that is drawn before or after it.
//
// Clean is injective: different names give different text, and a reader who knows the rule below can
// tell every byte. It does not tell look-alike letters of different scripts apart (a Latin and a
// Cyrillic a): both are shown as they are.
//
// The rule:
//
//   - A byte that is no UTF-8, a control character and DEL are \xHH (\x1b, \x0a); below 80 it is the
//     character, from 80 on the byte. There is no \n: C:\new would read like one.
//   - Any other rune that cannot be seen, or that would change how its neighbours look, is \uHHHH or
//     \UHHHHHHHH.
//   - A backslash is a backslash, so that C:\Users and \\server\share are shown as they are. Only
//     where backslashes stand right before something that reads like one of the three forms, or is
//     one, each of them is doubled: the name \x1b, four characters, is \\x1b. So an odd number
//     of backslashes before such a form is an escape, an even number is half as many backslashes.
//
// Clean is not idempotent: cleaning \x1b again gives \\x1b. Clean once.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean returns s as it may be shown on a terminal or in a log. It allocates only when something has
// to be escaped.
func Clean(s string) string { return clean(s, false) }

// CleanASCII is Clean for --ascii: every rune beyond ASCII is escaped too, so that what it returns is
// one cell a byte.
func CleanASCII(s string) string { return clean(s, true) }

// Safe says whether s can be drawn as it is: it is what Clean returned, or text of our own. It is for
// those who draw and cannot clean again.
func Safe(s string) bool {
	if plainASCII(s) {
		return true
	}
	var sc scanner
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !sc.literal(r, n, s[i+n:]) {
			return false
		}
		i += n
	}
	return true
}

func clean(s string, ascii bool) string {
	if plainASCII(s) && strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	var sc scanner
	done := 0 // s[:done] is in b
	run := 0  // backslashes right before i
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		literal := sc.literal(r, n, s[i+n:]) && (!ascii || r < utf8.RuneSelf)
		if literal && (run == 0 || !looksEscaped(s[i:])) {
			if run++; r != '\\' {
				run = 0
			}
			i += n
			continue
		}
		b.WriteString(s[done:i])
		for ; run > 0; run-- { // once they are in s, once they are here
			b.WriteByte('\\')
		}
		done = i
		if !literal {
			sc = scanner{} // a mark that follows has nothing to stand on
			appendEscape(&b, s[i:i+n], r)
			done = i + n
		}
		i += n
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// plainASCII says whether s is printable ASCII only.
func plainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// looksEscaped says whether s, put behind a backslash, would read like an escape. Capital digits count:
// Clean writes small ones, but people read both.
func looksEscaped(s string) bool {
	digits := 0
	switch {
	case s == "":
	case s[0] == 'x':
		digits = 2
	case s[0] == 'u':
		digits = 4
	case s[0] == 'U':
		digits = 8
	}
	if digits == 0 || len(s) <= digits {
		return false
	}
	for i := 1; i <= digits; i++ {
		c := s[i] | 0x20
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') || s[i] < '0' {
			return false
		}
	}
	return true
}

// appendEscape writes the escape of the rune r, or of the byte raw where that is no rune.
func appendEscape(b *strings.Builder, raw string, r rune) {
	const hex = "0123456789abcdef"
	digits, v := 4, uint32(r)
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		digits, v = 2, uint32(raw[0])
		b.WriteString(`\x`)
	case r < utf8.RuneSelf:
		digits = 2
		b.WriteString(`\x`)
	case r > 0xffff:
		digits = 8
		b.WriteString(`\U`)
	default:
		b.WriteString(`\u`)
	}
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		b.WriteByte(hex[v>>shift&15])
	}
}

// The limits of what may pile up on one base.
const (
	maxMarks = 4 // combining marks in a row: no script needs more, a tower of them paints over its neighbours
	maxJoins = 3 // joiners in one emoji: the longest families have three
)

// A scanner decides, rune by rune, what is shown as it is. It knows what was shown before.
type scanner struct {
	prev  rune // last rune shown, 0 for none: the start, or an escape
	marks int  // combining marks since the last base
	joins int  // joiners in this emoji
	emoji bool // the runes before are a pictograph, with its selector or skin tone
}

// literal says whether r, n bytes long and followed by rest, is shown as it is.
func (sc *scanner) literal(r rune, n int, rest string) bool {
	if r >= ' ' && r <= '~' {
		*sc = scanner{prev: r}
		return true
	}
	switch {
	case r == utf8.RuneError && n == 1:
		return false
	case r == zwj:
		return sc.join(rest)
	case r == emojiSelector:
		// Shown where it makes a small sign a wide one: nowhere else can it be seen.
		if sc.emoji && sc.prev != zwj && widens(sc.prev) {
			sc.prev = r
			return true
		}
		return false
	case invisible(r):
		return false
	case unicode.Is(unicode.M, r), marklike(r):
		return sc.mark(r)
	case skinTone(r):
		return sc.tone(r)
	case jamo(r) && !follows(sc.prev, r):
		return false
	}
	sc.base(r)
	return true
}

func (sc *scanner) base(r rune) {
	joined := sc.prev == zwj
	joins := sc.joins
	*sc = scanner{prev: r, emoji: pictograph(r)}
	if joined {
		sc.joins = joins
	}
}

// join allows a joiner between two pictographs: elsewhere it changes nothing that can be seen, or hides
// in the shapes of a script that is read without it.
func (sc *scanner) join(rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	if !sc.emoji || sc.prev == zwj || sc.joins >= maxJoins || !pictograph(next) {
		return false
	}
	sc.joins++
	sc.prev = zwj
	return true
}

// tone allows the colour of skin on a pictograph, once.
func (sc *scanner) tone(r rune) bool {
	if !sc.emoji || sc.prev == zwj || skinTone(sc.prev) {
		return false
	}
	sc.prev = r
	return true
}

// mark allows a combining mark on a base that is shown. A first rune of a name, or one behind an
// escape or a space, would combine with what is not its own.
func (sc *scanner) mark(r rune) bool {
	if sc.prev == 0 || sc.prev == ' ' || sc.marks >= maxMarks {
		return false
	}
	sc.marks++
	sc.prev, sc.emoji = r, false
	return true
}
