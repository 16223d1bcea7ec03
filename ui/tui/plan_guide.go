package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"
)

// A guideStep is how far somebody is who is guided: the first three are parts of the screen Plan, the fourth is the
// question, the last two are on Activity. Esc goes a step back, c a step on.
type guideStep uint8

const (
	stepWhat guideStep = iota + 1
	stepAge
	stepReview
	stepConfirm
	stepRun
	stepResult
)

// guideTitles say what a step is about, and guideNext what c does in it.
var (
	guideTitles = map[guideStep]string{stepWhat: "What may go", stepAge: "How long unused", stepReview: "Review: these go",
		stepConfirm: "Confirm", stepRun: "It runs", stepResult: "Result"}
	guideNext = map[guideStep]string{stepWhat: "next: how old", stepAge: "next: review", stepReview: "next: confirm"}
)

// guideTitle is the heading of a step.
func guideTitle(s guideStep) string {
	return fmt.Sprintf("Step %d of %d: %s", s, stepResult, guideTitles[s])
}

// guide begins the guided way.
func (r *root) guide() tea.Cmd {
	p := r.screens[planScreenAt].(*planScreen)
	if r.Clean == nil {
		r.say(noCleaner)
		return nil
	}
	p.endMend()
	if len(p.policy.Modules) > 0 {
		p.forget()
	}
	p.step, p.part = stepWhat, groupsPart
	return r.goTo(planScreenAt)
}

// planMarked makes a plan of versions that a person chose.
func (r *root) planMarked(versions []string) tea.Cmd {
	p := r.screens[planScreenAt].(*planScreen)
	switch {
	case r.Clean == nil:
		r.say(noCleaner)
		return nil
	case len(versions) == 0:
		r.say("mark versions with space first")
		return nil
	}
	p.endMend()
	p.forget()
	p.policy = markedPolicy(versions)
	return r.goTo(planScreenAt)
}

// onward goes a step on.
func (p *planScreen) onward() tea.Cmd {
	if p.data == nil {
		p.say("one moment: the plan is not made yet")
		return nil
	}
	items, _, _ := p.ticks.sum()
	switch p.step {
	case stepWhat:
		switch {
		case len(p.data.groups) == 0:
			p.say("nothing is that old: choose another age")
		case items == 0:
			p.say("nothing is ticked: space ticks a kind of things")
			return nil
		}
		p.choose(true)
	case stepAge:
		cmd := p.closeOptions()
		if items == 0 { // what may go now is to be seen first
			p.step = stepWhat
			return cmd
		}
		p.step = stepReview
		p.review()
		return cmd
	case stepReview:
		return p.run()
	}
	return nil
}

// choose shows the list of what can be chosen, all of it or only how old, as the second step where somebody is guided.
func (p *planScreen) choose(ages bool) {
	if p.step > 0 {
		p.step = stepAge
	}
	p.openOptions(ages)
}

// review lists all that is ticked.
func (p *planScreen) review() {
	p.part = insidePart
	p.look(-1)
	p.inside.Home()
}

// backward goes a step back; before the first one the way ends.
func (p *planScreen) backward() tea.Cmd {
	p.stop()
	switch p.step {
	case stepReview:
		p.choose(true)
	case stepAge:
		cmd := p.closeOptions()
		p.step, p.part = stepWhat, groupsPart
		return cmd
	default:
		p.step, p.part = 0, groupsPart
		return p.goTo(overviewScreen)
	}
	return nil
}
