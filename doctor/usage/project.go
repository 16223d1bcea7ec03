package usage

import (
	"cmp"
	"fmt"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// A Project is what is known of the needs of one project.
type Project struct {
	*project.Project

	Vendored bool // it builds from its vendor directory: nothing of the module cache is needed for that
	Needed   int  // module versions whose zip or sources its builds, tests and tools may need
	Present  int  // of those, how many go finds in the module cache without a network
	Selected int  // module versions in its build list, main modules excepted
	NoInfo   int  // of those that are present, how many lack their .info: go mod download and go list -m -json ask the network, builds do not

	Missing      []modgraph.Missing // go.mod files that its module graph needs and that are not there
	MissingBytes int64              // what go would download: zips, estimated from others where they are not known
	Seconds      float64            // how long that takes at the rate of the last download; 0: not known

	GoSum    string   // ok, incomplete, conflict or absent
	SumLacks []string // lines that a build needs and go.sum does not have: path version, or path version/go.mod

	Raised []Raised // lines of go.mod that name a lower version than the build list has: go asks for an update of go.mod

	Deps      string // the highest go line of its dependencies
	NewGo     string // likewise, if the toolchain that go selects is older: go looks for another one
	Selects   string // the toolchain that go selects here, like go1.26.8; empty: not known
	Decides   string // what decided it, in words
	Installed bool   // that toolchain is there

	Offline bool     // go build, vet and test work without a network
	Perhaps bool     // not Offline, but some of what it needs is here: what lacks may be for other platforms, or other modules' tests
	Because []string // why not
	Doubted bool     // not everything that it needs is known
}

// A Raised is a requirement of a go.mod file that another one raises.
type Raised struct {
	module.Version        // as go.mod has it
	To             string // the version in the build list
}

// raised finds the lines of go.mod that go would change before it builds (modload.updateRoots, since go 1.17 and without
// a workspace). A graph with holes tells nothing.
func raised(in *modgraph.Input, g *modgraph.Graph) []Raised {
	if in.Workspace || len(in.Mains) != 1 || !g.Complete() {
		return nil
	}
	at := make(map[string]string)
	for i := range g.Selected {
		at[g.Selected[i].Path] = g.Selected[i].Version.Version
	}
	var out []Raised
	for _, r := range in.Mains[0].Require {
		if to := at[r.Path]; to != "" && semver.Compare(to, r.Version) > 0 {
			out = append(out, Raised{r, to})
		}
	}
	return out
}

// The states of a go.sum file in the JSON contract.
const (
	sumOK         = "ok"
	sumIncomplete = "incomplete"
	sumConflict   = "conflict"
	sumAbsent     = "absent"
)

// A Doing is what go does about a module version that it needs.
type Doing uint8

// The things that go does.
const (
	Hit      Doing = iota // it uses the extracted directory
	Unpack                // it unpacks the zip that is there
	Download              // it asks the network
	Local                 // a directory replaces it
)

var doingWords = [...]string{"hit", "unpack", "download", "local directory"}

// String says it in words.
func (d Doing) String() string { return doingWords[d] }

// doing says what go does about a version, and the file that decides it (modfetch.DownloadDir, download).
func doing(v *modcache.Version) (Doing, string) {
	switch {
	case v == nil:
		return Download, ""
	case v.Parts.Has(modcache.HasDir|modcache.HasZiphash) && !v.Parts.Has(modcache.HasPartial):
		return Hit, ".ziphash"
	case v.Parts.Has(modcache.HasZip):
		return Unpack, ".zip"
	case v.Parts.Has(modcache.HasPartial):
		return Download, ".partial"
	case v.Parts.Has(modcache.HasDir):
		return Download, "no .ziphash"
	}
	return Download, "no .zip"
}

// weigh takes the module graph of a project: who needs what, and what is there of it.
func (p *Project) weigh(l *look, in *modgraph.Input, g *modgraph.Graph, u *uses) {
	p.Missing = g.Missing
	p.Selected, p.Deps = len(g.Selected), g.Go
	p.Vendored = l.vendored(p)
	p.Raised = raised(in, g)
	how := Needed
	switch {
	case p.Vendored:
		how = Vendored
	case p.Weak:
		how = Fixture
	}
	for i := range g.Vertices {
		u.add(g.Vertices[i].Version, InGraph)
		u.add(g.Vertices[i].Actual, InGraph)
	}
	for i := range g.Selected {
		u.add(g.Selected[i].Actual, how)
	}
	s := l.sumsOf(p)
	p.gosum(in, g, s)
	if p.Vendored {
		return
	}
	for _, need := range p.needs(g, s) {
		p.Needed++
		v := l.cached(need.Actual)
		switch d, _ := doing(v); d {
		case Hit, Unpack:
			p.Present++
			if !v.Parts.Has(modcache.HasInfo) {
				p.NoInfo++
			}
		case Download:
			p.MissingBytes += l.zipBytes(need.Actual)
		}
	}
	if l.in.Rate > 0 {
		p.Seconds = float64(p.MissingBytes) / l.in.Rate
	}
}

// cached is a version in the module cache, or nil.
func (r *Result) cached(m module.Version) *modcache.Version {
	if i, ok := r.byName[m]; ok {
		return &r.in.versions()[i]
	}
	return nil
}

// zipBytes estimates what a download takes: the zip if it is there, else that of the next version of the path that
// has one, else a middling zip.
func (r *Result) zipBytes(m module.Version) int64 {
	versions := r.in.versions()
	i, _ := slices.BinarySearchFunc(versions, m.Path, func(v modcache.Version, path string) int { return cmp.Compare(v.Path, path) })
	const middling = 200 << 10 // the median of the zips that the bench caches hold
	best := int64(0)
	for ; i < len(versions) && versions[i].Path == m.Path; i++ {
		if n := versions[i].ZipSize.Bytes; n > 0 {
			best = n
			if versions[i].Version == m.Version {
				break
			}
		}
	}
	return cmp.Or(best, middling)
}

// sumLines are the go.sum lines that count for a project.
type sumLines struct {
	zip, mod map[module.Version]bool
	paths    map[string]bool // paths with any zip line
	named    map[string]bool // paths with any line
}

func (r *Result) sumsOf(p *Project) *sumLines {
	n := len(p.Sums)
	s := &sumLines{make(map[module.Version]bool, n/2), make(map[module.Version]bool, n/2), make(map[string]bool, n/2), make(map[string]bool, n/2)}
	s.add(p.Sums)
	if p.Kind == project.Workspace {
		for _, m := range r.members(p) {
			s.add(m.Sums)
		}
	}
	return s
}

func (s *sumLines) add(lines []project.SumLine) {
	for _, line := range lines {
		m := module.Version{Path: line.Path, Version: line.Version}
		s.named[line.Path] = true
		if line.GoMod {
			s.mod[m] = true
			continue
		}
		s.zip[m], s.paths[line.Path] = true, true
	}
}

// needs picks from the build list what a build may need the sources of. In a module go refuses to use a zip that
// go.sum does not list, so what it lists is all; a workspace needs no sums, so what it does not know is needed.
func (p *Project) needs(g *modgraph.Graph, s *sumLines) []modgraph.Selected {
	var out []modgraph.Selected
	for _, m := range g.Selected {
		switch {
		case m.Actual.Version == "":
		case s.zip[m.Actual]:
			out = append(out, m)
		case p.GoSum == sumAbsent:
			out = append(out, m)
		case p.Kind == project.Workspace && (s.paths[m.Actual.Path] || !s.named[m.Actual.Path]):
			out = append(out, m)
		}
	}
	return out
}

// gosum finds the lines of go.sum that a build needs and that are not there: the go.mod files of what go.mod
// requires (modload.goModSummary, keepSums), and zips of which it lists another version only.
func (p *Project) gosum(in *modgraph.Input, g *modgraph.Graph, s *sumLines) {
	switch {
	case p.SumState == project.SumConflict:
		p.GoSum = sumConflict
	case p.SumState == project.SumAbsent && len(s.named) == 0 && needsSums(g):
		p.GoSum = sumAbsent
	default:
		p.GoSum = sumOK
	}
	if p.Kind == project.Workspace || p.Vendored || p.GoSum == sumAbsent {
		return
	}
	roots := make(map[module.Version]bool)
	for _, m := range in.Mains {
		for _, r := range m.Require {
			roots[r] = true
		}
	}
	for _, v := range g.Vertices {
		if roots[v.Version] && v.Loaded && v.Actual.Version != "" && !s.mod[v.Actual] {
			p.SumLacks = append(p.SumLacks, v.Actual.Path+" "+v.Actual.Version+"/go.mod")
		}
	}
	for _, m := range g.Selected {
		// Where the graph is not whole, what is selected may not be what go selects.
		if g.Complete() && m.Actual.Version != "" && !s.zip[m.Actual] && s.paths[m.Actual.Path] {
			p.SumLacks = append(p.SumLacks, m.Actual.String())
		}
	}
	if len(p.SumLacks) > 0 && p.GoSum == sumOK {
		p.GoSum = sumIncomplete
	}
}

// needsSums reports whether a build list has anything in it that go.sum has to vouch for.
func needsSums(g *modgraph.Graph) bool {
	return slices.ContainsFunc(g.Selected, func(m modgraph.Selected) bool { return m.Actual.Version != "" })
}

// vendored reports whether builds take their packages from a vendor directory: its own, or inside a workspace that of
// the workspace. -mod in GOFLAGS decides first (modload.setDefaultBuildMod).
func (l *look) vendored(p *Project) bool {
	switch l.buildMod {
	case "mod", "readonly":
		return false
	}
	return p.Vendor != nil && p.Vendor.Used
}

// vouch says whether everything that a project needs is known, and works offline. What is not known is a doubt.
func (p *Project) vouch(l *look) {
	for _, d := range p.Doubts {
		l.doubt(Doubt{d.File, d.Line, d.Message, d.Bounded})
		p.Doubted = true
	}
	for i := range p.Branches {
		for _, d := range p.Branches[i].Doubts {
			l.doubt(Doubt{d.File, d.Line, d.Message, d.Bounded})
		}
	}
	if len(p.Missing) == 0 {
		return
	}
	p.Doubted = true
	s := l.sumsOf(p)
	var known, open []modgraph.Missing
	for _, m := range p.Missing {
		if s.mod[m.Version] || m.Version.Version == "" && len(s.named) > 0 {
			known = append(known, m)
		} else {
			open = append(open, m)
		}
	}
	if len(open) > 0 {
		l.doubt(Doubt{Path: p.File, Message: missingWords(p, open) + ", and no go.sum says what they need; run go mod download there, or go mod tidy"})
	}
	if len(known) > 0 {
		l.doubt(Doubt{Path: p.File, Bounded: true, Message: missingWords(p, known) + "; what its go.sum lists is kept"})
	}
}

// missingWords says which go.mod files are missing, by the first of them.
func missingWords(p *Project, list []modgraph.Missing) string {
	first := list[0].Version.String()
	if list[0].Version.Version == "" {
		first = fmt.Sprintf("that in %q, which replaces a module", list[0].Path)
	}
	if len(list) == 1 {
		return fmt.Sprintf("%q is not fully known: a go.mod file of its module graph cannot be read, %s", p.File, first)
	}
	return fmt.Sprintf("%q is not fully known: %d go.mod files of its module graph cannot be read, the first is %s", p.File, len(list), first)
}
