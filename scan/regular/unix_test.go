//go:build unix

package regular

import (
	"errors"
	"path/filepath"
	"syscall"
	"testing"
)

// A fifo is refused at once, with nobody at its other end.
func TestFifo(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(name, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(name); !errors.Is(err, ErrNot) {
		t.Errorf("got %v", err)
	}
	if _, err := OpenDir(name); !errors.Is(err, syscall.ENOTDIR) {
		t.Errorf("as a directory: %v", err)
	}
}
