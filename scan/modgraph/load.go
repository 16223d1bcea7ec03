package modgraph

import (
	"cmp"
	"go/version"
	"path/filepath"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Load computes the module graph of a main module or workspace.
func (c *Cache) Load(in *Input) *Graph {
	l := c.newLoader(in)
	defer l.scratch.release()
	l.resolve()
	return l.graph()
}

// resolve computes the graph from the roots, until they are consistent: a pruned go.mod file names every version that
// is selected. Where it does not, go upgrades what it names to what is selected and looks again, which may bring more
// into the graph (modload: expandGraph, updatePrunedRoots).
func (l *loader) resolve() {
	roots := l.roots()
	l.walk(roots)
	for l.pruning == pruned {
		better, changed := l.consistent(roots)
		if !changed {
			return
		}
		roots = better
		l.walk(roots)
	}
}

// A loader computes one graph.
type loader struct {
	*Cache
	*scratch
	in      *Input
	pruning pruning // of the whole

	mains    map[int32]bool // paths of main modules
	members  []*member
	exclude  map[*node]bool
	replaced replacements

	walking uint32  // the number of the walk that goes on
	chosen  []int32 // the paths of which it has selected a version
	queue   []visit

	// of all walks together
	whole   uint32  // their number
	newest  string  // the highest go line
	named   []*node // in the order in which they were met
	missing map[module.Version]error
}

// A visit is a module version and how what is below it is pruned.
type visit struct {
	n       *node
	pruning pruning
}

// A member is a main module with its requirements.
type member struct {
	*Main
	require []*node
}

func (c *Cache) newLoader(in *Input) *loader {
	l := &loader{
		Cache: c, scratch: scratches.Get().(*scratch), in: in, mains: make(map[int32]bool),
		exclude: make(map[*node]bool), missing: make(map[module.Version]error),
	}
	l.whole = l.next()
	for i := range in.Mains {
		m := &in.Mains[i]
		if m.Path != "" {
			l.mains[c.one(module.Version{Path: m.Path}).path] = true
		}
		for _, x := range m.Exclude {
			l.exclude[c.one(x)] = true
		}
		l.members = append(l.members, &member{Main: m, require: c.intern(m.Require)})
	}
	l.replaced = newReplacements(in)
	switch {
	case in.Workspace:
		l.pruning = workspace
	case len(in.Mains) == 1:
		l.pruning = pruningOf(in.Mains[0].Go)
	}
	return l
}

// roots are the requirements of the one main module; a workspace has none of its own.
func (l *loader) roots() []*node {
	if l.in.Workspace || len(l.members) == 0 {
		return nil
	}
	list := l.kept(l.members[0].require)
	if l.pruning == pruned {
		list = highest(list)
	}
	return list
}

// highest leaves the highest version of each path. That is what go makes of a pruned go.mod file in which a
// path stands twice, before it looks at any other (modload: loadModFile, hasRedundantRoot).
func highest(list []*node) []*node {
	best := make(map[int32]*node, len(list))
	for _, n := range list {
		if b := best[n.path]; b == nil || semver.Compare(b.Version.Version, n.Version.Version) < 0 {
			best[n.path] = n
		}
	}
	if len(best) == len(list) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(n *node) bool { return best[n.path] != n })
}

// kept leaves out what is excluded (modload: rootsFromModFile, goModSummary).
func (l *loader) kept(list []*node) []*node {
	if len(l.exclude) == 0 || !slices.ContainsFunc(list, func(n *node) bool { return l.exclude[n] }) {
		return list
	}
	return slices.DeleteFunc(slices.Clone(list), func(n *node) bool { return l.exclude[n] })
}

// walk computes the graph from roots, forgetting what an earlier walk selected.
func (l *loader) walk(roots []*node) {
	l.walking, l.chosen = l.next(), l.chosen[:0]
	if l.pruning != workspace {
		l.require(roots)
		for _, n := range roots {
			l.enqueue(n, l.pruning)
		}
		l.drain()
		return
	}
	for _, m := range l.members {
		list := l.kept(m.require)
		l.require(list)
		for _, n := range list {
			l.enqueue(n, pruningOf(m.Go))
		}
	}
	l.drain()
	l.deepen()
}

