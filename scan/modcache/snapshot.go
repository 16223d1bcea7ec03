package modcache

import (
	"cmp"
	"path/filepath"
	"slices"

	"golang.org/x/mod/semver"

	"godoctor/scan/tree"
)

// Cache gives what is known so far. It may be called while the walk runs.
func (s *Scan) Cache() *Cache {
	c := &Cache{Root: s.root, Exact: !s.fast, Done: true}
	for i := range c.Stores {
		c.Stores[i] = StoreSize{Store: Store(i), Size: s.stores[i].Size(), Exact: true}
		c.Done = c.Done && (!s.stores[i].Started() || s.stores[i].Done())
	}
	versions := s.order()
	c.Versions = make([]Version, len(versions))
	for i, e := range versions {
		v := e.export(s)
		c.Versions[i] = v
		c.Exact = c.Exact && v.Exact
		c.Done = c.Done && v.Done
		c.add(&v, e.meta.Size(), e.left.Size())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Leftovers = c.list(Leftovers, s.items[Leftovers], s.counts[Leftovers])
	c.Aliens = c.list(Alien, s.items[Alien], s.counts[Alien])
	c.Stores[VCS].Items = s.clones.Load()
	c.Stores[Sumdb].Items = c.Stores[Sumdb].Size.Files
	c.Stores[Quarantine].Items = c.Stores[Quarantine].Size.Files
	for i := range c.Stores {
		c.Stores[i].Exact = c.Stores[i].Exact && c.Done
	}
	return c
}

// order gives the versions sorted, and remembers them until one is added.
func (s *Scan) order() []*version {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sorted == nil {
		s.sorted = make([]*version, 0, len(s.versions))
		for _, e := range s.versions {
			s.sorted = append(s.sorted, e)
		}
		slices.SortFunc(s.sorted, func(a, b *version) int {
			return compareVersions(a.path, a.version, b.path, b.version)
		})
	}
	return s.sorted
}

// compareVersions orders by path, then by semantic version.
func compareVersions(aPath, a, bPath, b string) int {
	if aPath != bPath { // the common case, without parsing a version
		return cmp.Compare(aPath, bPath)
	}
	return cmp.Or(semver.Compare(a, b), cmp.Compare(a, b))
}

// add sums a version up into the stores.
func (c *Cache) add(v *Version, meta, left tree.Size) {
	sources, zips, small := Sources, Zips, Meta
	if v.Toolchain {
		sources, zips, small = Toolchains, Toolchains, Toolchains
	}
	c.Stores[sources].Size = c.Stores[sources].Size.Add(v.Sources)
	c.Stores[sources].Exact = c.Stores[sources].Exact && v.Exact
	c.Stores[zips].Size = c.Stores[zips].Size.Add(v.ZipSize)
	c.Stores[small].Size = c.Stores[small].Size.Add(meta)
	c.Stores[Leftovers].Size = c.Stores[Leftovers].Size.Add(left)
	if v.Parts.Has(HasPartial) {
		c.Stores[Leftovers].Items++
	}
	if v.Toolchain {
		if v.Parts&(HasDir|HasZip) != 0 {
			c.Stores[Toolchains].Items++
		}
		return
	}
	for _, p := range []struct {
		store Store
		has   bool
	}{{Sources, v.Parts.Has(HasDir)}, {Zips, v.Parts.Has(HasZip)}, {Meta, v.Parts&(HasMod|HasInfo) != 0}} {
		if p.has {
			c.Stores[p.store].Items++
		}
	}
}

// list makes the items of a store and sums them up.
func (c *Cache) list(st Store, items []*item, count int64) []Item {
	out := make([]Item, 0, len(items))
	for _, it := range items {
		size := it.cost.Size()
		out = append(out, Item{Path: filepath.Join(c.Root, filepath.FromSlash(it.rel)), What: it.what, Size: size})
		c.Stores[st].Size = c.Stores[st].Size.Add(size)
	}
	slices.SortFunc(out, func(a, b Item) int { return cmp.Compare(a.Path, b.Path) })
	c.Stores[st].Items += count
	return out
}
