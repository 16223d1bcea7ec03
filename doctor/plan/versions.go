package plan

import (
	"fmt"
	"slices"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/modcache"
)

// The rules by which a version can be in a plan.
const (
	ruleOrphans    = "orphans"
	ruleToolchains = "toolchains"
	ruleSources    = "sources"
	ruleZips       = "zips"
	ruleAll        = "all-modules"
)

// rules are all policies that an item can be chosen by.
var rules = []string{ruleOrphans, ruleToolchains, ruleSources, ruleZips, ruleAll, ruleVCS, ruleLeftovers, ruleBuild, ruleDead,
	ruleTest, ruleFuzz, ruleRelated, ruleAbandoned}

// facts are what decides about things, one by one. They do not change.
type facts struct {
	in     *Input
	nobody string // in words, that no project needs something
	names  *named
	list   []modcache.Version
	uses   []usage.Version
	newest []bool // versions that Keep keeps
	noNet  bool   // GOPROXY=off: nothing can be fetched again
}

func newFacts(in *Input, names *named) *facts {
	f := &facts{in: in, names: names, list: versionsOf(in.Inventory)}
	if in.Usage != nil {
		f.uses = in.Usage.Versions
		f.nobody = fmt.Sprintf("none of the %d projects found needs it", len(in.Usage.Projects))
		if len(in.Usage.Projects) == 1 {
			f.nobody = "the one project found does not need it"
		}
	}
	if env := in.Inventory.Env; env != nil {
		f.noNet = env.Value("GOPROXY") == "off"
	}
	f.newest = make([]bool, len(f.list))
	for i, n := len(f.list)-1, 0; i >= 0 && in.Keep > 0; i-- { // by path, then by version
		if i+1 < len(f.list) && f.list[i].Path != f.list[i+1].Path {
			n = 0
		}
		if f.list[i].Parts&(modcache.HasDir|modcache.HasZip) != 0 && n < in.Keep {
			f.newest[i] = true
			n++
		}
	}
	return f
}

// insisted reports whether a person named the version and insists.
func (f *facts) insisted(i int) bool { return f.in.Insist && f.names != nil && f.names.has(&f.list[i]) }

// always is what keeps a version from every rule, or empty.
func (f *facts) always(i int) string {
	v, u := &f.list[i], &f.uses[i]
	switch {
	case u.Pinned:
		return keptPinned
	case v.Path == fipsPath:
		return keptBuiltIn // it has no zip whose hash could prove anything, and is in GOROOT anyway
	case v.Parts.Has(modcache.HasPartial):
		return keptPartial
	case v.Parts&(modcache.HasZip|modcache.HasZiphash|modcache.HasInfo) == 0:
		return keptStranger // the remedy would leave it alone, and every clean end as partly done
	case v.Toolchain && len(u.Others) > 0:
		return keptInUse // the active one, one that a process runs from, the one of GOTOOLCHAIN
	}
	return ""
}

const fipsPath = "golang.org/fips140"

// whole says what of a version nobody needs can go: nothing, and why, or as a whole.
func (f *facts) whole(i int, rule string, insist bool) (Part, string) {
	v, u := &f.list[i], &f.uses[i]
	if v.Parts&(modcache.HasDir|modcache.HasZip) == 0 {
		if u.State == usage.GraphOnly {
			return "", keptGraph
		}
		return "", "" // there is nothing to gain
	}
	reason := f.always(i)
	if reason == "" && !insist {
		reason = f.needed(i, rule)
	}
	if reason != "" {
		return "", reason
	}
	if u.State == usage.Orphan && len(u.Uses) == 0 && (f.in.Policies.Forget || rule == ruleAll) && f.tier(i) == usage.Network {
		return Forget, ""
	}
	return Version, ""
}

// needed is what keeps a version that nobody insists on.
func (f *facts) needed(i int, rule string) string {
	u := &f.uses[i]
	switch {
	case u.Young || u.State == usage.Young:
		return keptYoung
	case rule == ruleAll:
	case u.State == usage.InUse:
		return keptInUse
	case u.State == usage.Listed:
		return keptListed
	case u.State == usage.Unknown, f.in.Usage.Unsure: // then who needs the go.mod may need the rest too
		return keptUnknown
	case u.State != usage.Orphan && u.State != usage.GraphOnly:
		return string(u.State)
	}
	switch {
	case f.newest[i]:
		return keptNewest
	case !f.old(i):
		return keptRecent
	}
	return ""
}

// sources says why the extracted directory of a version cannot go while its zip stays, or nothing.
func (f *facts) sources(i int, insist bool) string {
	v, u := &f.list[i], &f.uses[i]
	if reason := f.always(i); reason != "" {
		return reason
	}
	switch {
	case v.Toolchain && u.State != usage.Orphan:
		return keptInUse // it would be unpacked again by the next go command
	case !v.Parts.Has(modcache.HasZip | modcache.HasZiphash):
		return keptNoZip
	case !insist && (u.Young || u.State == usage.Young):
		return keptYoung
	case !insist && !f.old(i):
		return keptRecent
	}
	return ""
}

