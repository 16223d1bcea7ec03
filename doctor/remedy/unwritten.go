package remedy

import (
	"errors"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// errUnwritten is why something stays on a disk on which there is not even room for the history.
var errUnwritten = errors.New("it may not come back, and there is no room to write down where it waits: it was put back; free some space first")

// unwritten puts back what waits for its end, where the history says nothing of the run: there would be nothing to undo, and
// nobody would know that it waits.
func (s *Session) unwritten(p *plan.Plan, run *plan.Run) {
	for i := range run.Outcomes {
		o, it := &run.Outcomes[i], &p.Items[i]
		if o.Result != plan.Done || !it.Part.OfVersion() || !s.later(it) {
			continue
		}
		var err error
		if o.Kept != "" {
			_, err = s.Restore(o.Kept)
		} else {
			_, err = s.RestoreHere(module.Version{Path: it.Module, Version: it.Version}, s.opt.Run)
		}
		if err != nil {
			s.notef("%s waits, and no run says so: %v", it.Label(), err)
			continue
		}
		run.Later -= o.Later
		run.Done--
		run.Failed++
		*o = plan.Outcome{Result: plan.Failed, Err: errUnwritten}
	}
}
