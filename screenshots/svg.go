//go:build unix

package main

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"godoctor/ui/tui/tuitest"
)

// The grid: everything in it is a whole number of pixels at zoom 2. The advance of JetBrains Mono is 0.6 of
// its size, so that a renderer which does not know textLength keeps to the grid too.
const (
	cellW, cellH = 9.0, 20.0
	fontSize     = 15.0
	baseline     = 15.0 // below the top of a row
	padding      = 16.0
	barHeight    = 38.0
	fonts        = "'JetBrains Mono', 'DejaVu Sans Mono', Menlo, monospace"
)

// A picture is what is drawn: a screen in a window.
type picture struct {
	title string
	cells [][]tuitest.Cell
}

// svg draws the picture. The same picture gives the same bytes.
func (p picture) svg(t theme) []byte {
	cols := 0
	for _, row := range p.cells {
		cols = max(cols, len(row))
	}
	w := float64(cols)*cellW + 2*padding
	h := float64(len(p.cells))*cellH + 2*padding - 4 + barHeight
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]s" height="%[2]s" viewBox="0 0 %[1]s %[2]s">`+"\n", num(w), num(h))
	fmt.Fprintf(&b, "<title>%s</title>\n", escape(p.title))
	p.window(&b, t, w, h)
	fmt.Fprintf(&b, `<g transform="translate(%s %s)">`+"\n", num(padding), num(barHeight+padding-2))
	p.backgrounds(&b, t)
	p.shapes(&b, t)
	p.texts(&b, t)
	b.WriteString("</g>\n</svg>\n")
	return []byte(b.String())
}

// window draws the window's frame, bar, dots and title.
func (p picture) window(b *strings.Builder, t theme, w, h float64) {
	const radius = 10.0
	fmt.Fprintf(b, `<rect x=".5" y=".5" width="%s" height="%s" rx="%s" fill="%s"/>`+"\n", num(w-1), num(h-1), num(radius), t.back)
	fmt.Fprintf(b, `<path d="M.5 %[1]sV%[2]sA%[3]s %[3]s 0 0 1 %[2]s .5H%[4]sA%[3]s %[3]s 0 0 1 %[5]s %[2]sV%[1]sz" fill="%[6]s"/>`+"\n",
		num(barHeight), num(radius+.5), num(radius), num(w-radius-.5), num(w-.5), t.bar)
	fmt.Fprintf(b, `<path d="M.5 %sH%s" stroke="%s"/>`+"\n", num(barHeight+.5), num(w-.5), t.border)
	fmt.Fprintf(b, `<rect x=".5" y=".5" width="%s" height="%s" rx="%s" fill="none" stroke="%s"/>`+"\n", num(w-1), num(h-1), num(radius), t.border)
	for i, c := range t.dots {
		fmt.Fprintf(b, `<circle cx="%s" cy="%s" r="6" fill="%s"/>`+"\n", num(22+20*float64(i)), num(barHeight/2), c)
	}
	fmt.Fprintf(b, `<text x="%s" y="%s" text-anchor="middle" font-family="%s" font-size="13" fill="%s">%s</text>`+"\n",
		num(w/2), num(barHeight/2+4.5), fonts, t.title, escape(p.title))
}

// backgrounds draws what lies behind the characters: it has to be there before any of them, because
// glyphs may reach into their neighbours' cells.
func (p picture) backgrounds(b *strings.Builder, t theme) {
	paths := newPaths()
	for y, row := range p.cells {
		for x := 0; x < len(row); {
			_, back := t.colours(row[x])
			end := x + 1
			for end < len(row) && backOf(t, row[end]) == back {
				end++
			}
			if back != t.back {
				paths.add(back, rect(float64(x)*cellW, float64(y)*cellH, float64(end-x)*cellW, cellH))
			}
			x = end
		}
	}
	paths.write(b)
}

func backOf(t theme, c tuitest.Cell) string {
	_, back := t.colours(c)
	return back
}

// shapes draws box-drawing lines, blocks, and lines under and through characters.
func (p picture) shapes(b *strings.Builder, t theme) {
	paths := newPaths()
	for y, row := range p.cells {
		for x := 0; x < len(row); x++ {
			c := row[x]
			fore, back := t.colours(c)
			left, top := float64(x)*cellW, float64(y)*cellH
			if c.Text == "─" { // long lines are most of a screen's shapes
				end := x + 1
				for end < len(row) && row[end] == c {
					end++
				}
				paths.add(fore, rect(left, top+cellH/2-thickness/2, float64(end-x)*cellW, thickness))
				x = end - 1
				continue
			}
			if d, opacity, ok := shape(c.Text, left, top); ok {
				paths.add(mix(fore, back, opacity), d)
			}
			if c.Underline {
				paths.add(fore, rect(left, top+baseline+2, cellW, 1))
			}
			if c.Strike {
				paths.add(fore, rect(left, top+baseline-5, cellW, 1))
			}
		}
	}
	paths.write(b)
}

