//go:build linux || darwin || freebsd

package process

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestHeld(t *testing.T) {
	name := filepath.Join(t.TempDir(), "v1.0.0.lock")
	if held, known := Held(name); held || !known {
		t.Error("a lock that nobody ever made:", held, known)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if held, known := Held(name); held || !known {
		t.Error("free:", held, known)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if held, known := Held(name); !held || !known {
		t.Error("held:", held, known)
	}
	if held, known := Held(filepath.Dir(name)); held || known {
		t.Error("a directory:", held, known)
	}
}
