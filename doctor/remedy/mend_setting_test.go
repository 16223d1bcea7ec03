package remedy_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
)

// A desk is a GOENV file, and a machine that has nothing else: no cache is needed to edit settings.
type desk struct {
	t    *testing.T
	dir  string
	file string
	home state.Home
	fail func(op, path string) error
}

const goenvText = "GOPROXY=off\nGOROOT=/nonexistent\nGOFLAGS=-mod=mod"

func newDesk(t *testing.T) *desk {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	d := &desk{t: t, dir: dir, file: filepath.Join(dir, "go", "env"), home: state.Home(filepath.Join(dir, "state"))}
	must(t, os.Mkdir(filepath.Dir(d.file), 0o777))
	d.write(goenvText)
	return d
}

func (d *desk) write(text string) {
	d.t.Helper()
	must(d.t, os.WriteFile(d.file, []byte(text), 0o640))
	must(d.t, os.Chmod(d.file, 0o640))
}

func (d *desk) session(goenv string) *remedy.Session {
	d.t.Helper()
	s, err := remedy.Start(d.t.Context(), d.home, remedy.Options{Goenv: goenv, Home: d.dir, Before: func(op, path string) error {
		if d.fail != nil {
			return d.fail(op, path)
		}
		return nil
	}}, nil)
	must(d.t, err)
	return s
}

// edit edits a file, and gives the run and what became of it.
func (d *desk) edit(goenv, file string, edits ...finding.Edit) (*state.Run, plan.Outcome) {
	d.t.Helper()
	s := d.session(goenv)
	defer s.Close()
	var out plan.Outcome
	run := s.Mend(d.t.Context(), []plan.Step{{Fixes: []string{plan.FixSetting}, File: file, Edits: edits}}, remedy.Mender{},
		func(_ int, o plan.Outcome) { out = o })
	return run, out
}

// undo takes a run back as the command does: by what the history says of it.
func (d *desk) undo(run *state.Run) (said error) {
	d.t.Helper()
	of, err := d.home.Run(run.ID)
	must(d.t, err)
	s := d.session("")
	defer s.Close()
	s.Undo(d.t.Context(), of, remedy.Installer{}, func(_ int, err error) { said = err })
	return said
}

func (d *desk) want(text string) {
	d.t.Helper()
	b, err := os.ReadFile(d.file)
	must(d.t, err)
	if string(b) != text {
		d.t.Errorf("the file says %q, not %q", b, text)
	}
	if fi, err := os.Lstat(d.file); err != nil || fi.Mode() != 0o640 {
		d.t.Errorf("its mode is %v, %v", fi.Mode(), err)
	}
	if list, _ := filepath.Glob(filepath.Join(d.dir, "go", "*")); len(list) != 1 {
		d.t.Errorf("something lies about: %q", list)
	}
}

var (
	noRoot = finding.Edit{Line: 2, Old: "GOROOT=/nonexistent"}
	flags  = finding.Edit{Line: 3, Old: "GOFLAGS=-mod=mod", New: "GOFLAGS=-mod=readonly"}
	added  = finding.Edit{New: "GOSUMDB=off"}
)

// Lines go, change and come, and undo puts back every byte.
func TestSetting(t *testing.T) {
	for _, c := range []struct {
		name  string
		edits []finding.Edit
		text  string
	}{
		{"a line goes", []finding.Edit{noRoot}, "GOPROXY=off\nGOFLAGS=-mod=mod"},
		{"the last line goes", []finding.Edit{{Line: 3, Old: flags.Old}}, "GOPROXY=off\nGOROOT=/nonexistent\n"},
		{"a line changes", []finding.Edit{flags}, "GOPROXY=off\nGOROOT=/nonexistent\nGOFLAGS=-mod=readonly"},
		{"several", []finding.Edit{noRoot, flags, added}, "GOPROXY=off\nGOFLAGS=-mod=readonly\nGOSUMDB=off\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			run, out := d.edit(d.file, d.file, c.edits...)
			if out.Result != plan.Done {
				t.Fatal(out.Err)
			}
			d.want(c.text)
			if b, err := os.ReadFile(run.Items[0].Backup); string(b) != goenvText {
				t.Errorf("kept is %q, %v", b, err)
			}
			if err := d.undo(run); err != nil {
				t.Error(err)
			}
			d.want(goenvText)
		})
	}
}

