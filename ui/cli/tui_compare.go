package cli

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/ui/plain"
	"godoctor/ui/tui"
)

// comparer is what the screen Compare compares with: the same as compare and snapshot do.
func (s *screens) comparer() *tui.Comparer {
	return &tui.Comparer{Side: s.sideNow, Paths: s.pathsNow, Saved: s.savedNow, Save: s.snapshotNow}
}

// onMachine is the program for one look at the machine that the screens show. The made-up one is built where it is not there.
func (s *screens) onMachine() (*app, error) {
	s.mu.Lock()
	err := s.demoMachine()
	s.mu.Unlock()
	return s.apart(nil), err
}

// typedPath is a path that a person types where no shell makes a home directory of ~.
func (a *app) typedPath(arg string) string {
	if rest, ok := strings.CutPrefix(arg, "~"); ok && a.home() != "" && (rest == "" || os.IsPathSeparator(rest[0])) {
		return a.home() + rest
	}
	return arg
}

// sideNow looks at one side.
func (s *screens) sideNow(ctx context.Context, arg string) (tui.Side, error) {
	a, err := s.onMachine()
	if err != nil {
		return tui.Side{}, err
	}
	side := tui.Side{Arg: arg, Local: arg == "here"}
	if arg != "here" {
		side.Arg = filepath.Clean(a.at(a.typedPath(arg)))
		side.Local = isDir(side.Arg)
	}
	side.Snapshot, err = a.sideOf(ctx, side.Arg)
	return side, err
}

// Limits of the names that go on from a path: of those that are read, and of those that are shown.
const (
	namesRead  = 100_000
	namesShown = 200
)

// pathsNow lists the names that go on from what was typed. Hidden ones are listed to whom typed their dot.
func (s *screens) pathsNow(ctx context.Context, typed string) []tui.PathName {
	head, base := "", typed
	for i := len(typed) - 1; i >= 0 && head == ""; i-- {
		if os.IsPathSeparator(typed[i]) {
			head, base = typed[:i+1], typed[i+1:]
		}
	}
	a := s.apart(nil)
	dir, err := os.Open(a.at(cmp.Or(a.typedPath(head), ".")))
	if err != nil {
		return nil
	}
	defer dir.Close()
	var out []tui.PathName
	for read := 0; read < namesRead && ctx.Err() == nil; {
		list, err := dir.ReadDir(1000)
		read += len(list)
		for _, e := range list {
			if strings.HasPrefix(e.Name(), base) && (e.Name()[0] != '.' || base != "") {
				out = append(out, tui.PathName{Path: head + e.Name()})
			}
		}
		if err != nil || len(list) == 0 {
			break
		}
	}
	slices.SortFunc(out, func(a, b tui.PathName) int { return strings.Compare(a.Path, b.Path) })
	shown := out[:0]
	for _, p := range out {
		if fi, err := os.Stat(filepath.Join(dir.Name(), filepath.Base(p.Path))); err == nil && (fi.IsDir() || fi.Mode().IsRegular()) {
			p.Dir = fi.IsDir()
			shown = append(shown, p)
		}
		if len(shown) == namesShown || ctx.Err() != nil {
			break
		}
	}
	return shown
}

// savedNow lists the snapshots that were saved.
func (s *screens) savedNow() ([]tui.SavedSnapshot, error) {
	a, err := s.onMachine()
	if err != nil {
		return nil, err
	}
	a.settle()
	list, err := a.kept.Snapshots()
	out := make([]tui.SavedSnapshot, len(list))
	for i, x := range list {
		out[i] = tui.SavedSnapshot(x)
	}
	return out, err
}

// snapshotNow writes a snapshot of this machine, with the project of a side of it, into a file of the program's own.
func (s *screens) snapshotNow(ctx context.Context, side string) (string, report.SnapshotSummary, error) {
	a, err := s.onMachine()
	if err != nil {
		return "", report.SnapshotSummary{}, err
	}
	if side == "here" {
		side = ""
	}
	d, err := a.snapshotOf(ctx, side)
	if err != nil {
		return "", report.SnapshotSummary{}, err
	}
	sum := d.Summary.(report.SnapshotSummary)
	var b bytes.Buffer
	if err := plain.JSON(&b, d); err != nil {
		return "", sum, err
	}
	file, err := a.kept.SaveSnapshot(time.Now(), sum.Project, b.Bytes())
	if err == nil {
		s.did("saved a snapshot of this machine: %q", file)
	}
	return file, sum, err
}
