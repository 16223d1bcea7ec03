package remedy

import (
	"context"
	"path"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/state"
)

// recover ends what runs left that were broken off, or that could not delete all that they had renamed away. Nobody works
// on them: the lock is held. What cannot be ended now is tried again by the next run.
func (s *Session) recover(ctx context.Context) {
	if s.mod == nil && s.gc == nil {
		return // settings are edited: nothing can be looked at here
	}
	runs, err := s.home.Runs()
	if err != nil {
		s.notef("the history is not whole: %v", err)
	}
	var versions []module.Version
	var things []plan.Item
	var broken []*state.Run
	for _, r := range runs {
		if !r.Interrupted() && !r.Left {
			continue
		}
		broken = append(broken, r)
		for i := range r.Items {
			switch it := &r.Items[i]; {
			case !unfinished(r, it), it.Part == heldPart: // the quarantine is looked through as a whole
			case it.Module != "":
				m := module.Version{Path: it.Module, Version: it.Version}
				versions = append(versions, m)
				if r.Kind != "undo" {
					break
				}
				if err := s.rehash(m, it.Hash); err != nil {
					s.notef("the .ziphash of %s, which an undo has left half written: %v: run godoctor repair", m, err)
				}
			case it.Part == string(plan.Leftover) || it.Part == plan.FixRemove: // it was renamed to a name that a version's sweep finds
				if of, ok := scrapOf(it.Name); ok && of.of.Path != "" {
					versions = append(versions, of.of)
				}
			default:
				things = append(things, thingOf(it))
			}
		}
	}
	swept, left := 0, make(map[string]bool)
	told := func(label string, err error) {
		if err == nil {
			swept++
			return
		}
		left[label] = true
		s.notef("what an earlier run left of %s: %v", label, err)
	}
	s.Sweep(ctx, versions, func(m module.Version, _ int64, err error) { told(m.String(), err) })
	s.SweepThings(ctx, things, func(it *plan.Item, _ int64, err error) { told(it.Label(), err) })
	if swept > 0 {
		s.notef("an earlier run had left %d items half done: that is ended", swept)
	}
	if ctx.Err() != nil {
		return
	}
	for _, r := range broken {
		s.settle(r, left)
	}
}

// unfinished reports whether something of an item may lie about.
func unfinished(r *state.Run, it *state.RunItem) bool {
	return r.Interrupted() || it.Result == "" || it.Result == plan.Failed.String()
}

// thingOf is what an item is about. What a repair removes is called by the fix.
func thingOf(it *state.RunItem) plan.Item {
	if it.Part == plan.FixClone {
		return plan.Item{Part: plan.VCS, Name: path.Base(it.Name), Root: it.Root}
	}
	return plan.Item{Part: plan.Part(it.Part), Name: it.Name, Root: it.Root}
}

// settle notes that a run is over, or what of it is still to be ended.
func (s *Session) settle(r *state.Run, left map[string]bool) {
	r.Left = false
	for i := range r.Items {
		it := &r.Items[i]
		label := it.Module + "@" + it.Version
		if it.Module == "" {
			thing := thingOf(it)
			label = thing.Label()
		}
		if unfinished(r, it) && left[label] {
			r.Left = true
		}
	}
	if r.Interrupted() {
		r.Finished = s.opt.Now().UTC()
	}
	s.keep(r)
}
