package text

import (
	"strings"
	"unicode/utf8"
)

// alike gives the ASCII look-alike of what our screens draw, a cell for a cell. The first of each
// pair are runes, the second is the byte for all of them.
var alike = func() map[rune]byte {
	m := map[rune]byte{}
	for _, p := range []struct {
		runes string
		ascii byte
	}{
		{"─━┄┅┈┉╌╍═╴╶╸╺‐‑‒–—−", '-'},
		{"│┃┆┇┊┋╎╏║╵╷╹╻", '|'},
		{"┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛├┝┞┟┠┡┢┣┤┥┦┧┨┩┪┫┬┭┮┯┰┱┲┳┴┵┶┷┸┹┺┻┼╋╔╗╚╝╠╣╦╩╬╭╮╯╰", '+'},
		{"█▉▊▋▌▐▀▄▓▇▆▅■", '#'},
		{"▏▎▍▁▂▃░▒·•∙", '.'},
		{"›»▶▸→❯", '>'},
		{"‹«◀◂←❮", '<'},
		{"↑▲▴", '^'},
		{"↓▼▾", 'v'},
		{"●◉✓✔", '*'},
		{"○◯", 'o'},
		{"×✗✘✕✖", 'x'},
		{"‘’", '\''},
		{"“”", '"'},
	} {
		for _, r := range p.runes {
			m[r] = p.ascii
		}
	}
	return m
}()

// ASCII returns a line for --ascii. What our screens draw becomes its look-alike (│ is |, █ is #, the
// ellipsis is two full stops); any other rune becomes an escape. It is for text of our own and for lines
// that are laid out: names have passed CleanASCII before, for a name holding │ must not look like
// another holding |.
//
// A line of our own keeps its width: the second full stop of an ellipsis takes the place of the letter
// before it, which was about to be cut anyway, or of the space after it.
func ASCII(s string) string {
	if plainASCII(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		c, known := alike[r]
		switch {
		case r >= ' ' && r <= '~':
			b = append(b, byte(r))
		case known:
			b = append(b, c)
		case string(r) == Ellipsis:
			if len(b) > 0 && b[len(b)-1] != ' ' {
				b = b[:len(b)-1]
			} else if i < len(s) && s[i] == ' ' {
				i++
			}
			b = append(b, '.', '.')
		default:
			var e strings.Builder
			appendEscape(&e, s[i-n:i], r)
			b = append(b, e.String()...)
		}
	}
	return string(b)
}
