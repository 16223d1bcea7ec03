package tui

import (
	"fmt"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"godoctor/ui/table"
	"godoctor/ui/text"
)

// planScreen is what may go: groups by what it costs to get them back, each item in them, how the plan is made, and the
// way to run it. Nothing goes from here without the question that x asks.
type planScreen struct {
	*root
	policy  Policy
	job     *planJob // the last; never nil
	wanted  bool     // a plan is to be made when the scan has ended
	stale   bool     // the caches were scanned since: it is made anew when somebody looks
	err     error    // why there is none
	data    *planData
	ticks   *ticks
	proof   *proof // of these ticks, or of others
	saved   string // the file that has what savedOf was
	savedOf ticked

	wish        *MendWish // what is to be repaired: then the screen is about that. nil: it is about cleaning up
	mend        *mendPlan // nil: it is not planned yet
	mendErr     error     // why it is not
	mendColumns *table.Columns
	origin      int // the screen that esc goes back to

	part    planPart
	step    guideStep // of the guided way; 0: nobody is guided
	groups  table.List[string]
	inside  table.List[string]
	of      int // the group that is looked into; -1: all that is ticked
	options options
	columns *table.Columns

	width, height int
}

// A planPart is what of the screen takes the keys.
type planPart uint8

const (
	groupsPart  planPart = iota
	insidePart           // the items of a group, or all that are ticked
	optionsPart          // how the plan is made
)

func newPlan(r *root) *planScreen {
	return &planScreen{root: r, policy: usualPolicy(), job: &planJob{}, of: -1, mendColumns: newMendColumns(), columns: table.NewColumns(
		table.Column{Title: "", Width: 3},
		table.Column{Title: "GROUP", Width: 22, Flex: 1},
		table.Column{Title: "FREES", Width: 9, Right: true},
		table.Column{Title: "ITEMS", Width: 6, Right: true, Drop: 2},
		table.Column{Title: "GET IT BACK", Width: 16, Drop: 1},
	)}
}

// entered is told when somebody looks at the screen: a plan is made, if there is none.
func (p *planScreen) entered() tea.Cmd {
	if !p.mending() && !p.job.running && p.err == nil && (p.data == nil || p.stale) {
		return p.make()
	}
	return nil
}

func (p *planScreen) setData(*data) {}

// scanned is told when a scan has ended: what was planned from the one before is not believed any more.
func (p *planScreen) scanned() tea.Cmd {
	if p.mending() { // it is about what was found before, and compared again when it is carried out
		p.stale, p.proof = p.data != nil, nil
		if p.mend == nil && p.mendErr == nil && !p.job.running {
			return p.makeMend()
		}
		return nil
	}
	if p.current != planScreenAt && !p.wanted {
		p.stop()
		p.stale, p.proof, p.err = true, nil, nil
		return nil
	}
	return p.make()
}

// forget begins with the usual plan, when there is one to be made again. A repair that is planned stays.
func (p *planScreen) forget() {
	if !p.mending() {
		p.stop()
	}
	p.policy, p.data, p.ticks, p.proof, p.err = usualPolicy(), nil, nil, nil, nil
	p.part, p.of, p.step = groupsPart, -1, 0
}

// setPlan shows a plan.
func (p *planScreen) setPlan(d *planData) {
	before := p.ticks
	p.data, p.proof = d, nil
	p.ticks = newTicks(d, before)
	names := make([]string, len(d.groups))
	for i := range d.groups {
		names[i] = d.groups[i].key
	}
	p.groups.SetRows(names, nil)
	if p.part == insidePart && p.of >= 0 {
		p.part = groupsPart
	}
	if p.part == insidePart {
		p.look(-1)
		return
	}
	p.look(p.groups.Selected())
}

// look puts the items of a group into the list beside, or all that are ticked.
func (p *planScreen) look(group int) {
	d := p.data
	if d == nil || group >= len(d.groups) {
		group = -1
	}
	p.of = group
	if d == nil {
		return
	}
	order := d.bySize
	if group >= 0 {
		order = d.groups[group].items
	}
	shown := make([]int32, 0, len(order))
	for _, i := range order {
		if group >= 0 || p.ticks.on[i] {
			shown = append(shown, i)
		}
	}
	p.inside.SetRows(d.keys, shown)
}