// require notes that versions are named, and selects the highest of each path (mvs.Graph.Require).
func (l *loader) require(list []*node) {
	for _, n := range list {
		if m := l.of(n); m.named != l.whole {
			m.named = l.whole
			l.named = append(l.named, n)
		}
		if l.mains[n.path] || n.Version.Version == "none" {
			continue // a main module is always selected as it is
		}
		c := l.choice(n.path)
		switch {
		case c.walk != l.walking:
			*c = choice{l.walking, n}
			l.chosen = append(l.chosen, n.path)
		case c.n != n && semver.Compare(c.n.Version.Version, n.Version.Version) < 0:
			c.n = n
		}
	}
}

// selectedOf is the version that is selected of a path, or nil.
func (l *loader) selectedOf(path int32) *node {
	if c := l.choice(path); c.walk == l.walking {
		return c.n
	}
	return nil
}

func (l *loader) enqueue(n *node, p pruning) {
	m := l.of(n)
	if n.Version.Version == "none" || m.asked[p] == l.walking {
		return
	}
	m.asked[p] = l.walking
	l.queue = append(l.queue, visit{n, p})
}

// drain loads what is queued, and what that brings (modload.readModGraph).
func (l *loader) drain() {
	for len(l.queue) > 0 {
		v := l.queue[len(l.queue)-1]
		l.queue = l.queue[:len(l.queue)-1]
		s, list := l.load(v.n)
		if s == nil {
			continue
		}
		next := s.pruning
		if v.pruning == unpruned {
			next = unpruned
		}
		if v.pruning == pruned && s.pruning != unpruned {
			continue
		}
		for _, r := range list {
			l.enqueue(r, next)
		}
	}
}

// load takes the requirements of a version, or of what replaces it, into the graph. The summary is nil where
// they cannot be had.
func (l *loader) load(n *node) (*summary, []*node) {
	actual := l.actual(n)
	s := l.summary(actual)
	if s.err != nil {
		l.missing[actual.Version] = s.err
		return nil, nil
	}
	list := l.kept(s.require)
	if m := l.of(n); m.loaded != l.walking {
		m.loaded, m.read = l.walking, l.whole
		if version.Compare("go"+s.goLine, "go"+l.newest) > 0 {
			l.newest = s.goLine
		}
		l.require(list)
	}
	return s, list
}

// actual is what stands in for a version.
func (l *loader) actual(n *node) *node {
	if to, ok := l.replaced.of(n.Version); ok {
		return l.one(to)
	}
	return n
}

// deepen loads what the members of a workspace need at the versions that are selected: those may be higher
// than what the members' own go.mod files were made for (modload.readModGraph).
func (l *loader) deepen() {
	seen := make(map[*node]bool) // was loaded as deeply as a member
	deep := make(map[int32]bool) // paths of those
	for {
		todo := make(map[*node]bool)
		add := func(paths []int32) {
			for _, p := range paths {
				if s := l.selectedOf(p); !seen[s] {
					todo[s] = true
				}
			}
		}
		for _, m := range l.members {
			add(l.higher(m.require))
		}
		for p := range deep {
			s := l.selectedOf(p)
			if !seen[s] {
				todo[s] = true
			} else if said := l.summary(l.actual(s)); said.err == nil {
				add(l.higher(said.require))
			}
		}
		if len(todo) == 0 {
			return
		}
		for n := range todo {
			seen[n], deep[n.path] = true, true
			l.enqueue(n, workspace)
		}
		l.drain()
	}
}

// higher gives the paths of which a higher version is selected than the list requires.
func (l *loader) higher(list []*node) []int32 {
	var out []int32
	for _, r := range l.kept(list) {
		if s := l.selectedOf(r.path); s != nil && s != r && semver.Compare(s.Version.Version, r.Version.Version) > 0 {
			out = append(out, r.path)
		}
	}
	return out
}

