package prompt

import (
	"context"

	"godoctor/doctor/state"
	"godoctor/ui/plain"
)

// history lists what was done, and takes it back.
func (t *talk) history() error {
	runs, err := t.Doctor.Runs()
	if err != nil {
		t.say("note: %s", t.clean(err.Error()))
	}
	if len(runs) == 0 {
		t.say("No run has changed anything here.")
		return nil
	}
	return t.roll(&roll{head: plural(len(runs), "run") + ", the youngest first:", n: len(runs), number: "what it did, and undo",
		line: func(i int) string {
			r := t.shape(runs[i])
			return t.out.RunLine(&r)
		},
		pick: func(i int) error {
			before := t.changes
			if err := t.run(runs[i]); err != nil || t.changes == before {
				return err
			}
			return errBack // there is one more now
		}})
}

// run tells what a run did, and takes it back if somebody says so.
func (t *talk) run(of *state.Run) error {
	if err := t.printed(func(p *plain.Printer) {
		r := t.shape(of)
		p.RunItems(&r)
	}); err != nil {
		return err
	}
	return t.undo(of)
}

// undo asks whether a run is to be taken back, and does it.
func (t *talk) undo(of *state.Run) error {
	q, err := t.Doctor.AskUndo(of)
	if err != nil {
		t.say("It cannot be taken back: %s.", t.clean(err.Error()))
		return nil
	}
	m, err := t.known(false)
	if m == nil {
		return err
	}
	t.say("What comes back has to have the hash that it had. Nothing else is changed.")
	yes, err := t.confirm(q)
	if err != nil || !yes {
		return err
	}
	var o Outcome
	_, err = t.work(func(ctx context.Context) { o = t.Doctor.Undo(ctx, m, of) })
	t.ran(o)
	t.forget()
	return err
}
