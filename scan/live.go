package scan

import (
	"fmt"
	"slices"

	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/related"
	"godoctor/scan/tree"
)

// snapshot makes an inventory of what is known now.
func (r *run) snapshot() *Inventory {
	r.mu.Lock()
	passes, o, projects := slices.Clone(r.passes), r.others, r.projects
	r.mu.Unlock()
	inv := &Inventory{
		Started: r.started, Finished: r.finished, Env: r.env,
		Roots:    []Root{r.mod.Root, r.build.Root},
		Problems: slices.Clip(r.problems), Projects: projects,
	}
	for _, p := range passes {
		r.join(inv, p)
	}
	inv.Exact = len(passes) > 0
	if c := inv.ModCache; c != nil {
		inv.Exact = inv.Exact && c.Exact
		for _, s := range c.Stores {
			if s.Store != modcache.Quarantine || s.Items > 0 {
				inv.Stores = append(inv.Stores, Store{s.Store.String(), c.Root, s.Size, s.Items, s.Exact})
			}
		}
	}
	if c := inv.BuildCache; c != nil {
		inv.Exact = inv.Exact && c.Exact
		if !c.Looks {
			inv.Problems = append(inv.Problems, Problem{Subject: "GOCACHE", Path: c.Root,
				Message: fmt.Sprintf("GOCACHE %q does not look like a build cache of go: %s; only what is one is counted", c.Root, c.Reason)})
		}
		for _, s := range c.Stores {
			inv.Stores = append(inv.Stores, Store{s.Store.String(), c.Root, s.Size, s.Items, s.Exact})
		}
	}
	if o != nil {
		inv.Toolchains, inv.Binaries, inv.Related = o.toolchains, o.binaries, o.related
		inv.Stores = append(inv.Stores, o.stores...)
		inv.Exact = inv.Exact && o.measured
		inv.lost(o)
	}
	inv.sortStores()
	if x := r.opt.Index; x != nil && r.opt.Mode != Exact && !inv.Exact {
		inv.Since = x.Written
	}
	return inv
}

// join takes one pass into the inventory: what it has finished replaces what an earlier pass said.
func (r *run) join(inv *Inventory, p *pass) {
	r.mu.Lock()
	done, results := p.done, p.results
	r.mu.Unlock()
	if p.mod != nil {
		c := p.mod.Cache()
		if inv.ModCache != nil && !done {
			c = modcache.Merge(inv.ModCache, c)
		}
		inv.ModCache = c
	}
	if p.build != nil {
		if c := p.build.Cache(); inv.BuildCache == nil || done {
			inv.BuildCache = c
		}
	}
	if results == nil {
		return
	}
	inv.Unreadable, inv.Unread, inv.Odd, inv.Odds = nil, 0, nil, 0
	for _, res := range results {
		inv.Unreadable = append(inv.Unreadable, res.Unreadable...)
		inv.Odd = append(inv.Odd, res.Odd...)
		inv.Unread += res.Unread
		inv.Odds += res.Odds
	}
}

// lost adds what could not be read outside the caches.
func (inv *Inventory) lost(o *others) {
	for _, list := range [][]tree.Unreadable{o.toolchains.Unreadable, o.binaries.Unreadable} {
		inv.Unreadable = append(inv.Unreadable, list...)
		inv.Unread += int64(len(list))
	}
	if o.result != nil {
		inv.Unreadable = append(inv.Unreadable, o.result.Unreadable...)
		inv.Unread += o.result.Unread
	}
}

// storeOrder is the order of the stores in the contract.
var storeOrder = []string{
	modcache.Sources.String(), modcache.Zips.String(), modcache.Meta.String(), modcache.VCS.String(),
	modcache.Sumdb.String(), modcache.Toolchains.String(), modcache.Leftovers.String(), modcache.Alien.String(),
	gocache.Build.String(), gocache.Test.String(), gocache.Fuzz.String(),
	storeSDKs, storeBinaries, related.StoreGopathSrc, related.StoreGopathPkg, related.StoreRelated,
	related.StoreAbandoned, modcache.Quarantine.String(),
}

func (inv *Inventory) sortStores() {
	slices.SortStableFunc(inv.Stores, func(a, b Store) int {
		return slices.Index(storeOrder, a.Name) - slices.Index(storeOrder, b.Name)
	})
}
