//go:build unix

package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan/cachetest"
)

// waiting is a machine where versions of a module wait in the quarantine, with the run that put them there.
func waiting(t *testing.T, n int) (*cachetest.Machine, []plan.Item, *state.Run) {
	t.Helper()
	m := machine(t, quick(t))
	nothingOpen(t, m.Root)
	items := versions(t, m, "example.com/w", n, plan.Version)
	for i := range items {
		items[i].Tier, items[i].Disk = usage.Hold, int64(1000*(i+1))
	}
	s := session(t, m, "20260101-000000-001", "")
	defer s.Close()
	r, run := s.Apply(t.Context(), &plan.Plan{Items: items}, plan.Options{})
	if run.Done != n {
		t.Fatalf("%+v", run.Outcomes)
	}
	return m, items, r
}

// kept is a run as the history has it.
func kept(t *testing.T, m *cachetest.Machine, id string) *state.Run {
	t.Helper()
	r, err := state.Home(filepath.Join(m.Home, "state")).Run(id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// What is purged is told one by one, adds up, and is in the history; what could not be purged does not count.
func TestEmpty(t *testing.T) {
	m, _, of := waiting(t, 3)
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	names := []string{of.Items[0].Kept, "20260101-000000-001/77", of.Items[2].Kept}
	var freed int64
	var told []string
	r := s.Empty(t.Context(), names, func(name string, n int64, err error) {
		told, freed = append(told, name), freed+n
		if k := kept(t, m, "20260101-000000-002"); !k.Interrupted() || len(k.Items) != 3 || k.Items[2].Name != names[2] {
			t.Errorf("if it were killed now, the next run would not know: %+v", k)
		}
		if (err != nil) != (name == names[1]) || (n > 0) != (err == nil) {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	})
	if !slices.Equal(told, names) || freed == 0 || r.Freed != freed {
		t.Errorf("told of %q, and of %d bytes: %d", told, freed, r.Freed)
	}
	k := kept(t, m, r.ID)
	if k.Kind != "purge" || k.Freed != freed || k.Interrupted() || len(k.Items) != 3 {
		t.Fatalf("%+v", k)
	}
	for i, it := range k.Items {
		if want := i != 1; it.Name != names[i] || (it.Result == "done") != want || (it.Error == "") != want || (it.Disk > 0) != want || !want && it.Result != "failed" {
			t.Errorf("%+v", it)
		}
	}
	if held, err := s.Quarantined(); err != nil || len(held) != 1 || held[0].Name != of.Items[1].Kept {
		t.Errorf("%+v, %v", held, err)
	}
	if r := s.Empty(t.Context(), names[:1], nil); len(r.Items) != 1 || r.Freed != 0 {
		t.Errorf("again: %+v", r)
	}
}

// TestEmptyAfterClean: a clean that empties what has waited long enough can be undone all the same: each of the two is a run of its own.
func TestEmptyAfterClean(t *testing.T) {
	m, _, of := waiting(t, 1)
	old := versions(t, m, "example.com/z", 1, plan.Version)[0]
	old.Tier = usage.Hold
	s := session(t, m, "20260109-000000-001", "")
	defer s.Close()
	clean, run := s.Apply(t.Context(), &plan.Plan{Items: []plan.Item{old}}, plan.Options{})
	if run.Done != 1 {
		t.Fatalf("%+v", run.Outcomes)
	}
	purge := s.Empty(t.Context(), []string{of.Items[0].Kept}, nil)
	if k := kept(t, m, clean.ID); k.Kind != "clean" || len(k.Items) != 1 || k.Items[0].Kept != clean.Items[0].Kept || k.Interrupted() {
		t.Errorf("of the clean the history has %+v", k)
	}
	if k := kept(t, m, purge.ID); k.Kind != "purge" || len(k.Items) != 1 || k.Items[0].Result != "done" {
		t.Errorf("of the purge the history has %+v", k)
	}
	s.Undo(t.Context(), kept(t, m, clean.ID), Installer{}, func(_ int, err error) {
		if err != nil {
			t.Error(err)
		}
	})
	if !exists(t, partsOf(t, m, old.Module, old.Version)[2]) {
		t.Error("it is not back")
	}
}

// A purge of nothing is no run.
func TestEmptyNothing(t *testing.T) {
	m, _, _ := waiting(t, 1)
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	r := s.Empty(t.Context(), nil, nil)
	if _, err := state.Home(filepath.Join(m.Home, "state")).Run(r.ID); err == nil {
		t.Error("it is in the history")
	}
}

// What has waited for seven days is overdue, not a moment earlier; what is not wholly there, or says nothing that can be believed, is
// not.
func TestOverdue(t *testing.T) {
	m, _, of := waiting(t, 3)
	q := filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "quarantine")
	if err := os.Remove(filepath.Join(q, filepath.FromSlash(of.Items[1].Kept), doneFile)); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(q, filepath.FromSlash(of.Items[2].Kept), manifestFile), "{}")
	r := remover(t, m, Options{})
	s := &Session{Remover: r}
	held, err := r.Quarantined()
	if err != nil {
		t.Fatal(err)
	}
	for after, want := range map[time.Duration]int{HoldFor - 1: 0, HoldFor: 1} {
		r.opt.Now = func() time.Time { return held[0].Made.Add(after) }
		if got := s.Overdue(nil); len(got) != want || want > 0 && got[0] != of.Items[0].Kept {
			t.Errorf("after %v: %q", after, got)
		}
	}
	if len(s.Notes) > 0 {
		t.Errorf("%q", s.Notes)
	}
	if got := (&Session{Remover: &Remover{}}); len(got.Overdue(nil)) > 0 || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], errNoModule.Error()) {
		t.Errorf("without a module cache: %q", got.Notes)
	}
}

