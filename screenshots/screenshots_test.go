//go:build unix

package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"io"
	"strings"
	"testing"

	"godoctor/ui/tui/tuitest"
)

// row makes cells of a text; a wide character is followed by the place that it covers too.
func row(text string) []tuitest.Cell {
	var cells []tuitest.Cell
	for _, r := range text {
		if r >= 0x1100 && r < 0x2000 || r >= 0x3000 {
			cells = append(cells, tuitest.Cell{Text: string(r), Width: 2}, tuitest.Cell{})
		} else {
			cells = append(cells, tuitest.Cell{Text: string(r), Width: 1})
		}
	}
	return cells
}

func draw1(rows ...[]tuitest.Cell) string {
	return string(picture{title: "t", cells: rows}.svg(themes["dark"]))
}

func TestTextKeepsToTheGrid(t *testing.T) {
	look := row("plain bold")
	for i := 6; i < 10; i++ {
		look[i].Bold = true
	}
	svg := draw1(row("two words   a < b & \"c\""), row("a世b"), look, row("x│y"), row("a --b"))
	for _, want := range []string{
		`<text x="0" y="15" textLength="81">two words</text>`,
		`<text x="108" y="15" textLength="99">a &lt; b &amp; &#34;c&#34;</text>`,
		`<text x="0" y="35" textLength="9">a</text>`,
		`<text x="9" y="35" textLength="18">世</text>`,
		`<text x="27" y="35" textLength="9">b</text>`,
		`<text x="0" y="55" textLength="45">plain</text>`,
		`<text x="54" y="55" textLength="36" font-weight="bold">bold</text>`,
		`<text x="0" y="75" textLength="9">x</text>`,
		`<text x="18" y="75" textLength="9">y</text>`,
		`<text x="0" y="95" textLength="27">a -</text>`,
		`<text x="27" y="95" textLength="18">-b</text>`,
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("there is no %s in\n%s", want, svg)
		}
	}
}

func TestLooks(t *testing.T) {
	dark := themes["dark"]
	for _, c := range []struct {
		cell       tuitest.Cell
		fore, back string
	}{
		{tuitest.Cell{}, dark.fore, dark.back},
		{tuitest.Cell{Reverse: true}, dark.back, dark.fore},
		{tuitest.Cell{Faint: true}, mix(dark.fore, dark.back, 0.62), dark.back},
		{tuitest.Cell{Fg: tuitest.Color{Kind: tuitest.Indexed, Index: 9}}, dark.palette[9], dark.back},
		{tuitest.Cell{Bg: tuitest.Color{Kind: tuitest.Indexed, Index: 16}}, dark.fore, "#000000"},
		{tuitest.Cell{Fg: tuitest.Color{Kind: tuitest.Indexed, Index: 208}}, "#ff8700", dark.back},
		{tuitest.Cell{Fg: tuitest.Color{Kind: tuitest.Indexed, Index: 255}}, "#eeeeee", dark.back},
		{tuitest.Cell{Fg: tuitest.Color{Kind: tuitest.RGB, R: 1, G: 2, B: 255}}, "#0102ff", dark.back},
	} {
		if fore, back := dark.colours(c.cell); fore != c.fore || back != c.back {
			t.Errorf("%+v is drawn %s on %s, want %s on %s", c.cell, fore, back, c.fore, c.back)
		}
	}
	if got := mix("#ff0000", "#0000ff", 0.5); got != "#800080" {
		t.Errorf("half red, half blue is %s", got)
	}
}

