package plan

import (
	"cmp"
	"context"
	"slices"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/gocache"
)

// New makes a plan of what the policies name and nothing keeps. It reads little more than the facts that it is given:
// it looks once at each thing that it chose, at the names in cache/vcs and, where a policy asks for build-cache
// entries, at those. What it promises of the tier free is proved by [Prove] only.
//
// Whatever is asked for, it plans nothing in GOPATH/src, no toolchain that godoctor may not remove, nothing that is
// pinned, nothing that runs, and nothing outside the roots of the inventory and what its looks have found.
//
// The error says that no plan can be made, because of what was asked or because the facts are not whole; it is that
// of ctx where that ended.
func New(ctx context.Context, in Input) (*Plan, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	names, err := in.names()
	if err != nil {
		return nil, err
	}
	m := &maker{facts: newFacts(&in, names), ctx: ctx, kept: make(tally)}
	for _, take := range []func(){m.versions, m.sdks, m.clones, m.leftovers, m.entries, m.fuzz, m.beside} {
		take()
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return m.finish(), ctx.Err()
}

// A maker makes one plan.
type maker struct {
	*facts
	ctx   context.Context
	kept  tally
	found []choice
}

// A choice is what a policy names and nothing keeps.
type choice struct {
	Item
	entry *gocache.Entry // of Entry and Test: one name of the item it becomes part of
}

// take adds a choice.
func (m *maker) take(it Item) { m.found = append(m.found, choice{Item: it}) }

// cheap is the order in which a goal is reached.
var cheap = map[usage.Tier]int{usage.Free: 0, usage.Network: 1, usage.Rebuild: 2, usage.Hold: 3}

// finish makes the plan of what was found.
func (m *maker) finish() *Plan {
	in := m.in
	p := &Plan{ID: in.Now.UTC().Format(idForm), Made: in.Now, Policies: in.Policies.flags(),
		Versions: len(versionsOf(in.Inventory)), Total: in.Inventory.CacheTotal().Disk}
	if c := in.Inventory.ModCache; c != nil {
		p.ModCache = c.Root
	}
	if c := in.Inventory.BuildCache; c != nil {
		p.GoCache = c.Root
	}
	m.limit(p.Total)
	p.Items = group(m.found)
	if !in.Elsewhere {
		p.Items = m.stamp(p.Items)
	}
	order(p.Items)
	p.Kept = m.kept.list()
	return p
}

// idForm is the form of the name of a plan.
const idForm = "20060102-150405"

// limit drops what is beyond the goal and the budget: the cheapest to get back goes first, then the oldest.
func (m *maker) limit(total int64) {
	goal, over := m.in.Goal, int64(0)
	if m.in.Budget > 0 {
		over = total - m.in.Budget
	}
	if m.in.Goal <= 0 && m.in.Budget <= 0 {
		return
	}
	slices.SortStableFunc(m.found, func(a, b choice) int {
		return cmp.Or(cmp.Compare(cheap[a.Tier], cheap[b.Tier]), a.Changed.Compare(b.Changed), cmp.Compare(b.Disk, a.Disk))
	})
	var all, caches int64
	for i := range m.found {
		it := &m.found[i].Item
		needed := all < goal || caches < over && it.Root == ""
		if !needed {
			m.kept.keep(keptGoal, it.Label(), it.Disk)
			it.Part = ""
			continue
		}
		all += it.Disk
		if it.Root == "" {
			caches += it.Disk
		}
	}
	m.found = slices.DeleteFunc(m.found, func(c choice) bool { return c.Part == "" })
}

// group makes items of the choices: entries of one directory and one rule are one item, as long as they fit into it.
func group(found []choice) []Item {
	type key struct {
		part      Part
		dir, rule string
	}
	items := make([]Item, 0, len(found))
	at := make(map[key]int)
	for i := range found {
		c := &found[i]
		if c.entry == nil {
			items = append(items, c.Item)
			continue
		}
		k := key{c.Part, c.Name, c.Rule}
		n, ok := at[k]
		if !ok {
			n = len(items)
			at[k] = n
			items = append(items, c.Item)
			items[n].Bytes, items[n].Disk, items[n].Names = 0, 0, nil
		}
		it := &items[n]
		it.Names = append(it.Names, c.entry.Name)
		it.Bytes += c.Bytes
		it.Disk += c.Disk
		if c.Changed.After(it.Changed) {
			it.Changed = c.Changed
		}
	}
	for i := range items {
		slices.Sort(items[i].Names)
	}
	return items
}

// order is by rule, then by size, the biggest first.
func order(items []Item) {
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(b.Disk, a.Disk), cmp.Compare(a.Module, b.Module),
			cmp.Compare(a.Version, b.Version), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Root, b.Root))
	})
}

// day is how long what is not a module version has to lie untouched, whatever is asked: go notes the use of a
// build-cache entry once an hour, and nobody notes that of the others.
const day = 24 * time.Hour

// rested reports whether something was not changed for as long as it has to be. What is not known was long ago.
func (f *facts) rested(t time.Time, least time.Duration) bool {
	return t.IsZero() || f.in.Now.Sub(t) >= max(least, f.in.OlderThan)
}