// Undo tells of every item by its own place in the run, brings back from the quarantine, from a zip and by fetching, and is not
// taken for whole where a part of it failed.
func TestUndo(t *testing.T) {
	m, items, of := waiting(t, 2)
	if err := m.Install(mod("example.com/src", "v1.0.0")); err != nil {
		t.Fatal(err)
	}
	if err := m.Publish(mod("example.com/net", "v1.0.0")); err != nil {
		t.Fatal(err)
	}
	was := partsOf(t, m, "example.com/src", "v1.0.0")
	if err := os.Rename(was[2], was[2]+"x"); err != nil {
		t.Fatal(err)
	}
	of.Items = []state.RunItem{
		{Part: string(plan.Fuzz), Name: "example.com/p/FuzzA", Result: "done"},
		of.Items[0],
		{Module: "example.com/none", Version: "v1.0.0", Part: string(plan.Version), Result: "done"},
		{Module: "example.com/src", Version: "v1.0.0", Part: string(plan.Sources), Result: "done"},
		{Module: "example.com/a", Version: "v1.0.0", Part: string(plan.Version), Result: "skipped"},
		{Module: "example.com/net", Version: "v1.0.0", Part: string(plan.Version), Result: "done"},
		{Part: string(plan.VCS), Name: "x"},
		of.Items[1],
	}
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	in := Installer{Go: goCommand(t), Environ: append(os.Environ(), m.Environ()...)}
	got := map[int]error{}
	r := s.Undo(t.Context(), of, in, func(i int, err error) {
		if _, twice := got[i]; twice {
			t.Errorf("%d is told twice", i)
		}
		got[i] = err
	})
	for i, want := range []string{"skipped", "done", "failed", "done", "", "done", "", "done"} {
		err, told := got[i]
		if it := r.Items[i]; it.Result != want || told != (want != "") || (err == nil) != (want == "done" || want == "") || (it.Error == "") != (err == nil) || it.Kept != "" && want != "" ||
			it.Module != of.Items[i].Module || it.Name != of.Items[i].Name {
			t.Errorf("%d: %+v, %v; want %q", i, it, err, want)
		}
	}
	if !errors.Is(got[0], ErrNoUndo) || kept(t, m, of.ID).Undone != "" || r.Kind != "undo" || r.Of != of.ID || kept(t, m, r.ID).Interrupted() {
		t.Errorf("%v, %+v", got[0], r)
	}
	for _, it := range items {
		if !exists(t, partsOf(t, m, it.Module, it.Version)[2]) {
			t.Errorf("%s is not back", it.Label())
		}
	}
	if !exists(t, was[2]) || !exists(t, partsOf(t, m, "example.com/net", "v1.0.0")[2]) {
		t.Error("what is installed is not there")
	}
	of.Items = of.Items[:2] // what cannot be undone is no failure of the undo, and what is there is
	of.Items[1].Kept = ""
	if again := s.Undo(t.Context(), of, in, func(int, error) {}); of.Undone != again.ID || kept(t, m, of.ID).Undone != again.ID {
		t.Errorf("%q, want %q: %+v", of.Undone, again.ID, again.Items)
	}
}

