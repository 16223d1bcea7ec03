//go:build unix

package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

const (
	sumText   = "a v1 h1:x\nb v1 h1:y\nc v1 h1:z\n"
	sumEdited = "a v1 h1:x\nb v1 h1:n\nc v1 h1:z\n"
)

var (
	sumEdit   = finding.Edit{Line: 2, Old: "b v1 h1:y", New: "b v1 h1:n"}
	sumUnedit = state.LineEdit{Line: 2, Old: "b v1 h1:y", New: "b v1 h1:n"}
)

// sumFile is a go.sum file that others of its group may write, and a session without caches. Changes of the disk go to before.
func sumFile(t *testing.T, before func(op, path string) error) (*Session, string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(quick(t))
	if err != nil {
		t.Fatal(err)
	}
	nothingOpen(t, dir)
	name := write(t, filepath.Join(dir, "p", "go.sum"), sumText)
	if err := os.Chmod(name, 0o664); err != nil { // a usual umask would take that away
		t.Fatal(err)
	}
	s, err := Start(context.Background(), state.Home(filepath.Join(dir, "state")), Options{Home: dir, Before: before}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, name
}

// wantSum compares a go.sum file, its mode, and what lies beside it.
func wantSum(t *testing.T, what, name, text string) {
	t.Helper()
	b, err := os.ReadFile(name)
	fi, err2 := os.Lstat(name)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if string(b) != text || fi.Mode() != 0o664 {
		t.Errorf("%s: %v %q, want %q", what, fi.Mode(), b, text)
	}
	if list, _ := os.ReadDir(filepath.Dir(name)); len(list) != 1 {
		t.Errorf("%s: something lies about: %v", what, list)
	}
}

// A go.sum file is edited and the edit taken back by the same way: mode and owner stay.
func TestSumThereAndBack(t *testing.T) {
	s, name := sumFile(t, nil)
	if os.Geteuid() == 0 { // who may give files away
		if err := os.Chown(name, 65534, 65533); err != nil {
			t.Fatal(err)
		}
	}
	owner := func() (uint32, uint32) {
		fi, err := os.Lstat(name)
		if err != nil {
			t.Fatal(err)
		}
		st := fi.Sys().(*syscall.Stat_t)
		return st.Uid, st.Gid
	}
	uid, gid := owner()
	for _, do := range []struct {
		text string
		err  error
	}{{sumEdited, s.editSum(name, []finding.Edit{sumEdit})}, {sumText, s.uneditSum(name, []state.LineEdit{sumUnedit})}} {
		if do.err != nil {
			t.Error(do.err)
		}
	}
	wantSum(t, "there and back", name, sumText)
	if u, g := owner(); u != uid || g != gid {
		t.Errorf("it was %d's (%d), and is %d's (%d)", uid, gid, u, g)
	}
	if err := s.editSum(name, []finding.Edit{sumEdit}); err != nil {
		t.Error(err)
	}
	wantSum(t, "edited", name, sumEdited)
}

// What an edit that was killed has left goes with the next one; what is only called alike stays.
func TestSumTidies(t *testing.T) {
	s, name := sumFile(t, nil)
	left := name + ".godoctor-20260101-000000-001-3.tmp"
	others := []string{name + ".godoctor-mine.tmp", name + ".godoctor-1", name + ".tmp", filepath.Join(filepath.Dir(name), "x.godoctor-1-1.tmp")}
	for _, file := range append(others, left) {
		write(t, file, "half")
	}
	dir := name + ".godoctor-1-2.tmp"
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := s.editSum(name, []finding.Edit{sumEdit}); err != nil {
		t.Error(err)
	}
	if exists(t, left) {
		t.Error("it is left")
	}
	for _, file := range append(others, dir) {
		if !exists(t, file) {
			t.Errorf("%s is gone", file)
		}
	}
}

// What is no go.sum file by name or kind, has two names, is not there, is held by a go command, or says something else is left
// alone, whether it is edited or an edit is taken back.
func TestSumRefused(t *testing.T) {
	for what, c := range map[string]struct {
		do   func(t *testing.T, name string) string // gives the name to edit
		want error
	}{
		"another file": {func(t *testing.T, name string) string {
			return write(t, filepath.Dir(filepath.Dir(name))+"/go.mod", sumText)
		}, errNotNamed},
		"relative":         {func(t *testing.T, name string) string { t.Chdir(filepath.Dir(name)); return "go.sum" }, errNotNamed},
		"no directory":     {func(t *testing.T, name string) string { return filepath.Dir(name) + "/none/go.sum" }, os.ErrNotExist},
		"no file":          {func(t *testing.T, name string) string { return filepath.Dir(name) + "/none.sum" }, os.ErrNotExist},
		"below a file":     {func(t *testing.T, name string) string { return name + "/go.sum" }, syscall.ENOTDIR},
		"a link":           {func(t *testing.T, name string) string { return linked(t, os.Symlink, name) }, nil},
		"two names":        {func(t *testing.T, name string) string { return linked(t, os.Link, name) }, nil},
		"it is locked":     {func(t *testing.T, name string) string { heldLock(t, name); return name }, errBusy},
		"it says another":  {func(t *testing.T, name string) string { write(t, name, "\n"+sumText); return name }, errChanged},
		"it is too short":  {func(t *testing.T, name string) string { write(t, name, "a v1 h1:x\n"); return name }, errChanged},
		"it is very large": {func(t *testing.T, name string) string { grown(t, name); return name }, nil},
	} {
		for _, undo := range []bool{false, true} {
			t.Run(what, func(t *testing.T) {
				s, file := sumFile(t, nil)
				name := c.do(t, file)
				was := tree(t, filepath.Dir(file))
				err := s.editSum(name, []finding.Edit{sumEdit})
				if undo {
					err = s.uneditSum(name, []state.LineEdit{sumUnedit})
				}
				if err == nil || c.want != nil && !errors.Is(err, c.want) {
					t.Errorf("undo %v: %v, want %v", undo, err, c.want)
				}
				sameTree(t, what, was, tree(t, filepath.Dir(file)))
				if o := outcomeOf(err); errors.Is(c.want, errBusy) != o.Busy || (c.want == errChanged) && o.Result != plan.Skipped || c.want == errNotNamed && o.Result != plan.Failed {
					t.Errorf("%v is told as %+v", err, o)
				}
			})
		}
	}
}

func linked(t *testing.T, link func(from, to string) error, name string) string {
	t.Helper()
	to := filepath.Join(filepath.Dir(name), "twin.sum")
	if err := link(name, to); err != nil {
		t.Fatal(err)
	}
	return to
}

// heldLock holds the lock of a file until the test ends.
func heldLock(t *testing.T, name string) {
	t.Helper()
	lock, err := opened(t, filepath.Dir(name)).lock(filepath.Base(name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lock.Close() })
}

func grown(t *testing.T, name string) {
	t.Helper()
	if err := os.Truncate(name, sumMax+1); err != nil {
		t.Fatal(err)
	}
}

// Whatever fails on the way, the file is the old one or the new one, and nothing lies beside it.
func TestSumFaults(t *testing.T) {
	for _, undo := range []bool{false, true} {
		seen := ""
		for at := 1; ; at++ {
			n, hit := 0, ""
			s, name := sumFile(t, func(op, path string) error {
				if n++; n == at {
					hit = op
					return syscall.EIO
				}
				return nil
			})
			text, err := sumEdited, error(nil)
			if undo {
				if err := os.WriteFile(name, []byte(sumEdited), 0o664); err != nil {
					t.Fatal(err)
				}
				text = sumText
				err = s.uneditSum(name, []state.LineEdit{sumUnedit})
			} else {
				err = s.editSum(name, []finding.Edit{sumEdit})
			}
			if hit == "" {
				wantSum(t, "no fault", name, text)
				break
			}
			seen += hit + " "
			if !errors.Is(err, syscall.EIO) {
				t.Errorf("%s fails: %v", hit, err)
			}
			if hit != "sync" { // by then the new one has its name
				text = map[bool]string{false: sumText, true: sumEdited}[undo]
			}
			wantSum(t, hit, name, text)
		}
		if strings.Join(strings.Fields(seen), " ") != "create rename sync" {
			t.Errorf("undo %v: changes of the disk: %s", undo, seen)
		}
	}
}

// Lines go, change and come; what is not as it was is no reason to change anything else.
func TestEdited(t *testing.T) {
	for _, c := range []struct {
		text  string
		edits []finding.Edit
		want  string // "": refused
	}{
		{sumText, []finding.Edit{sumEdit}, sumEdited},
		{sumText, []finding.Edit{{Line: 1, Old: "a v1 h1:x"}, {Line: 3, Old: "c v1 h1:z", New: "d"}}, "b v1 h1:y\nd\n"},
		{"a\nb", []finding.Edit{{Line: 2, Old: "b", New: "c"}}, "a\nc"},
		{"a\nb", []finding.Edit{{New: "c"}}, "a\nb\nc\n"},
		{"a\n", []finding.Edit{{New: "b"}, {New: "c"}}, "a\nb\nc\n"},
		{"a\r\nb\n", []finding.Edit{{Line: 1, Old: "a\r", New: "c"}}, "c\nb\n"},
		{"a\nb", []finding.Edit{{Line: 2, Old: "b"}, {New: "c"}}, "a\nc\n"},
		{sumText, []finding.Edit{sumEdit, {Line: 1, Old: "a"}}, ""},
		{sumText, []finding.Edit{{Line: -1, Old: ""}}, ""},
		{"a\nb", []finding.Edit{{Line: 3, Old: ""}}, ""},
		{"a\nb", []finding.Edit{{Line: 4, Old: "b"}}, ""},
	} {
		got, err := edited([]byte(c.text), c.edits)
		if string(got) != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, errChanged) {
			t.Errorf("%q, %+v: %q, %v; want %q", c.text, c.edits, got, err, c.want)
		}
	}
}

