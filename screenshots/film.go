//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/png"
	"os"
	"path/filepath"

	"godoctor/ui/tui/tuitest"
)

// A film is what somebody does, step by step: a picture after each, and how long it stays, in hundredths of a second.
type film struct {
	name       string
	cols, rows int
	scenes     []scene
}

// A scene is a step and the time to look at what came of it.
type scene struct {
	step
	stays int
}

// films is the table of them. A scene that waits for nothing would picture what is not there yet.
var films = []film{{name: "cleanup", cols: 100, rows: 30, scenes: []scene{
	{step{wait: scanned}, 250},
	{step{wait: scanned, key: "c", until: "Step 1 of 6"}, 350},
	{step{wait: "Step 1 of 6", key: "c", until: "Step 2 of 6"}, 250},
	{step{wait: "Step 2 of 6", key: "c", until: "Step 3 of 6"}, 300},
	{step{wait: "Step 3 of 6", key: "c", until: "y remove"}, 400},
	{step{wait: "y remove", key: "y", until: "Done: "}, 350},
	{step{wait: "Done: ", key: "z", until: "y take back"}, 300},
	{step{wait: "y take back", key: "y", until: "brought back"}, 500},
}}}

// shoot takes the pictures of a film.
func (s *studio) shoot(ctx context.Context, f film) ([]picture, error) {
	if err := s.forget(); err != nil {
		return nil, err
	}
	term, err := tuitest.Start(ctx, s.program(), tuitest.Options{Cols: f.cols, Rows: f.rows, Dir: s.machine.Home, Env: s.environ(), Light: s.light})
	if err != nil {
		return nil, err
	}
	defer term.Close()
	var list []picture
	for _, sc := range f.scenes {
		p, err := ofScreen(term, shot{steps: []step{sc.step}})
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// develop makes an animated GIF of the pictures of a film. The same pictures give the same bytes.
func develop(ctx context.Context, f film, list []picture, look theme, convert converting, file string) error {
	dir, err := os.MkdirTemp("", "godoctor-film-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var frames []image.Image
	for i, p := range list {
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := os.WriteFile(name+".svg", p.svg(look), 0o666); err != nil {
			return err
		}
		if err := convert(ctx, name+".svg", name+".png", 1); err != nil {
			return err
		}
		data, err := os.ReadFile(name + ".png")
		if err != nil {
			return err
		}
		frame, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			return err
		}
		frames = append(frames, frame)
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, animate(frames, f.scenes)); err != nil {
		return err
	}
	return os.WriteFile(file, out.Bytes(), 0o666)
}

// animate puts frames one after the other: of each but the first only the part that differs from the one before.
func animate(frames []image.Image, scenes []scene) *gif.GIF {
	out := &gif.GIF{}
	for i, p := range reduceAll(frames) {
		whole := p
		if i > 0 {
			p = p.SubImage(changed(frames[i-1], frames[i])).(*image.Paletted)
		} else {
			out.Config = image.Config{ColorModel: whole.Palette, Width: whole.Rect.Dx(), Height: whole.Rect.Dy()}
		}
		out.Image = append(out.Image, p)
		out.Delay = append(out.Delay, scenes[i].stays)
		out.Disposal = append(out.Disposal, gif.DisposalNone)
	}
	return out
}

// changed is the smallest rectangle outside of which two pictures of one size are the same; one pixel if they are.
func changed(a, b image.Image) image.Rectangle {
	all := a.Bounds()
	out := image.Rectangle{}
	for y := all.Min.Y; y < all.Max.Y; y++ {
		for x := all.Min.X; x < all.Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				out = out.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if out.Empty() {
		return image.Rect(all.Min.X, all.Min.Y, all.Min.X+1, all.Min.Y+1)
	}
	return out
}

// reduceAll gives pictures of one size in the same 256 colours. What is half seen through becomes whole or nothing: a GIF
// knows no more.
func reduceAll(frames []image.Image) []*image.Paletted {
	size := frames[0].Bounds().Size()
	strip := image.NewNRGBA(image.Rect(0, 0, size.X, size.Y*len(frames)))
	for i, f := range frames {
		draw.Draw(strip, image.Rect(0, i*size.Y, size.X, (i+1)*size.Y), f, f.Bounds().Min, draw.Src)
	}
	for i := 0; i < len(strip.Pix); i += 4 {
		if p := strip.Pix[i : i+4]; p[3] < 128 {
			clear(p)
		} else {
			p[3] = 255
		}
	}
	all := reduce(strip)
	out := make([]*image.Paletted, len(frames))
	for i := range out {
		out[i] = &image.Paletted{Pix: all.Pix[i*size.Y*all.Stride : (i+1)*size.Y*all.Stride], Stride: all.Stride,
			Rect: image.Rectangle{Max: size}, Palette: all.Palette}
	}
	return out
}
