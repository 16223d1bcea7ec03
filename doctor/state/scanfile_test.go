package state

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// A saved scan is replaced whole, for this user alone, whoever could read what was there before; a write that fails leaves
// that, and nothing else.
func TestWriteScan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	file := filepath.Join(dir, "scan.json")
	write := func(text string, err error) error {
		return WriteScan(file, func(w io.Writer) error {
			io.WriteString(w, text)
			return err
		})
	}
	if err := write("first", nil); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("made up")
	if err := write("half", broken); !errors.Is(err, broken) {
		t.Error(err)
	}
	if b, _ := os.ReadFile(file); string(b) != "first" {
		t.Errorf("%q", b)
	}
	if err := write("second", nil); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(file); string(b) != "second" {
		t.Errorf("%q", b)
	}
	if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	if list, err := os.ReadDir(dir); len(list) != 1 || err != nil {
		t.Errorf("something was left: %v, %v", list, err)
	}
	if err := WriteScan(dir, func(io.Writer) error { return nil }); err == nil {
		t.Error("a directory was replaced")
	}
	if err := WriteScan(os.DevNull, func(io.Writer) error { return nil }); err == nil {
		t.Error("a device was replaced")
	}
}
