//go:build unix

// Screenshots makes the pictures of the README: `go run ./screenshots`, at the top of the repository.
//
// It builds the program, makes the demonstration machine at a place that is always the same, runs every shot
// of the table in shots.go in a real pseudo-terminal, and writes what is on the emulated screen as SVG, and as
// PNG by rsvg-convert or a Chromium. The same program gives the same bytes. Nothing is written but below the
// directory that -o names and below the directory for temporary files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(os.Stderr, "screenshots: %v\n", err)
		os.Exit(1)
	}
}

// run takes the pictures that the arguments ask for.
func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("screenshots", flag.ContinueOnError)
	only := flags.String("only", "", "make the picture with this `name` only")
	out := flags.String("o", "screenshots", "write the pictures to this `directory`")
	name := flags.String("theme", "dark", "dark, or light, which makes NAME-light")
	svgOnly := flags.Bool("svg", false, "make no PNG")
	if err := flags.Parse(args); err != nil {
		return err
	}
	look, ok := themes[*name]
	if !ok {
		return fmt.Errorf("there is no theme %q: want dark or light", *name)
	}
	wanted, err := pick(*only)
	if err != nil {
		return err
	}
	convert, err := converter()
	if err != nil && !*svgOnly {
		return err
	}
	if err := os.MkdirAll(*out, 0o777); err != nil {
		return err
	}
	s, err := newStudio(ctx, *name == "light")
	if err != nil {
		return err
	}
	defer s.close()
	for _, sh := range wanted {
		p, err := s.take(ctx, sh)
		if err != nil {
			return fmt.Errorf("the picture %s: %w", sh.name, err)
		}
		file := filepath.Join(*out, sh.name)
		if *name != "dark" {
			file += "-" + *name
		}
		if err := os.WriteFile(file+".svg", p.svg(look), 0o666); err != nil {
			return err
		}
		fmt.Println(file + ".svg")
		if *svgOnly {
			continue
		}
		if err := errors.Join(convert(ctx, file+".svg", file+".png"), shrink(file+".png")); err != nil {
			return err
		}
		fmt.Println(file + ".png")
	}
	return nil
}

// pick gives the shots that are to be taken.
func pick(only string) ([]shot, error) {
	if only == "" {
		return shots, nil
	}
	names := ""
	for _, sh := range shots {
		if sh.name == only {
			return []shot{sh}, nil
		}
		names += " " + sh.name
	}
	return nil, fmt.Errorf("there is no picture %q: want one of%s", only, names)
}
