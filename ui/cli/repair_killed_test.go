package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
)

// A repair that died when it had put the damaged version aside, and nothing in its place, is ended by the next: it looks at what
// was put back, not at a version that seems not to be there at all.
func TestRepairAfterDeath(t *testing.T) {
	l := newRepairLab(t)
	l.must(os.Truncate(l.m.CachePath(l.mod, "zip"), 1000))
	h, err := l.mod.Sum()
	l.must(err)
	zip, err := l.mod.Zip()
	l.must(err)
	dead := false
	s, err := remedy.Start(t.Context(), state.HomeIn(filepath.Join(l.m.Home, ".local", "state")), remedy.Options{ModCache: l.m.GOMODCACHE, Home: l.m.Home,
		Run: "20260101-000000-001", Before: func(op, _ string) error {
			if dead = dead || op == "install"; dead {
				return errors.New("it is dead")
			}
			return nil
		}}, nil)
	l.must(err)
	steps := []plan.Step{{Fixes: []string{plan.FixFetch}, Module: l.mod.Path, Version: l.mod.Version, Hash: h, Source: "go.sum", NeedsNetwork: true}}
	s.Mend(t.Context(), steps, remedy.Mender{Fetch: func(_ context.Context, _ module.Version, ext, _, to string, proved func(string) error) error {
		if ext != "zip" {
			return errors.New("not here")
		}
		return errors.Join(os.WriteFile(to, zip, 0o600), proved(to))
	}}, func(int, plan.Outcome) {})
	s.Close()
	if isThere(l.m.CachePath(l.mod, "zip")) || isThere(l.m.Dir(l.mod)) {
		t.Fatal("it was not put aside: this test cannot see")
	}
	if _, errs := l.run(ExitOK, "repair", "--all", "-n"); isThere(l.m.Dir(l.mod)) || !strings.Contains(errs, "an earlier run was broken off") {
		t.Error("-n has ended it, or says nothing: ", errs)
	}
	if _, errs := l.run(ExitOK, "purge", "-n", "20260101-000000-009"); isThere(l.m.Dir(l.mod)) || !strings.Contains(errs, `nothing of run "20260101-000000-009"`) {
		t.Error("purge -n has ended it, or calls the quarantine empty: ", errs)
	}
	l.run(ExitOK, "repair", "--all", "--yes")
	l.run(ExitOK, "verify")
	if !isThere(l.m.Dir(l.mod)) || l.read(l.m.CachePath(l.mod, "zip")) != string(zip) {
		t.Error("it was not mended")
	}
	waiting, err := filepath.Glob(filepath.Join(filepath.Dir(l.m.GOMODCACHE), ".godoctor", "quarantine", "*", "*", "zip"))
	if err != nil || len(waiting) > 0 {
		t.Errorf("still put aside: %v %v", waiting, err)
	}
}
