package plan

import (
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/doctor/verify"
	"godoctor/scan/binary"
	"godoctor/scan/modcache"
)

// reach orders the fixes of a version: what stands first does what stands behind it too, but for those of .mod, .info and
// .lock, which are files of their own.
var reach = []string{FixFetch, FixUnpack, FixZiphash, FixFinish, FixMod, FixInfo, FixOdd}

// version adds a finding to the step of its version.
func (m *mender) version(f *finding.Finding, fix *finding.Fix) {
	v := module.Version{Path: f.Target.Module, Version: f.Target.Version}
	if _, err := Places(v); err != nil || v.Version == "" || m.modRoot == "" {
		m.leave(f, fix.Title, fix.Argv)
		return
	}
	id := fix.ID
	if id == FixOdd {
		id = oddPart(f.Target.Path)
	}
	if id == FixFinish && !m.has(v, modcache.HasZip) {
		id = FixFetch
	}
	s := m.versions[v]
	if s == nil {
		s = &Step{Module: v.Path, Version: v.Version}
		m.versions[v] = s
	}
	s.add(f, id)
	s.Keep = s.Keep || !isDamage(f.Check)
	s.Bytes = max(s.Bytes, fix.Bytes)
	if m.found == nil {
		m.found = make(map[*Step][]finding.Finding)
	}
	m.found[s] = append(m.found[s], *f)
}

// oddPart is the fix of a part that is of another kind than it should be, by its name.
func oddPart(path string) string {
	switch filepath.Ext(path) {
	case ".zip":
		return FixFetch
	case ".mod":
		return FixMod
	case ".info":
		return FixInfo
	case ".ziphash":
		return FixZiphash
	}
	return FixOdd
}

// isDamage reports whether a check finds what crashes and disks do: it is no evidence of anything.
func isDamage(check string) bool {
	switch check {
	case CheckMissing, "crash-damage", "zip-damaged", "ziphash-wrong", "ziphash-missing", "info-damaged", "partial-download":
		return true
	}
	return false
}

func (m *mender) cached(v module.Version) *modcache.Version {
	c := m.in.Inventory.ModCache
	if c == nil {
		return nil
	}
	for i := range c.Versions {
		if c.Versions[i].Path == v.Path && c.Versions[i].Version == v.Version {
			return &c.Versions[i]
		}
	}
	return nil
}

func (m *mender) has(v module.Version, part modcache.Parts) bool {
	x := m.cached(v)
	return x != nil && x.Parts.Has(part)
}

// settle completes the step of a version, or leaves its findings.
func (m *mender) settle(s *Step) {
	v := module.Version{Path: s.Module, Version: s.Version}
	slices.SortFunc(s.Fixes, func(a, b string) int { return slices.Index(reach, a) - slices.Index(reach, b) })
	first := s.Fixes[0]
	if slices.Index(reach, first) < slices.Index(reach, FixMod) { // one of them is enough
		s.Fixes = slices.DeleteFunc(s.Fixes, func(id string) bool {
			return id != first && slices.Index(reach, id) < slices.Index(reach, FixMod)
		})
	}
	known := m.claims(v)
	s.Hash, s.ModHash, s.Source = known.zip, known.mod, known.source
	s.Title = titleOf(s)
	s.NeedsNetwork = s.Has(FixFetch) || s.Has(FixInfo) || s.Has(FixMod) && !m.has(v, modcache.HasZip)
	if x := m.cached(v); x != nil && s.Has(FixFetch) && s.Bytes == 0 {
		s.Bytes = x.ZipSize.Bytes
	}
	switch {
	case known.quarrel && first != FixInfo && first != FixOdd:
		m.leaveAll(s, "go.sum files and programs contradict each other about it, and the checksum database is silent: nothing is changed")
	case s.NeedsNetwork && m.in.Offline:
		m.leaveAll(s, "it has to be fetched, and the network is not to be used (--offline)")
	case s.Has(FixFetch) && s.Hash == "" && m.in.Private != nil && m.in.Private(v.Path):
		s.Unproved = true
		m.out.Steps = append(m.out.Steps, *s)
	case s.Has(FixFetch) && s.Hash == "":
		m.leaveAll(s, "nobody here knows its hash, and what cannot be proved is not installed")
	case s.Has(FixMod) && s.ModHash == "" && s.Hash == "" && !m.has(v, modcache.HasZip):
		m.leaveAll(s, "nobody here knows the hash of its go.mod file, and what cannot be proved is not installed")
	default:
		m.out.Steps = append(m.out.Steps, *s)
	}
}

