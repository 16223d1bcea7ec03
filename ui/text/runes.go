package text

import (
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

const (
	zwj           = 0x200d // zero width joiner
	emojiSelector = 0xfe0f // asks for the coloured form of the sign before it
)

// invisible says whether r draws nothing, or changes how other runes are drawn: controls, formats (bidi
// marks and overrides, zero widths, tags, interlinear annotation), every space but the ASCII one,
// surrogates, private use, unassigned, fillers, variation selectors.
func invisible(r rune) bool {
	return !unicode.IsPrint(r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || // Hangul fillers, grapheme joiner
		unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(blank, r) ||
		unicode.Is(prepended, r)
}

// blank are runes that Unicode calls symbols and fonts draw as nothing.
var blank = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x2800, Hi: 0x2800, Stride: 1}, // braille pattern with no dot
		{Lo: 0xfffc, Hi: 0xfffc, Stride: 1}, // object replacement
	},
	R32: []unicode.Range32{
		{Lo: 0x1d159, Hi: 0x1d159, Stride: 1}, // null note head
	},
}

// prepended are letters that form one cell with whatever follows, be it the border of our own table:
// Indic prefixed consonants (grapheme cluster property Prepend; its format characters are no letters
// and are invisible above).
var prepended = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0d4e, Hi: 0x0d4e, Stride: 1}},
	R32: []unicode.Range32{
		{Lo: 0x111c2, Hi: 0x111c3, Stride: 1},
		{Lo: 0x113d1, Hi: 0x113d1, Stride: 1},
		{Lo: 0x1193f, Hi: 0x1193f, Stride: 1},
		{Lo: 0x11941, Hi: 0x11941, Stride: 1},
		{Lo: 0x11a3a, Hi: 0x11a3a, Stride: 1},
		{Lo: 0x11a84, Hi: 0x11a89, Stride: 1},
		{Lo: 0x11d46, Hi: 0x11d46, Stride: 1},
		{Lo: 0x11f02, Hi: 0x11f02, Stride: 1},
	},
}

// pictograph says whether r can be part of an emoji that is joined of several. The blocks are wider
// than Unicode's list: what is let through in error is a joiner between two visible signs.
func pictograph(r rune) bool {
	switch {
	case skinTone(r), r >= 0x1f1e6 && r <= 0x1f1ff: // flags are two letters, never joined
		return false
	case r >= 0x1f000 && r <= 0x1faff,
		r >= 0x2600 && r <= 0x27bf,
		r >= 0x2b05 && r <= 0x2b55,
		r == 0x2194, r == 0x2195:
		return !invisible(r)
	}
	return false
}

// marklike says whether r, a letter by category, joins the rune before it as a mark does: the Thai and
// Lao vowel am, the voice marks of narrow Katakana.
func marklike(r rune) bool { return r == 0xe33 || r == 0xeb3 || r == 0xff9e || r == 0xff9f }

// skinTone says whether r colours the person before it.
func skinTone(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

// widens says whether the emoji selector makes r wider, which is how it can be seen.
func widens(r rune) bool {
	return ansi.StringWidth(string(r)) < ansi.StringWidth(string(r)+string(rune(emojiSelector)))
}

// The conjoining parts of a Korean syllable, which file systems of Apple store one by one. A consonant
// that begins, a vowel, a consonant that ends: the three are one cell pair.
func leading(r rune) bool  { return r >= 0x1100 && r <= 0x115e || r >= 0xa960 && r <= 0xa97c }
func vowel(r rune) bool    { return r >= 0x1161 && r <= 0x11a7 || r >= 0xd7b0 && r <= 0xd7c6 }
func trailing(r rune) bool { return r >= 0x11a8 && r <= 0x11ff || r >= 0xd7cb && r <= 0xd7fb }

func jamo(r rune) bool { return leading(r) || vowel(r) || trailing(r) }

// follows says whether the part r may stand after prev. Unicode lets a hundred of a kind be one
// syllable, two cells wide by the tables and two hundred on the screen; one without its syllable is
// no cell wide.
func follows(prev, r rune) bool {
	switch {
	case leading(r):
		return !leading(prev)
	case vowel(r):
		return leading(prev)
	}
	open := prev >= 0xac00 && prev <= 0xd7a3 && (prev-0xac00)%28 == 0 // a whole syllable without its end
	return vowel(prev) || open
}
