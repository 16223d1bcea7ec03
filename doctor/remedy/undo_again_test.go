//go:build unix

package remedy

import (
	"errors"
	"os"
	"slices"
	"testing"

	"godoctor/doctor/plan"
)

// An undo that was killed, or that found no room to write down what it did, is begun again: what it has put back is there, and
// counts; the rest comes; then the run is undone.
func TestUndoAgain(t *testing.T) {
	m, items, of := waiting(t, 3)
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	for _, i := range []int{0, 2} {
		if _, err := s.Restore(of.Items[i].Kept); err != nil {
			t.Fatal(err)
		}
	}
	was := states(t, m, items[0].Module, items[0].Version)
	for range 2 {
		var told []int
		r := s.Undo(t.Context(), of, Installer{Go: "/nowhere/go"}, func(i int, err error) {
			if told = append(told, i); err != nil {
				t.Errorf("%d: %v", i, err)
			}
		})
		if !slices.Equal(told, []int{0, 1, 2}) || of.Undone != r.ID || kept(t, m, of.ID).Undone != r.ID {
			t.Errorf("told of %d: %+v", told, r)
		}
	}
	if now := states(t, m, items[0].Module, items[0].Version); now != was {
		t.Errorf("%s, was %s", now, was)
	}
	for _, it := range items {
		if !exists(t, partsOf(t, m, it.Module, it.Version)[2]) {
			t.Errorf("%s is not back", it.Label())
		}
	}
}

// What was purged is fetched, where it can be; what cannot be is a failure, and the run is not undone.
func TestUndoPurged(t *testing.T) {
	m, _, of := waiting(t, 2)
	if err := m.Publish(mod("example.com/net", "v1.0.0")); err != nil {
		t.Fatal(err)
	}
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	s.Purge(t.Context(), []string{of.Items[0].Kept, of.Items[1].Kept}, func(name string, _ int64, err error) {
		if err != nil {
			t.Error(name, err)
		}
	})
	of.Items[1].Module, of.Items[1].Version, of.Items[1].Hash = "example.com/net", "v1.0.0", ""
	of.Items[0].Module, of.Items[0].Version = "example.com/none", "v1.0.0"
	r := s.Undo(t.Context(), of, Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}, func(int, error) {})
	if r.Items[0].Result != "failed" || r.Items[1].Result != "done" || of.Undone != "" {
		t.Errorf("%+v", r.Items)
	}
	if !exists(t, partsOf(t, m, "example.com/net", "v1.0.0")[2]) {
		t.Error("it was not fetched")
	}
}

// What a repair had put aside, and what waits no more, cannot be brought back: that is said, and is no failure to try again.
func TestUnmendAgain(t *testing.T) {
	m, items, of := waiting(t, 1)
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	of.Kind, of.Items[0].Part = "repair", plan.FixFetch
	for k, want := range []string{"done", "skipped"} {
		var said error
		r := s.Undo(t.Context(), of, Installer{}, func(_ int, err error) { said = err })
		if r.Items[0].Result != want || errors.Is(said, errNoEntry) != (k == 1) || of.Undone != r.ID || kept(t, m, of.ID).Undone != r.ID {
			t.Errorf("%+v, %v", r, said)
		}
	}
	if !exists(t, partsOf(t, m, items[0].Module, items[0].Version)[2]) {
		t.Error("it is gone")
	}
}
