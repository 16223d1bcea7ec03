package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/ui/text"
)

// planData is a plan made ready for the screen: cleaned, grouped, sorted. It is made by commands and never changed.
type planData struct {
	plan   *plan.Plan
	inv    *scan.Inventory
	use    *usage.Result
	policy Policy

	groups []planGroup
	items  []planItem // in the order of plan.Items
	keys   []string   // of the items
	bySize []int32    // all items, the biggest first
	kept   int        // things that stay
}

// planGroup is what one rule chose, and costs the same to get back.
type planGroup struct {
	report.PlanGroup
	key   string
	title string
	items []int32 // by size
}

// planItem is what is shown of an item. All text is clean.
type planItem struct {
	key    string // of the item in plans that are made one after the other
	name   string // module@version as the inventory has it; empty: it is no module version
	label  string
	why    string
	group  int
	needed bool // somebody needs it: a person insists
}

// newPlanData prepares a plan.
func newPlanData(q *plan.Plan, inv *scan.Inventory, use *usage.Result, p Policy, e *env) *planData {
	d := &planData{plan: q, inv: inv, use: use, policy: p, items: make([]planItem, len(q.Items)), bySize: identity(len(q.Items))}
	for i := range q.Items {
		it := &q.Items[i]
		d.items[i] = planItem{key: itemKey(it), label: e.clean(it.Label()), why: e.clean(it.Why), needed: neededItem(it, use)}
		if it.Module != "" {
			d.items[i].name = it.Module + "@" + it.Version
		}
		d.keys = append(d.keys, d.items[i].key)
	}
	for n, g := range report.Groups(q) {
		row := planGroup{PlanGroup: g, key: groupKey(&g), title: e.clean(report.RuleWords(g.Rule))}
		if g.Later {
			row.title = "may not come back: " + row.title
		}
		for _, i := range g.Items {
			row.items = append(row.items, int32(i))
			d.items[i].group = n
		}
		d.groups = append(d.groups, row)
	}
	slices.SortStableFunc(d.bySize, func(a, b int32) int { return cmp.Compare(q.Items[b].Disk, q.Items[a].Disk) })
	for i := range q.Kept {
		d.kept += q.Kept[i].Items
	}
	return d
}

func itemKey(it *plan.Item) string {
	return strings.Join([]string{string(it.Part), it.Rule, it.Module, it.Version, it.Name, it.Root}, "\x00")
}

func groupKey(g *report.PlanGroup) string { return fmt.Sprint(g.Rule, " ", g.Tier, " ", g.Later) }

// neededItem reports whether somebody needs what a person insists on.
func neededItem(it *plan.Item, use *usage.Result) bool {
	if !it.Insisted || it.Module == "" || use == nil {
		return it.Insisted && use == nil
	}
	v := use.Of(it.Module, it.Version)
	return v == nil || use.Unsure || len(v.Uses) > 0 || v.State != usage.Orphan && v.State != usage.GraphOnly && v.State != usage.Young
}

// needed reports whether somebody needs anything of it.
func (d *planData) needed() bool {
	return slices.ContainsFunc(d.items, func(it planItem) bool { return it.needed })
}

// usual reports whether a group is ticked when a plan is new: what comes back without network and without work, and
// what a person marked.
func (d *planData) usual(g *planGroup) bool {
	return len(d.policy.Modules) > 0 || g.Usual()
}

// shortBack says in few words how what a group removes comes back.
func shortBack(g *report.PlanGroup) string {
	switch {
	case g.Later:
		return "7 d quarantine"
	case g.Rule == "leftovers":
		return "nothing needed"
	case g.Tier == usage.Free:
		return "unpack, offline"
	case g.Tier == usage.Network && g.Fetch > 0:
		return "fetch " + text.Bytes(g.Fetch)
	case g.Tier == usage.Network:
		return "download"
	case g.Tier == usage.Rebuild:
		return "rebuild, no undo"
	}
	return string(g.Tier)
}

// riskWords say in a sentence what it means that a group goes.
func riskWords(g *report.PlanGroup) string {
	switch {
	case g.Later:
		return "It is private, gone from the proxies, or its hash is not known. It waits in the quarantine for 7 days, and its space is free only then."
	case g.Rule == "leftovers":
		return "Nothing reads it any more."
	case g.Tier == usage.Free:
		return "Builds find it missing and go unpacks it again from its zip, without network."
	case g.Tier == usage.Network:
		return "No project found needs it. Should one ever, go downloads it again."
	case g.Tier == usage.Rebuild:
		return "The next build of it takes longer. Undo does not bring it back: go makes it anew."
	}
	return ""
}

// ticks are the items of a plan that are to go.
type ticks struct {
	d     *planData
	on    []bool
	count []int   // of each group
	disk  []int64 // likewise
	seq   int     // changes with every tick
}

// A ticked is what is ticked at one moment: two are equal where nothing was changed between them. A plan that is made anew has
// other ticks, whatever is ticked in it.
type ticked struct {
	of  *ticks
	seq int
}

// now is what is ticked now; t may be nil.
func (t *ticks) now() ticked {
	if t == nil {
		return ticked{}
	}
	return ticked{t, t.seq}
}

// newTicks ticks what is usual, and keeps what was chosen in the plan before.
func newTicks(d *planData, before *ticks) *ticks {
	t := &ticks{d: d, on: make([]bool, len(d.items)), count: make([]int, len(d.groups)), disk: make([]int64, len(d.groups))}
	was := make(map[string]bool)
	whole := make(map[string]bool) // groups in which all was ticked, or nothing
	if before != nil && len(before.d.policy.Modules) == 0 && len(d.policy.Modules) == 0 {
		for i := range before.on {
			was[before.d.items[i].key] = before.on[i]
		}
		for n := range before.d.groups {
			g := &before.d.groups[n]
			whole[g.key] = before.count[n] == len(g.items)
		}
	}
	for n := range d.groups {
		g := &d.groups[n]
		usual, known := whole[g.key]
		if !known {
			usual = d.usual(g)
		}
		for _, i := range g.items {
			on, known := was[d.items[i].key]
			if !known {
				on = usual
			}
			t.set(int(i), on)
		}
	}
	return t
}

// set ticks an item, or takes the tick off.
func (t *ticks) set(i int, on bool) {
	if t.on[i] == on {
		return
	}
	t.on[i] = on
	t.seq++
	g, disk := t.d.items[i].group, t.d.plan.Items[i].Disk
	if on {
		t.count[g]++
		t.disk[g] += disk
	} else {
		t.count[g]--
		t.disk[g] -= disk
	}
}

// setGroup ticks all of a group, or takes the ticks off.
func (t *ticks) setGroup(n int, on bool) {
	for _, i := range t.d.groups[n].items {
		t.set(int(i), on)
	}
}

// sum is how many are ticked, and now and later what they free.
func (t *ticks) sum() (items int, now, later int64) {
	for n := range t.count {
		items += t.count[n]
		if t.d.groups[n].Later {
			later += t.disk[n]
		} else {
			now += t.disk[n]
		}
	}
	return items, now, later
}

// box is what stands before a group.
func (t *ticks) box(n int) string {
	switch t.count[n] {
	case 0:
		return "[ ]"
	case len(t.d.groups[n].items):
		return "[x]"
	}
	return "[-]"
}

// chosen is the plan of what is ticked.
func (t *ticks) chosen() *plan.Plan {
	out := make(map[*plan.Item]bool, len(t.on))
	for i := range t.on {
		out[&t.d.plan.Items[i]] = !t.on[i]
	}
	return t.d.plan.Without(func(it *plan.Item) bool { return out[it] })
}
