package usage

import (
	"cmp"
	"context"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"

	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/tree"
)

// look is one call of Look.
type look struct {
	*Result
	ctx     context.Context
	found   *project.Found
	parents map[string]int32 // directory of a workspace member to the workspace
	dbs     []string         // directories of records of checksum databases
	hashed  []atomic.Bool    // versions whose zip a go.sum has
	mu      sync.Mutex       // guards Uses of versions and Doubts
}

func newLook(ctx context.Context, r *Result) *look {
	versions := r.in.versions()
	r.Versions = make([]Version, len(versions))
	r.byName = make(map[module.Version]int32, len(versions))
	for i := range versions {
		r.byName[module.Version{Path: versions[i].Path, Version: versions[i].Version}] = int32(i)
	}
	root := ""
	if c := r.in.Inventory.ModCache; c != nil {
		root = c.Root
	}
	r.graphs = modgraph.NewCache(root)
	goflags := r.in.Inventory.Env.Value("GOFLAGS")
	r.buildMod, _ = goenv.LastFlag(goflags, "-mod")
	r.modfile, _ = goenv.LastFlag(goflags, "-modfile")
	l := &look{Result: r, ctx: ctx, found: r.in.found(), parents: make(map[string]int32), hashed: make([]atomic.Bool, len(versions))}
	l.dbs = databases(root)
	r.Asked = r.in.Inventory.Projects != nil
	r.Projects = make([]Project, len(l.found.Projects))
	for i, p := range l.found.Projects {
		r.Projects[i].Project = p
		if p.Kind == project.Workspace {
			for _, dir := range p.Use {
				l.parents[dir] = int32(i)
			}
		}
	}
	r.index()
	return l
}

// index makes projects be found.
func (r *Result) index() {
	r.byFile, r.byDir = make(map[string]int32, len(r.Projects)), make(map[string]int32, len(r.Projects))
	for i := range r.Projects {
		p := &r.Projects[i]
		r.byFile[p.File] = int32(i)
		if p.Kind == project.Module {
			r.byDir[p.Dir] = int32(i)
		}
	}
}

// projects computes what each project needs, several at a time.
func (l *look) projects() {
	n := l.in.Workers
	if n == 0 {
		n = runtime.GOMAXPROCS(0)
	}
	turns := tree.Turns(l.ctx, len(l.Projects))
	tree.Together(min(max(n, 1), len(l.Projects)), func(int) {
		for i := range turns {
			l.one(int32(i))
		}
	})
}

// order puts the uses of each version into their order, once all are known.
func (l *look) order() {
	for i := range l.Versions {
		slices.SortFunc(l.Versions[i].Uses, func(a, b Use) int {
			return cmp.Or(cmp.Compare(a.How, b.How), cmp.Compare(a.Project, b.Project))
		})
	}
}

// one looks at one project.
func (l *look) one(i int32) {
	p := &l.Projects[i]
	uses := newUses(l)
	l.sums(p, uses)
	l.branches(p, uses)
	in := l.Result.graphInput(p)
	if in != nil {
		in.Unsorted = true
		g := l.graphs.Load(in)
		p.weigh(l, in, g, uses)
	}
	l.named(p, uses)
	p.vouch(l)
	l.mu.Lock()
	defer l.mu.Unlock()
	for v, how := range uses.how {
		l.Versions[v].Uses = append(l.Versions[v].Uses, Use{i, how})
	}
}

// uses collects how one project needs the versions that are in the cache, the strongest way of each.
type uses struct {
	*look
	how map[int32]How
}

func newUses(l *look) *uses { return &uses{l, make(map[int32]How)} }

func (u *uses) add(m module.Version, how How) {
	i, ok := u.byName[m]
	if !ok {
		return
	}
	if old, ok := u.how[i]; !ok || how < old {
		u.how[i] = how
	}
}

// sums are the versions that go.sum lists.
func (l *look) sums(p *Project, u *uses) {
	for _, s := range p.Sums {
		l.sum(s, InSum, u)
	}
}

func (l *look) sum(s project.SumLine, how How, u *uses) {
	m := module.Version{Path: s.Path, Version: s.Version}
	if s.GoMod {
		u.add(m, InGraph)
		return
	}
	u.add(m, how)
	if i, ok := l.byName[m]; ok {
		l.hashed[i].Store(true)
	}
}

// branches are the versions that other branches and stash entries name.
func (l *look) branches(p *Project, u *uses) {
	for i := range p.Branches {
		b := &p.Branches[i]
		for _, s := range b.Sums {
			l.sum(s, OnBranch, u)
		}
		for _, m := range b.Named {
			l.name(m, OnBranch, u)
		}
	}
}

// named are the versions that a file names which could not be understood, and what they require.
func (l *look) named(p *Project, u *uses) {
	if len(p.Named) == 0 {
		return
	}
	for _, m := range p.Named {
		l.name(m, Named, u)
	}
	g := l.graphs.Load(&modgraph.Input{Mains: []modgraph.Main{{Dir: p.Dir, Require: versioned(p.Named)}}})
	for _, v := range g.Vertices {
		u.add(v.Version, Named)
	}
	p.Missing = append(p.Missing, g.Missing...)
}

// versioned leaves out names that stand for all versions; an absolute path is the go.mod file in a directory.
func versioned(list []module.Version) []module.Version {
	return slices.DeleteFunc(slices.Clone(list), func(m module.Version) bool {
		return m.Version == "" && !filepath.IsAbs(m.Path)
	})
}

// name adds a name; one without a version stands for all of its path.
func (l *look) name(m module.Version, how How, u *uses) {
	if m.Version != "" {
		u.add(m, how)
		return
	}
	versions := l.in.versions()
	i, _ := slices.BinarySearchFunc(versions, m.Path, func(v modcache.Version, path string) int { return cmp.Compare(v.Path, path) })
	for ; i < len(versions) && versions[i].Path == m.Path; i++ {
		u.add(module.Version{Path: m.Path, Version: versions[i].Version}, how)
	}
}

// graphInput is what the build list of a project is computed from; nil where nothing is known.
func (r *Result) graphInput(p *Project) *modgraph.Input {
	if p.Kind != project.Workspace {
		if p.Main == nil {
			return nil
		}
		return &modgraph.Input{Mains: []modgraph.Main{*p.Main}, Resolved: r.restored}
	}
	in := &modgraph.Input{Workspace: true, WorkDir: p.Dir, Replace: p.Replace, Resolved: r.restored}
	for _, m := range r.members(p) {
		if m.Main != nil {
			in.Mains = append(in.Mains, *m.Main)
		}
	}
	return in
}

// members are the projects that a workspace is made of.
func (r *Result) members(p *Project) []*Project {
	var out []*Project
	for _, dir := range p.Use {
		if i, ok := r.byDir[dir]; ok {
			out = append(out, &r.Projects[i])
		}
	}
	return out
}
