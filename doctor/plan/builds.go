package plan

import (
	"errors"
	"path/filepath"
	"slices"
	"time"

	"godoctor/doctor/usage"
	"godoctor/scan/gocache"
)

const (
	ruleBuild = "build"
	ruleDead  = "dead"
	ruleTest  = "test"
	ruleFuzz  = "fuzz"
)

// entries takes build-cache entries and test results. Go notes the use of an entry once an hour at most, so nothing
// goes that was used within a day.
func (m *maker) entries() {
	p, c := &m.in.Policies, m.in.Inventory.BuildCache
	if !p.Build && !p.Dead && !p.Test || c == nil || m.names != nil {
		return
	}
	if m.in.Elsewhere {
		m.kept.keep(keptThere, c.Root, c.Total().Disk)
		return
	}
	var installed map[string]bool
	if p.Dead {
		var ok bool
		if installed, ok = m.installed(); !ok {
			m.kept.keep(keptNoGo, c.Root, c.Total().Disk)
			if !p.Test {
				return
			}
		}
	}
	// Only the content tells a test result from a package, and which Go made it.
	list, err := gocache.Entries(m.ctx, c.Root, true, func(*gocache.Entry) bool { return true })
	switch {
	case errors.Is(err, gocache.ErrForeign):
		m.kept.keep(keptForeign, c.Root, c.Total().Disk)
		return
	case m.ctx.Err() != nil:
		return
	case err != nil:
		m.kept.keep(keptUnread, c.Root, c.Total().Disk)
		return
	}
	b := builds{maker: m, installed: installed}
	m.found = slices.Grow(m.found, len(list))
	for i := range list {
		b.entry(&list[i])
	}
}

// builds is one look at the entries of a build cache.
type builds struct {
	*maker
	installed map[string]bool // Go versions; nil: not known
}

func (b *builds) entry(e *gocache.Entry) {
	part, rule := b.choose(e)
	if rule == "" {
		return
	}
	used := time.Unix(0, e.Mtime)
	if !b.rested(used, day) {
		b.kept.keep(keptRecent, e.Name, e.Disk)
		return
	}
	why := "not used for a day; go builds it again"
	switch {
	case rule == ruleDead:
		why = "made by " + e.GoVersion + ", which is not installed"
	case rule == ruleTest:
		why = "the test runs again"
	}
	b.found = append(b.found, choice{entry: e, Item: Item{Part: part, Name: e.Dir(), Rule: rule, Tier: usage.Rebuild, Why: why,
		Path: filepath.Join(b.in.Inventory.BuildCache.Root, e.Dir()), Bytes: e.Bytes, Disk: e.Disk, Changed: used, Names: []string{e.Name}}})
}

// choose finds the rule that takes an entry, if one does.
func (b *builds) choose(e *gocache.Entry) (part Part, rule string) {
	p := &b.in.Policies
	test := e.Kind == gocache.KindTestResult || e.Kind == gocache.KindTestLog || e.Kind == gocache.KindProfile
	switch {
	case test && p.Test:
		return Test, ruleTest
	case test:
		return "", ""
	case p.Dead:
		if b.installed != nil && e.GoVersion != "" && !b.installed[e.GoVersion] {
			return Entry, ruleDead
		}
		return "", ""
	case p.Build:
		return Entry, ruleBuild
	}
	return "", ""
}

// installed are the Go versions that are here; ok is false where one of them does not tell which it is, or nobody
// looked.
func (f *facts) installed() (versions map[string]bool, ok bool) {
	found := f.in.Inventory.Toolchains
	if found == nil || len(found.Toolchains) == 0 {
		return nil, false
	}
	versions = make(map[string]bool)
	for i := range found.Toolchains {
		t := &found.Toolchains[i]
		if t.Version == "" {
			return nil, false
		}
		versions[t.Version] = true
	}
	return versions, true
}

// fuzz takes the inputs of fuzz functions that were named.
func (m *maker) fuzz() {
	c, names := m.in.Inventory.BuildCache, m.in.Policies.Fuzz
	if len(names) == 0 || c == nil || m.names != nil {
		return
	}
	for i := range c.Fuzz {
		t := &c.Fuzz[i]
		it := m.fuzzItem(t)
		switch {
		case !slices.ContainsFunc(names, func(n string) bool { return n == "all" || n == t.Package || n == it.Name }):
		case !c.Looks:
			m.kept.keep(keptForeign, it.Name, it.Disk)
		case it.check() != nil:
			m.kept.keep(keptName, it.Name, it.Disk)
		default:
			m.take(it)
		}
	}
}

// fuzzItem is the item that the inputs of a fuzz function would be.
func (f *facts) fuzzItem(t *gocache.FuzzTarget) Item {
	name := t.Package + "/" + t.Target
	return Item{Part: Fuzz, Name: name, Path: filepath.Join(f.in.Inventory.BuildCache.Root, "fuzz", filepath.FromSlash(name)), Rule: ruleFuzz,
		Tier: usage.Hold, Bytes: t.Size.Bytes, Disk: t.Size.Disk, Why: "found by fuzzing, and found again only by chance"}
}
