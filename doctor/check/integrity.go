package check

import (
	"sync"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
)

// What package verify knows is looked for here in its cheap form, without hashing; what only a hash tells has a manual
// page here and no Run. IDs, titles, severities and targets are those of verify, so that a finding is the same one
// whoever found it.

// verified makes the check of a rule of package verify.
func verified(id string, c Check) *Check {
	for _, r := range verify.AllRules() {
		if r.ID == id {
			c.ID, c.Title, c.Severity = r.ID, r.Title, r.Severity
			if c.Run == nil {
				c.Cost = Deep
			}
			return &c
		}
	}
	panic("check: no rule " + id) // the table is made once, before main
}

// integrityFacts are what the checks of this group share: each is found out once.
type integrityFacts struct {
	glance, sums, litter, indexes found
}

// found is a list of findings that the first who asks finds.
type found struct {
	once sync.Once
	list []finding.Finding
}

// report reports what of a list is the check's own.
func (f *found) report(p *Pass, find func() []finding.Finding) {
	f.once.Do(func() { f.list = find() })
	for _, x := range f.list {
		if x.Check == p.Check.ID {
			p.ReportAs(x.Severity, x)
		}
	}
}

// needed are the versions in the module cache that the checked projects use, as indexes, never nil.
func (m *Machine) needed() []int {
	var list []*usage.Project
	for _, q := range m.Projects {
		list = append(list, q.Project)
	}
	return append([]int{}, m.Usage.UsedBy(list...)...)
}

// glanced reports what a look at names and sizes of the needed versions finds.
func glanced(p *Pass) {
	p.integrity.glance.report(p, func() []finding.Finding {
		return verify.Glance(p, p.Inventory, verify.Options{Picked: p.needed(), Usage: p.Usage, Meter: p.Meter}).Findings
	})
}

// summed reports what is wrong with go.sum files as texts.
func summed(p *Pass) {
	p.integrity.sums.report(p, func() []finding.Finding {
		var list []usage.Project
		has := make(map[string]bool)
		for _, q := range p.Projects {
			if !q.Weak {
				list, has[q.File] = append(list, *q.Project), true
			}
		}
		for _, q := range p.Projects { // a workspace speaks of its members
			for _, dir := range q.Use {
				for i := range p.Usage.Projects {
					if m := &p.Usage.Projects[i]; m.Dir == dir && !has[m.File] {
						list, has[m.File] = append(list, *m), true
					}
				}
			}
		}
		return verify.GoSums(list)
	})
}

// littered reports what lies about in the module cache.
func littered(p *Pass) {
	if p.Inventory.ModCache == nil {
		return
	}
	p.integrity.litter.report(p, func() []finding.Finding { return verify.Litter(p, p.Inventory.ModCache) })
}

// indexed reports indexes in the build cache that do not fit the directories they are of.
func indexed(p *Pass) {
	if p.Inventory.ModCache == nil || p.Inventory.BuildCache == nil {
		return
	}
	p.integrity.indexes.report(p, func() []finding.Finding {
		return verify.Indexes(p, p.Inventory, nil, p.Meter).Findings
	})
}
