package report

import (
	"cmp"
	"slices"

	"godoctor/scan/gocache"
	"godoctor/scan/tree"
)

// A BuiltBy is what one Go version left in the build cache for one platform.
type BuiltBy struct {
	GoVersion, GOOS, GOARCH string // empty: entries that do not say, or fit any
	Entries                 int64
	Size                    tree.Size
	Ages                    [gocache.NumAges]tree.Size // by Age
	Old                     tree.Size                  // not used for five days: go's own trim takes it
}

// Platform is GOOS/GOARCH, or empty.
func (b *BuiltBy) Platform() string {
	if b.GOOS == "" && b.GOARCH == "" {
		return ""
	}
	return b.GOOS + "/" + b.GOARCH
}

// ByVersion sums groups up over kinds and ages, largest first, what has no version last.
func ByVersion(groups []gocache.Group) []BuiltBy {
	type key struct{ v, os, arch string }
	index := make(map[key]int)
	var out []BuiltBy
	for _, g := range groups {
		k := key{g.GoVersion, g.GOOS, g.GOARCH}
		if g.GoVersion == "" {
			k = key{}
		}
		i, ok := index[k]
		if !ok {
			i = len(out)
			index[k] = i
			out = append(out, BuiltBy{GoVersion: k.v, GOOS: k.os, GOARCH: k.arch})
		}
		b := &out[i]
		b.Entries += g.Entries
		b.Size = b.Size.Add(g.Size)
		b.Ages[g.Age] = b.Ages[g.Age].Add(g.Size)
		if g.Age.Trimmable() {
			b.Old = b.Old.Add(g.Size)
		}
	}
	slices.SortFunc(out, func(a, b BuiltBy) int {
		if (a.GoVersion == "") != (b.GoVersion == "") {
			return cmp.Compare(b.GoVersion, a.GoVersion)
		}
		return cmp.Or(cmp.Compare(b.Size.Disk, a.Size.Disk), cmp.Compare(a.GoVersion, b.GoVersion),
			cmp.Compare(a.GOOS, b.GOOS), cmp.Compare(a.GOARCH, b.GOARCH))
	})
	return out
}
