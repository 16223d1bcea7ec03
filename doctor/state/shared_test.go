package state

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// A file that others read is replaced whole, with its mode, whatever it was before.
func TestWriteShared(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "godoctor.prom")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "other")
	if err := os.Link(file, other); err != nil {
		t.Fatal(err)
	}
	if err := WriteShared(file, []byte("new")); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(file); string(b) != "new" {
		t.Errorf("%q", b)
	}
	if b, _ := os.ReadFile(other); string(b) != "old" {
		t.Errorf("the old file was written into: %q", b)
	}
	if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != 0o644 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	if list, err := os.ReadDir(dir); len(list) != 2 || err != nil {
		t.Errorf("something was left: %v, %v", list, err)
	}
}

// What is not there, or is no file, is refused, and nothing is left.
func TestWriteSharedRefuses(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(os.DevNull, link); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{sub, link, filepath.Join(dir, "none", "x.prom")} {
		if err := WriteShared(file, []byte("x")); err == nil {
			t.Errorf("%q was written", file)
		}
		if err := WritePlan(file, []byte("x")); err == nil && filepath.Base(file) != "x.prom" {
			t.Errorf("%q was replaced by a plan", file)
		}
	}
	if fi, err := os.Lstat(link); err != nil || fi.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v", err)
	}
}

// Who reads while it is replaced sees one text or the other.
func TestWriteSharedWhole(t *testing.T) {
	file := filepath.Join(t.TempDir(), "godoctor.prom")
	texts := [2][]byte{bytes.Repeat([]byte("a"), 100000), bytes.Repeat([]byte("b"), 50000)}
	if err := WriteShared(file, texts[0]); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
			}
			if b, err := os.ReadFile(file); err != nil || !bytes.Equal(b, texts[0]) && !bytes.Equal(b, texts[1]) {
				t.Errorf("%d bytes were read: %v", len(b), err)
				return
			}
		}
	})
	for i := range 20 {
		if err := WriteShared(file, texts[i%2]); err != nil {
			t.Error(err)
		}
	}
	close(done)
	wg.Wait()
}
