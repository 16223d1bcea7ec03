package remedy

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/scan/modcache"
)

// A Session is one run that changes caches, from taking the lock to the entry in the history. Whoever opens one has told
// a person what is going to happen.
type Session struct {
	*Remover
	home   state.Home
	unlock func()
	args   []string
	begun  int                       // runs
	mended *state.Run                // what Mend has done
	proved map[module.Version]string // h1 of zip and directory, compared after go had installed them
	Notes  []string                  // what an earlier, broken-off run left and what became of it, and what could not be written down; raw
}

// Start takes the lock of the runs, opens the roots and ends what an earlier run left unfinished. The error is a
// [state.BusyError] where another godoctor works. Args are of the command line, for the history.
func Start(ctx context.Context, home state.Home, opt Options, args []string) (*Session, error) {
	unlock, err := home.LockRuns()
	if err != nil {
		return nil, err
	}
	r, err := Open(opt)
	if err != nil {
		unlock()
		return nil, err
	}
	s := &Session{Remover: r, home: home, unlock: unlock, args: args, proved: make(map[module.Version]string)}
	s.recover(ctx)
	return s, nil
}

// Close ends the session.
func (s *Session) Close() {
	s.Remover.Close()
	s.unlock()
}

func (s *Session) notef(format string, args ...any) {
	s.Notes = append(s.Notes, fmt.Sprintf(format, args...))
}

// keep writes a run into the history, and reports whether it could. That there is no room for it stops nothing.
func (s *Session) keep(r *state.Run) bool {
	err := s.home.SaveRun(r)
	if err != nil {
		s.notef("the history of this run could not be written: %v", err)
	}
	return err == nil
}

// free is what the file system of the caches has left.
func (s *Session) free() int64 {
	switch {
	case s.mod != nil:
		return scan.FreeOn(s.mod.path)
	case s.gc != nil:
		return scan.FreeOn(s.gc.path)
	}
	return 0
}

// begin begins a run. A session may have several, as a clean that empties the quarantine of what has waited long enough: each is an
// entry of its own in the history.
func (s *Session) begin(kind string) *state.Run {
	id := s.opt.Run
	if s.begun++; s.begun > 1 {
		id += "-" + strconv.Itoa(s.begun)
	}
	r := &state.Run{ID: id, Kind: kind, Args: s.args, PID: os.Getpid(), Started: s.opt.Now().UTC(), Before: s.free()}
	if s.mod != nil {
		r.ModCache = s.mod.path
	}
	if s.gc != nil {
		r.GoCache = s.gc.path
	}
	return r
}

// end writes down what became of a run, and reports whether it could.
func (s *Session) end(r *state.Run) (written bool) {
	r.Finished, r.After = s.opt.Now().UTC(), s.free()
	written = s.keep(r)
	if err := s.home.TrimRuns(s.opt.Now()); err != nil {
		s.notef("old runs are not forgotten: %v", err)
	}
	return written
}

// Apply carries a plan out and writes it into the history, before and after.
func (s *Session) Apply(ctx context.Context, p *plan.Plan, opt plan.Options) (*state.Run, *plan.Run) {
	r := s.begin("clean")
	for i := range p.Items {
		it := &p.Items[i]
		r.Items = append(r.Items, state.RunItem{Module: it.Module, Version: it.Version, Part: string(it.Part), Name: it.Name,
			Root: it.Root, Count: len(it.Names), Tier: string(it.Tier), Rule: it.Rule, Disk: it.Disk, Hash: it.Hash})
	}
	written := s.keep(r)
	run := plan.Apply(ctx, p, s.Remover, opt)
	became(r, run)
	if !s.end(r) && !written { // what was freed may have made room for it
		s.unwritten(p, run)
		became(r, run)
	}
	return r, run
}

// became notes what became of the items of a run.
func became(r *state.Run, run *plan.Run) {
	for i, o := range run.Outcomes {
		it := &r.Items[i]
		if o.Result == plan.Untouched {
			continue
		}
		it.Result, it.Kept, it.Error = o.Result.String(), o.Kept, ""
		if o.Err != nil {
			it.Error = o.Err.Error()
		}
	}
	r.Freed, r.Later, r.Left = run.Freed, run.Later, run.Failed > 0
	r.Hidden = run.Hidden.UTC()
}

// ErrNoUndo says that something is not brought back by undo.
var ErrNoUndo = errors.New("it is built or fetched again when it is needed: there is nothing to put back")

