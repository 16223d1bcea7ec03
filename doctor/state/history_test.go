package state

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Runs come back as they were, the youngest first; what is damaged is said, and hides nothing else.
func TestRuns(t *testing.T) {
	h := HomeIn(t.TempDir())
	if runs, err := h.Runs(); err != nil || len(runs) != 0 {
		t.Fatal(runs, err)
	}
	now := time.Date(2026, 11, 26, 21, 0, 0, 0, time.UTC)
	for i, id := range []string{"20261126-210000-000", "20261126-220000-000", "20260101-000000-000"} {
		r := &Run{ID: id, Kind: "clean", Started: now.Add(-time.Duration(i) * 150 * 24 * time.Hour),
			Items: []RunItem{{Module: "example.com/a", Version: "v1.0.0", Part: "version", Result: "done", Hash: "h1:x"}}}
		if i != 1 {
			r.Finished = r.Started.Add(time.Second)
		}
		if err := h.SaveRun(r); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := h.Runs()
	if err != nil || len(runs) != 3 || runs[0].ID != "20261126-220000-000" || !runs[0].Interrupted() || runs[1].Items[0].Hash != "h1:x" {
		t.Fatalf("%+v, %v", runs, err)
	}
	if err := h.TrimRuns(now); err != nil {
		t.Fatal(err)
	}
	if runs, _ = h.Runs(); len(runs) != 2 || runs[1].ID != "20261126-210000-000" {
		t.Errorf("%+v", runs)
	}
	if err := os.WriteFile(filepath.Join(string(h), "runs", "20261126-230000-000.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if runs, err = h.Runs(); err == nil || len(runs) != 2 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
	err = h.TrimRuns(now.Add(runsFor + time.Hour))
	if runs, _ = h.Runs(); err == nil || len(runs) != 1 || !runs[0].Interrupted() {
		t.Errorf("what is damaged keeps the others from being forgotten: %+v, %v", runs, err)
	}
	for _, id := range []string{"", "../../x", "a", strings.Repeat("1", 41), "20261126/1"} {
		if _, err := h.Run(id); err == nil {
			t.Errorf("%q is a run", id)
		}
		if err := h.SaveRun(&Run{ID: id}); err == nil {
			t.Errorf("%q was saved", id)
		}
	}
}

// What a clean every ten minutes writes down in a week stays until nothing of it can be undone any more, and then no more than some.
func TestTrimMany(t *testing.T) {
	h := HomeIn(t.TempDir())
	now := time.Date(2026, 11, 26, 22, 0, 0, 0, time.UTC)
	for i := range runsKept + 20 {
		started := now.Add(-time.Duration(i) * 10 * time.Minute)
		if err := h.SaveRun(&Run{ID: started.Format("20060102-150405") + "-000", Kind: "clean", Started: started, Finished: started}); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []struct {
		later time.Duration
		want  int
	}{{0, runsKept + 20}, {runsAtAll + 24*time.Hour, runsKept}} {
		if err := h.TrimRuns(now.Add(at.later)); err != nil {
			t.Fatal(err)
		}
		if runs, err := h.Runs(); err != nil || len(runs) != at.want {
			t.Errorf("after %v: %d runs, %v", at.later, len(runs), err)
		}
	}
}

// The lock names who has it, and is free after its end.
func TestLockRuns(t *testing.T) {
	h := HomeIn(t.TempDir())
	unlock, err := h.LockRuns()
	if err != nil {
		t.Fatal(err)
	}
	var busy *BusyError
	if _, err := h.LockRuns(); !errors.As(err, &busy) || !strings.Contains(busy.Who, "pid ") {
		t.Fatalf("%v", err)
	}
	unlock()
	if unlock, err = h.LockRuns(); err != nil {
		t.Fatal(err)
	}
	unlock()
}
