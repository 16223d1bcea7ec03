package state

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// Snapshots are kept for this user alone, none over another, and are listed the youngest first.
func TestSaveSnapshot(t *testing.T) {
	h, day := Home(t.TempDir()), time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var names []string
	for i, of := range []string{"example.com/ledger", "example.com/ledger", "", "../../etc/passwd", "\x1b[2J\u202e", strings.Repeat("long/", 40) + "end"} {
		file, err := h.SaveSnapshot(day, of, []byte{byte('0' + i)})
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Dir(file) != filepath.Join(string(h), "snapshots") || len(filepath.Base(file)) > 90 {
			t.Errorf("%q is kept as %q", of, file)
		}
		names = append(names, filepath.Base(file))
		if fi, err := os.Stat(file); err != nil || fi.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
			t.Errorf("%v, %v", fi, err)
		}
		at := day.Add(time.Duration(i) * time.Minute)
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"2026-11-22-example.com-ledger.json", "2026-11-22-example.com-ledger-2.json", "2026-11-22-machine.json", "2026-11-22-etc-passwd.json"}
	if !slices.Equal(names[:4], want) || !strings.HasSuffix(names[5], "long-end.json") {
		t.Errorf("%q", names)
	}
	if b, err := os.ReadFile(filepath.Join(string(h), "snapshots", want[0])); string(b) != "0" {
		t.Errorf("the first was written over: %q, %v", b, err)
	}
	if err := os.WriteFile(filepath.Join(string(h), "snapshots", "notes.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	list, err := h.Snapshots()
	if err != nil || len(list) != 6 || filepath.Base(list[5].File) != want[0] || filepath.Base(list[0].File) != names[5] {
		t.Errorf("%v, %v", list, err)
	}
}

// Where nothing is kept that is said; where nothing was saved there is nothing to list.
func TestNoSnapshots(t *testing.T) {
	if _, err := Home("").SaveSnapshot(time.Now(), "x", nil); err == nil {
		t.Error("saved nowhere")
	}
	for _, h := range []Home{"", Home(t.TempDir())} {
		if list, err := h.Snapshots(); err != nil || len(list) != 0 {
			t.Errorf("%q: %v, %v", h, list, err)
		}
	}
}
