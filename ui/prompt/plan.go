package prompt

import (
	"context"
	"fmt"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// A picked is a plan with what is chosen of it.
type picked struct {
	plan   *plan.Plan
	groups []report.PlanGroup
	on     []bool // of the items of the plan
}

// pickedOf chooses what is usual of a plan.
func pickedOf(q *plan.Plan) *picked {
	c := &picked{plan: q, groups: report.Groups(q), on: make([]bool, len(q.Items))}
	for i := range c.groups {
		c.set(i, c.groups[i].Usual())
	}
	return c
}

// set chooses all of a group, or nothing.
func (c *picked) set(group int, on bool) {
	for _, i := range c.groups[group].Items {
		c.on[i] = on
	}
}

// count is how many items of a group are chosen.
func (c *picked) count(group int) (n int) {
	for _, i := range c.groups[group].Items {
		if c.on[i] {
			n++
		}
	}
	return n
}

// words say what is chosen of a group.
func (c *picked) words(group int) string {
	switch n := c.count(group); n {
	case 0:
		return "not chosen"
	case len(c.groups[group].Items):
		return "chosen"
	default:
		return text.Count(int64(n)) + " chosen"
	}
}

// chosen is the plan of what is chosen.
func (c *picked) chosen() *plan.Plan {
	out := make(map[*plan.Item]bool, len(c.on))
	for i, on := range c.on {
		out[&c.plan.Items[i]] = !on
	}
	return c.plan.Without(func(it *plan.Item) bool { return out[it] })
}

// sum says what is chosen of all.
func (c *picked) sum(size func(int64) string) string {
	q := c.chosen()
	if len(q.Items) == 0 {
		return "Nothing is chosen."
	}
	s := fmt.Sprintf("Chosen: %s, frees up to %s now", plural(len(q.Items), "item"), size(q.Now()))
	if later := q.Later(); later > 0 {
		s += ", and " + size(later) + " when the quarantine is emptied after 7 days"
	}
	return s + "."
}

// plan lets somebody choose what goes, again and again while the policy changes.
func (t *talk) plan() error {
	for {
		again, err := t.planOnce()
		if err != nil || !again {
			return err
		}
	}
}

// planOnce makes a plan and lets somebody choose. again: with another policy.
func (t *talk) planOnce() (again bool, err error) {
	m, err := t.known(false)
	if m == nil {
		return false, err
	}
	var q *plan.Plan
	var failed error
	stopped, err := t.work(func(ctx context.Context) { q, failed = t.Doctor.Plan(ctx, m, t.policy) })
	switch {
	case err != nil:
		return false, err
	case stopped:
		t.say("stopped: nothing was planned")
		return false, nil
	case failed != nil:
		t.say("nothing can be planned: %s", t.clean(failed.Error()))
		return false, nil
	}
	t.say("What may go, %s:", t.policyWords())
	r := &roll{head: "There is nothing to remove."}
	r.commands = []command{
		{"policy", "how the plan is made", func() error {
			changed, err := t.setPolicy()
			if again = changed; changed && err == nil {
				err = errBack
			}
			return err
		}},
		{"kept", "what stays, and why", func() error { return t.keptOf(q) }},
	}
	if len(q.Items) > 0 {
		t.choose(m, pickedOf(q), r)
	}
	err = t.roll(r)
	return again, err
}

// choose makes a list one of the groups of a plan, to choose from, and to run.
func (t *talk) choose(m *Machine, c *picked, r *roll) {
	r.head, r.n, r.number = c.sum(t.sizeOf), len(c.groups), "choose or leave it"
	r.line = func(i int) string { return c.words(i) + ", " + t.out.GroupLine(&c.groups[i]) }
	r.pick = func(i int) error {
		c.set(i, c.count(i) == 0)
		t.say("%d. is now %s. %s", i+1, c.words(i), c.sum(t.sizeOf))
		return nil
	}
	r.commands = append(r.commands,
		command{"look", "inside a group", func() error { return t.look(c) }},
		command{"save", "write it to a file", func() error { return t.save(c) }},
		command{"run", "prove what is chosen, and ask", func() error {
			before := t.changes
			if err := t.remove(m, c); err != nil || t.changes == before {
				return err
			}
			return errBack
		}})
}

// sizeOf tells a size.
func (t *talk) sizeOf(n int64) string {
	if t.Bytes {
		return fmt.Sprint(n)
	}
	return text.Bytes(n)
}

// look asks for a group, and lets somebody choose in it.
func (t *talk) look(c *picked) error {
	group := 0
	for len(c.groups) > 1 {
		answer, err := t.ask(fmt.Sprintf("Inside which? A number from 1 to %d", len(c.groups)), "back")
		if err != nil || answer == "" || isBack(answer) {
			return err
		}
		n, ok := number(answer)
		if ok && n >= 1 && n <= len(c.groups) {
			group = n - 1
			break
		}
		if err := t.wrong(answer, "type the number of a group"); err != nil {
			return err
		}
	}
	t.lost = 0
	g := &c.groups[group]
	word := map[bool]string{true: "chosen", false: "not chosen"}
	if err := t.roll(&roll{head: t.out.GroupLine(g), n: len(g.Items), number: "choose or leave it",
		line: func(i int) string { return word[c.on[g.Items[i]]] + ", " + t.out.ItemLine(&c.plan.Items[g.Items[i]]) },
		pick: func(i int) error {
			at := g.Items[i]
			c.on[at] = !c.on[at]
			t.say("%d. is now %s. %s", i+1, word[c.on[at]], c.sum(t.sizeOf))
			return nil
		},
		commands: []command{
			{"all", "choose all of it", func() error { return t.setAll(c, group, true) }},
			{"none", "leave all of it", func() error { return t.setAll(c, group, false) }},
		}}); err != nil {
		return err
	}
	t.say("%s", c.sum(t.sizeOf))
	return nil
}

// setAll chooses all of a group, or nothing.
func (t *talk) setAll(c *picked, group int, on bool) error {
	c.set(group, on)
	t.say("%s", c.sum(t.sizeOf))
	return nil
}

// keptOf tells what stays of what could be planned.
func (t *talk) keptOf(q *plan.Plan) error {
	if len(q.Kept) == 0 {
		t.say("Nothing is kept that the policy names.")
		return nil
	}
	return t.printed(func(p *plain.Printer) {
		for i := range q.Kept {
			fmt.Fprintf(p, "kept, %s\n", p.KeptLine(&q.Kept[i]))
		}
	})
}

// save writes what is chosen to a file of the program's own.
func (t *talk) save(c *picked) error {
	q := c.chosen()
	if len(q.Items) == 0 {
		t.say("Nothing is chosen.")
		return nil
	}
	file, err := t.Doctor.Save(q)
	if err != nil {
		t.say("it was not saved: %s", t.clean(err.Error()))
		return nil
	}
	t.say("The plan is in %s. Carry it out with: %s", t.clean(file), t.clean(plain.Command([]string{"godoctor", "clean", "--apply", file})))
	return nil
}

// remove proves what is chosen, asks, and removes it.
func (t *talk) remove(m *Machine, c *picked) error {
	q := c.chosen()
	if len(q.Items) == 0 {
		t.say("Nothing is chosen: type the number of a group first.")
		return nil
	}
	var proved *plan.Plan
	var ask Question
	stopped, err := t.work(func(ctx context.Context) {
		if proved = t.Doctor.Prove(ctx, m, t.policy, q); ctx.Err() == nil && len(proved.Items) > 0 {
			ask = t.Doctor.AskRemove(ctx, m, proved)
		}
	})
	switch {
	case err != nil:
		return err
	case stopped:
		t.say("stopped: nothing was changed")
		return nil
	}
	t.staying(q, proved)
	if len(proved.Items) == 0 {
		t.say("Nothing can go: all of it stays.")
		return nil
	}
	if err := t.going(proved); err != nil {
		return err
	}
	yes, err := t.confirm(ask)
	if err != nil || !yes {
		return err
	}
	var o Outcome
	_, err = t.work(func(ctx context.Context) { o = t.Doctor.Remove(ctx, m, proved) })
	t.ran(o)
	t.forget()
	if err != nil || o.Run == nil || o.Err != nil {
		return err
	}
	return t.undoNow(o)
}

// staying says what was chosen and stays, since it was hashed.
func (t *talk) staying(chosen, proved *plan.Plan) {
	if n := len(chosen.Items) - len(proved.Items); n > 0 {
		t.say("%s after all, since hashed:", map[bool]string{true: "1 item stays", false: plural(n, "item") + " stay"}[n == 1])
	}
	before := make(map[string]int)
	for _, k := range chosen.Kept {
		before[k.Reason] = k.Items
	}
	for i := range proved.Kept {
		k := proved.Kept[i]
		if k.Items -= before[k.Reason]; k.Items > 0 {
			t.say("kept, %s: %s", t.clean(k.Reason), plural(k.Items, "item"))
		}
	}
}

// going tells what goes: each group with its way back, and every name.
func (t *talk) going(q *plan.Plan) error {
	return t.printed(func(p *plain.Printer) {
		groups := report.Groups(q)
		for n := range groups {
			fmt.Fprintf(p, "goes: %s\n", p.GroupLine(&groups[n]))
			for _, i := range groups[n].Items {
				fmt.Fprintf(p, "  %s\n", p.ItemLine(&q.Items[i]))
			}
		}
		fmt.Fprintf(p, "All of it: %s, frees up to %s now", plural(len(q.Items), "item"), t.sizeOf(q.Now()))
		if later := q.Later(); later > 0 {
			fmt.Fprintf(p, ", and %s when the quarantine is emptied after 7 days", t.sizeOf(later))
		}
		fmt.Fprintln(p, ".")
	})
}

// undoNow offers to take back what was just done.
func (t *talk) undoNow(o Outcome) error {
	if _, err := t.Doctor.AskUndo(o.Run); err != nil {
		return nil
	}
	answer, err := t.ask("Type u to take it back now", "leave it as it is; history has it")
	if err != nil || answer == "" || isBack(answer) {
		return err
	}
	if answer != "u" && answer != "U" {
		return t.wrong(answer, "nothing was taken back; history can still do it")
	}
	t.lost = 0
	return t.undo(o.Run)
}
