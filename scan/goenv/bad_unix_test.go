//go:build unix

package goenv

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestFifo puts FIFOs in the place of every file that is read. go itself would hang.
func TestFifo(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"home/.config/go/env", "tree/go.env", "tree/VERSION", "home/.config/go/telemetry/mode", "tree/bin/go"} {
		file := w.write(name, "", 0o755)
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Mkfifo(file, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	done := make(chan *Env, 1)
	go func() { done <- w.load(w.input("GOROOT=$ROOT/tree", "PATH=$ROOT/tree/bin")) }()
	select {
	case e := <-done:
		wantProblem(t, e, "GOENV", "not a regular file")
		wantProblem(t, e, "", "go.env", "not a regular file")
		wantProblem(t, e, "GOTELEMETRY", "not a regular file")
		wantProblem(t, e, "GOROOT", filepath.Join(w.root, "tree/bin/go"))
	case <-time.After(time.Minute): // a guard, no measure
		t.Fatal("reading a FIFO hangs")
	}
}

// TestUnreadable is a GOENV file that belongs to somebody else, as after "sudo go env -w". Root may read it
// all the same, and so may go.
func TestUnreadable(t *testing.T) {
	w := newWorld(t)
	file := w.write("home/.config/go/env", "GOBIN=/b\n", 0o000)
	e := w.load(w.input())
	if _, err := os.ReadFile(file); err == nil {
		if e.Value("GOBIN") != "/b" {
			t.Error("a readable file was not read")
		}
		return
	}
	wantProblem(t, e, "GOENV", "permission denied", "sudo go env -w")
	if e.Value("GOBIN") != "" {
		t.Error("an unreadable file was read")
	}
}
