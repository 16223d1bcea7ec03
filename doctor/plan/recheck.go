package plan

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan/modcache"
)

// Recheck gives the plan of those items of a saved plan that could still be planned by fresh facts, each by the rule
// that chose it: what is needed by now, gone, younger, or differs in its stamp is kept, with the reason. It never adds
// an item, and gives none more than it had. Tier and sizes are those of the fresh facts, for the file may say anything;
// nothing counts as proved, so [Prove] comes after it. Policies, Modules, goal and budget of fresh do not matter; Keep,
// OlderThan, Running and Now do. Module versions on which a person insisted when the plan was made need no
// other reason, unless they are pinned or run.
func Recheck(ctx context.Context, p *Plan, fresh Input) (*Plan, error) {
	fresh.Modules, fresh.Insist, fresh.Goal, fresh.Budget = nil, false, 0, 0
	fresh.Policies = Policies{VCS: true} // which asks for no usage
	if slices.ContainsFunc(p.Items, func(it Item) bool { return it.Part.OfVersion() || it.Part == SDK }) {
		fresh.Policies = Policies{Orphans: true, Toolchains: true}
	}
	if err := fresh.check(); err != nil {
		return nil, err
	}
	r := &rechecker{facts: newFacts(&fresh, nil), plan: p, kept: make(tally), at: make(map[module.Version]int), sizes: make(map[string]Item)}
	r.kept.add(p.Kept)
	for i := range r.list {
		r.at[module.Version{Path: r.list[i].Path, Version: r.list[i].Version}] = i
	}
	r.measure(ctx)
	q := p.copy()
	q.loaded, q.Policies = false, slices.Clone(p.Policies)
	modCache, goCache := roots(&fresh)
	for i := range p.Items {
		it, reason := p.Items[i], keptStopped
		if ctx.Err() == nil {
			reason = r.item(&it, modCache, goCache)
		}
		if reason != "" {
			r.kept.keep(reason, p.Items[i].Label(), p.Items[i].Disk)
			continue
		}
		it.Proved, it.Modified, it.Hash = false, false, ""
		q.Items = append(q.Items, it)
	}
	order(q.Items)
	q.Kept = r.kept.list()
	q.Versions, q.Total = len(r.list), fresh.Inventory.CacheTotal().Disk
	return q, ctx.Err()
}

// A rechecker is one call of Recheck.
type rechecker struct {
	*facts
	plan  *Plan
	kept  tally
	at    map[module.Version]int
	sizes map[string]Item // of what is no module version and lies in one of the caches, by its place
}

// measure finds out what leftovers, clones and inputs of fuzzing take now.
func (r *rechecker) measure(ctx context.Context) {
	for _, it := range r.lying() {
		r.sizes[it.Path] = it
	}
	if c := r.in.Inventory.BuildCache; c != nil && c.Looks {
		for i := range c.Fuzz {
			it := r.fuzzItem(&c.Fuzz[i])
			r.sizes[it.Path] = it
		}
	}
	var clones []Item
	for i := range r.plan.Items {
		it := r.plan.Items[i]
		if at, err := it.place(r.plan.ModCache, r.plan.GoCache); err == nil && it.Part == VCS {
			it.Path = at.thing
			clones = append(clones, it)
		}
	}
	measure(ctx, clones)
	for _, it := range clones {
		r.sizes[it.Path] = it
	}
}

// item says why an item stays, or brings it up to date.
func (r *rechecker) item(it *Item, modCache, goCache string) string {
	if it.check() != nil {
		return keptName
	}
	if it.Part.InModCache() && (modCache == "" || r.plan.ModCache != modCache) || it.Part.InGoCache() && (goCache == "" || r.plan.GoCache != goCache) {
		return keptElsewhere
	}
	if at, err := it.place(modCache, goCache); err == nil {
		it.Path = it.path(at)
	}
	reason := ""
	it.Fetch = 0 // whatever the file says
	if now, ok := r.sizes[it.Path]; ok {
		it.Bytes, it.Disk, it.Why = now.Bytes, now.Disk, now.Why
	} else if it.Part == VCS || it.Part == Leftover || it.Part == Fuzz {
		reason = keptGone
	}
	switch it.Part {
	case Sources, Zip, Version, Forget:
		reason = r.version(it)
	case SDK:
		reason = r.sdkAgain(it)
	case VCS:
		it.Tier, it.Changed = r.clone(it.Path)
		reason = cmp.Or(reason, r.cloneKept(it))
	case Leftover:
		it.Tier = usage.Free
		reason = cmp.Or(reason, r.leftoverKept(it))
	case Entry, Test:
		it.Tier = usage.Rebuild
		return r.entriesAgain(it)
	case Fuzz:
		it.Tier = usage.Hold
	default:
		reason = r.besideAgain(it)
	}
	if reason != "" {
		return reason
	}
	dir, zip, reason := it.stamps(modCache, goCache)
	if reason == "" && (dir != it.Dir || zip != it.ZipFile) {
		reason = keptChanged
	}
	return reason
}

