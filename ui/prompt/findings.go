package prompt

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/ui/plain"
)

// check runs the checks, and lists what they find with what the last verification has found.
func (t *talk) check() error {
	m, err := t.known(false)
	if m == nil {
		return err
	}
	var res *Checked
	stopped, err := t.work(func(ctx context.Context) { res = t.Doctor.Check(ctx, m) })
	if err != nil {
		return err
	}
	if stopped {
		t.say("stopped: what was found until then is listed")
	}
	list := slices.Clone(res.Found)
	if t.verified == nil {
		t.say("Hashes are not looked at here: 'verify' in the first menu does that.")
	} else {
		list = append(list, t.verified.Found...)
		t.say("What the last verification has found is listed too.")
	}
	t.out.CheckTally(res.Summary)
	return t.findings(m, list)
}

// verify recomputes the hashes of what somebody names, and lists what is found.
func (t *talk) verify() error {
	m, err := t.known(false)
	if m == nil {
		return err
	}
	if m.Inventory.ModCache == nil || len(m.Inventory.ModCache.Versions) == 0 {
		t.say("There is no module version in the module cache.")
		return nil
	}
	all := plural(len(m.Inventory.ModCache.Versions), "module version")
	answer, err := t.ask("Verify which? A text, a pattern or a state", "all, "+all)
	if err != nil || isBack(answer) {
		return err
	}
	var picked []int // all
	if answer != "" {
		if picked = t.Doctor.Pick(m, answer); len(picked) == 0 {
			t.say("%q fits no module version.", t.clean(answer))
			return nil
		}
	}
	var res *Verified
	var failed error
	_, err = t.work(func(ctx context.Context) { res, failed = t.Doctor.Verify(ctx, m, picked) })
	if err != nil {
		return err
	}
	if failed != nil {
		t.say("it cannot be verified: %s", t.clean(failed.Error()))
		return nil
	}
	if res.Stopped {
		t.say("stopped: what was found until then is listed")
	}
	t.verified = res
	t.out.Verified(res.Summary)
	return t.findings(m, res.Found)
}

// findings lists findings, and mends them.
func (t *talk) findings(m *Machine, list []Found) error {
	if len(list) == 0 {
		return nil // the line above says so
	}
	mendAll := func() error {
		w := Wish{Known: bare(list)}
		for i := range list {
			if list[i].Usual && list[i].Mends {
				w.Findings = append(w.Findings, list[i].Finding)
			}
		}
		if len(w.Findings) == 0 {
			t.say("Nothing here is mended by a program: look at one, it says what to do.")
			return nil
		}
		return t.mendAndBack(m, w)
	}
	return t.roll(&roll{head: plural(len(list), "finding") + ", the worst first:", n: len(list), number: "all about it, and its fixes",
		line:     func(i int) string { return t.out.FindingLine(&list[i].Shown) },
		pick:     func(i int) error { return t.finding(m, list, i) },
		commands: []command{{"all", "mend all that can be", mendAll}}})
}

// bare are the findings themselves.
func bare(list []Found) []finding.Finding {
	out := make([]finding.Finding, len(list))
	for i := range list {
		out[i] = list[i].Finding
	}
	return out
}

// finding tells all about one, and lets somebody choose a fix.
func (t *talk) finding(m *Machine, list []Found, i int) error {
	f := &list[i]
	if err := t.printed(func(p *plain.Printer) {
		p.FindingPage(&f.Shown, t.Doctor.Cause(f.Shown.Check))
		if f.Shown.Docs != "" {
			fmt.Fprintf(p, "more: %s\n", t.clean("godoctor help "+f.Shown.Docs))
		}
	}); err != nil {
		return err
	}
	fixes := f.Shown.Fix
	if len(fixes) == 0 {
		t.say("Nobody knows a fix for it but a person.")
		return nil
	}
	t.say("Fixes:")
	return t.roll(&roll{n: len(fixes), number: "use it",
		line: func(k int) string {
			s := t.out.FixLine(&fixes[k])
			if k > 0 || !f.Mends {
				return s + ", by hand"
			}
			return s
		},
		pick: func(k int) error {
			if k == 0 && f.Mends {
				return t.mendAndBack(m, Wish{Findings: []finding.Finding{f.Finding}, Known: bare(list)})
			}
			t.say("That is for you to do:")
			t.out.FixEdits(&fixes[k])
			if len(fixes[k].Argv) > 0 {
				t.say("%s", t.clean(strings.TrimSpace(plain.Command(fixes[k].Argv))))
			}
			return nil
		}})
}

// mendAndBack mends, and ends the list if something was changed: what it lists is not so any more.
func (t *talk) mendAndBack(m *Machine, w Wish) error {
	before := t.changes
	if err := t.mend(m, w); err != nil || t.changes == before {
		return err
	}
	return errBack
}