// Undo brings back what a run removed: from the quarantine by a rename, sources from their zip, the rest by fetching it
// again; each has to have the hash that it had. each is told of every item of the run.
func (s *Session) Undo(ctx context.Context, of *state.Run, in Installer, each func(i int, err error)) *state.Run {
	r := s.begin("undo")
	r.Of = of.ID
	var wants []Want
	var index []int
	s.waiting(of)
	for i := range of.Items {
		it := of.Items[i]
		it.Result, it.Error = "", ""
		r.Items = append(r.Items, it)
	}
	s.keep(r)
	told := func(i int, err error) {
		it := &r.Items[i]
		it.Result = "done"
		if err != nil {
			it.Result, it.Error = "failed", err.Error()
			if errors.Is(err, ErrNoUndo) || errors.Is(err, errNoEntry) {
				it.Result = "skipped"
			}
		}
		it.Kept = ""
		each(i, err)
	}
	for i := range of.Items {
		switch it := &of.Items[i]; {
		case ctx.Err() != nil, it.Result != "done" && it.Result != "": // nothing was done to it
		case of.Kind == "repair":
			told(i, s.unmend(it))
		case it.Kept != "" && s.restoredHeld(it, told, i):
		case s.restoredHere(of.ID, it, told, i):
		case it.Module == "":
			if it.Result == "done" {
				told(i, ErrNoUndo)
			}
		default:
			wants = append(wants, Want{Module: it.Module, Version: it.Version, Hash: it.Hash, Offline: it.Part == string(plan.Sources)})
			index = append(index, i)
		}
	}
	s.Install(ctx, in, wants, func(n int, err error) { told(index[n], err) })
	s.end(r)
	s.mark(of, r)
	return r
}

// restoredHeld puts back what waits in the quarantine, and reports whether there is nothing more to be done. An undo that was
// killed, or could not be written down, has put back what waits there no more; what was purged is to be fetched.
func (s *Session) restoredHeld(it *state.RunItem, told func(int, error), i int) bool {
	_, err := s.Restore(it.Kept)
	if errors.Is(err, errNoEntry) {
		names, bad := plan.Places(module.Version{Path: it.Module, Version: it.Version})
		b := &removal{r: s.Remover, folders: make(map[string]*folder)}
		defer b.close()
		if bad != nil || !b.usable(names) {
			return false
		}
		err = nil
	}
	told(i, err)
	return true
}

// restoredHere puts back what was left in place for lack of room, and reports whether there was anything.
func (s *Session) restoredHere(run string, it *state.RunItem, told func(int, error), i int) bool {
	if it.Module == "" {
		return false
	}
	found, err := s.RestoreHere(module.Version{Path: it.Module, Version: it.Version}, run)
	if found {
		told(i, err)
	}
	return found
}

// waiting finds in the quarantine what a run that was broken off could not write down.
func (s *Session) waiting(of *state.Run) {
	held, _ := s.Quarantined()
	for i := range held {
		h := &held[i]
		for j := range of.Items {
			if it := &of.Items[j]; h.Run == of.ID && h.Err == nil && it.Kept == "" && it.Module == h.Module && it.Version == h.Version {
				it.Kept = h.Name
			}
		}
	}
}

// mark notes in the history that a run was undone, if all of it was.
func (s *Session) mark(of, by *state.Run) {
	for i := range by.Items {
		if by.Items[i].Result == "failed" || by.Items[i].Result == "" && of.Items[i].Result == "done" {
			return
		}
	}
	of.Undone = by.ID
	s.keep(of)
}

// Overdue are the entries of the quarantine that have waited long enough, and what has so in its place in a module cache.
func (s *Session) Overdue(c *modcache.Cache) (names []string) {
	held, err := s.Quarantined()
	if err != nil {
		s.notef("the quarantine could not be read: %v", err)
	}
	held = append(held, WaitsHere(c)...)
	for i := range held {
		if h := &held[i]; h.Err == nil && h.Whole && h.Overdue(s.opt.Now()) {
			names = append(names, h.Name)
		}
	}
	return names
}

// heldPart is what the history calls an entry of the quarantine.
const heldPart = "quarantine"

// Empty deletes entries of the quarantine for good, and writes it into the history before and after: the next run ends it where
// this one is killed.
func (s *Session) Empty(ctx context.Context, names []string, each func(name string, freed int64, err error)) *state.Run {
	r := s.begin("purge")
	for _, name := range names {
		r.Items = append(r.Items, state.RunItem{Part: heldPart, Name: name})
	}
	if len(names) == 0 {
		return r
	}
	s.keep(r)
	i := 0
	s.Purge(ctx, names, func(name string, freed int64, err error) {
		it := &r.Items[i]
		i++
		it.Disk, it.Result = freed, "done"
		if err != nil {
			it.Result, it.Error = "failed", err.Error()
		} else {
			r.Freed += freed
		}
		if each != nil {
			each(name, freed, err)
		}
	})
	s.end(r)
	return r
}
