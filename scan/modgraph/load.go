package modgraph

import (
	"cmp"
	"path/filepath"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// Load computes the module graph of a main module or workspace.
func (c *Cache) Load(in *Input) *Graph {
	l := c.newLoader(in)
	roots := l.roots()
	l.walk(roots)
	// A pruned go.mod file names every version that is selected. Where it does not, go upgrades what it
	// names to what is selected and looks again, which may bring more into the graph
	// (modload: expandGraph, updatePrunedRoots).
	for l.pruning == pruned {
		better, changed := l.consistent(roots)
		if !changed {
			break
		}
		roots = better
		l.walk(roots)
	}
	return l.graph()
}

// A loader computes one graph.
type loader struct {
	*Cache
	in      *Input
	pruning pruning // of the whole

	mains    map[int32]bool // paths of main modules
	members  []*member
	exclude  map[*node]bool
	replaced replacements

	// of the walk that goes on
	selected map[int32]*node // by path
	asked    map[visit]bool
	loaded   map[*node]bool
	queue    []visit

	// of all walks together
	named    map[*node]bool
	everRead map[*node]bool
	missing  map[module.Version]error
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
		Cache: c, in: in, mains: make(map[int32]bool), exclude: make(map[*node]bool),
		named: make(map[*node]bool), everRead: make(map[*node]bool), missing: make(map[module.Version]error),
	}
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
	return l.kept(l.members[0].require)
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
	l.selected, l.asked, l.loaded = make(map[int32]*node), make(map[visit]bool), make(map[*node]bool)
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
		l.named[n] = true
		if l.mains[n.path] || n.Version.Version == "none" {
			continue // a main module is always selected as it is
		}
		if s := l.selected[n.path]; s == nil || s != n && semver.Compare(s.Version.Version, n.Version.Version) < 0 {
			l.selected[n.path] = n
		}
	}
}

func (l *loader) enqueue(n *node, p pruning) {
	v := visit{n, p}
	if n.Version.Version == "none" || l.asked[v] {
		return
	}
	l.asked[v] = true
	l.queue = append(l.queue, v)
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
	if !l.loaded[n] {
		l.loaded[n], l.everRead[n] = true, true
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
				if s := l.selected[p]; !seen[s] {
					todo[s] = true
				}
			}
		}
		for _, m := range l.members {
			add(l.higher(m.require))
		}
		for p := range deep {
			s := l.selected[p]
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
		if s := l.selected[r.path]; s != nil && s != r && semver.Compare(s.Version.Version, r.Version.Version) > 0 {
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
		s := l.selected[n.path]
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
	g := &Graph{}
	for _, n := range l.selected {
		g.Selected = append(g.Selected, Selected{n.Version, l.actual(n).Version})
	}
	slices.SortFunc(g.Selected, func(a, b Selected) int { return cmp.Compare(a.Path, b.Path) })
	for n := range l.named {
		if n.Version.Version == "" || n.Version.Version == "none" {
			continue
		}
		g.Vertices = append(g.Vertices, Vertex{n.Version, l.actual(n).Version, l.selected[n.path] == n, l.everRead[n]})
	}
	slices.SortFunc(g.Vertices, func(a, b Vertex) int { return compare(a.Version, b.Version) })
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
	mains map[module.Version]module.Version
}

func newReplacements(in *Input) replacements {
	var r replacements
	r.work = absolute(nil, in.WorkDir, in.Replace)
	for i := range in.Mains {
		r.mains = absolute(r.mains, in.Mains[i].Dir, in.Mains[i].Replace)
	}
	return r
}

// absolute adds replace lines to a map, directories made absolute. The first line for a version counts: go
// refuses a file or workspace whose lines contradict each other.
func absolute(to map[module.Version]module.Version, dir string, list []Replace) map[module.Version]module.Version {
	if to == nil && len(list) > 0 {
		to = make(map[module.Version]module.Version, len(list))
	}
	for _, r := range list {
		if r.New.Version == "" && !filepath.IsAbs(r.New.Path) {
			r.New.Path = filepath.Join(dir, filepath.FromSlash(r.New.Path))
		}
		if _, ok := to[r.Old]; !ok {
			to[r.Old] = r.New
		}
	}
	return to
}

// of finds what replaces a version: go.work before go.mod, a line with a version before one without
// (modload.replacementFrom).
func (r *replacements) of(m module.Version) (module.Version, bool) {
	for _, from := range []map[module.Version]module.Version{r.work, r.mains} {
		if len(from) == 0 {
			continue
		}
		if to, ok := from[m]; ok {
			return to, true
		}
		if to, ok := from[module.Version{Path: m.Path}]; ok {
			return to, true
		}
	}
	return module.Version{}, false
}
