package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/doctor/compare"
	"godoctor/doctor/snapshot"
)

// compareLab is what the screen Compare asks, in a laboratory.
func compareLab(t *testing.T) (*checkLab, *screens) {
	l := newCheckLab(t)
	a := newApp(IO{Environ: l.m.Environ(), Stdin: strings.NewReader("never read"), Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer)})
	a.workDir, a.quiet = l.project, true
	return l, &screens{app: a, workers: 1}
}

// TestComparerSides: a side on the screen is what compare takes, beside that ~ is the home directory and - a file.
func TestComparerSides(t *testing.T) {
	l, s := compareLab(t)
	c := s.comparer()
	l.run(0, "snapshot", "-o", filepath.Join(l.m.Home, "mine.json"))
	_, err := l.m.Project("q", "module example.com/q\n\ngo 1.21\n", nil)
	l.must(err)
	for _, x := range []struct {
		arg, abs, project string
		local             bool
	}{
		{"here", "here", "example.com/p", true},
		{".", l.project, "example.com/p", true},
		{"../q/", filepath.Join(filepath.Dir(l.project), "q"), "example.com/q", true},
		{"~/mine.json", filepath.Join(l.m.Home, "mine.json"), "example.com/p", false},
	} {
		side, err := c.Side(t.Context(), x.arg)
		l.must(err)
		if side.Arg != x.abs || side.Local != x.local || side.Snapshot.Project == nil || side.Snapshot.Project.Module != x.project {
			t.Errorf("%q: %+v of %+v", x.arg, side, side.Snapshot.Project)
		}
	}
	if s.workDir != l.project || s.only != nil || s.noBranches {
		t.Error("a look has changed the program")
	}
	for _, arg := range []string{"-", "nothing", "~nobody/x"} {
		if _, err := c.Side(t.Context(), arg); err == nil || !strings.Contains(err.Error(), "cannot be read") {
			t.Errorf("%q: %v", arg, err)
		}
	}
}

// TestComparerSave: what J saves is a snapshot as the command writes it, of the project that is compared; it is listed, and
// nothing differs from it.
func TestComparerSave(t *testing.T) {
	l, s := compareLab(t)
	c := s.comparer()
	if list, err := c.Saved(); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	var files []string
	for _, side := range []string{"here", l.project, l.m.Home} {
		file, sum, err := c.Save(t.Context(), side)
		l.must(err)
		if want := map[bool]string{true: "example.com/p"}[side != l.m.Home]; sum.Project != want || sum.Settings < 30 {
			t.Errorf("%s: %+v", side, sum)
		}
		files = append(files, file)
	}
	if dir := filepath.Join(l.m.Home, ".local", "state", "godoctor", "snapshots"); filepath.Dir(files[0]) != dir || !strings.HasSuffix(files[1], "-example.com-p-2.json") ||
		!strings.HasSuffix(files[2], "-machine.json") {
		t.Errorf("saved as %q", files)
	}
	list, err := c.Saved()
	if err != nil || len(list) != 3 {
		t.Errorf("%v, %v", list, err)
	}
	kept, err := snapshot.ReadFile(t.Context(), files[0])
	l.must(err)
	here, err := c.Side(t.Context(), "here")
	l.must(err)
	if r := compare.Of(kept, here.Snapshot); len(r.Differences) != 0 || len(s.done) != 3 {
		t.Errorf("%+v; told: %q", r.Differences, s.done)
	}
}

// TestComparerPaths: the names that go on from what was typed, of files and directories alone.
func TestComparerPaths(t *testing.T) {
	l, s := compareLab(t)
	dir := filepath.Join(l.m.Home, "x")
	for _, name := range []string{"alpha.json", "alps/in", ".hidden", "beta", "be\x1bta"} {
		l.write(filepath.Join(dir, name), "")
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, "al-link")); err != nil && !errors.Is(err, fs.ErrPermission) {
		t.Log(err) // where links take a privilege there is none to leave out
	}
	for typed, want := range map[string]string{
		"~/x/":        `[{~/x/alpha.json false} {~/x/alps true} {~/x/be\x1bta false} {~/x/beta false}]`,
		"~/x/al":      "[{~/x/alpha.json false} {~/x/alps true}]",
		"~/x/.":       "[{~/x/.hidden false}]",
		dir + "/alps": "[{" + dir + "/alps true}]",
		"p.":          "[{p.go false}]",
		"~/y/":        "[]", "~/x/alpha.json/": "[]", "": "[{go.mod false} {go.sum false} {p.go false}]",
	} {
		if got := strings.ReplaceAll(fmt.Sprint(s.pathsNow(t.Context(), typed)), "\x1b", `\x1b`); got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
	for i := range namesShown + 20 {
		l.write(filepath.Join(dir, "many", fmt.Sprint(i)), "")
	}
	if got := s.pathsNow(t.Context(), dir+"/many/"); len(got) != namesShown {
		t.Errorf("%d names", len(got))
	}
}