// What somebody has written since stays, when the repair is taken back.
func TestSettingUndoLines(t *testing.T) {
	d := newDesk(t)
	run, _ := d.edit(d.file, d.file, noRoot, added)
	d.write("GOPROXY=off\nGOFLAGS=-v\nGOSUMDB=off\nGOBIN=/b\n")
	if err := d.undo(run); err != nil {
		t.Error(err)
	}
	d.want("GOPROXY=off\nGOROOT=/nonexistent\nGOFLAGS=-v\nGOBIN=/b\n")
	run, _ = d.edit(d.file, d.file, finding.Edit{Line: 3, Old: "GOFLAGS=-v", New: "GOFLAGS=-x"})
	d.write("GOFLAGS=-y\n")
	if err := d.undo(run); err == nil || !strings.Contains(err.Error(), run.Items[0].Backup) {
		t.Errorf("nobody is told where the old text is: %v", err)
	}
	d.want("GOFLAGS=-y\n")
}

// What is not as it was, or is not the GOENV file, is left alone.
func TestSettingRefused(t *testing.T) {
	d := newDesk(t)
	if _, out := d.edit(d.file, d.file, noRoot, finding.Edit{Line: 3, Old: "GOFLAGS=", New: "x"}); out.Result != plan.Skipped {
		t.Errorf("a line is not as it was: %+v", out)
	}
	if _, out := d.edit(d.file, d.file, finding.Edit{Line: 9, Old: "GOFLAGS="}); out.Result != plan.Skipped {
		t.Errorf("a line is not there: %+v", out)
	}
	if _, out := d.edit("", d.file, noRoot); out.Result != plan.Failed {
		t.Errorf("no settings are to be edited: %+v", out)
	}
	other := filepath.Join(d.dir, "other")
	must(t, os.WriteFile(other, []byte(goenvText), 0o666))
	if _, out := d.edit(d.file, other, noRoot); out.Result != plan.Skipped {
		t.Errorf("another file: %+v", out)
	}
	must(t, os.Link(d.file, filepath.Join(d.dir, "twice")))
	if _, out := d.edit(d.file, d.file, noRoot); out.Result != plan.Failed {
		t.Errorf("a file with two names: %+v", out)
	}
	d.want(goenvText)
}

// A GOENV file that is a link, as those who keep their settings in a repository have it, stays one.
func TestSettingLink(t *testing.T) {
	d := newDesk(t)
	link := filepath.Join(d.dir, "link")
	must(t, os.Symlink(filepath.Join("go", "env"), link))
	run, out := d.edit(link, d.file, noRoot)
	if out.Result != plan.Done {
		t.Fatal(out.Err)
	}
	d.want("GOPROXY=off\nGOFLAGS=-mod=mod")
	if to, err := os.Readlink(link); err != nil || to != filepath.Join("go", "env") {
		t.Error("the link is gone:", to, err)
	}
	if err := d.undo(run); err != nil {
		t.Error(err)
	}
	d.want(goenvText)
	if _, out := d.edit(link, link, noRoot); out.Result != plan.Skipped {
		t.Errorf("the link itself: %+v", out)
	}
}

// Whatever fails on the way, the file is the old one or the new one, and nothing lies beside it after the next edit.
func TestSettingFaults(t *testing.T) {
	for n := 1; ; n++ {
		d, left := newDesk(t), n
		var at []string
		d.fail = func(op, path string) error {
			if strings.HasPrefix(path, filepath.Dir(d.file)) {
				if left--; left == 0 {
					at = append(at, op)
					return errors.New("on purpose")
				}
			}
			return nil
		}
		_, out := d.edit(d.file, d.file, noRoot)
		if len(at) == 0 {
			if n < 4 {
				t.Errorf("only %d changes of the disk were seen", n-1)
			}
			return
		}
		text, err := os.ReadFile(d.file)
		must(t, err)
		if got := string(text); got != goenvText && !(slices.Contains(at, "sync") && got == "GOPROXY=off\nGOFLAGS=-mod=mod") || out.Result != plan.Failed {
			t.Errorf("%s failed: %+v, and the file says %q", at, out, text)
		}
		d.fail = nil
		d.write(goenvText)
		must(t, os.WriteFile(d.file+".godoctor-9-1.tmp", nil, 0o600)) // of a run that was killed
		if _, out := d.edit(d.file, d.file, noRoot); out.Result != plan.Done {
			t.Error(out.Err)
		}
		d.want("GOPROXY=off\nGOFLAGS=-mod=mod")
	}
}
