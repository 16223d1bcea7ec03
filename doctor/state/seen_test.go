package state

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func files(t *testing.T, h Home) []string {
	t.Helper()
	list, err := h.Seen()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range list {
		out = append(out, s.File)
	}
	return out
}

func TestSeen(t *testing.T) {
	h := HomeIn(t.TempDir())
	now := time.Now()
	root := t.TempDir()
	a, b, odd := filepath.Join(root, "a", "go.mod"), filepath.Join(root, "b", "go.work"), filepath.Join(root, "\xff", "go.mod")
	if got := files(t, h); got != nil {
		t.Errorf("nothing was seen: %q", got)
	}
	if err := h.See([]string{b, a, odd}, nil, 0, now); err != nil {
		t.Fatal(err)
	}
	if got := files(t, h); !slices.Equal(got, []string{a, b, odd}) {
		t.Errorf("got %q", got)
	}
	before, err := os.Stat(h.seenFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.See([]string{a}, nil, 0, now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(h.seenFile()); err != nil || !os.SameFile(before, after) {
		t.Error("the file was written again though nothing changed")
	}
	if err := h.See(nil, []string{b}, time.Hour, now); err != nil {
		t.Fatal(err)
	}
	if got := files(t, h); len(got) != 3 {
		t.Errorf("what is gone for a moment was forgotten: %q", got)
	}
	if err := h.See(nil, []string{b}, time.Hour, now.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := files(t, h); !slices.Equal(got, []string{a, odd}) {
		t.Errorf("got %q", got)
	}
}

// A damaged file is said, not overwritten: what it held may be somebody's only project.
func TestSeenDamaged(t *testing.T) {
	h := HomeIn(t.TempDir())
	if err := h.See([]string{filepath.Join(t.TempDir(), "go.mod")}, nil, 0, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.seenFile(), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Seen(); err == nil {
		t.Error("a damaged file was believed")
	}
	if err := h.See([]string{"/x/go.mod"}, nil, 0, time.Now()); err == nil {
		t.Error("a damaged file was replaced")
	}
	if err := Home("").See([]string{"/x/go.mod"}, nil, 0, time.Now()); err != nil {
		t.Error(err)
	}
}

func TestRate(t *testing.T) {
	h := HomeIn(t.TempDir())
	if r := h.Rate(); r != 0 {
		t.Errorf("nothing was measured: %v", r)
	}
	if err := h.SaveRate(1e6, time.Now()); err != nil {
		t.Fatal(err)
	}
	if r := h.Rate(); r != 1e6 {
		t.Errorf("got %v", r)
	}
	if err := os.WriteFile(h.rateFile(), []byte(`{"bytes_per_second":-1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := h.Rate(); r != 0 {
		t.Errorf("nonsense was believed: %v", r)
	}
}