// An undo that is stopped leaves what it has not come to, tells of none of it, and the run is not undone.
func TestUndoStopped(t *testing.T) {
	m, items, of := waiting(t, 2)
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	r := s.Undo(ctx, of, Installer{}, func(i int, err error) { cancel(); told++ })
	if told != 1 || r.Items[0].Result != "done" || r.Items[1].Result != "" || kept(t, m, of.ID).Undone != "" {
		t.Errorf("told %d: %+v", told, r.Items)
	}
	if exists(t, partsOf(t, m, items[1].Module, items[1].Version)[2]) {
		t.Error("the second is back")
	}
	if held, err := s.Quarantined(); err != nil || len(held) != 1 {
		t.Errorf("%+v, %v", held, err)
	}
}

// A run that was broken off could not write down where its versions wait: undo finds them, but none of another run, nor one whose
// manifest cannot be believed.
func TestUndoFindsWhatWaits(t *testing.T) {
	m, _, of := waiting(t, 3)
	q := filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "quarantine")
	write(t, filepath.Join(q, filepath.FromSlash(of.Items[2].Kept), manifestFile), "{}")
	want := of.Items[1].Kept
	for i := range of.Items {
		of.Items[i].Kept = ""
	}
	of.Items[0].Kept = "20260101-000000-001/9"
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	other := *of
	other.ID, other.Items = "20260101-000000-009", slices.Clone(of.Items)
	s.waiting(of)
	s.waiting(&other)
	if of.Items[0].Kept != "20260101-000000-001/9" || of.Items[1].Kept != want || of.Items[2].Kept != "" || other.Items[1].Kept != "" {
		t.Errorf("%+v\n%+v", of.Items, other.Items)
	}
}

