package report

import (
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
)

// A Kept is what one state withholds from being removed.
type Kept struct {
	State     string `json:"state"`
	Versions  int    `json:"versions"`
	DiskBytes int64  `json:"disk_bytes"`
}

// A Doubt is a reason why less is known about who needs what.
type Doubt struct {
	Path    Path   `json:"path"`
	PathB64 Path64 `json:"path_b64,omitzero"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	Bounded bool   `json:"bounded"` // what it may hide is kept by name; else nothing is called an orphan
}

// A Project is one go.mod or go.work file and what it needs.
type Project struct {
	Path         Path     `json:"path"`
	PathB64      Path64   `json:"path_b64,omitzero"`
	Kind         string   `json:"kind"` // module, workspace or modfile
	Module       string   `json:"module"`
	Go           string   `json:"go"`
	Toolchain    string   `json:"toolchain"`
	Selects      string   `json:"selects"`   // the toolchain that go selects there
	Decides      string   `json:"decides"`   // what decided it
	Installed    bool     `json:"installed"` // that toolchain is on this machine
	Fixture      bool     `json:"fixture"`   // below testdata
	Vendored     bool     `json:"vendored"`  // builds from its vendor directory
	Selected     int      `json:"selected"`  // module versions in its build list
	Needed       int      `json:"needed"`    // of those, builds may need the sources of
	Present      int      `json:"present"`
	MissingInfo  int      `json:"missing_info"`  // present without .info: go mod download asks the network, builds do not
	MissingBytes int64    `json:"missing_bytes"` // estimated where a zip was never here
	Seconds      float64  `json:"seconds"`       // at the rate of the last download; 0: not known
	GoSum        string   `json:"gosum"`
	Offline      bool     `json:"offline"` // go build, vet and test work without a network
	Perhaps      bool     `json:"perhaps"` // not offline, but what lacks may be for other platforms
	Because      []string `json:"because"` // why not
	Known        bool     `json:"known"`   // everything that it needs is known
	Needs        []Need   `json:"needs,omitzero"`
}

// A Need is a module version that builds of a project may need.
type Need struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Actual  string `json:"actual"` // path@version of what replaces it, or empty
	Does    string `json:"does"`   // hit, unpack or download
	File    string `json:"file"`   // what decides that
	Bytes   int64  `json:"bytes"`  // of a download
}

// NewProject makes the shape of a project.
func NewProject(p *usage.Project) Project {
	return Project{
		Path: p.File, PathB64: path64(p.File), Kind: p.Kind.String(), Module: p.Module, Go: p.Go, Toolchain: p.Toolchain,
		Selects: p.Selects, Decides: p.Decides, Installed: p.Installed, Fixture: p.Weak, Vendored: p.Vendored,
		Selected: p.Selected, Needed: p.Needed, Present: p.Present, MissingInfo: p.NoInfo, MissingBytes: p.MissingBytes, Seconds: p.Seconds,
		GoSum: p.GoSum, Offline: p.Offline, Perhaps: p.Perhaps, Because: nonNil(p.Because), Known: !p.Doubted,
	}
}

// NeedsOf makes the shape of what a project needs.
func NeedsOf(list []usage.Need) []Need {
	out := make([]Need, 0, len(list))
	for _, n := range list {
		need := Need{Path: n.Path, Version: n.Version.Version, Does: n.Doing.String(), File: n.File, Bytes: n.Bytes}
		if n.Actual != n.Version {
			need.Actual = n.Actual.String()
		}
		out = append(out, need)
	}
	return out
}

// WithDoubts fills in what keeps one from knowing who needs what.
func (d *Document) WithDoubts(r *usage.Result) *Document {
	d.Doubts = make([]Doubt, 0, len(r.Doubts))
	for _, x := range r.Doubts {
		d.Doubts = append(d.Doubts, Doubt{x.Path, path64(x.Path), x.Line, x.Message, x.Bounded})
	}
	return d
}

// WithProjects fills in the projects.
func (d *Document) WithProjects(inv *scan.Inventory, list []Project) *Document {
	d.Projects = list
	var sum ProjectSummary
	sum.fill(inv.Projects)
	sum.Projects = len(list)
	for i := range list {
		p := &list[i]
		if p.Offline {
			sum.Offline++
		}
		if !p.Known {
			sum.NotKnown++
		}
		sum.Needed += p.Needed
		sum.Present += p.Present
		sum.MissingBytes += p.MissingBytes
	}
	d.Summary = sum
	return d
}

// A ProjectSummary is how the look for projects went.
type ProjectSummary struct {
	Projects     int      `json:"projects"`
	Offline      int      `json:"offline"`   // of those, work without a network
	NotKnown     int      `json:"not_known"` // not everything that they need is known
	Needed       int      `json:"needed"`
	Present      int      `json:"present"`
	MissingBytes int64    `json:"missing_bytes"`
	Gone         []Path   `json:"gone"`    // were there at an earlier look
	Roots        []Path   `json:"roots"`   // that were searched
	Skipped      []Skip   `json:"skipped"` // what was left out, by reason
	Unread       int64    `json:"unread"`  // places that could not be searched
	BranchesRead int      `json:"branches_read"`
	BranchesLeft int      `json:"branches_left"`
	NoBranches   string   `json:"no_branches"` // why no git branches were read at all
	LeftIn       []LeftIn `json:"left_in"`     // repositories of which branches were not read
}

// A Skip counts what the look for projects left out for one reason.
type Skip struct {
	Reason   string `json:"reason"`
	Count    int64  `json:"count"`
	Examples []Path `json:"examples"`
}

// A LeftIn is a repository of which branches were not read.
type LeftIn struct {
	Path     Path   `json:"path"`
	Why      string `json:"why"`
	Branches int    `json:"branches"`
}

func (s *ProjectSummary) fill(f *project.Found) {
	s.Gone, s.Roots, s.Skipped, s.LeftIn = []Path{}, []Path{}, []Skip{}, []LeftIn{}
	if f == nil {
		return
	}
	s.Gone = nonNil(f.Gone)
	for _, r := range f.Roots {
		if r.Exists && r.Err == nil {
			s.Roots = append(s.Roots, r.Path)
		}
	}
	for _, k := range f.Skipped {
		s.Skipped = append(s.Skipped, Skip{string(k.Reason), k.Count, nonNil(k.Examples[:min(len(k.Examples), 10)])})
	}
	s.Unread = f.Unread
	s.BranchesRead, s.BranchesLeft, s.NoBranches = f.Branches.Read, f.Branches.Left, f.Branches.NoGit
	for _, r := range f.Branches.Repositories {
		s.LeftIn = append(s.LeftIn, LeftIn{r.Dir, r.Why, r.Left})
	}
}

// A Freeable is what nobody needs, by what it costs to get it back.
type Freeable struct {
	Sources, Zips, Toolchains int64 // allocated bytes, by the store that they lie in
	Hold                      int64 // of all three, what may not come back
	Leftovers                 int64
}

// Total is what can be freed: what may not come back is not part of it.
func (f Freeable) Total() int64 { return f.Sources + f.Zips + f.Toolchains + f.Leftovers }

// Of is the part in a store.
func (f Freeable) Of(store string) int64 {
	switch store {
	case modcache.Sources.String():
		return f.Sources
	case modcache.Zips.String():
		return f.Zips
	case modcache.Toolchains.String():
		return f.Toolchains
	case modcache.Leftovers.String():
		return f.Leftovers
	}
	return 0
}

// FreeableOf sums up what nobody needs. Of leftovers nothing is needed by definition.
func FreeableOf(inv *scan.Inventory, r *usage.Result) Freeable {
	var f Freeable
	c := inv.ModCache
	if c == nil || r == nil || len(r.Versions) == 0 {
		return f
	}
	for i := range c.Versions {
		v := &c.Versions[i]
		u := r.Of(v.Path, v.Version)
		if u == nil || u.Removable(v) == 0 {
			continue
		}
		switch {
		case u.Tier == usage.Hold:
			f.Hold += u.Removable(v)
		case v.Toolchain:
			f.Toolchains += u.Removable(v)
		default:
			f.Sources += v.Sources.Disk
			f.Zips += v.ZipSize.Disk
		}
	}
	f.Leftovers = c.Stores[modcache.Leftovers].Size.Disk
	return f
}

// KeptBy sums up, by state, the versions in the cache, in the order of the states.
func KeptBy(inv *scan.Inventory, r *usage.Result) []Kept {
	out := make([]Kept, len(usage.States))
	at := make(map[usage.State]*Kept, len(out))
	for i, s := range usage.States {
		out[i].State = string(s)
		at[s] = &out[i]
	}
	if c := inv.ModCache; c != nil {
		for i := range c.Versions {
			v := &c.Versions[i]
			if u := r.Of(v.Path, v.Version); u != nil {
				k := at[u.State]
				k.Versions++
				k.DiskBytes += v.Disk()
			}
		}
	}
	return out
}

// A Proof is why one project needs a module version.
type Proof struct {
	Project User     `json:"project"`
	Links   []Link   `json:"links"` // the way over requirements, from the project
	File    Path     `json:"file"`  // the file that names it, where there is no way
	Line    int      `json:"line"`
	Refs    []string `json:"refs"` // git branches and stash entries that name it
}

// A Link is one step of the way: By requires To.
type Link struct {
	By   string `json:"by"` // a file, or path@version of the module whose go.mod file says so
	To   string `json:"to"`
	Over string `json:"over"` // path@version or the directory that replaces To, or empty
}

// WithProofs fills in why versions are needed.
func (d *Document) WithProofs(proofs []usage.Proof) *Document {
	d.Why = make([]Proof, 0, len(proofs))
	for i := range proofs {
		p := &proofs[i]
		q := Proof{Project: userOf(p.Project, p.How.String()), File: p.File, Line: p.Line,
			Refs: nonNil(p.Refs), Links: make([]Link, 0, len(p.Links))}
		for _, l := range p.Links {
			link := Link{By: l.File, To: l.To.String()}
			if l.File == "" {
				link.By = l.By.String()
			}
			if l.Over.Path != "" {
				link.Over = l.Over.String()
			}
			q.Links = append(q.Links, link)
		}
		d.Why = append(d.Why, q)
	}
	return d
}

// userOf is a project as a user of something.
func userOf(p *usage.Project, how string) User {
	return User{Kind: p.Kind.String(), Path: p.File, PathB64: path64(p.File), How: how}
}

// usersMax bounds the users that are listed of a module version; their number is told.
const usersMax = 100

// usersOf lists who needs a version.
func usersOf(r *usage.Result, u *usage.Version) []User {
	out := []User{}
	for _, use := range u.Uses[:min(len(u.Uses), usersMax)] {
		p := &r.Projects[use.Project]
		out = append(out, userOf(p, use.How.String()))
	}
	for _, o := range u.Others {
		out = append(out, User{Kind: "toolchain", How: o})
	}
	return out
}
