package prompt

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/remedy"
	"godoctor/doctor/report"
	"godoctor/doctor/state"
)

// confirm asks whether something is to be changed. Only the answer that the question names is a yes. Where nobody can be
// asked it is an error, unless that was confirmed beforehand.
func (t *talk) confirm(q Question) (bool, error) {
	if why := t.Doctor.Refused(); why != "" {
		t.say("nothing can be changed here: %s", t.clean(why))
		return false, nil
	}
	t.inUse(&q)
	if !t.Person {
		if !q.Given {
			return false, &Unconfirmed{q.Otherwise}
		}
		t.say("confirmed beforehand: %s", t.clean(q.Do))
		return true, nil
	}
	if q.Why != "" {
		t.say("Take care: %s.", t.clean(q.Why))
	}
	if err := t.early(); err != nil {
		return false, err
	}
	answer, err := t.ask(fmt.Sprintf("Type %s to %s; anything else is a no", q.Want, t.clean(q.Do)), "no, nothing is changed")
	if err != nil {
		return false, err
	}
	t.lost = 0
	if strings.EqualFold(answer, q.Want) {
		return true, nil
	}
	t.say("not confirmed: nothing was changed")
	return false, nil
}

// inUse says who uses what a question is about.
func (t *talk) inUse(q *Question) {
	switch {
	case !q.Known:
		t.say("Who uses the caches cannot be seen on this system: make sure that no go command runs.")
	case q.Users != nil && len(q.Users) == 0:
		t.say("No running process uses any of it.")
	}
	for _, who := range slices.Sorted(maps.Keys(q.Users)) {
		t.say("In use: %s may need %s of it, and what is in use is skipped.", t.clean(who), plural(q.Users[who], "item"))
	}
}

// ran tells what became of a run.
func (t *talk) ran(o Outcome) {
	for _, n := range o.Notes {
		t.say("note: %s", t.clean(n))
	}
	if o.Stopped {
		t.say("stopped: what was done stays done, the rest is as it was")
	}
	if o.Err != nil {
		t.say("it was not done: %s", t.clean(report.NoPassword(o.Err.Error())))
	}
	if o.Run != nil {
		r := t.shape(o.Run)
		t.now()
		t.out.Ran(&r)
	}
}

// shape is a run in the shape in which it is told.
func (t *talk) shape(r *state.Run) report.Run { return report.RunOf(r, remedy.HoldFor) }

// now makes ages those of now: a conversation may take hours.
func (t *talk) now() { t.out.Now = time.Now() }

// plural counts things.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
