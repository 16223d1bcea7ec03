package plan

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/usage"
	"godoctor/doctor/verify"
	"godoctor/scan"
)

// The fixes that a step carries out. Their names are those of finding.Fix, and part of the JSON contract.
const (
	FixUnpack  = "unpack-again"
	FixZiphash = "renew-ziphash"
	FixFinish  = "finish"
	FixFetch   = "fetch-again"
	FixMod     = "fetch-mod"
	FixInfo    = "fetch-info"
	FixOdd     = "remove-odd" // of a lock file: the other parts have fixes of their own
	FixIndex   = "drop-index"
	FixEntry   = "remove-entry"
	FixRemove  = "remove"
	FixClone   = "remove-clone"
	FixAside   = "move-aside"
	FixLine    = "replace-line"
	FixKeep    = "keep-right-line"
	FixUnline  = "remove-line"
	FixSetting = "edit-setting" // lines of the GOENV file
)

// A Step mends one thing: a module version, one file of a cache, one go.sum file, or the GOENV file. A version has one step, whatever is
// wrong with it.
type Step struct {
	Module  string
	Version string
	Fixes   []string // what is done, the farthest reaching first
	Checks  []string // of the findings that it mends
	Of      []string // the IDs of those findings
	Title   string   // in words

	// Of a module version: the hashes that are believed, "h1:...", and who says so; "" where nobody does.
	Hash, ModHash, Source string
	Unproved              bool // nobody can say what its hash is, and it is private: a person has to confirm what comes
	Keep                  bool // what was there is evidence, and waits in the quarantine
	NeedsNetwork          bool
	Bytes                 int64 // that are fetched; 0: not known

	// Of a file in a cache: its name below the root, with slashes, and what it was when the plan was made.
	Name  string
	Stamp Stamp
	Path  string // for people

	// Of a text: a go.sum file, or the GOENV file.
	File  string // absolute, links resolved where it is the GOENV file; raw
	Edits []finding.Edit
}

// Label names the step for people. Raw.
func (s *Step) Label() string {
	if s.Module != "" && s.File == "" && s.Name == "" {
		return s.Module + "@" + s.Version
	}
	return cmp.Or(s.File, s.Path)
}

// Fix is the farthest reaching fix of the step.
func (s *Step) Fix() string { return s.Fixes[0] }

// Has reports whether a fix is part of the step.
func (s *Step) Has(fix string) bool { return slices.Contains(s.Fixes, fix) }

// A Leave is a finding that no step mends, and why.
type Leave struct {
	Finding finding.Finding
	Why     string   // raw
	Argv    []string // the command that a person may run; nil: there is none
}

// A Repair is what mends findings, and what a person has to do.
type Repair struct {
	ModCache string // links resolved; "" if there is none
	GoCache  string
	Steps    []Step // the GOENV file, with which no go may start; module versions, files of caches, go.sum files
	Left     []Leave
}

// NeedsNetwork reports whether any step does, and how many bytes are fetched as far as that is known.
func (r *Repair) NeedsNetwork() (needs bool, bytes int64) {
	for i := range r.Steps {
		if r.Steps[i].NeedsNetwork {
			needs = true
			bytes += r.Steps[i].Bytes
		}
	}
	return needs, bytes
}

// A RepairInput is what a repair is made from. All of it is read only.
type RepairInput struct {
	Inventory *scan.Inventory
	Usage     *usage.Result                 // whose projects' go.sum lines are witnesses
	DB        verify.Database               // may be nil
	Offline   bool                          // steps that need a network are left
	Private   func(path string) bool        // no checksum database may hear of it
	Meant     func(f *finding.Finding) bool // nil: every finding
}

// NewRepair makes the plan that mends findings with the smallest fix of each. It reads the go.sum lines that it would
// change, and looks at the files that would go; it changes nothing. The same findings give the same plan.
func NewRepair(ctx context.Context, list []finding.Finding, in RepairInput) *Repair {
	m := &mender{in: in, ctx: ctx, versions: make(map[module.Version]*Step), files: make(map[string]*Step), out: &Repair{},
		stop: make(map[module.Version]string)}
	if c := in.Inventory.ModCache; c != nil {
		m.out.ModCache = resolved(c.Root)
		m.modRoot = c.Root
	}
	if c := in.Inventory.BuildCache; c != nil && c.Looks {
		m.out.GoCache = resolved(c.Root)
		m.goRoot = c.Root
	}
	for i := range list { // whatever is meant
		if f := &list[i]; f.Check == "sumdb-mismatch" || f.Check == "gosum-unsettled" {
			m.stop[module.Version{Path: f.Target.Module, Version: f.Target.Version}] = f.Check
		}
	}
	for i := range list {
		if f := &list[i]; in.Meant == nil || in.Meant(f) {
			m.take(f)
		}
	}
	return m.end()
}

func resolved(root string) string {
	if real, err := filepath.EvalSymlinks(root); err == nil {
		return real
	}
	return root
}

