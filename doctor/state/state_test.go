package state

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"godoctor/scan"
)

func TestIndexFile(t *testing.T) {
	d := In(filepath.Join(t.TempDir(), "cache"))
	if _, err := d.Index(); !os.IsNotExist(err) {
		t.Errorf("a missing index: %v", err)
	}
	x := &scan.Index{Written: time.Unix(1234, 5)}
	if err := d.SaveIndex(x); err != nil {
		t.Fatal(err)
	}
	got, err := d.Index()
	if err != nil || !got.Written.Equal(x.Written) {
		t.Errorf("got %v, %v", got, err)
	}
	fi, err := os.Stat(d.indexFile())
	if err != nil || fi.Mode().Perm()&0o077 != 0 {
		t.Errorf("mode %v, %v: others may read where this user's modules are", fi.Mode(), err)
	}
	entries, err := os.ReadDir(string(d))
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files left, %v", len(entries), err)
	}
}

// Whatever stands where the index should be, it is not used, not followed and not waited for.
func TestBadIndex(t *testing.T) {
	d := In(t.TempDir())
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.indexFile(), []byte("garbage"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Index(); err == nil {
		t.Error("garbage was used")
	}
	if err := os.Remove(d.indexFile()); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(d.indexFile(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Index(); err == nil {
		t.Error("a directory was used")
	}
	if err := d.SaveIndex(&scan.Index{}); err == nil {
		t.Error("an index was kept where a directory stands")
	}
}

// Without a place to keep things nothing is kept, and nothing fails.
func TestNowhere(t *testing.T) {
	var d Dir
	if err := d.SaveIndex(&scan.Index{}); err != nil {
		t.Error(err)
	}
	if _, err := d.Index(); err == nil {
		t.Error("an index from nowhere")
	}
}
