//go:build unix

package main

import (
	"fmt"

	"godoctor/ui/tui/tuitest"
)

// A theme is what a terminal looks like. Its colours are calm: the pictures stand in a page of text.
type theme struct {
	back, fore, bar, border, title string
	dots                           [3]string
	palette                        [16]string
}

var themes = map[string]theme{
	"dark": {
		back: "#1b1e26", fore: "#d3d7e0", bar: "#242832", border: "#3a404d", title: "#8d95a5",
		dots: [3]string{"#e0655c", "#dfb34c", "#57b560"},
		palette: [16]string{
			"#2b303b", "#e5737c", "#9ccb80", "#e3bf78", "#6fb1f0", "#c690e4", "#62bac6", "#c5cad4",
			"#6d7687", "#f08d95", "#b4dc9b", "#f0d296", "#8fc5f7", "#d8a9ef", "#82cfda", "#ffffff",
		},
	},
	"light": {
		back: "#fcfcfb", fore: "#2b303a", bar: "#eef0f2", border: "#cfd4da", title: "#6b7280",
		dots: [3]string{"#e0655c", "#dfb34c", "#57b560"},
		palette: [16]string{
			"#22262e", "#bf3547", "#357f35", "#8f6400", "#2463bd", "#8a3aa3", "#0d7481", "#565d6b",
			"#7d8593", "#d24b5b", "#3f9440", "#a87700", "#3577d4", "#9f4db9", "#13899a", "#101318",
		},
	},
}

// hex gives a colour of the screen, or the theme's own where the program named none.
func (t theme) hex(c tuitest.Color, own string) string {
	switch {
	case c.Kind == tuitest.RGB:
		return rgb(c.R, c.G, c.B)
	case c.Kind == tuitest.Default:
		return own
	case c.Index < 16:
		return t.palette[c.Index]
	case c.Index < 232:
		// The cube of 6x6x6 colours, as xterm has it.
		level := func(n uint8) uint8 {
			if n == 0 {
				return 0
			}
			return 55 + 40*n
		}
		n := c.Index - 16
		return rgb(level(n/36), level(n/6%6), level(n%6))
	}
	grey := 8 + 10*(c.Index-232)
	return rgb(grey, grey, grey)
}

func rgb(r, g, b uint8) string { return fmt.Sprintf("#%02x%02x%02x", r, g, b) }

// mix gives a colour between two: part 1 is the first.
func mix(a, b string, part float64) string {
	var x, y [3]uint8
	fmt.Sscanf(a, "#%02x%02x%02x", &x[0], &x[1], &x[2])
	fmt.Sscanf(b, "#%02x%02x%02x", &y[0], &y[1], &y[2])
	for i := range x {
		x[i] = uint8(float64(x[i])*part + float64(y[i])*(1-part) + 0.5)
	}
	return rgb(x[0], x[1], x[2])
}

// colours gives what a cell is drawn with.
func (t theme) colours(c tuitest.Cell) (fore, back string) {
	fore, back = t.hex(c.Fg, t.fore), t.hex(c.Bg, t.back)
	if c.Reverse {
		fore, back = back, fore
	}
	if c.Faint {
		fore = mix(fore, back, 0.62)
	}
	return fore, back
}
