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
	only := flags.String("only", "", "make the picture or the film with this `name` only")
	out := flags.String("o", "screenshots", "write the pictures to this `directory`")
	name := flags.String("theme", "both", "dark, or light, which makes NAME-light, or both")
	svgOnly := flags.Bool("svg", false, "make no PNG and no GIF")
	if err := flags.Parse(args); err != nil {
		return err
	}
	looks := []string{*name}
	if *name == "both" {
		looks = []string{"dark", "light"}
	} else if _, ok := themes[*name]; !ok {
		return fmt.Errorf("there is no theme %q: want dark, light or both", *name)
	}
	wanted, moving, err := pick(*only)
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
	for _, look := range looks {
		l := lab{look: themes[look], convert: convert, dir: *out, light: look == "light"}
		if l.light {
			l.suffix = "-" + look
		}
		// A film changes the machine, and so does a picture of what was removed: each gets one that is new.
		err := l.in(ctx, func() error { return l.pictures(ctx, wanted, *svgOnly) })
		if err == nil && len(moving) > 0 && !*svgOnly {
			err = l.in(ctx, func() error { return l.films(ctx, moving) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A lab writes the pictures of one theme.
type lab struct {
	studio  *studio // while in works
	light   bool
	look    theme
	convert converting
	dir     string
	suffix  string // of the names of files
}

// in works in a studio with a new machine.
func (l *lab) in(ctx context.Context, work func() error) error {
	s, err := newStudio(ctx, l.light)
	if err != nil {
		return err
	}
	defer s.close()
	l.studio = s
	return work()
}

func (l *lab) pictures(ctx context.Context, list []shot, svgOnly bool) error {
	for _, sh := range list {
		p, err := l.studio.take(ctx, sh)
		if err != nil {
			return fmt.Errorf("the picture %s: %w", sh.name, err)
		}
		file := filepath.Join(l.dir, sh.name+l.suffix)
		if err := os.WriteFile(file+".svg", p.svg(l.look), 0o666); err != nil {
			return err
		}
		fmt.Println(file + ".svg")
		if svgOnly {
			continue
		}
		if err := l.convert(ctx, file+".svg", file+".png", 2); err != nil {
			return err
		}
		if err := shrink(file + ".png"); err != nil {
			return err
		}
		fmt.Println(file + ".png")
	}
	return nil
}

func (l *lab) films(ctx context.Context, list []film) error {
	for _, f := range list {
		pictures, err := l.studio.shoot(ctx, f)
		if err != nil {
			return fmt.Errorf("the film %s: %w", f.name, err)
		}
		file := filepath.Join(l.dir, f.name+l.suffix+".gif")
		if err := develop(ctx, f, pictures, l.look, l.convert, file); err != nil {
			return err
		}
		fmt.Println(file)
	}
	return nil
}

// pick gives what is to be made.
func pick(only string) ([]shot, []film, error) {
	if only == "" {
		return shots, films, nil
	}
	names := ""
	for _, sh := range shots {
		if sh.name == only {
			return []shot{sh}, nil, nil
		}
		names += " " + sh.name
	}
	for _, f := range films {
		if f.name == only {
			return nil, []film{f}, nil
		}
		names += " " + f.name
	}
	return nil, nil, fmt.Errorf("there is no picture %q: want one of%s", only, names)
}
