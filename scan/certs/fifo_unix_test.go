//go:build unix

package certs

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A fifo that SSL_CERT_DIR or SSL_CERT_FILE names is no place, and is not waited for.
func TestFifo(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(fifo, 0o644); err != nil {
		t.Fatal(err)
	}
	got := make(chan Found, 1)
	go func() {
		got <- Look(Input{GOOS: "linux", Now: time.Now(), Files: []string{}, Dirs: []string{}, Getenv: func(string) string { return fifo }})
	}()
	select {
	case f := <-got:
		if f.Any || len(f.Named) != 2 || f.Named[0].Err == nil || f.Named[1].Err == nil {
			t.Errorf("%+v", f)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for a fifo")
	}
}