// texts draws the characters in runs of one look.
func (p picture) texts(b *strings.Builder, t theme) {
	fmt.Fprintf(b, `<g font-family="%s" font-size="%s" fill="%s" xml:space="preserve">`+"\n", fonts, num(fontSize), t.fore)
	for y, row := range p.cells {
		for x := 0; x < len(row); {
			text, end := piece(t, row, x)
			if text = strings.TrimRight(text, " "); text != "" {
				writeText(b, t, row[x], text, x, y)
			}
			x = end
		}
	}
	b.WriteString("</g>\n")
}

// piece gives the text from x on that can be drawn in one piece, and where it ends: where the look changes, at
// two spaces, at what is drawn as a shape, after a wide character, whose glyph may have any width, and between
// two signs, of which fonts for programmers make ligatures that librsvg cannot be told to leave.
func piece(t theme, row []tuitest.Cell, x int) (text string, end int) {
	first := row[x]
	switch {
	case isShape(first.Text):
		return "", x + 1
	case first.Text == " " || first.Width != 1 || !narrow(first.Text):
		return first.Text, x + max(first.Width, 1)
	}
	for end = x; end < len(row); end++ {
		c := row[end]
		if c.Width != 1 || isShape(c.Text) || !narrow(c.Text) || !sameLook(t, first, c) {
			break
		}
		if c.Text == " " && (end+1 == len(row) || row[end+1].Text == " ") {
			break
		}
		text += c.Text
		if end+1 < len(row) && strings.Contains(signs, c.Text) && strings.Contains(signs, row[end+1].Text) {
			return text, end + 1
		}
	}
	return text, end
}

const signs = "-=<>!:|/.*+&#~_$%?^@"

func isShape(text string) bool {
	_, _, ok := shape(text, 0, 0)
	return ok
}

// narrow says whether the fonts that are asked for have the character, as far as one can know. A substitute
// of another font has another width, and stands alone.
func narrow(text string) bool {
	r := []rune(text)
	return len(r) == 1 && (r[0] < 0x250 || r[0] >= 0x370 && r[0] < 0x530 || r[0] >= 0x2010 && r[0] < 0x2040)
}

func sameLook(t theme, a, b tuitest.Cell) bool {
	if b.Text == " " {
		return true // its background is drawn already, and so is a line under it
	}
	fa, _ := t.colours(a)
	fb, _ := t.colours(b)
	return fa == fb && a.Bold == b.Bold && a.Italic == b.Italic
}

func writeText(b *strings.Builder, t theme, look tuitest.Cell, text string, x, y int) {
	width := 0
	for range text {
		width++
	}
	if look.Width > 1 {
		width = look.Width
	}
	fmt.Fprintf(b, `<text x="%s" y="%s" textLength="%s"`, num(float64(x)*cellW), num(float64(y)*cellH+baseline), num(float64(width)*cellW))
	if fore, _ := t.colours(look); fore != t.fore {
		fmt.Fprintf(b, ` fill="%s"`, fore)
	}
	if look.Bold {
		b.WriteString(` font-weight="bold"`)
	}
	if look.Italic {
		b.WriteString(` font-style="italic"`)
	}
	fmt.Fprintf(b, ">%s</text>\n", escape(text))
}

// paths collects path data by colour, in the order in which the colours came.
type paths struct {
	order []string
	data  map[string]*strings.Builder
}

func newPaths() *paths { return &paths{data: map[string]*strings.Builder{}} }

func (p *paths) add(colour, d string) {
	if d == "" {
		return
	}
	if !slices.Contains(p.order, colour) {
		p.order = append(p.order, colour)
		p.data[colour] = new(strings.Builder)
	}
	p.data[colour].WriteString(d)
}

func (p *paths) write(b *strings.Builder) {
	for _, colour := range p.order {
		fmt.Fprintf(b, `<path fill="%s" d="%s"/>`+"\n", colour, p.data[colour])
	}
}

// num writes a number without zeros that say nothing.
func num(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a Builder takes everything
	return b.String()
}
