package tui

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// options are how a plan is made, as a list to choose from.
type options struct {
	list   table.List[string]
	rows   []option
	policy Policy // as it is chosen; the plan is made anew when the list is closed
}

// An option is a row: one of several, or one that is on or off.
type option struct {
	section string // on the first row of it
	words   string
	one     bool // of several
	on      func(*Policy) bool
	choose  func(*Policy)
}

const ageDay = 24 * time.Hour

// ageOptions are how long something was not used.
func ageOptions() (out []option) {
	for _, a := range []struct {
		age   time.Duration
		words string
	}{{0, "any age, today's too (build cache: a day)"}, {14 * ageDay, "2 weeks"}, {30 * ageDay, "30 days"}, {90 * ageDay, "90 days"},
		{180 * ageDay, "half a year"}, {365 * ageDay, "a year"}} {
		out = append(out, option{words: a.words, one: true, on: func(p *Policy) bool { return p.OlderThan == a.age },
			choose: func(p *Policy) { p.OlderThan, p.Young = a.age, a.age == 0 }})
	}
	out[0].section = "NOT USED FOR"
	return out
}

// limitOptions are how much is enough, and what stays of each module.
func limitOptions() (out []option) {
	for _, goal := range []int64{0, 1 << 30, 5 << 30, 20 << 30, 50 << 30} {
		words := "all there is"
		if goal > 0 {
			words = text.Bytes(goal) + ", the cheapest to get back and the oldest first"
		}
		out = append(out, option{words: words, one: true, on: func(p *Policy) bool { return p.Goal == goal },
			choose: func(p *Policy) { p.Goal = goal }})
	}
	out[0].section = "HOW MUCH"
	for keep := range 4 {
		words := "no version because it is new"
		if keep > 0 {
			words = "the newest " + plural(keep, "version") + " of each module"
		}
		o := option{words: words, one: true, on: func(p *Policy) bool { return p.Keep == keep }, choose: func(p *Policy) { p.Keep = keep }}
		if keep == 0 {
			o.section = "KEEP"
		}
		out = append(out, o)
	}
	return out
}

// kindOptions are the kinds of things that may be in a plan.
func kindOptions() (out []option) {
	for _, k := range []struct {
		rule string
		of   func(*plan.Policies) *bool
	}{
		{"orphans", func(p *plan.Policies) *bool { return &p.Orphans }}, {"sources", func(p *plan.Policies) *bool { return &p.Sources }},
		{"toolchains", func(p *plan.Policies) *bool { return &p.Toolchains }}, {"vcs", func(p *plan.Policies) *bool { return &p.VCS }},
		{"build", func(p *plan.Policies) *bool { return &p.Build }}, {"test", func(p *plan.Policies) *bool { return &p.Test }},
		{"leftovers", func(p *plan.Policies) *bool { return &p.Leftovers }}, {"related", func(p *plan.Policies) *bool { return &p.Related }},
		{"abandoned", func(p *plan.Policies) *bool { return &p.Abandoned }},
	} {
		out = append(out, option{words: report.RuleWords(k.rule), on: func(p *Policy) bool { return *k.of(&p.Kinds) },
			choose: func(p *Policy) { b := k.of(&p.Kinds); *b = !*b }})
	}
	out[0].section = "WHICH KINDS"
	return out
}

// openOptions shows the list: all of it, or only how old.
func (p *planScreen) openOptions(ages bool) {
	if len(p.policy.Modules) > 0 {
		p.say("this plan is of versions that you marked: there is nothing to choose")
		return
	}
	o := &p.options
	o.policy, o.rows = p.policy, ageOptions()
	old := len(o.rows)
	if !ages {
		o.rows = append(append(o.rows, limitOptions()...), kindOptions()...)
	}
	names := make([]string, len(o.rows))
	at := 0
	for i := range names {
		names[i] = fmt.Sprint(i)
		if i < old && o.rows[i].on(&o.policy) {
			at = i
		}
	}
	o.list.SetRows(names, nil)
	o.list.Home()
	o.list.Move(at)
	p.part = optionsPart
}

// updateOptions are the keys of the list.
func (p *planScreen) updateOptions(m tea.KeyPressMsg) tea.Cmd {
	o := &p.options
	switch {
	case moveKeys(&o.list, m):
	case key.Matches(m, keys.policy) && p.step == 0:
		return p.closeOptions()
	case key.Matches(m, keys.mark, keys.open, keys.right):
		if i := o.list.Selected(); i >= 0 {
			o.rows[i].choose(&o.policy)
			o.list.Invalidate()
		}
	}
	return nil
}

// closeOptions makes the plan anew, if something else was chosen.
func (p *planScreen) closeOptions() tea.Cmd {
	if p.part != optionsPart {
		return nil
	}
	p.part = groupsPart
	switch {
	case fmt.Sprint(p.options.policy.Kinds) == fmt.Sprint(plan.Policies{}):
		p.say("without any kind there would be no plan: it stays as it was")
		return nil
	case fmt.Sprint(p.options.policy) == fmt.Sprint(p.policy):
		return nil
	}
	p.policy = p.options.policy
	return p.make()
}

// optionRow draws one row.
func (p *planScreen) optionRow(i, w int) string {
	o := &p.options.rows[i]
	box := "[ ] "
	switch on := o.on(&p.options.policy); {
	case o.one && on:
		box = "(*) "
	case o.one:
		box = "( ) "
	case on:
		box = "[x] "
	}
	if w < bodyWidth-4 {
		return text.Fit(box+o.words, w)
	}
	return text.Fit(text.Fit(o.section, 15)+box+o.words, w)
}
