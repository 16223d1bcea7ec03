package gocache

import (
	"cmp"
	"path/filepath"
	"slices"

	"godoctor/scan/tree"
)

// groupKey is what the entries of a Group have in common.
type groupKey struct {
	about
	age Age
}

// groups adds up.
type groups map[groupKey]*Group

func (g groups) add(k groupKey, entries int64, size tree.Size) {
	if entries == 0 && size == (tree.Size{}) {
		return
	}
	e := g[k]
	if e == nil {
		e = &Group{Kind: k.kind, GoVersion: k.version, GOOS: k.goos, GOARCH: k.goarch, Age: k.age}
		g[k] = e
	}
	e.Entries += entries
	e.Size = e.Size.Add(size)
}

// plain adds what has neither version nor platform.
func (g groups) plain(kind string, a Age, entries int64, size tree.Size) {
	g.add(groupKey{about{kind: kind}, a}, entries, size)
}

// sorted gives the groups, the biggest first.
func (g groups) sorted() []Group {
	out := make([]Group, 0, len(g))
	for _, e := range g {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Size.Disk, a.Size.Disk), cmp.Compare(b.Size.Bytes, a.Size.Bytes),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.GoVersion, b.GoVersion),
			cmp.Compare(a.GOOS, b.GOOS), cmp.Compare(a.GOARCH, b.GOARCH), cmp.Compare(a.Age, b.Age))
	})
	return out
}

// Cache gives what is known so far. It may be called while the walk or Headers runs.
func (s *Scan) Cache() *Cache {
	c := &Cache{Root: s.root, Looks: s.verdict.looks, Reason: s.verdict.reason, Done: s.top.Done(), Exact: true}
	g := make(groups)
	top := s.top.Size()
	g.plain(KindState, AgeUnknown, top.Files, top)
	if l := s.late.Load(); l != nil {
		c.Headers, c.Actions, c.Outputs = true, l.actions, l.outputs
		for k, e := range l.groups {
			g.add(k, e.Entries, e.Size)
		}
		c.Done = c.Done && s.read()
	} else {
		for i := range s.dirs {
			s.dirs[i].export(c, g)
		}
	}
	s.mu.Lock()
	s.exportAliens(c, g)
	s.exportFuzz(c, g)
	c.TrimTime, c.TestExpire, c.LastTrimmedKnown = s.trim, s.expire, !s.trim.IsZero()
	s.mu.Unlock()
	c.Exact = c.Exact && c.Done
	c.Groups = g.sorted()
	c.sum()
	return c
}

// read reports whether the walk is through with every directory that it came to.
func (s *Scan) read() bool {
	for i := range s.dirs {
		if d := &s.dirs[i]; d.cost.Started() && !d.cost.Done() {
			return false
		}
	}
	return true
}

// export splits the sum of a directory by what the first look told. While the directory is being read
// the tally runs ahead of the account; then, and where no entry was seen, all of it is unclassed.
func (d *hexDir) export(c *Cache, g groups) {
	if !d.cost.Started() {
		return
	}
	done, recalled := d.cost.Done(), d.recalled.Load()
	c.Done = c.Done && done
	c.Exact = c.Exact && !recalled
	rest := d.cost.Size()
	if !done || recalled {
		g.plain(KindUnclassed, AgeUnknown, 0, rest)
		return
	}
	for k := range d.tally {
		for a := range d.tally[k] {
			size := d.tally[k][a].Size()
			entries := size.Files
			switch slot(k) {
			case slotAction:
				c.Actions += entries
			case slotOutput:
				c.Outputs += entries
			case slotExe:
				entries = size.Dirs
				c.Outputs += entries
			case slotAlien:
				entries = size.Files + size.Dirs
			case slotDir:
				entries = size.Dirs
			}
			g.plain(slotKinds[k], Age(a), entries, size)
			rest = rest.Sub(size)
		}
	}
	g.plain(KindUnclassed, AgeUnknown, 0, rest)
}

// exportAliens lists the aliens, and sums up those at the top; the others are in their directory's sum.
func (s *Scan) exportAliens(c *Cache, g groups) {
	c.AlienCount = s.alienN
	c.Aliens = make([]Item, 0, len(s.aliens))
	more := s.more.Size()
	g.plain(KindAlien, AgeUnknown, more.Files+more.Dirs, more)
	for _, a := range s.aliens {
		size := a.cost.Size()
		c.Aliens = append(c.Aliens, Item{filepath.Join(s.root, filepath.FromSlash(a.rel)), a.what, size})
		if !a.inside {
			g.plain(KindAlien, AgeUnknown, size.Files+size.Dirs, size)
			c.Done = c.Done && (!a.cost.Started() || a.cost.Done())
		}
	}
	slices.SortFunc(c.Aliens, func(a, b Item) int { return cmp.Compare(a.Path, b.Path) })
}

// exportFuzz lists the fuzz targets.
func (s *Scan) exportFuzz(c *Cache, g groups) {
	own := s.fuzz.Size()
	g.plain(KindFuzz, AgeUnknown, own.Files, own)
	c.Done = c.Done && (!s.fuzz.Started() || s.fuzz.Done())
	for _, t := range s.targets {
		size := t.cost.Size()
		g.plain(KindFuzz, AgeUnknown, size.Files, size)
		c.Done = c.Done && t.cost.Done()
		c.Exact = c.Exact && !t.recalled.Load()
		c.Fuzz = append(c.Fuzz, FuzzTarget{t.pkg, t.name, size.Files, size})
	}
	slices.SortFunc(c.Fuzz, func(a, b FuzzTarget) int {
		return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Target, b.Target))
	})
}

// sum makes the stores from the groups. Before the second look nobody knows what of Build is Test's.
func (c *Cache) sum() {
	for i := range c.Stores {
		c.Stores[i] = StoreSize{Store: Store(i), Exact: c.Exact && (c.Headers || Store(i) == Fuzz)}
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		st := &c.Stores[storeOf(g.Kind)]
		st.Size = st.Size.Add(g.Size)
		switch g.Kind {
		case KindState, KindAlien, KindDirectory, KindUnclassed:
		default:
			st.Items += g.Entries
		}
	}
}
