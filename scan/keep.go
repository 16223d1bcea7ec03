package scan

import (
	"maps"
	"slices"

	"godoctor/scan/gocache"
	"godoctor/scan/tree"
)

// index collects what the next scan may believe: for each root the listings of the last pass that ended.
// A scan that was broken off leaves none, so that the one before stays.
func (r *run) index(inv *Inventory) *Index {
	if !inv.Done {
		return nil
	}
	x := &Index{Written: r.started, trees: make(map[string]*tree.Index)}
	for _, p := range r.passes {
		for _, t := range p.index {
			x.trees[t.Root] = t
		}
	}
	if inv.Stats.Recalled > 0 && r.opt.Mode == Fast {
		x.Written = r.opt.Index.Written // what was believed is no younger for that
	}
	x.groups = r.keepGroups(inv.BuildCache)
	switch {
	case r.others != nil:
		x.others = r.others.stores
	case r.opt.Index != nil:
		x.others = r.opt.Index.others
	}
	return x
}

// keepGroups gives what the build cache is made of: of this scan if it read the headers, else as it was
// known before.
func (r *run) keepGroups(c *gocache.Cache) []gocache.Group {
	switch {
	case c != nil && c.Headers:
		return c.Groups
	case r.opt.Index != nil:
		return r.opt.Index.groups
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
