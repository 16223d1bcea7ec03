//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
)

// A converting makes a PNG of an SVG, so many times as large: twice is sharp on any display.
type converting func(ctx context.Context, svg, png string, zoom int) error

// converter finds what converts here.
func converter() (converting, error) {
	if tool, err := exec.LookPath("rsvg-convert"); err == nil {
		return func(ctx context.Context, svg, png string, zoom int) error {
			return command(ctx, tool, "--zoom", strconv.Itoa(zoom), "--output", png, svg)
		}, nil
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if tool, err := exec.LookPath(name); err == nil {
			return func(ctx context.Context, svg, png string, zoom int) error { return chromium(ctx, tool, svg, png, zoom) }, nil
		}
	}
	return nil, errors.New("no program to make a PNG: install rsvg-convert and the font " +
		"(apt-get install librsvg2-bin fonts-jetbrains-mono), or pass -svg")
}

var size = regexp.MustCompile(`width="(\d+)" height="(\d+)"`)

// chromium needs to be told the size: it would make a picture of a whole window.
func chromium(ctx context.Context, tool, svg, png string, zoom int) error {
	text, err := os.ReadFile(svg)
	if err != nil {
		return err
	}
	dim := size.FindSubmatch(text)
	if dim == nil {
		return fmt.Errorf("%q does not say how large it is", svg)
	}
	svg, err = filepath.Abs(svg)
	if err != nil {
		return err
	}
	return command(ctx, tool, "--headless=new", "--no-sandbox", "--hide-scrollbars", fmt.Sprintf("--force-device-scale-factor=%d", zoom),
		"--default-background-color=00000000", fmt.Sprintf("--window-size=%s,%s", dim[1], dim[2]),
		"--screenshot="+png, "file://"+svg)
}

// command runs a program, whose words are shown only if it fails.
func command(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, out)
	}
	return nil
}