// consistent gives the roots at their selected versions, each path once, and whether that changes any.
func (l *loader) consistent(roots []*node) (better []*node, changed bool) {
	seen := make(map[int32]bool)
	for _, n := range roots {
		if seen[n.path] || l.mains[n.path] {
			continue
		}
		seen[n.path] = true
		s := l.selectedOf(n.path)
		if s == nil {
			s = n
		}
		if s != n {
			changed = true
		}
		better = append(better, s)
	}
	return better, changed
}

// graph makes the result.
func (l *loader) graph() *Graph {
	g := &Graph{Go: l.newest, Selected: make([]Selected, 0, len(l.chosen)), Vertices: make([]Vertex, 0, len(l.named))}
	for _, p := range l.chosen {
		n := l.selectedOf(p)
		g.Selected = append(g.Selected, Selected{n.Version, l.actual(n).Version})
	}
	for _, n := range l.named {
		if n.Version.Version == "" || n.Version.Version == "none" {
			continue
		}
		g.Vertices = append(g.Vertices, Vertex{n.Version, l.actual(n).Version, l.selectedOf(n.path) == n, l.of(n).read == l.whole})
	}
	if !l.in.Unsorted {
		slices.SortFunc(g.Selected, func(a, b Selected) int { return cmp.Compare(a.Path, b.Path) })
		slices.SortFunc(g.Vertices, func(a, b Vertex) int { return compare(a.Version, b.Version) })
	}
	for m, err := range l.missing {
		g.Missing = append(g.Missing, Missing{m, err})
	}
	slices.SortFunc(g.Missing, func(a, b Missing) int { return compare(a.Version, b.Version) })
	return g
}

func compare(a, b module.Version) int {
	return cmp.Or(cmp.Compare(a.Path, b.Path), semver.Compare(a.Version, b.Version), cmp.Compare(a.Version, b.Version))
}

// replacements are the replace lines that hold for one graph.
type replacements struct {
	work  map[module.Version]module.Version
	mains []map[module.Version]module.Version // of each main module that has any
}

func newReplacements(in *Input) replacements {
	r := replacements{work: byOld(in, in.WorkDir, in.Replace)}
	for i := range in.Mains {
		if m := byOld(in, in.Mains[i].Dir, in.Mains[i].Replace); m != nil {
			r.mains = append(r.mains, m)
		}
	}
	return r
}

// byOld makes a map of replace lines, directories made absolute. The first line for a version counts: go refuses a file
// whose lines contradict each other.
func byOld(in *Input, dir string, list []Replace) map[module.Version]module.Version {
	if len(list) == 0 {
		return nil
	}
	to := make(map[module.Version]module.Version, len(list))
	for _, r := range list {
		if _, ok := to[r.Old]; ok {
			continue
		}
		if to[r.Old] = r.New; !in.Resolved {
			to[r.Old] = r.target(dir)
		}
	}
	return to
}

// target is New, a directory made absolute.
func (r Replace) target(dir string) module.Version {
	if r.New.Version == "" && !filepath.IsAbs(r.New.Path) {
		r.New.Path = filepath.Join(dir, filepath.FromSlash(r.New.Path))
	}
	return r.New
}

// of finds what replaces a version: go.work before go.mod, in each a line with a version before one without.
// Members of a workspace may contradict each other where go.work replaces another version of the path; then
// the last one counts (modload.replacementFrom).
func (r *replacements) of(m module.Version) (to module.Version, ok bool) {
	if to, ok := replacement(r.work, m); ok {
		return to, true
	}
	for _, from := range slices.Backward(r.mains) {
		if to, ok := replacement(from, m); ok {
			return to, true
		}
	}
	return module.Version{}, false
}

func replacement(from map[module.Version]module.Version, m module.Version) (to module.Version, ok bool) {
	if to, ok = from[m]; !ok {
		to, ok = from[module.Version{Path: m.Path}]
	}
	return to, ok
}