// zip says why the zip of a version cannot go while its directory stays, or nothing.
func (f *facts) zip(i int, insist bool) string {
	v, u := &f.list[i], &f.uses[i]
	if reason := f.always(i); reason != "" {
		return reason
	}
	switch {
	case !v.Parts.Has(modcache.HasDir | modcache.HasZiphash):
		return keptNoDir
	case insist:
		return ""
	case u.Young || u.State == usage.Young:
		return keptYoung
	case f.newest[i]:
		return keptNewest
	case !f.old(i):
		return keptRecent
	}
	return ""
}

// old reports whether a version was not downloaded or read for as long as was asked for.
func (f *facts) old(i int) bool { return f.in.OlderThan == 0 || f.rested(f.last(i), 0) }

// last is when a version was downloaded or read last, as far as that is known. A read protects and never condemns.
func (f *facts) last(i int) time.Time {
	v, u := &f.list[i], &f.uses[i]
	t := v.Fetched
	if u.Read.After(t) {
		t = u.Read
	}
	if u.Read.IsZero() && f.in.OlderThan > 0 && !f.in.Elsewhere {
		if read := modcache.LastRead(v); read.After(t) {
			t = read
		}
	}
	return t
}

// tier is what it costs to get a version back that was removed as a whole.
func (f *facts) tier(i int) usage.Tier {
	u := &f.uses[i]
	if u.Private || u.Gone || u.Hash == "" || f.noNet {
		return usage.Hold
	}
	return usage.Network
}

// versions takes what the policies name of the module versions. Of one version one item: the whole where that goes,
// else the sources, else the zip.
func (m *maker) versions() {
	p := &m.in.Policies
	if !p.ofVersions() && !p.Toolchains {
		return
	}
	if m.names == nil {
		m.found = slices.Grow(m.found, len(m.list))
	}
	for i := range m.list {
		v := &m.list[i]
		if !m.names.has(v) {
			continue
		}
		reason := m.version(i, v, p)
		if reason != "" {
			m.kept.keep(reason, v.Path+"@"+v.Version, v.Disk())
		}
	}
}

// version takes what goes of one version, or says why nothing does.
func (m *maker) version(i int, v *modcache.Version, p *Policies) (reason string) {
	insist := m.insisted(i)
	rule := ""
	switch {
	case v.Toolchain && p.Toolchains:
		rule = ruleToolchains
	case p.AllModules:
		rule = ruleAll
	case p.Orphans && (!v.Toolchain || m.names != nil):
		rule = ruleOrphans
	}
	if rule != "" {
		var part Part
		part, reason = m.whole(i, rule, insist)
		if part != "" && m.in.NoHold && m.tier(i) == usage.Hold {
			part, reason = "", keptHold
		}
		if part != "" {
			m.choose(i, part, rule)
			return ""
		}
	}
	if p.Sources && v.Parts.Has(modcache.HasDir) && !v.Toolchain {
		if reason = m.sources(i, insist); reason == "" {
			m.choose(i, Sources, ruleSources)
			return ""
		}
	}
	if p.Zips && v.Parts.Has(modcache.HasZip) && !v.Toolchain {
		if reason = m.zip(i, insist); reason == "" {
			m.choose(i, Zip, ruleZips)
			return ""
		}
	}
	return reason
}

// choose takes a part of a version. That its names lead to where the scan found it, stamp sees.
func (m *maker) choose(i int, part Part, rule string) {
	v := &m.list[i]
	it := Item{Module: v.Path, Version: v.Version, Part: part, Rule: rule, Path: v.Dir, Tier: m.tier(i), Changed: m.last(i)}
	switch part {
	case Sources:
		it.Tier, it.Bytes, it.Disk = usage.Free, v.Sources.Bytes, v.Sources.Disk
	case Zip:
		it.Path, it.Bytes, it.Disk = v.Zip, v.ZipSize.Bytes, v.ZipSize.Disk
	case Version:
		it.Bytes, it.Disk = v.Sources.Bytes+v.ZipSize.Bytes, v.Sources.Disk+v.ZipSize.Disk
	case Forget:
		it.Bytes, it.Disk = v.Bytes(), v.Disk()
	}
	if it.Tier == usage.Network {
		it.Fetch = v.ZipSize.Bytes
	}
	it.Insisted = m.insisted(i)
	it.Why = m.why(i, part, it.Insisted)
	m.take(it)
}

// why says in words why a part of a version goes.
func (f *facts) why(i int, part Part, insist bool) string {
	switch state := f.uses[i].State; {
	case part == Sources:
		return "go unpacks it from its zip when it needs it"
	case part == Zip:
		return "builds use the extracted directory; without the zip go downloads it again where that is lost"
	case state == usage.Orphan:
		return f.nobody
	case state == usage.GraphOnly:
		return "only its go.mod is needed, which stays"
	case insist:
		return "named by hand, and " + string(state)
	}
	return "the whole module cache goes; it is " + string(f.uses[i].State)
}
