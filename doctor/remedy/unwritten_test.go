package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// Where the history cannot be written, what may not come back is put back: no run says that it waits, so nobody could undo it.
func TestUnwritten(t *testing.T) {
	for _, inPlace := range []bool{false, true} {
		m := machine(t, quick(t))
		it := versions(t, m, "example.com/a", 1, plan.Version)
		it[0].Tier = "hold"
		was := states(t, m, "example.com/a", it[0].Version)
		home := filepath.Join(m.Home, "state")
		if err := errors.Join(os.MkdirAll(home, 0o700), os.WriteFile(filepath.Join(home, "runs"), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		s, err := Start(context.Background(), state.Home(home), Options{ModCache: m.GOMODCACHE, Home: m.Home, Run: "20260101-000000-001",
			Before: func(op, name string) error {
				if inPlace && (op == "mkdir" || op == "create") && strings.Contains(name, "godoctor") {
					return syscall.ENOSPC
				}
				return nil
			}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		kept, run := s.Apply(context.Background(), &plan.Plan{Items: it}, plan.Options{})
		s.Close()
		if run.Done != 0 || run.Failed != 1 || run.Later != 0 || !errors.Is(run.Outcomes[0].Err, errUnwritten) || kept.Items[0].Kept != "" || kept.Items[0].Result != "failed" {
			t.Errorf("in place %v: %+v, %+v", inPlace, run, kept.Items)
		}
		if now := states(t, m, "example.com/a", it[0].Version); now != was {
			t.Errorf("in place %v: %s, it was %s", inPlace, now, was)
		}
	}
}