func (m *mender) leaveAll(s *Step, why string) {
	for _, f := range m.found[s] {
		m.leave(&f, why, nil)
	}
}

var stepWords = map[string]string{
	FixFetch:   "fetch it again, compare it, and have go install it",
	FixUnpack:  "have go unpack it again from the proved zip",
	FixZiphash: "have go make .ziphash again from the proved zip",
	FixFinish:  "have go finish unpacking it from the proved zip",
	FixMod:     "get the go.mod file again",
	FixInfo:    "fetch the .info file again",
	FixOdd:     "remove what stands in the place of the lock file",
}

func titleOf(s *Step) string {
	var words []string
	for _, id := range s.Fixes {
		words = append(words, stepWords[id])
	}
	return strings.Join(words, "; ")
}

// belief is what is believed of a version.
type belief struct {
	zip, mod, source string
	quarrel          bool
}

// claims finds out which hashes are believed, as verify does: the checksum database, else go.sum files and programs that
// agree.
func (m *mender) claims(v module.Version) (k belief) {
	var zips, mods []string
	if m.in.Usage != nil {
		for i := range m.in.Usage.Projects {
			for _, l := range m.in.Usage.Projects[i].Sums {
				switch {
				case l.Path != v.Path || l.Version != v.Version || !strings.HasPrefix(l.Hash, "h1:"):
				case l.GoMod:
					mods = append(mods, l.Hash)
				default:
					zips = append(zips, l.Hash)
				}
			}
		}
	}
	programs := m.programs(v)
	if r := m.record(v); r.Err == nil && r.Zip != "" {
		return belief{zip: r.Zip, mod: r.Mod, source: "the checksum database"}
	}
	all := append(slices.Clone(zips), programs...)
	switch {
	case len(all) > 0 && slices.ContainsFunc(all, func(h string) bool { return h != all[0] }):
		k.quarrel = true
	case len(zips) > 0:
		k.zip, k.source = zips[0], "go.sum"
	case len(programs) > 0:
		k.zip, k.source = programs[0], "an installed program"
	}
	if len(mods) > 0 && !slices.ContainsFunc(mods, func(h string) bool { return h != mods[0] }) {
		k.mod = mods[0]
	}
	return k
}

// programs are the hashes that installed programs were built from.
func (m *mender) programs(v module.Version) (out []string) {
	b := m.in.Inventory.Binaries
	if b == nil {
		return nil
	}
	for i := range b.Binaries {
		x := &b.Binaries[i]
		deps := append([]binary.Dep{{Path: x.Module, Version: x.Version, Sum: x.Sum}}, x.Deps...)
		for _, d := range deps {
			if d.Replace != nil {
				d = *d.Replace
			}
			if d.Path == v.Path && d.Version == v.Version && strings.HasPrefix(d.Sum, "h1:") {
				out = append(out, d.Sum)
			}
		}
	}
	return out
}

// ask asks the checksum database for all versions that there are steps for, at once.
func (m *mender) ask() {
	if m.in.DB == nil || len(m.versions) == 0 {
		return
	}
	if m.records == nil {
		m.records = make(map[module.Version]verify.Record)
	}
	list := sortedVersions(m.versions)
	for i, r := range m.in.DB.LookupAll(m.ctx, list, nil) {
		m.records[list[i]] = r
	}
}

// record asks the checksum database once.
func (m *mender) record(v module.Version) verify.Record {
	if m.in.DB == nil {
		return verify.Record{}
	}
	if r, ok := m.records[v]; ok {
		return r
	}
	if m.records == nil {
		m.records = make(map[module.Version]verify.Record)
	}
	m.records[v] = m.in.DB.LookupAll(m.ctx, []module.Version{v}, nil)[0]
	return m.records[v]
}
