//go:build unix

package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// A run that was broken off is ended by the next: what its journal names is swept by its kind, its end is noted, and what was
// done to its end is not looked for. Where the next is stopped, it stays broken off.
func TestBrokenOffIsEnded(t *testing.T) {
	m := machine(t, quick(t))
	it := versions(t, m, "example.com/a", 3, plan.Version)
	s := session(t, m, "20260101-000000-001", "")
	broken := s.begin("clean")
	hide := func(i int) string {
		dir := m.Dir(mod(it[i].Module, it[i].Version))
		rename(t, dir, dir+".tmp-godoctor-1-1")
		return dir + ".tmp-godoctor-1-1"
	}
	whole, finished := hide(0), hide(2)
	left := hide(1)
	rel, _ := filepath.Rel(m.GOMODCACHE, left)
	gopls := filepath.Join(m.Home, ".cache", "gopls")
	rest := filepath.Join(gopls + tempMark + "1-1")
	write(t, filepath.Join(rest, "x"), "1")
	broken.Items = []state.RunItem{{Module: it[0].Module, Version: it[0].Version, Part: "version"}, {Part: "leftover", Name: filepath.ToSlash(rel)},
		{Part: "related", Name: "gopls", Root: gopls}, {Part: "leftover", Name: "no/such/name"}, {Part: plan.FixClone, Name: "cache/vcs/" + strings.Repeat("0a", 32)}}
	clone := filepath.Join(m.GOMODCACHE, "cache", "vcs", strings.Repeat("0a", 32)+tempMark+"1-1")
	write(t, filepath.Join(clone, "HEAD"), "1")
	if err := s.home.SaveRun(broken); err != nil {
		t.Fatal(err)
	}
	s.Close()
	done := *broken
	done.ID, done.Finished, done.Left = "20260101-000000-002", time.Now(), true
	done.Items = []state.RunItem{{Module: it[2].Module, Version: it[2].Version, Part: "version", Result: "done"}}
	over := done // it was ended by another run: nothing of it is looked for
	over.ID, over.Left = "20260101-000000-0021", false
	over.Items = []state.RunItem{{Module: it[2].Module, Version: it[2].Version, Part: "version", Result: "failed"}}
	if err := errors.Join(s.home.SaveRun(&done), s.home.SaveRun(&over)); err != nil {
		t.Fatal(err)
	}
	all := []string{whole, left, rest, clone}
	there := func(want bool) {
		t.Helper()
		for _, name := range all {
			if exists(t, name) != want {
				t.Errorf("%s: there %v", name, !want)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	next, err := Start(ctx, s.home, Options{ModCache: m.GOMODCACHE, Home: m.Home, Run: "20260101-000000-003"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	next.Close()
	if r, err := s.home.Run(broken.ID); err != nil || !r.Interrupted() {
		t.Errorf("%+v, %v", r, err)
	}
	there(true)
	next = session(t, m, "20260101-000000-004", "")
	next.Close()
	there(false)
	if r, err := s.home.Run(broken.ID); err != nil || r.Interrupted() || r.Left || len(next.Notes) != 1 || !strings.Contains(next.Notes[0], "left 4 items half done") {
		t.Errorf("%+v, %v, %q", r, err, next.Notes)
	}
	if r, err := s.home.Run(done.ID); err != nil || r.Left || !r.Finished.Equal(done.Finished) || !exists(t, finished) {
		t.Errorf("%+v, %v", r, err)
	}
}

// What cannot be ended is noted by name, and the run stays to be ended, also a thing; a history that is not whole is said.
func TestNotEnded(t *testing.T) {
	m := machine(t, quick(t))
	gopls := filepath.Join(m.Home, ".cache", "gopls")
	rest := write(t, filepath.Join(gopls+tempMark+"1-1", "data.txt"), "1")
	s := session(t, m, "20260101-000000-001", "")
	broken := s.begin("clean")
	broken.Items = []state.RunItem{{Part: "related", Name: "gopls", Root: gopls}}
	if err := s.home.SaveRun(broken); err != nil {
		t.Fatal(err)
	}
	s.Close()
	write(t, filepath.Join(string(s.home), "runs", "20260101-000000-009.json"), "{")
	s = session(t, m, "20260101-000000-002", "data.txt")
	s.Close()
	if r, err := s.home.Run(broken.ID); err != nil || !r.Left || r.Interrupted() || len(s.Notes) != 2 || !strings.Contains(s.Notes[0], "history is not whole") || !strings.Contains(s.Notes[1], "gopls") {
		t.Errorf("%+v, %v, %q", r, err, s.Notes)
	}
	settings, err := Start(t.Context(), s.home, Options{Goenv: filepath.Join(m.Home, "env"), Home: m.Home, Run: "20260101-000000-003"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	settings.Close()
	if len(settings.Notes) > 0 || !exists(t, rest) {
		t.Errorf("%q", settings.Notes)
	}
	s = session(t, m, "20260101-000000-004", "")
	s.Close()
	if r, err := s.home.Run(broken.ID); err != nil || r.Left || exists(t, rest) {
		t.Errorf("%+v, %v, %q", r, err, s.Notes)
	}
}

// Without a history only what may not come back is put back; where that fails it is noted where it waits, and stays there.
func TestUnwrittenStays(t *testing.T) {
	for _, inPlace := range []bool{false, true} {
		m := machine(t, quick(t))
		items := versions(t, m, "example.com/a", 3, plan.Version)
		items[0].Tier, items[0].Disk = "hold", 1000
		items[2].Tier, items[2].Dir.Inode = "hold", 1 // changed
		home := filepath.Join(m.Home, "state")
		if err := errors.Join(os.MkdirAll(home, 0o700), os.WriteFile(filepath.Join(home, "runs"), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		kept := false
		s, err := Start(t.Context(), state.Home(home), Options{ModCache: m.GOMODCACHE, Home: m.Home, Run: "20260101-000000-001", Before: func(op, name string) error {
			switch {
			case inPlace && (op == "mkdir" || op == "create") && strings.Contains(name, "godoctor"):
				return syscall.ENOSPC
			case op == "rename" && kept:
				return syscall.EIO
			}
			kept = kept || op == "remove"
			return nil
		}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, run := s.Apply(t.Context(), &plan.Plan{Items: items}, plan.Options{})
		s.Close()
		if run.Done != 2 || run.Skipped != 1 || run.Failed != 0 || run.Later != 1000 || run.Freed == 0 || r.Items[0].Result != "done" || (r.Items[0].Kept == "") != inPlace {
			t.Errorf("in place %v: %+v, %+v", inPlace, run, r.Items)
		}
		if n := len(s.Notes); n == 0 || !strings.Contains(strings.Join(s.Notes, "\n"), "waits, and no run says so") {
			t.Errorf("in place %v: %q", inPlace, s.Notes)
		}
		again := remover(t, m, Options{})
		if inPlace {
			if found, err := again.RestoreHere(module.Version{Path: items[0].Module, Version: items[0].Version}, r.ID); !found || err != nil {
				t.Error(found, err)
			}
		} else if _, err := again.Restore(r.Items[0].Kept); err != nil {
			t.Error(err)
		}
	}
}