func (p *planScreen) resize(w, h int) {
	p.width, p.height = w, h
	for _, l := range []interface{ Resize(int) }{&p.groups, &p.inside, &p.options.list} {
		l.Resize(max(h-3, 1)) // about right until it is drawn
	}
}

func (p *planScreen) typing() textfield { return nil }

// refusal is why x does nothing, or empty.
func (p *planScreen) refusal() string {
	switch {
	case p.Clean == nil:
		return noCleaner
	case p.Clean.Refused != "":
		return p.Clean.Refused
	}
	return ""
}

func (p *planScreen) keys() []key.Binding {
	if p.mending() {
		return p.mendKeys()
	}
	if p.Clean == nil {
		return nil
	}
	run, open, mark := keys.run, keys.open, keys.mark
	if p.width < bodyWidth {
		run.SetHelp("x", "run")
	}
	if p.Clean.Refused != "" {
		run.SetHelp("x", "run (not here)")
	}
	mark.SetHelp("space", "tick")
	open.SetHelp("enter", "look inside")
	all, none := keys.all, keys.unmark
	all.SetHelp("a", "tick all")
	none.SetHelp("u", "tick none")
	switch {
	case p.part == optionsPart:
		mark.SetHelp("space", "choose")
		if p.step > 0 {
			return p.guided(mark, moveHint)
		}
		return []key.Binding{moveHint, mark, keys.policy, keys.back}
	case p.data == nil:
		return []key.Binding{keys.policy}
	case p.part == insidePart:
		open.SetHelp("enter", "why")
		if p.width < bodyWidth {
			return p.guided(mark, run, open, keys.back, moveHint)
		}
		return p.guided(moveHint, mark, run, open, keys.back, all, none, keys.copy, keys.kept, keys.policy, keys.save, keys.copyCommand)
	}
	if p.width < bodyWidth { // what goes on is always on the screen
		return p.guided(mark, run, open, keys.policy, moveHint)
	}
	return p.guided(moveHint, mark, run, open, keys.policy, keys.kept, keys.save, all, none, keys.copyCommand, keys.right)
}

// guided puts the key that goes on first, where somebody is guided.
func (p *planScreen) guided(list ...key.Binding) []key.Binding {
	if p.step == 0 {
		return list
	}
	next := keys.plan
	next.SetHelp("c", guideNext[p.step])
	out := []key.Binding{next, keys.back}
	if p.width < bodyWidth {
		next.SetHelp("c", "next")
		out = []key.Binding{next}
		list = append(list[:len(list):len(list)], keys.back)
	}
	for _, b := range list {
		if b.Help().Key != "x" && (b.Help().Key != "esc" || p.width < bodyWidth) {
			out = append(out, b)
		}
	}
	return out
}

func (p *planScreen) update(m tea.KeyPressMsg) tea.Cmd {
	if p.mending() {
		return p.updateMend(m)
	}
	if p.Clean == nil {
		return nil
	}
	switch {
	case key.Matches(m, keys.plan) && p.step > 0:
		return p.onward()
	case key.Matches(m, keys.back):
		return p.back()
	case p.part == optionsPart:
		return p.updateOptions(m)
	case key.Matches(m, keys.policy):
		p.choose(false)
	case p.data == nil:
		if key.Matches(m, keys.run, keys.mark) {
			p.say("there is no plan yet")
		}
	case key.Matches(m, keys.plan):
		p.say("this is the plan: space ticks what is to go, x runs it")
	case key.Matches(m, keys.run):
		return p.run()
	case key.Matches(m, keys.kept):
		p.root.dialog = p.keptDialog()
	case key.Matches(m, keys.save, keys.copyCommand):
		return p.keep(m)
	case p.part == insidePart:
		return p.updateInside(m)
	default:
		p.updateGroups(m)
	}
	return nil
}

