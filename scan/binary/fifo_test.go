//go:build unix

package binary

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A FIFO is never waited for, nor one that a link leads to.
func TestFifo(t *testing.T) {
	w := newWorld(t)
	must(t, syscall.Mkfifo(w.bin("fifo"), 0o755))
	far := filepath.Join(w.m.Home, "fifo")
	must(t, syscall.Mkfifo(far, 0o755))
	must(t, syscall.Symlink(far, w.bin("link")))
	f := w.find()
	for _, name := range []string{"fifo", "link"} {
		if b := w.one(f, w.bin(name)); b.Problem == "" || b.Size.Files != 1 {
			t.Errorf("%s: %+v", name, b)
		}
		if _, err := Read(w.bin(name)); err == nil || !strings.Contains(err.Error(), "regular") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