// Edits are taken back by what stands there now: lines that were removed come to where those before them have moved, and all of
// it or nothing.
func TestUnedited(t *testing.T) {
	for _, c := range []struct {
		text  string
		edits []state.LineEdit
		want  string // "": refused
	}{
		{sumEdited, []state.LineEdit{sumUnedit}, sumText},
		{"b\nd\n", []state.LineEdit{{Line: 1, Old: "a"}, {Line: 3, Old: "c", New: "d"}}, "a\nb\nc\n"},
		{"b\nd\n", []state.LineEdit{{Line: 3, Old: "c", New: "d"}, {Line: 1, Old: "a"}}, "a\nb\nc\n"}, // in whatever order
		{"a\n", []state.LineEdit{{Line: 2, Old: "b"}, {Line: 3, Old: "c"}}, "a\nb\nc\n"},
		{"a", []state.LineEdit{{Line: 2, Old: "b"}}, "a\nb\n"}, // somebody took the line end away
		{"a\nnew\nb\n", []state.LineEdit{{New: "new"}}, "a\nb\n"},
		{"new\na\nnew\n", []state.LineEdit{{New: "new"}}, "new\na\n"}, // the last of them is ours
		{"new\n", []state.LineEdit{{New: "new"}, {Line: 1, Old: "a"}}, "a\n"},
		{"a\nb", []state.LineEdit{{Line: 2, Old: "c", New: "b"}}, "a\nc"},
		{"a\nb\n", []state.LineEdit{{New: "new"}}, ""},
		{"a\nb", []state.LineEdit{{Line: 3, Old: "c", New: "d"}}, ""},
		{"a\nb", []state.LineEdit{{Line: 4, Old: "c"}}, ""},
		{"a\nb", []state.LineEdit{{Line: 5, Old: "c", New: "d"}}, ""},
		{"a\nb", []state.LineEdit{{Line: -1, Old: "c", New: "d"}}, ""},
		{"a\nb\n", []state.LineEdit{{Line: 1, Old: "x", New: "a"}, {Line: 2, Old: "y", New: "z"}}, ""},
	} {
		got, err := unedited([]byte(c.text), c.edits)
		if string(got) != c.want || (err == nil) != (c.want != "") || err != nil && !errors.Is(err, errChanged) {
			t.Errorf("%q, %+v: %q, %v; want %q", c.text, c.edits, got, err, c.want)
		}
	}
}
