package toolchain

import (
	"context"
	"slices"

	"godoctor/scan/tree"
)

// Sizes measures every toolchain whose size is not known, all in one walk, so that what they share by hard
// links is counted once: in the one whose path comes first. Those in the module cache are left out: the walk
// of the cache has them, and SetSize takes them over. A toolchain inside another one, and a module cache
// inside a toolchain, belong to themselves.
//
// count, if not nil, is told of entries and bytes as they come in; workers 0 means as many as there are CPUs.
// Where ctx ends early, what was not finished stays unknown.
func (f *Found) Sizes(ctx context.Context, count func(entries, bytes int64), workers int) {
	var (
		roots []tree.Root
		costs = make([]*tree.Cost, len(f.Toolchains))
		skip  = slices.Clone(f.skip)
		seen  = map[tree.ID]bool{}
	)
	for i := range f.Toolchains {
		t := &f.Toolchains[i]
		for _, dir := range append([]string{t.Root}, t.parts...) {
			st, err := tree.StatRoot(dir)
			if err != nil {
				f.Unreadable = append(f.Unreadable, tree.Unreadable{Path: dir, Err: cause(err)})
				continue
			}
			id := tree.ID{Dev: st.Dev, Ino: st.Ino}
			skip = append(skip, id)
			if t.SizeKnown || t.Source == sourceModcache.Name || seen[id] {
				continue
			}
			seen[id] = true
			if costs[i] == nil {
				costs[i] = &tree.Cost{Key: t.Root}
			}
			roots = append(roots, tree.Root{Path: dir, Place: tree.Place{Cost: costs[i]}})
		}
	}
	if len(roots) == 0 {
		return
	}
	res := tree.Walk(ctx, roots, tree.Options{Workers: workers, Count: count, Skip: skip})
	f.Unreadable = append(f.Unreadable, res.Unreadable...)
	for i, cost := range costs {
		if cost != nil && cost.Done() {
			f.Toolchains[i].Size, f.Toolchains[i].SizeKnown = cost.Size(), true
		}
	}
}
