package prompt

import (
	"fmt"
	"strings"
	"time"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
)

// A kind is one kind of things that a plan may hold.
type kind struct {
	rule string
	of   func(*plan.Policies) *bool
}

// kinds are those that somebody can choose here; clean has more.
var kinds = []kind{
	{"orphans", func(p *plan.Policies) *bool { return &p.Orphans }}, {"sources", func(p *plan.Policies) *bool { return &p.Sources }},
	{"toolchains", func(p *plan.Policies) *bool { return &p.Toolchains }}, {"vcs", func(p *plan.Policies) *bool { return &p.VCS }},
	{"build", func(p *plan.Policies) *bool { return &p.Build }}, {"test", func(p *plan.Policies) *bool { return &p.Test }},
	{"leftovers", func(p *plan.Policies) *bool { return &p.Leftovers }}, {"related", func(p *plan.Policies) *bool { return &p.Related }},
	{"abandoned", func(p *plan.Policies) *bool { return &p.Abandoned }},
}

// on are the kinds that are chosen.
func (p *Policy) on() (words []string) {
	for _, k := range kinds {
		if *k.of(&p.Kinds) {
			words = append(words, report.RuleWords(k.rule))
		}
	}
	return words
}

// policyWords say by what a plan is made.
func (t *talk) policyWords() string {
	p := &t.policy
	s := p.age()
	if p.Goal > 0 {
		s += ", up to " + t.sizeOf(p.Goal)
	}
	if p.Keep > 0 {
		s += fmt.Sprintf(", but for the newest %d of each module", p.Keep)
	}
	return s
}

func (p *Policy) age() string {
	switch {
	case p.OlderThan <= 0 && p.Young:
		return "of any age, fetched today too"
	case p.OlderThan <= 0:
		return "of any age"
	}
	if d := int(p.OlderThan / (24 * time.Hour)); p.OlderThan%(24*time.Hour) == 0 {
		return "not used for " + plural(d, "day")
	}
	if h := int(p.OlderThan / time.Hour); h > 0 {
		return "not used for " + plural(h, "hour")
	}
	return "not used for " + p.OlderThan.String()
}

// setPolicy lets somebody say how a plan is made, and reports whether it is another one now.
func (t *talk) setPolicy() (changed bool, err error) {
	before := t.policy
	before.Kinds.Fuzz = nil
	p := &t.policy
	err = t.menu("What of it?", []choice{
		{"for how long it was not used", func() error {
			return t.value("For how long was it not used? Such as 90d, 2w or 1y; 0 for any age, what was fetched today too", p.age(), func(s string) error {
				d, err := config.ParseDuration(s)
				if err == nil {
					p.OlderThan, p.Young = d, d == 0
				}
				return err
			})
		}},
		{"how much is enough", func() error {
			return t.value("How much is enough? Such as 5GiB; 0 for all there is", "as it is, "+t.policyWords(), func(s string) error {
				n, err := config.ParseSize(s)
				if err == nil {
					p.Goal = n
				}
				return err
			})
		}},
		{"how many versions of each module stay because they are new", func() error {
			return t.value("The newest how many of each module stay? A number; 0 for none", fmt.Sprint(p.Keep), func(s string) error {
				n, ok := number(s)
				if !ok {
					return fmt.Errorf("%q is no number", s)
				}
				p.Keep = n
				return nil
			})
		}},
		{"which kinds of things", func() error { return t.setKinds(p) }},
	}, false)
	if len(p.on()) == 0 {
		p.Kinds = before.Kinds
		t.say("Without any kind there would be no plan: the kinds stay as they were.")
	}
	now := *p
	now.Kinds.Fuzz = nil
	return fmt.Sprint(now) != fmt.Sprint(before), err
}

// value asks for something that is read by set.
func (t *talk) value(question, nothing string, set func(string) error) error {
	for {
		answer, err := t.ask(question, "it stays: "+nothing)
		if err != nil || answer == "" || isBack(answer) {
			return err
		}
		if err := set(answer); err == nil {
			t.lost = 0
			t.say("The plan is now of what may go, %s.", t.policyWords())
			return nil
		}
		if err := t.wrong(answer, "type it as the question says"); err != nil {
			return err
		}
	}
}

// setKinds lets somebody choose kinds.
func (t *talk) setKinds(p *Policy) error {
	word := map[bool]string{true: "chosen", false: "not chosen"}
	return t.roll(&roll{head: "Kinds of things: " + strings.Join(p.on(), "; "), n: len(kinds), number: "choose or leave it",
		line: func(i int) string { return word[*kinds[i].of(&p.Kinds)] + ", " + report.RuleWords(kinds[i].rule) },
		pick: func(i int) error {
			b := kinds[i].of(&p.Kinds)
			*b = !*b
			t.say("%d. is now %s.", i+1, word[*b])
			return nil
		}})
}