// mender is one call of NewRepair.
type mender struct {
	in       RepairInput
	ctx      context.Context
	modRoot  string
	goRoot   string
	versions map[module.Version]*Step
	files    map[string]*Step // of go.sum
	goenv    *Step
	things   []Step
	records  map[module.Version]verify.Record
	found    map[*Step][]finding.Finding
	stop     map[module.Version]string // versions of which a person has to decide first, and the check that says so
	out      *Repair
}

func (m *mender) leave(f *finding.Finding, why string, argv []string) {
	m.out.Left = append(m.out.Left, Leave{Finding: *f, Why: why, Argv: argv})
}

// What a person has to do about findings that nothing mends.
var byHand = map[string]string{
	"permission":         "somebody who may has to change owner or mode of it: chown or chmod",
	"gosum-unsettled":    "nothing can tell who is right: ask the checksum database (--sumdb), nothing is changed before",
	"sumdb-mismatch":     "the cache and go.sum agree against the checksum database: keep both, and find out where the module came from",
	"sumdb-untrusted":    "the checksum database contradicts itself: ask it by another way",
	"changed-while-read": "somebody is at work on it: run this again",
	"gosum-malformed":    "somebody who knows what was meant has to edit the file",
}

// take finds the step for a finding, and makes one where there is none.
func (m *mender) take(f *finding.Finding) {
	if len(f.Fixes) == 0 {
		m.leave(f, cmp.Or(byHand[f.Check], "no fix of it is known"), nil)
		return
	}
	fix := &f.Fixes[0]
	if why := m.stop[module.Version{Path: f.Target.Module, Version: f.Target.Version}]; why != "" && f.Target.Module != "" {
		m.leave(f, "nothing about it is changed before that is settled: "+why, nil)
		return
	}
	switch fix.ID {
	case FixUnpack, FixZiphash, FixFinish, FixFetch, FixMod, FixInfo, FixOdd:
		m.version(f, fix)
	case FixIndex, FixEntry:
		m.thing(f, fix, m.goRoot)
	case FixRemove, FixClone, FixAside:
		m.thing(f, fix, m.modRoot)
	case FixLine, FixKeep, FixUnline:
		m.lines(f, fix)
	case FixSetting:
		m.setting(f, fix)
	default:
		m.leave(f, fix.Title, fix.Argv)
	}
}

// thing makes the step for one file or directory of a cache.
func (m *mender) thing(f *finding.Finding, fix *finding.Fix, root string) {
	rel, err := filepath.Rel(root, f.Target.Path)
	fi, err2 := os.Lstat(f.Target.Path)
	switch {
	case root == "" || err != nil || !filepath.IsLocal(rel) || rel == ".":
		m.leave(f, "it lies in no cache that is looked at: "+fix.Title, nil)
		return
	case errors.Is(err2, fs.ErrNotExist):
		return // it has gone meanwhile: a go command was at work
	case err2 != nil:
		m.leave(f, "it cannot be looked at: "+err2.Error(), nil)
		return
	}
	if fix.ID == FixClone {
		rel = strings.TrimSuffix(rel, ".info")
		if fi, err2 = os.Lstat(filepath.Join(root, rel)); err2 != nil {
			m.leave(f, "it cannot be looked at: "+err2.Error(), nil)
			return
		}
	}
	name := filepath.ToSlash(rel)
	for i := range m.things {
		if s := &m.things[i]; s.Name == name && s.Fix() == fix.ID {
			s.add(f, fix.ID)
			return
		}
	}
	s := Step{Title: fix.Title, Name: name, Stamp: StampOf(fi), Path: f.Target.Path}
	s.add(f, fix.ID)
	m.things = append(m.things, s)
}

// add notes that the step mends a finding by a fix.
func (s *Step) add(f *finding.Finding, fix string) {
	if !slices.Contains(s.Fixes, fix) {
		s.Fixes = append(s.Fixes, fix)
	}
	if !slices.Contains(s.Checks, f.Check) {
		s.Checks = append(s.Checks, f.Check)
	}
	s.Of = append(s.Of, f.ID())
}

// end puts the steps in order.
func (m *mender) end() *Repair {
	if m.goenv != nil {
		slices.SortFunc(m.goenv.Edits, func(a, b finding.Edit) int { return a.Line - b.Line })
		m.out.Steps = append(m.out.Steps, *m.goenv)
	}
	m.ask()
	for _, v := range sortedVersions(m.versions) {
		m.settle(m.versions[v])
	}
	m.out.Steps = append(m.out.Steps, m.things...)
	for _, file := range sortedNames(m.files) {
		s := m.files[file]
		slices.SortFunc(s.Edits, func(a, b finding.Edit) int { return a.Line - b.Line })
		m.out.Steps = append(m.out.Steps, *s)
	}
	return m.out
}

func sortedNames(m map[string]*Step) (out []string) {
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func sortedVersions(m map[module.Version]*Step) (out []module.Version) {
	for v := range m {
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b module.Version) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Version, b.Version))
	})
	return out
}