// version judges a module version again, by the rule that chose it.
func (r *rechecker) version(it *Item) string {
	i, ok := r.at[module.Version{Path: it.Module, Version: it.Version}]
	if !ok {
		return keptGone
	}
	v := &r.list[i]
	it.Why = r.why(i, it.Part, it.Insisted)
	switch it.Part {
	case Sources:
		it.Tier, it.Bytes, it.Disk = usage.Free, v.Sources.Bytes, v.Sources.Disk
		if !v.Parts.Has(modcache.HasDir) {
			return keptGone
		}
		return r.sources(i, it.Insisted)
	case Zip:
		it.Bytes, it.Disk = v.ZipSize.Bytes, v.ZipSize.Disk
	case Version, Forget:
		it.Bytes, it.Disk = v.Sources.Bytes+v.ZipSize.Bytes, v.Sources.Disk+v.ZipSize.Disk
	}
	if it.Tier = r.tier(i); it.Tier == usage.Network {
		it.Fetch = v.ZipSize.Bytes
	}
	if it.Part == Zip {
		return r.zip(i, it.Insisted)
	}
	rule := ruleOrphans // the strictest, whatever a file says
	if it.Rule == ruleAll {
		rule = ruleAll
	}
	part, reason := r.whole(i, rule, it.Insisted)
	switch {
	case reason != "":
		return reason
	case part == "":
		return keptGone
	case it.Part == Forget && (r.uses[i].State != usage.Orphan || len(r.uses[i].Uses) > 0 || it.Tier != usage.Network):
		return keptGraph
	case it.Part == Forget:
		it.Bytes, it.Disk = v.Bytes(), v.Disk()
	}
	return ""
}

// sdkAgain finds a toolchain again, and judges it.
func (r *rechecker) sdkAgain(it *Item) string {
	found := r.in.Inventory.Toolchains
	if found == nil {
		return keptGone
	}
	for i := range found.Toolchains {
		if t := &found.Toolchains[i]; t.Root == it.Root {
			var reason string
			it.Tier, it.Bytes, it.Disk = r.public(), t.Size.Bytes, t.Size.Disk
			it.Changed, reason = r.sdk(i)
			return reason
		}
	}
	return keptGone
}

// besideAgain finds what lies beside the caches again, and judges it.
func (r *rechecker) besideAgain(it *Item) string {
	for i := range r.in.Inventory.Related {
		root := &r.in.Inventory.Related[i]
		if root.Real != it.Root {
			continue
		}
		m := maker{facts: r.facts}
		now, _ := m.besideItem(root) // GOPATH/src is no part
		if now.Part != it.Part || now.Name != it.Name {
			return keptNotOurs
		}
		it.Tier, it.Bytes, it.Disk, it.Changed, it.Why = now.Tier, now.Bytes, now.Disk, now.Changed, now.Why
		return r.besideKept(root, it)
	}
	return keptGone
}

// entriesAgain looks at each entry: those that were used since the plan was made, or within a day of then, stay, and
// those that are gone need no more.
func (r *rechecker) entriesAgain(it *Item) string {
	if c := r.in.Inventory.BuildCache; !c.Looks {
		return keptForeign
	}
	names := it.Names
	it.Names, it.Bytes, it.Disk = nil, 0, 0
	for _, name := range names {
		path := filepath.Join(it.Path, name)
		fi, err := os.Lstat(path)
		var bytes, disk int64
		if err == nil {
			bytes, disk = sizeOf(path, fi)
		}
		switch {
		case errors.Is(err, fs.ErrNotExist):
			r.kept.keep(keptGone, name, 0)
		case err != nil:
			r.kept.keep(keptUnread, name, 0)
		case fi.Mode()&fs.ModeType != 0 && !(fi.IsDir() && name[len(name)-1] == 'd'):
			r.kept.keep(keptChanged, name, 0)
		case r.plan.Made.Sub(fi.ModTime()) < day, !r.rested(fi.ModTime(), day):
			r.kept.keep(keptChanged, name, disk)
		default:
			it.Names = append(it.Names, name)
			it.Bytes += bytes
			it.Disk += disk
		}
	}
	if len(it.Names) == 0 {
		return keptGone
	}
	return ""
}

// sizeOf is what an entry takes: a file, or a directory with a program in it.
func sizeOf(path string, fi fs.FileInfo) (bytes, disk int64) {
	bytes, disk = fi.Size(), diskOf(fi)
	if !fi.IsDir() {
		return bytes, disk
	}
	list, _ := os.ReadDir(path)
	for _, e := range list {
		if fi, err := e.Info(); err == nil {
			bytes, disk = bytes+fi.Size(), disk+diskOf(fi)
		}
	}
	return bytes, disk
}
