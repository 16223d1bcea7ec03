//go:build unix

package main

import (
	"fmt"
	"strings"
)

// Box-drawing lines and blocks are drawn as shapes: glyphs of a font leave gaps wherever its height is not
// exactly that of a row.

// boxArms says for each character from U+2500 to U+257F how heavy its lines are that go up, right, down and
// left from the middle: 0 none, 1 light, 2 heavy, 3 double. Diagonals have none. It follows the characters'
// names in the Unicode data.
const boxArms = "0101 0202 1010 2020 0101 0202 1010 2020 0101 0202 1010 2020 0110 0210 0120 0220 " +
	"0011 0012 0021 0022 1100 1200 2100 2200 1001 1002 2001 2002 1110 1210 2110 1120 " +
	"2120 2210 1220 2220 1011 1012 2011 1021 2021 2012 1022 2022 0111 0112 0211 0212 " +
	"0121 0122 0221 0222 1101 1102 1201 1202 2101 2102 2201 2202 1111 1112 1211 1212 " +
	"2111 1121 2121 2112 2211 1122 1221 2212 1222 2122 2221 2222 0101 0202 1010 2020 " +
	"0303 3030 0310 0130 0330 0013 0031 0033 1300 3100 3300 1003 3001 3003 1310 3130 " +
	"3330 1013 3031 3033 0313 0131 0333 1303 3101 3303 1313 3131 3333 0110 0011 1001 " +
	"1100 0000 0000 0000 0001 1000 0100 0010 0002 2000 0200 0020 0201 1020 0102 2010"

// thickness of a light line; a heavy one is twice as thick.
const thickness = 1.0

// shape gives the character's lines and areas as path data for a cell at x, y, and what part of the
// colour they have; ok is false if a font has to draw it.
func shape(text string, x, y float64) (path string, opacity float64, ok bool) {
	r := []rune(text)
	if len(r) != 1 {
		return "", 0, false
	}
	switch c := r[0]; {
	case c >= 0x256d && c <= 0x2570:
		return corner(c, x, y), 1, true
	case c >= 0x2571 && c <= 0x2573:
		return "", 0, false
	case c >= 0x2500 && c <= 0x257f:
		return lines(boxArms[(c-0x2500)*5:][:4], x, y), 1, true
	case c >= 0x2591 && c <= 0x2593:
		return rect(x, y, cellW, cellH), float64(c-0x2590) / 4, true
	case c >= 0x2580 && c <= 0x259f:
		return block(c, x, y), 1, true
	}
	return "", 0, false
}

func rect(x, y, w, h float64) string {
	return fmt.Sprintf("M%s %sh%sv%sh%sz", num(x), num(y), num(w), num(h), num(-w))
}

// lines draws the arms of a box-drawing character. Each reaches over the middle by half of the thickest, so
// that corners are full.
func lines(arms string, x, y float64) string {
	var b strings.Builder
	cx, cy := x+cellW/2, y+cellH/2
	reach := 0.0
	for _, a := range arms {
		reach = max(reach, halfWidth(a))
	}
	bar := func(arm rune, horizontal bool, from, to float64) {
		offsets, half := []float64{0}, halfWidth(arm)
		if arm == '3' {
			offsets, half = []float64{-1.5, 1.5}, thickness/2
		}
		for _, o := range offsets {
			if horizontal {
				b.WriteString(rect(from, cy+o-half, to-from, 2*half))
			} else {
				b.WriteString(rect(cx+o-half, from, 2*half, to-from))
			}
		}
	}
	up, right, down, left := rune(arms[0]), rune(arms[1]), rune(arms[2]), rune(arms[3])
	switch {
	case left == right && left != '0':
		bar(left, true, x, x+cellW)
	default:
		if left != '0' {
			bar(left, true, x, cx+reach)
		}
		if right != '0' {
			bar(right, true, cx-reach, x+cellW)
		}
	}
	switch {
	case up == down && up != '0':
		bar(up, false, y, y+cellH)
	default:
		if up != '0' {
			bar(up, false, y, cy+reach)
		}
		if down != '0' {
			bar(down, false, cy-reach, y+cellH)
		}
	}
	return b.String()
}

func halfWidth(arm rune) float64 {
	switch arm {
	case '1':
		return thickness / 2
	case '2':
		return thickness
	case '3':
		return 1.5 + thickness/2
	}
	return 0
}

// corner draws a rounded corner as an area between two arcs and the straight pieces that lead to the edges.
func corner(c rune, x, y float64) string {
	const radius = cellW / 2
	cx, cy, h := x+cellW/2, y+cellH/2, thickness/2
	sx, sy := 1.0, 1.0 // which way it opens: right, down
	if c == 0x256e || c == 0x256f {
		sx = -1
	}
	if c == 0x256f || c == 0x2570 {
		sy = -1
	}
	edgeX, edgeY := cx+sx*cellW/2, cy+sy*cellH/2
	sweep := 1
	if sx*sy < 0 {
		sweep = 0
	}
	arc := func(r, toX, toY float64, sweep int) string {
		return fmt.Sprintf("A%s %s 0 0 %d %s %s", num(r), num(r), sweep, num(toX), num(toY))
	}
	return fmt.Sprintf("M%s %sV%s", num(cx-sx*h), num(edgeY), num(cy+sy*radius)) +
		arc(radius+h, cx+sx*radius, cy-sy*h, sweep) + fmt.Sprintf("H%sV%sH%s", num(edgeX), num(cy+sy*h), num(cx+sx*radius)) +
		arc(radius-h, cx+sx*h, cy+sy*radius, 1-sweep) + fmt.Sprintf("V%sz", num(edgeY))
}

// quadrants says which quarters of the cell the characters from U+2596 on fill: 1 upper left, 2 upper right,
// 4 lower left, 8 lower right.
var quadrants = [...]int{4, 8, 1, 1 | 4 | 8, 1 | 8, 1 | 2 | 4, 1 | 2 | 8, 2, 2 | 4, 2 | 4 | 8}

// block draws a block element.
func block(c rune, x, y float64) string {
	const w, h = cellW, cellH
	switch {
	case c == 0x2580:
		return rect(x, y, w, h/2)
	case c <= 0x2588: // lower eighths, up to the full block
		part := h * float64(c-0x2580) / 8
		return rect(x, y+h-part, w, part)
	case c <= 0x258f: // left eighths, from seven down
		return rect(x, y, w*float64(0x2590-c)/8, h)
	case c == 0x2590:
		return rect(x+w/2, y, w/2, h)
	case c == 0x2594:
		return rect(x, y, w, h/8)
	case c == 0x2595:
		return rect(x+w*7/8, y, w/8, h)
	}
	var b strings.Builder
	for i := range 4 {
		if quadrants[c-0x2596]&(1<<i) != 0 {
			b.WriteString(rect(x+w/2*float64(i%2), y+h/2*float64(i/2), w/2, h/2))
		}
	}
	return b.String()
}
