//go:build unix

package tuitest

import (
	"bytes"
	"image/color"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// A Cell is one place of the screen.
type Cell struct {
	Text   string // a character or a cluster of several; a space where nothing was written
	Width  int    // 2 for a wide character, and then 0 for the place that it also covers
	Fg, Bg Color

	Bold, Faint, Italic, Underline, Reverse, Strike bool
}

// A Color is as the program named it: what it looks like is up to the terminal's theme.
type Color struct {
	Kind    ColorKind
	Index   uint8 // for Indexed
	R, G, B uint8 // for RGB
}

// ColorKind says what a Color is.
type ColorKind uint8

// The kinds of colours. The first 16 indexed ones are those of the terminal's theme.
const (
	Default ColorKind = iota
	Indexed
	RGB
)

// emulate makes the screen.
func (t *Terminal) emulate(light bool) {
	t.emu = vt.NewEmulator(t.cols, t.rows)
	if light {
		t.emu.SetDefaultForegroundColor(color.Black)
		t.emu.SetDefaultBackgroundColor(color.White)
	}
	t.emu.SetCallbacks(vt.Callbacks{ // called from Write, with the lock held
		CursorVisibility: func(visible bool) { t.hidden = !visible },
		EnableMode:       func(m ansi.Mode) { t.mode(m, true) },
		DisableMode:      func(m ansi.Mode) { t.mode(m, false) },
	})
	for _, cmd := range []int{0, 2} { // vt's own handler drops a title with a semicolon in it
		t.emu.RegisterOscHandler(cmd, func(data []byte) bool {
			_, title, _ := bytes.Cut(data, []byte(";"))
			t.title = string(title)
			return true
		})
	}
}

func (t *Terminal) mode(m ansi.Mode, on bool) {
	switch m {
	case ansi.ModeCursorKeys:
		t.appKeys = on
	case ansi.ModeBracketedPaste:
		t.brackets = on
	}
}

// Size gives the columns and rows.
func (t *Terminal) Size() (cols, rows int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cols, t.rows
}

// Cells gives a copy of the screen, row by row, each of them as long as the screen is wide.
func (t *Terminal) Cells() [][]Cell {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cells()
}

func (t *Terminal) cells() [][]Cell {
	screen := make([][]Cell, t.rows)
	for y := range screen {
		row := make([]Cell, t.cols)
		covered := 0
		for x := range row {
			row[x] = toCell(t.emu.CellAt(x, y))
			switch {
			case covered > 0:
				row[x].Text, row[x].Width = "", 0
				covered--
			case row[x].Width > 1:
				covered = row[x].Width - 1
			}
		}
		screen[y] = row
	}
	return screen
}

func toCell(c *uv.Cell) Cell {
	if c == nil {
		return Cell{Text: " ", Width: 1}
	}
	s := c.Style
	cell := Cell{
		Text: c.Content, Width: c.Width, Fg: toColor(s.Fg), Bg: toColor(s.Bg),
		Bold: s.Attrs&uv.AttrBold != 0, Faint: s.Attrs&uv.AttrFaint != 0, Italic: s.Attrs&uv.AttrItalic != 0,
		Reverse: s.Attrs&uv.AttrReverse != 0, Strike: s.Attrs&uv.AttrStrikethrough != 0,
		Underline: s.Underline != uv.UnderlineNone,
	}
	if cell.Text == "" || cell.Width == 0 || s.Attrs&uv.AttrConceal != 0 {
		cell.Text, cell.Width = " ", 1
	}
	return cell
}

func toColor(c color.Color) Color {
	switch c := c.(type) {
	case nil:
		return Color{}
	case ansi.BasicColor:
		return Color{Kind: Indexed, Index: uint8(c)}
	case ansi.IndexedColor:
		return Color{Kind: Indexed, Index: uint8(c)}
	}
	r, g, b, a := c.RGBA()
	if a == 0 {
		return Color{}
	}
	return Color{Kind: RGB, R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8)}
}

// Lines gives the text of each row, without the spaces at its end.
func (t *Terminal) Lines() []string {
	lines := t.text()
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return lines
}

// Screen gives the text of the screen: as many lines as it has rows, without the spaces at their ends.
func (t *Terminal) Screen() string { return strings.Join(t.Lines(), "\n") }

// Padded gives the text of the screen with each line as wide as the screen.
func (t *Terminal) Padded() string { return strings.Join(t.text(), "\n") }

func (t *Terminal) text() []string {
	cells := t.Cells()
	lines := make([]string, len(cells))
	for y, row := range cells {
		var b strings.Builder
		for _, c := range row {
			b.WriteString(c.Text)
		}
		lines[y] = b.String()
	}
	return lines
}

// Cursor gives the place of the cursor, counted from 0, and whether it is shown.
func (t *Terminal) Cursor() (col, row int, visible bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := t.emu.CursorPosition()
	return p.X, p.Y, !t.hidden
}

// AltScreen says whether the program is on the alternate screen, which leaves no trace behind.
func (t *Terminal) AltScreen() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.emu.IsAltScreen()
}

// Title gives the window title that the program set last.
func (t *Terminal) Title() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.title
}

// Output gives the raw bytes that the program wrote, the last four megabytes of them.
func (t *Terminal) Output() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.out.bytes()
}
