package plan

import (
	"path/filepath"
	"strings"

	"godoctor/doctor/usage"
	"godoctor/scan/related"
)

const (
	ruleRelated   = "related"
	ruleAbandoned = "abandoned"
)

// beside takes what lies beside the two caches: caches of tools, archives of GOPATH mode, caches that no setting points
// to. Only what the table of package related found, and only what has nothing of another use in it.
func (m *maker) beside() {
	if m.names != nil {
		return
	}
	for i := range m.in.Inventory.Related {
		r := &m.in.Inventory.Related[i]
		it, ok := m.besideItem(r)
		if !ok {
			continue
		}
		if reason := m.besideKept(r, &it); reason != "" {
			m.kept.keep(reason, it.Label(), it.Disk)
			continue
		}
		m.take(it)
	}
}

// besideItem is the item that a root would be, if a policy names it.
func (m *maker) besideItem(r *related.Root) (Item, bool) {
	it := Item{Root: r.Real, Path: r.Path, Name: r.Name, Bytes: r.Size.Bytes, Disk: r.Size.Disk, Tier: usage.Rebuild,
		Changed: r.Changed, Why: r.What}
	p := &m.in.Policies
	switch r.Store {
	case related.StoreRelated:
		it.Part, it.Rule = Related, ruleRelated
		return it, p.Related
	case related.StoreGopathPkg:
		it.Part, it.Rule, it.Name = Archive, ruleRelated, filepath.Base(r.Real)
		return it, p.Related
	case related.StoreAbandoned:
		it.Part, it.Rule, it.Name = Abandoned, ruleAbandoned, r.Real
		if r.Name != "buildcache" {
			it.Tier = usage.Hold // what is private in it may be nowhere else
		}
		return it, p.Abandoned
	}
	return it, false // GOPATH/src is somebody's work
}

// besideKept says why it stays, or nothing.
func (f *facts) besideKept(r *related.Root, it *Item) string {
	least := day
	if it.Part == Abandoned {
		least = max(day, f.in.Grace)
	}
	switch {
	case r.Problem != "" || !r.SizeKnown:
		return keptUnread
	case len(r.Holds) > 0 || f.holds(r.Real):
		return keptHolds
	case it.Part == Related && !removable(r.Name):
		return keptProtects
	case it.check() != nil:
		return keptName
	case f.in.Now.Sub(r.Changed) < least:
		return keptYoung
	case !f.rested(r.Changed, 0):
		return keptRecent
	}
	return ""
}

// holds reports whether a directory is or has in it anything that must not go: a cache of the inventory, a toolchain,
// a project, a program that runs, or the other way about lies in a cache of the inventory, which has its own rules.
func (f *facts) holds(dir string) bool {
	inv := f.in.Inventory
	var in []string
	modCache, goCache := roots(f.in)
	for _, root := range []string{modCache, goCache} {
		if root != "" && within(root, dir) {
			return true
		}
		in = append(in, root)
	}
	if inv.Toolchains != nil {
		for i := range inv.Toolchains.Toolchains {
			in = append(in, inv.Toolchains.Toolchains[i].Root)
		}
	}
	if inv.Projects != nil {
		for _, p := range inv.Projects.Projects {
			in = append(in, p.File)
		}
	}
	in = append(in, f.in.Running...)
	for _, path := range in {
		if path != "" && within(dir, path) {
			return true
		}
	}
	return false
}

// within reports whether a path is a directory, or lies in it.
func within(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}
