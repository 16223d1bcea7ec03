//go:build unix

package main

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"slices"
)

// shrink writes a PNG again with at most 256 colours, to a third of its size. A picture of a terminal has a
// few colours and the edges of glyphs between them; nobody sees the difference, and everybody loads it.
func shrink(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	src, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, reduce(src)); err != nil {
		return err
	}
	if out.Len() >= len(data) {
		return nil
	}
	return os.WriteFile(file, out.Bytes(), 0o666)
}

// reduce gives the picture in at most 256 colours, so chosen that the largest error of any pixel is small: the
// most frequent ones alone would turn the one green letter of a picture grey.
func reduce(src image.Image) *image.Paletted {
	bounds := src.Bounds()
	whole := image.NewNRGBA(bounds)
	draw.Draw(whole, bounds, src, bounds.Min, draw.Src)
	count := map[color.NRGBA]int{}
	for i := 0; i < len(whole.Pix); i += 4 {
		count[pixel(whole.Pix[i:])]++
	}
	order := slices.SortedFunc(maps.Keys(count), func(a, b color.NRGBA) int {
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B), int(a.A)-int(b.A))
	})
	palette, index := choose(order)
	dst := image.NewPaletted(bounds, palette)
	for i := 0; i < len(whole.Pix); i += 4 {
		dst.Pix[i/4] = index[pixel(whole.Pix[i:])]
	}
	return dst
}

// choose gives a palette, and which of it stands for each colour: one that is nowhere further away than the
// smallest distance for which 256 are enough.
func choose(order []color.NRGBA) (color.Palette, map[color.NRGBA]uint8) {
	for limit := 0; ; limit++ {
		var chosen []color.NRGBA
		index := make(map[color.NRGBA]uint8, len(order))
		for _, c := range order {
			near := slices.IndexFunc(chosen, func(have color.NRGBA) bool { return distance(have, c) <= limit })
			if near < 0 {
				near = len(chosen)
				chosen = append(chosen, c)
			}
			if near > 255 {
				break
			}
			index[c] = uint8(near)
		}
		if len(chosen) > 256 {
			continue
		}
		palette := make(color.Palette, len(chosen))
		for i, c := range chosen {
			palette[i] = c
		}
		return palette, index
	}
}

// distance is the largest difference in any part of two colours.
func distance(a, b color.NRGBA) int {
	part := func(x, y uint8) int { return max(int(x)-int(y), int(y)-int(x)) }
	return max(part(a.R, b.R), part(a.G, b.G), part(a.B, b.B), part(a.A, b.A))
}

func pixel(p []byte) color.NRGBA { return color.NRGBA{R: p[0], G: p[1], B: p[2], A: p[3]} }