func TestShapes(t *testing.T) {
	for c := rune(0x2500); c <= 0x259f; c++ {
		d, opacity, ok := shape(string(c), 0, 0)
		diagonal := c >= 0x2571 && c <= 0x2573
		if ok == diagonal || ok && (d == "" || opacity <= 0 || opacity > 1) {
			t.Errorf("%c (U+%04X): %q, %v, %v", c, c, d, opacity, ok)
		}
	}
	for text, want := range map[string]string{
		"─": "M0 9.5h9v1h-9z",
		"│": "M4 0h1v20h-1z",
		"┌": "M4 9.5h5v1h-5zM4 9.5h1v10.5h-1z",
		"┘": "M0 9.5h5v1h-5zM4 0h1v10.5h-1z",
		"┼": "M0 9.5h9v1h-9zM4 0h1v20h-1z",
		"┝": "M3.5 9h5.5v2h-5.5zM4 0h1v20h-1z",
		"█": "M0 0h9v20h-9z",
		"▄": "M0 10h9v10h-9z",
		"▌": "M0 0h4.5v20h-4.5z",
		"▞": "M4.5 0h4.5v10h-4.5zM0 10h4.5v10h-4.5z",
	} {
		if got, _, _ := shape(text, 0, 0); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
	if _, _, ok := shape("x", 0, 0); ok {
		t.Error("a letter is a shape")
	}
}

// The same picture is the same bytes, and well-formed whatever is on the screen.
func TestSVG(t *testing.T) {
	var rows [][]tuitest.Cell
	for base := rune(0x20); base < 0x2600; base += 64 {
		var text []rune
		for c := base; c < base+64; c++ {
			text = append(text, c)
		}
		rows = append(rows, row(string(text)))
	}
	rows[3][5].Underline, rows[3][6].Strike, rows[3][7].Italic, rows[3][8].Reverse = true, true, true, true
	first := draw1(rows...)
	if draw1(rows...) != first {
		t.Error("drawn twice, the picture is not the same")
	}
	dec := xml.NewDecoder(strings.NewReader(first))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestMask(t *testing.T) {
	for _, c := range []struct{ row, want string }{
		{"nothing of the kind", "nothing of the kind"},
		{"38% of it (62.0 GiB free of 252 GiB)  x ", "38% of it (176 GiB free of 460 GiB)   x "},
		{"it (1 B free of 2 B)                x", "it (176 GiB free of 460 GiB)        x"},
		{"tabs            scanned 08:54, 1.2s ", "tabs           scanned 12:41, 180ms "},
		{"tabs           scanned 08:54, 133ms ", "tabs           scanned 12:41, 180ms "},
		{"242 d ago, 4 Mar 2026 10:00          ", "242 d ago, 24 Mar 2026 10:00         "},
		{"世 scanned 08:54, 133ms  ", "世\ufffd scanned 12:41, 180ms  "},
	} {
		cells := row(c.row)
		mask(cells)
		if got := rowText(cells); got != c.want {
			t.Errorf("%q is masked\n%q, want\n%q", c.row, got, c.want)
		}
	}
}

// A picture with more colours than a palette has keeps the rare ones apart from the frequent.
func TestReduce(t *testing.T) {
	src := image.NewNRGBA(image.Rect(0, 0, 40, 40))
	for i := range 40 * 40 {
		src.SetNRGBA(i%40, i/40, color.NRGBA{R: uint8(i / 7), G: uint8(i / 7), B: uint8(i / 6), A: 255})
	}
	green, clear := color.NRGBA{G: 200, A: 255}, color.NRGBA{}
	src.SetNRGBA(39, 39, clear)
	src.SetNRGBA(20, 20, green)
	a, b := reduce(src), reduce(src)
	if len(a.Palette) > 256 || !bytes.Equal(a.Pix, b.Pix) {
		t.Errorf("%d colours, the same twice: %v", len(a.Palette), bytes.Equal(a.Pix, b.Pix))
	}
	if a.At(20, 20) != color.Color(green) || a.At(39, 39) != color.Color(clear) {
		t.Errorf("the rare colours became %v and %v", a.At(20, 20), a.At(39, 39))
	}
	for i := range 40 * 40 {
		was, is := src.NRGBAAt(i%40, i/40), a.At(i%40, i/40).(color.NRGBA)
		if distance(was, is) > 8 {
			t.Fatalf("%v became %v", was, is)
		}
	}
}

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, sh := range shots {
		if sh.name == "" || seen[sh.name] || sh.cols == 0 || len(sh.steps) > 0 && sh.rows == 0 {
			t.Errorf("the shot %+v is not complete, or there twice", sh)
		}
		seen[sh.name] = true
	}
	for _, f := range films {
		if f.name == "" || seen[f.name] || f.cols == 0 || f.rows == 0 || len(f.scenes) < 2 {
			t.Errorf("the film %+v is not complete, or there twice", f)
		}
		seen[f.name] = true
		for i, sc := range f.scenes {
			if sc.wait == "" || sc.stays <= 0 {
				t.Errorf("%s: scene %d waits for nothing, or cannot be looked at", f.name, i)
			}
		}
	}
	if _, _, err := pick("nothing"); err == nil || !strings.Contains(err.Error(), "overview") {
		t.Errorf("asking for a picture that does not exist: %v", err)
	}
}

// An animation shows each of its pictures, though it stores only what changes.
func TestAnimate(t *testing.T) {
	red, blue := color.NRGBA{R: 255, A: 255}, color.NRGBA{B: 255, A: 255}
	var frames []image.Image
	for i := range 3 {
		f := image.NewNRGBA(image.Rect(0, 0, 8, 6))
		for k := range 8 * 6 {
			f.SetNRGBA(k%8, k/8, red)
		}
		f.SetNRGBA(0, 0, color.NRGBA{A: 20})
		f.SetNRGBA(2+i/2, 3, blue) // the second is as the first
		frames = append(frames, f)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, animate(frames, []scene{{stays: 10}, {stays: 20}, {stays: 30}})); err != nil {
		t.Fatal(err)
	}
	g, err := gif.DecodeAll(&b)
	if err != nil || len(g.Image) != 3 || g.Delay[2] != 30 {
		t.Fatalf("%v: %+v", err, g)
	}
	shown := image.NewNRGBA(image.Rect(0, 0, 8, 6))
	for i, p := range g.Image {
		draw.Draw(shown, p.Bounds(), p, p.Bounds().Min, draw.Over)
		for k := range 8 * 6 {
			want := frames[i].(*image.NRGBA).NRGBAAt(k%8, k/8)
			if want.A < 128 {
				want = color.NRGBA{}
			}
			if got := shown.NRGBAAt(k%8, k/8); got != want {
				t.Errorf("picture %d, %d,%d: %v, want %v", i, k%8, k/8, got, want)
			}
		}
	}
	if r := g.Image[1].Bounds(); r.Dx()*r.Dy() != 1 {
		t.Errorf("what did not change is stored as %v", r)
	}
}