// updateGroups are the keys of the groups.
func (p *planScreen) updateGroups(m tea.KeyPressMsg) {
	if moveKeys(&p.groups, m) {
		p.look(p.groups.Selected())
		p.inside.Home()
		return
	}
	n := p.groups.Selected()
	switch {
	case key.Matches(m, keys.all, keys.unmark):
		for g := range p.data.groups {
			p.ticks.setGroup(g, key.Matches(m, keys.all))
		}
	case n < 0:
	case key.Matches(m, keys.mark):
		p.ticks.setGroup(n, p.ticks.count[n] < len(p.data.groups[n].items))
	case key.Matches(m, keys.open, keys.right):
		p.look(n)
		p.part = insidePart
	}
	p.groups.Invalidate()
	p.inside.Invalidate()
}

// updateInside are the keys of the items.
func (p *planScreen) updateInside(m tea.KeyPressMsg) tea.Cmd {
	if moveKeys(&p.inside, m) {
		return nil
	}
	i := p.inside.Selected()
	switch {
	case key.Matches(m, keys.left):
		return p.back()
	case i < 0:
	case key.Matches(m, keys.mark):
		p.ticks.set(i, !p.ticks.on[i])
		p.inside.Down()
	case key.Matches(m, keys.all, keys.unmark):
		for pos := range p.inside.Len() {
			p.ticks.set(p.inside.Index(pos), key.Matches(m, keys.all))
		}
	case key.Matches(m, keys.open, keys.right):
		p.root.dialog = p.itemDialog(i)
	case key.Matches(m, keys.copy):
		return p.copyText("path", p.data.plan.Items[i].Path)
	}
	p.inside.Invalidate()
	p.groups.Invalidate()
	return nil
}

// back is esc: out of what is open, or a step back of the guided way.
func (p *planScreen) back() tea.Cmd {
	switch {
	case p.step > 0 && !(p.step == stepWhat && p.part == insidePart):
		return p.backward()
	case p.part == optionsPart:
		return p.closeOptions()
	case p.part == insidePart:
		p.part = groupsPart
	}
	return nil
}

// run is x: what is ticked is hashed, then asked about.
func (p *planScreen) run() tea.Cmd {
	items, _, _ := p.ticks.sum()
	switch why := p.refusal(); {
	case p.Clean.Refused != "":
		p.refuse(why)
	case why != "":
		p.say(why)
	case items == 0:
		p.say("nothing is ticked: space ticks what is to go")
	case p.job.running:
		p.say("one moment: this is still being looked at; ctrl+c stops it")
	case p.scan.running:
		p.say("the caches are being scanned: run it when that has ended")
	case p.proof != nil && p.proof.of == p.ticks.now() && p.Now().Sub(p.proof.at) < proofFor:
		return p.confirm()
	default:
		return p.prove()
	}
	return nil
}

// amount is a number of items and what they free, in words.
func amount(items int, disk int64) string {
	return fmt.Sprintf("%s, %s", plural(items, "item"), text.Bytes(disk))
}

// on takes what the jobs of the screen say.
func (p *planScreen) on(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case planMadeMsg:
		p.onMade(m)
	case planSampleMsg:
		return p.onPlanSample(m)
	case provedMsg:
		return p.onProved(m)
	case planSavedMsg:
		return p.onSaved(m)
	case mendingMsg:
		p.onMending(m)
	}
	return nil
}

// redraw draws the rows anew.
func (p *planScreen) redraw() {
	p.groups.Invalidate()
	p.inside.Invalidate()
	if p.mend != nil {
		p.mend.list.Invalidate()
	}
}

// forgetMarked is told of versions that were marked, and are gone. If the plan is of them the usual one is begun with.
func (p *planScreen) forgetMarked(gone []string) {
	if len(gone) == 0 {
		return
	}
	if slices.Equal(p.policy.Modules, gone) {
		p.forget()
	}
	were := make(map[string]bool, len(gone))
	for _, k := range gone {
		were[k] = true
	}
	mods := p.screens[modulesScreen].(*modules)
	mods.marks.Keep(func(k string) bool { return !were[k] })
	mods.redraw()
}
