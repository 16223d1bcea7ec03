//go:build unix

package remedy

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// A settings file that is changed, replaced or taken away while its new text is made stays as it is then, and so does one of which no
// new text can be made.
func TestRewriteChangedMeanwhile(t *testing.T) {
	refused := errors.New("refused")
	for what, c := range map[string]struct {
		do   func(name string) error
		text string
		want error
	}{
		"longer": {func(name string) error { return os.WriteFile(name, []byte("more\n"+sumText), 0o664) }, "more\n" + sumText, errChanged},
		"replaced": {func(name string) error {
			return errors.Join(os.WriteFile(name+"x", []byte(sumText), 0o664), os.Chmod(name+"x", 0o664), os.Rename(name+"x", name))
		}, sumText, errChanged},
		"refused":  {func(string) error { return refused }, sumText, refused},
		"as it is": {func(string) error { return nil }, "new\n", nil},
	} {
		s, name := sumFile(t, nil)
		err := s.rewrite(name, func(old []byte) ([]byte, error) {
			if string(old) != sumText {
				t.Errorf("%q", old)
			}
			return []byte("new\n"), c.do(name)
		})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v", what, err)
		}
		wantSum(t, what, name, c.text)
	}
	s, name := sumFile(t, nil)
	if err := s.rewrite(name, func([]byte) ([]byte, error) { return nil, os.Remove(name) }); !gone(err) || !errors.Is(err, errChanged) || exists(t, name) {
		t.Error(err)
	}
	never := func([]byte) ([]byte, error) {
		t.Error("it was asked for another text")
		return nil, refused
	}
	if err := s.rewrite(name, never); !gone(err) {
		t.Error(err)
	}
	if err := s.rewrite(filepath.Join(name, "x", "env"), never); !gone(err) {
		t.Error(err)
	}
	write(t, name, "")
	if err := os.Truncate(name, plan.SettingMax+1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{name, filepath.Dir(name)} {
		if err := s.rewrite(name, never); err == nil {
			t.Errorf("%s was rewritten", name)
		}
	}
	if err := syscall.Mkfifo(name+"x", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.rewrite(name+"x", never); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Error(err)
	}
}

// Temporary files of a run that was broken off go with the next edit, those of others stay, however many there are.
func TestRewriteDropsTemps(t *testing.T) {
	s, name := sumFile(t, nil)
	for _, n := range []string{"1", "2", "20260101-000000-001-1"} {
		write(t, name+".godoctor-"+n+".tmp", "x")
	}
	stay := []string{".godoctor-1", ".tmp", "godoctor-1.tmp", ".go-1.tmp"}
	for _, n := range stay {
		write(t, name+n, "of somebody")
	}
	if err := s.rewrite(name, func([]byte) ([]byte, error) { return []byte("new\n"), nil }); err != nil {
		t.Error(err)
	}
	list, err := os.ReadDir(filepath.Dir(name))
	if err != nil || len(list) != len(stay)+1 {
		t.Errorf("%v, %v", list, err)
	}
	for _, n := range stay {
		if b, _ := os.ReadFile(name + n); string(b) != "of somebody" {
			t.Errorf("%s: %q", n, b)
		}
	}
}

// Without what the file said before nothing is put back, and that is told.
func TestUneditSettingWithoutBackup(t *testing.T) {
	s, name := sumFile(t, nil)
	it := &state.RunItem{Result: "done", Root: name, Backup: name + ".bak", Edits: []state.LineEdit{{Line: 2, Old: "b v1 h1:y", New: "b"}}}
	if err := s.unmend(it); !gone(err) || !strings.Contains(err.Error(), name) {
		t.Error(err)
	}
	wantSum(t, "no backup", name, sumText)
	for _, nothing := range []state.RunItem{{Result: "failed", Backup: name}, {Result: "done"}, {Result: "", Kept: "x/1"}} {
		if err := s.unmend(&nothing); !errors.Is(err, ErrNoUndo) {
			t.Errorf("%+v: %v", nothing, err)
		}
	}
}
