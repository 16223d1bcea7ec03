package state

import (
	"os"
	"testing"
	"time"
)

// What an edited text said is kept for this user alone, the oldest of a run, and forgotten with the run.
func TestBackup(t *testing.T) {
	h, now := Home(t.TempDir()), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const file = "/home/u/.config/go/env"
	for _, text := range []string{"GOFLAGS=-x\n", "later\n"} {
		if err := h.SaveBackup("20260102-030405-000", file, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	at := h.BackupFile("20260102-030405-000", file)
	if b, err := os.ReadFile(at); string(b) != "GOFLAGS=-x\n" {
		t.Errorf("%q, %v", b, err)
	}
	if fi, err := os.Stat(at); err != nil || fi.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	run := &Run{ID: "20260102-030405-000", Kind: "repair", Started: now, Finished: now, Items: []RunItem{{Root: file, Backup: at}}}
	if err := h.SaveRun(run); err != nil {
		t.Fatal(err)
	}
	if runs, err := h.Runs(); err != nil || len(runs) != 1 {
		t.Errorf("%v, %v", runs, err)
	}
	if err := h.TrimRuns(now.Add(runsFor + time.Hour)); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(at); !os.IsNotExist(err) {
		t.Error("it is still there:", err)
	}
	if err := Home("").SaveBackup("20260102-030405-000", file, nil); err == nil {
		t.Error("nowhere is nothing kept")
	}
	if err := h.SaveBackup("../x", file, nil); err == nil {
		t.Error("what is no run has a backup")
	}
}
