//go:build unix

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// A studio is where pictures are taken: the built program and the made-up machine.
type studio struct {
	machine *cachetest.Machine
	dir     string // of the program
	path    string // of the go command
	light   bool
}

// patience is how long a text may take to come.
const patience = 30 * time.Second

// newStudio builds the program and the machine. Whatever is made is removed by close, or if it fails.
func newStudio(ctx context.Context, light bool) (s *studio, err error) {
	s = &studio{light: light}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	// The place is in the pictures, so it is always the same. What an earlier run left is removed; what is
	// not ours is refused.
	root := filepath.Join(os.TempDir(), "godoctor-pictures")
	if err := (&cachetest.Machine{Root: root}).RemoveAll(); err != nil {
		return s, err
	}
	if err := os.Mkdir(root, 0o700); err != nil {
		return s, err
	}
	if s.machine, err = cachetest.Demo(root, time.Now()); err != nil {
		s.machine = &cachetest.Machine{Root: root} // what there is of it is to be removed
		return s, err
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		return s, err
	}
	if tool, err = filepath.EvalSymlinks(tool); err != nil {
		return s, err
	}
	s.path = filepath.Dir(tool)
	if s.dir, err = os.MkdirTemp("", "godoctor-program-"); err != nil {
		return s, err
	}
	return s, command(ctx, "go", "build", "-trimpath", "-o", s.program(), "godoctor")
}

func (s *studio) program() string { return filepath.Join(s.dir, "godoctor") }

func (s *studio) close() {
	var errs []error
	if s.machine != nil {
		errs = append(errs, s.machine.RemoveAll())
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintf(os.Stderr, "screenshots: %v\n", err)
	}
}

// environ is the machine's environment with a terminal that shows everything.
func (s *studio) environ() []string {
	env := slices.DeleteFunc(s.machine.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return name == "LC_ALL" || name == "PATH"
	})
	// The go that builds the program, and no other place: what else is installed here is not to be seen.
	return append(env, "PATH="+s.path, "TERM=xterm-256color", "COLORTERM=truecolor", "TZ=UTC", "LANG=C.UTF-8")
}

// take makes one picture.
func (s *studio) take(ctx context.Context, sh shot) (picture, error) {
	o := tuitest.Options{
		Args: sh.args, Cols: sh.cols, Rows: sh.rows, Dir: s.machine.Home, Env: s.environ(), Light: s.light,
	}
	if len(sh.steps) == 0 {
		o.Rows = 100 // as long as it is; the rest is cut off
	}
	if err := s.forget(); err != nil {
		return picture{}, err
	}
	term, err := tuitest.Start(ctx, s.program(), o)
	if err != nil {
		return picture{}, err
	}
	defer term.Close() // kills what is still running
	if len(sh.steps) == 0 {
		return ofCommand(term, sh)
	}
	return ofScreen(term, sh)
}

// forget removes what the program remembers of the last shot: each is taken as if it were the first, and the
// order of the table changes none.
func (s *studio) forget() error {
	err := os.RemoveAll(filepath.Join(s.machine.Home, ".cache", "godoctor"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// ofCommand pictures what a command printed, below the line that it was called with.
func ofCommand(term *tuitest.Terminal, sh shot) (picture, error) {
	code, err := term.Wait(patience)
	if err != nil {
		return picture{}, err
	}
	if code != 0 {
		return picture{}, fmt.Errorf("godoctor ended with code %d:\n%s", code, strings.TrimSpace(term.Screen()))
	}
	line := "godoctor " + strings.Join(sh.args, " ")
	cells := append([][]tuitest.Cell{prompt(line, sh.cols)}, term.Cells()...)
	if sh.rows > 0 && len(cells) > sh.rows {
		cells = cells[:sh.rows]
	}
	for len(cells) > 1 && strings.TrimSpace(rowText(cells[len(cells)-1])) == "" {
		cells = cells[:len(cells)-1]
	}
	for _, row := range cells {
		mask(row)
	}
	return picture{title: line, cells: cells}, nil
}

// ofScreen pictures the terminal UI after the steps of the shot.
func ofScreen(term *tuitest.Terminal, sh shot) (picture, error) {
	for _, st := range sh.steps {
		if err := follow(term, st); err != nil {
			return picture{}, err
		}
	}
	cells := term.Cells()
	if x, y, visible := term.Cursor(); visible && y < len(cells) && x < len(cells[y]) {
		cells[y][x].Reverse = true // on the selected row it is a part of it
	}
	for _, row := range cells {
		mask(row)
	}
	return picture{title: cmp.Or(term.Title(), "godoctor"), cells: cells}, nil
}

// follow does what a step says, and waits until the screen is at rest: for longer than a question waits for who types ahead,
// or the next key would make it wait anew.
func follow(term *tuitest.Terminal, st step) error {
	const (
		most = 50 // keys, until something is there
		rest = 400 * time.Millisecond
	)
	if err := term.WaitText(patience, st.wait); err != nil {
		return err
	}
	for range most {
		if st.key != "" {
			if err := term.Keys(st.key); err != nil {
				return err
			}
		}
		if err := term.WaitIdle(patience, rest); err != nil {
			return err
		}
		if strings.Contains(term.Screen(), st.until) {
			return nil
		}
	}
	return fmt.Errorf("%q does not come by pressing %s; the screen:\n%s", st.until, st.key, term.Screen())
}

// prompt is a row with a command that somebody typed.
func prompt(line string, cols int) []tuitest.Cell {
	row := make([]tuitest.Cell, cols)
	for i := range row {
		row[i] = tuitest.Cell{Text: " ", Width: 1}
		if i >= 2 && i-2 < len(line) {
			row[i] = tuitest.Cell{Text: line[i-2 : i-1], Width: 1, Bold: true}
		}
	}
	row[0] = tuitest.Cell{Text: "$", Width: 1, Bold: true, Fg: tuitest.Color{Kind: tuitest.Indexed, Index: 2}}
	return row
}
