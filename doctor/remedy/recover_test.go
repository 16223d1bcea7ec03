package remedy

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/scan/cachetest"
)

// session starts one on the machine. Every change of a path that has the text in it fails.
func session(t *testing.T, m *cachetest.Machine, run, fails string) *Session {
	t.Helper()
	before := func(_, path string) error {
		if fails != "" && strings.Contains(path, fails) {
			return syscall.EIO
		}
		return nil
	}
	s, err := Start(context.Background(), state.Home(filepath.Join(m.Home, "state")),
		Options{ModCache: m.GOMODCACHE, Home: m.Home, Run: run, Before: before}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What could not be deleted once it was out of sight is tried again by every run, until it is gone; then no run looks for
// it any more.
func TestFailedIsEndedLater(t *testing.T) {
	m := machine(t, quick(t))
	it := versions(t, m, "example.com/a", 1, plan.Version)
	s := session(t, m, "20260101-000000-001", "data.txt")
	kept, run := s.Apply(context.Background(), &plan.Plan{Items: it}, plan.Options{})
	s.Close()
	if run.Failed != 1 || !kept.Left || len(traces(t, m.GOMODCACHE)) == 0 {
		t.Fatalf("nothing failed: %+v, left %v", run.Outcomes, kept.Left)
	}
	left := func(run, fails string) ([]string, bool) {
		s := session(t, m, run, fails)
		defer s.Close()
		r, err := s.home.Run(kept.ID)
		if err != nil {
			t.Fatal(err)
		}
		return s.Notes, r.Left
	}
	if notes, again := left("20260101-000000-002", "data.txt"); !again || len(notes) != 1 || !strings.Contains(notes[0], "left of "+it[0].Label()) {
		t.Errorf("it fails again: %q, left %v", notes, again)
	}
	if notes, again := left("20260101-000000-003", ""); again || len(notes) != 1 || !strings.Contains(notes[0], "that is ended") {
		t.Errorf("it can go now: %q, left %v", notes, again)
	}
	if names := traces(t, m.GOMODCACHE); len(names) > 0 {
		t.Errorf("left %q", names)
	}
	if notes, again := left("20260101-000000-004", ""); again || len(notes) > 0 {
		t.Errorf("nothing is left: %q, left %v", notes, again)
	}
}

// A purge that is broken off anywhere leaves nothing that is put back by halves, and the next run ends it.
func TestPurgeBrokenOff(t *testing.T) {
	for _, fails := range []string{"1.purged/a", "1.purged/cache", manifestFile, doneFile, "data.txt"} {
		m := machine(t, quick(t))
		it := versions(t, m, "example.com/a", 1, plan.Version)
		it[0].Tier = "hold"
		s := session(t, m, "20260101-000000-001", "")
		if _, run := s.Apply(context.Background(), &plan.Plan{Items: it}, plan.Options{}); run.Done != 1 {
			t.Fatalf("%+v", run.Outcomes)
		}
		s.Close()
		s = session(t, m, "20260101-000000-002", fails)
		held, err := s.Quarantined()
		if err != nil || len(held) != 1 {
			t.Fatal(held, err)
		}
		s.Empty(context.Background(), []string{held[0].Name}, nil)
		s.Close()
		session(t, m, "20260101-000000-003", "").Close()
		if now := states(t, m, it[0].Module, it[0].Version); now != "- - - " {
			t.Errorf("%s: it came back: %s", fails, now)
		}
		if names := tree(t, filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor")); len(names) > 2 {
			t.Errorf("%s: still in the quarantine: %v", fails, names)
		}
	}
}

// unmark makes an entry of the quarantine what it was a moment before it was whole.
func unmark(t *testing.T, m *cachetest.Machine, entry string) {
	t.Helper()
	if err := os.Remove(filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "quarantine", filepath.FromSlash(entry), doneFile)); err != nil {
		t.Fatal(err)
	}
}

// Where go has fetched anew what was not wholly moved into the quarantine, both stay: the entry waits for its end.
func TestFetchedAnew(t *testing.T) {
	m := machine(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	if err := m.Install(a); err != nil {
		t.Fatal(err)
	}
	it := item(t, m, a.Path, a.Version, plan.Version)
	it.Tier = "hold"
	s := session(t, m, "20260101-000000-001", "")
	run, _ := s.Apply(context.Background(), &plan.Plan{Items: []plan.Item{it}}, plan.Options{})
	s.Close()
	unmark(t, m, run.Items[0].Kept)
	if err := m.Install(a); err != nil {
		t.Fatal(err)
	}
	was := states(t, m, a.Path, a.Version)
	s = session(t, m, "20260101-000000-002", "")
	defer s.Close()
	held, err := s.Quarantined()
	if err != nil || len(held) != 1 || !held[0].Whole {
		t.Errorf("in the quarantine: %+v, %v; %q", held, err, s.Notes)
	}
	if now := states(t, m, a.Path, a.Version); now != was {
		t.Errorf("it was %s, and is %s", was, now)
	}
	s.Sweep(context.Background(), nil, func(m module.Version, _ int64, err error) { t.Error("again:", m, err) })
}