// What became of each item is in the history, with errors and sums, and what was not come to is told apart.
func TestApplyIsWrittenDown(t *testing.T) {
	m := machine(t, quick(t))
	nothingOpen(t, m.Root)
	items := versions(t, m, "example.com/w", 3, plan.Version)
	items[0].Disk, items[1].Tier, items[1].Disk, items[2].Dir.Inode = 5000, usage.Hold, 7000, 1
	items[2].Hash, items[2].Rule = "h1:x", "unused"
	items = append(items, plan.Item{Part: plan.Entry, Name: "0a", Names: []string{"x", "y"}, Root: ""})
	s := session(t, m, "20260101-000000-001", "")
	r, run := s.Apply(t.Context(), &plan.Plan{Items: items}, plan.Options{})
	s.Close()
	k := kept(t, m, r.ID)
	for i, o := range run.Outcomes {
		it := k.Items[i]
		if it.Result != o.Result.String() || it.Kept != o.Kept || (it.Error == "") != (o.Err == nil) || it.Version != items[i].Version || it.Disk != items[i].Disk ||
			it.Hash != items[i].Hash || it.Rule != items[i].Rule || it.Count != len(items[i].Names) || it.Part != string(items[i].Part) {
			t.Errorf("%+v: %+v", it, o)
		}
	}
	if k.Items[0].Result != "done" || k.Items[1].Kept == "" || k.Items[2].Result != "skipped" || k.Freed != run.Freed || run.Freed == 0 || k.Later != run.Later || run.Later == 0 ||
		k.Left != (run.Failed > 0) || k.Before == 0 || k.After == 0 || k.ModCache != s.mod.path || k.PID != os.Getpid() || k.Interrupted() {
		t.Errorf("%+v\n%+v", k, run)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s = session(t, m, "20260101-000000-002", "")
	defer s.Close()
	r, _ = s.Apply(ctx, &plan.Plan{Items: items[:1]}, plan.Options{})
	if it := kept(t, m, r.ID).Items[0]; it.Result != "" || it.Error != "" {
		t.Errorf("stopped: %+v", it)
	}
}

// Two sessions at a time are one too many; the lock is free again where one could not begin, and after its end. What is not said is
// made up.
func TestStart(t *testing.T) {
	m := made(t)
	home := state.Home(filepath.Join(m.Home, "state"))
	if _, err := Start(t.Context(), home, Options{ModCache: m.Home, Home: m.Home}, nil); !errors.Is(err, ErrRoot) {
		t.Error(err)
	}
	s, err := Start(t.Context(), home, Options{ModCache: m.GOMODCACHE, GoCache: "", Home: m.Home}, []string{"clean"})
	if err != nil {
		t.Fatal(err)
	}
	if !validRun(s.opt.Run) || s.opt.Now == nil || len(s.opt.Run) != len("20060102-150405-000") {
		t.Errorf("%+v", s.opt)
	}
	var busy *state.BusyError
	if _, err := Start(t.Context(), home, Options{Home: m.Home}, nil); !errors.As(err, &busy) {
		t.Error(err)
	}
	if s.free() == 0 {
		t.Error("nothing is free")
	}
	s.Close()
	if err := m.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	s, err = Start(t.Context(), home, Options{GoCache: m.GOCACHE, Home: m.Home}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if r := s.begin("clean"); s.free() == 0 || r.GoCache != s.gc.path || r.ModCache != "" || r.Before == 0 || r.Started.IsZero() || r.Kind != "clean" {
		t.Errorf("%+v", r)
	}
}

// That the history cannot be written is told, and stops nothing.
func TestHistoryCannotBeWritten(t *testing.T) {
	m := made(t)
	home := filepath.Join(m.Home, "state")
	write(t, filepath.Join(home, "runs"), "")
	if err := os.Chmod(home, 0o700); err != nil {
		t.Fatal(err)
	}
	s := session(t, m, "20260101-000000-001", "")
	defer s.Close()
	s.Notes = nil
	run := s.begin("clean")
	if s.keep(run) || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "the history of this run could not be written") {
		t.Errorf("%q", s.Notes)
	}
	if s.end(run) || run.Finished.IsZero() || run.After == 0 {
		t.Errorf("%q, %+v", s.Notes, run)
	}
}

// What was left in its place for lack of room comes back by undo as well; where something is there by now, or its lock is held, it does
// not, and nothing is overwritten.
func TestUndoInPlace(t *testing.T) {
	m := machine(t, quick(t))
	nothingOpen(t, m.Root)
	items := versions(t, m, "example.com/w", 1, plan.Version)
	items[0].Tier = usage.Hold
	parts := partsOf(t, m, items[0].Module, items[0].Version)
	was := states(t, m, items[0].Module, items[0].Version)
	fails := ""
	start := func(run string) *Session {
		s, err := Start(t.Context(), state.Home(filepath.Join(m.Home, "state")), Options{ModCache: m.GOMODCACHE, Home: m.Home, Run: run,
			Before: func(op, path string) error {
				if (op == "mkdir" || op == "create") && strings.Contains(path, "godoctor") || fails != "" && op == fails {
					return syscall.ENOSPC
				}
				return nil
			}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		return s
	}
	s := start("20260101-000000-001")
	of, run := s.Apply(t.Context(), &plan.Plan{Items: items}, plan.Options{})
	if run.Done != 1 || of.Items[0].Kept != "" {
		t.Fatalf("%+v", run.Outcomes)
	}
	undo := func() (said error) {
		s.Undo(t.Context(), of, Installer{}, func(_ int, err error) { said = err })
		return said
	}
	write(t, parts[1], "of somebody")
	if err := undo(); !errors.Is(err, errThere) {
		t.Error(err)
	}
	if b, _ := os.ReadFile(parts[1]); string(b) != "of somebody" || exists(t, parts[2]) {
		t.Errorf("%q, or the directory is back alone", b)
	}
	if err := os.Remove(parts[1]); err != nil {
		t.Fatal(err)
	}
	lock, err := opened(t, filepath.Dir(parts[0])).lock(items[0].Version + ".lock")
	if err != nil {
		t.Fatal(err)
	}
	if err := undo(); !errors.Is(err, errBusy) || exists(t, parts[2]) {
		t.Error(err)
	}
	lock.Close()
	for _, fails = range []string{"rename", "sync"} {
		if err := undo(); !errors.Is(err, syscall.ENOSPC) || of.Undone != "" {
			t.Errorf("%s: %v", fails, err)
		}
	}
	if now := states(t, m, items[0].Module, items[0].Version); now != was {
		t.Errorf("%s, was %s", now, was)
	}
	fails = ""
	if found, err := s.RestoreHere(module.Version{Path: "../x", Version: "v1.0.0"}, of.ID); found || err == nil {
		t.Error(found, err)
	}
	if found, err := (&Remover{}).RestoreHere(module.Version{Path: "example.com/w", Version: "v1.0.0"}, of.ID); found || err != nil {
		t.Error(found, err)
	}
}
