package usage

import (
	"slices"

	"golang.org/x/mod/module"

	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// A Proof is why one project needs a version: the way over requirements from its go.mod file, or the line that
// names it.
type Proof struct {
	Project *Project
	How     How
	Links   []Link
	File    string   // the file that names it, where there is no way over requirements
	Line    int      // in File
	Refs    []string // git refs that name it
}

// A Link is one step: who requires what. By is a file, or the module version whose go.mod file says so.
type Link struct {
	File string // of a main module; else empty
	By   module.Version
	To   module.Version
	Over module.Version // what replaces To, if anything does
}

// Why proves the uses of a version by at most n projects, the strongest first. It computes module graphs again, which
// takes milliseconds each, so it is not for a key press.
func (r *Result) Why(i, n int) []Proof {
	v := r.in.versions()[i]
	m := module.Version{Path: v.Path, Version: v.Version}
	var out []Proof
	for _, u := range r.Versions[i].Uses {
		if len(out) == n {
			break
		}
		out = append(out, r.prove(m, u))
	}
	return out
}

// prove finds the reason of one use.
func (r *Result) prove(m module.Version, u Use) Proof {
	p := &r.Projects[u.Project]
	proof := Proof{Project: p, How: u.How, File: p.File}
	switch u.How {
	case Needed, Fixture, Vendored, InGraph:
		if in := r.graphInput(p); in != nil {
			proof.Links = r.links(p, in, r.graphs.Why(in, m))
		}
		if proof.Links != nil {
			return proof
		}
	case OnBranch:
		proof.Refs = refsOf(p, m)
	}
	for _, s := range p.Sums {
		if s.Path == m.Path && s.Version == m.Version && s.GoMod == (u.How == InGraph) {
			proof.File, proof.Line = p.SumFile, int(s.Line)
			break
		}
	}
	return proof
}

// links translates the way over the graph.
func (r *Result) links(p *Project, in *modgraph.Input, way []modgraph.Link) []Link {
	var out []Link
	for _, l := range way {
		link := Link{By: l.By, To: l.To, Over: l.Over}
		if l.Main >= 0 {
			link.File = r.mainFile(p, in.Mains[l.Main].Dir)
		}
		out = append(out, link)
	}
	return out
}

// mainFile is the go.mod file of a main module.
func (r *Result) mainFile(p *Project, dir string) string {
	if p.Kind != project.Workspace {
		return p.File
	}
	for _, m := range r.members(p) {
		if m.Dir == dir {
			return m.File
		}
	}
	return p.File
}

// refsOf are the branches and stash entries that name a version.
func refsOf(p *Project, m module.Version) []string {
	var refs []string
	for i := range p.Branches {
		b := &p.Branches[i]
		if slices.Contains(b.Named, m) || slices.ContainsFunc(b.Sums, func(s project.SumLine) bool {
			return s.Path == m.Path && s.Version == m.Version
		}) {
			refs = append(refs, b.Refs...)
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

// A Need is a module version that builds of a project may need, and what go does about it.
type Need struct {
	module.Version
	Actual module.Version // what replaces it; itself where nothing does; Version empty for a directory
	Doing  Doing
	File   string // the file that decides that
	Bytes  int64  // of a download, estimated where the zip is not there
}

// BuildList is the build list of a project, or of a workspace, as go list -m all has it: without main modules, sorted by path, each
// with what replaces it; nil where its go.mod file could not be read. It computes the module graph again.
func (r *Result) BuildList(p *Project) []modgraph.Selected {
	in := r.graphInput(p)
	if in == nil {
		return nil
	}
	return r.graphs.Load(in).Selected
}

// Needs lists what a project needs, sorted by path. It computes the module graph again.
func (r *Result) Needs(p *Project) []Need {
	in := r.graphInput(p)
	if in == nil || p.Vendored {
		return nil
	}
	g := r.graphs.Load(in)
	var out []Need
	for _, m := range p.needs(g, r.sumsOf(p)) {
		v := r.cached(m.Actual)
		n := Need{Version: m.Version, Actual: m.Actual}
		n.Doing, n.File = doing(v)
		if n.Doing == Download {
			n.Bytes = r.zipBytes(m.Actual)
		}
		out = append(out, n)
	}
	return out
}
