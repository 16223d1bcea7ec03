package tui

import (
	"strings"

	"godoctor/ui/treemap"
)

// Lines are the borders of fields, which share them: each cell of the screen knows which of its four arms are drawn, and
// how. A field has its left and upper border in its first column and row; the last column and row of all are one more.

// The arms of a cell, in the order of the digits of its number in base 3: none, light, heavy.
const (
	armUp    = 1
	armDown  = 3
	armLeft  = 9
	armRight = 27

	light, heavy = 1, 2
)

// boxLines are the signs of all combinations of arms.
var boxLines = []rune(" ╵╹╷│╿╻╽┃╴┘┚┐┤┦┒┧┨╸┙┛┑┥┩┓┪┫" + "╶└┖┌├┞┎┟┠─┴┸┬┼╀┰╁╂╾┵┹┭┽╃┱╅╉" + "╺┕┗┍┝┡┏┢┣╼┶┺┮┾╄┲╆╊━┷┻┯┿╇┳╈╋")

// lines are the arms of width times height cells.
type lines struct {
	width, height int
	arms          []uint8
}

func newLines(width, height int) *lines {
	return &lines{width, height, make([]uint8, width*height)}
}

// arm draws one arm of a cell, where there is none that is heavier.
func (l *lines) arm(x, y, arm, weight int) {
	a := &l.arms[y*l.width+x]
	if int(*a)/arm%3 < weight {
		*a += uint8(arm * (weight - int(*a)/arm%3))
	}
}

// box draws the border of a field.
func (l *lines) box(r treemap.Rect, weight int) {
	for x := r.X; x < r.X+r.W; x++ {
		for _, y := range [2]int{r.Y, r.Y + r.H} {
			l.arm(x, y, armRight, weight)
			l.arm(x+1, y, armLeft, weight)
		}
	}
	for y := r.Y; y < r.Y+r.H; y++ {
		for _, x := range [2]int{r.X, r.X + r.W} {
			l.arm(x, y, armDown, weight)
			l.arm(x, y+1, armUp, weight)
		}
	}
}

// text is what the cells from one column to another of a row look like.
func (l *lines) text(y, from, to int, ascii bool) string {
	var b strings.Builder
	for _, a := range l.arms[y*l.width+from : y*l.width+to] {
		if ascii {
			b.WriteByte(asciiLine(int(a)))
		} else {
			b.WriteRune(boxLines[a])
		}
	}
	return b.String()
}

// asciiLine is the sign of a combination of arms in ASCII: what is heavy has signs of its own.
func asciiLine(a int) byte {
	up, down, left, right := a/armUp%3, a/armDown%3, a/armLeft%3, a/armRight%3
	across, along := max(up, down), max(left, right)
	switch {
	case a == 0:
		return ' '
	case across == 0 && along == heavy:
		return '='
	case across == 0:
		return '-'
	case along == 0 && across == heavy:
		return '#'
	case along == 0:
		return '|'
	case across == heavy || along == heavy:
		return '#'
	}
	return '+'
}
