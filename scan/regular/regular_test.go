package regular

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "f")
	if err := os.WriteFile(name, []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	if b, err := ReadFile(name, 5); err != nil || string(b) != "12345" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := ReadFile(name, 4); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	if _, err := ReadFile(dir, 4); !errors.Is(err, ErrNot) {
		t.Errorf("a directory: %v", err)
	}
	if _, err := ReadFile(filepath.Join(dir, "none"), 4); !os.IsNotExist(err) {
		t.Errorf("missing: %v", err)
	}
	if _, err := Open(""); err == nil {
		t.Error("a file without a name was opened")
	}
	fi, err := os.Stat(name)
	if err != nil || Allocated(fi) < 0 {
		t.Errorf("allocated: %v", err)
	}
}
