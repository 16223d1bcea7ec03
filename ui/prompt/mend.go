package prompt

import (
	"context"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/ui/plain"
)

// mend plans how something is mended, lets somebody choose of it, asks, and does it.
func (t *talk) mend(m *Machine, w Wish) error {
	var x *Mending
	var failed error
	stopped, err := t.work(func(ctx context.Context) { x, failed = t.Doctor.Mend(ctx, m, w) })
	switch {
	case err != nil:
		return err
	case stopped:
		t.say("stopped: nothing was changed")
		return nil
	case failed != nil:
		t.say("it cannot be planned: %s", t.clean(report.NoPassword(failed.Error())))
		return nil
	}
	if err := t.printed(func(p *plain.Printer) { p.RepairRest(x.Shown) }); err != nil {
		return err
	}
	if len(x.Steps) == 0 {
		t.say("There is nothing that is mended here.")
		return nil
	}
	on := make([]bool, len(x.Steps))
	for i := range on {
		on[i] = !x.Steps[i].Unproved
	}
	word := map[bool]string{true: "chosen", false: "not chosen"}
	r := &roll{head: plural(len(x.Steps), "step") + ":", n: len(x.Steps), number: "choose or leave it",
		line: func(i int) string { return word[on[i]] + ", " + t.out.StepLine(&x.Shown.Steps[i]) },
		pick: func(i int) error {
			on[i] = !on[i]
			t.say("%d. is now %s.", i+1, word[on[i]])
			return nil
		}}
	r.commands = []command{{"run", "repair what is chosen, asks first", func() error {
		before := t.changes
		if err := t.repair(x, on); err != nil || t.changes == before {
			return err
		}
		return errBack
	}}}
	return t.roll(r)
}

// repair asks, and carries out the steps that are chosen.
func (t *talk) repair(x *Mending, on []bool) error {
	var steps []plan.Step
	for i := range on {
		if on[i] {
			steps = append(steps, x.Steps[i])
		}
	}
	if len(steps) == 0 {
		t.say("No step is chosen: type its number first.")
		return nil
	}
	var q Question
	if _, err := t.work(func(ctx context.Context) { q = x.Ask(ctx, steps) }); err != nil {
		return err
	}
	yes, err := t.confirm(q)
	if err != nil || !yes {
		return err
	}
	var o Mended
	_, err = t.work(func(ctx context.Context) { o = x.Run(ctx, steps) })
	t.forget()
	if o.Stopped {
		t.say("stopped: what was done stays done, the rest is as it was; what came of a download is kept")
	}
	if o.Err != nil {
		t.say("note: %s", t.clean(report.NoPassword(o.Err.Error())))
	}
	if o.Document == nil || err != nil {
		return err
	}
	return t.printed(func(p *plain.Printer) { p.Mended(o.Document, o.Summary) })
}
