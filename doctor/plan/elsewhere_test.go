package plan

import (
	"os"
	"slices"
	"testing"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// TestElsewhere: of a machine that is another one the plan says what would go by the facts, and looks at nothing here: the
// same place on this machine has another thing. What takes a look there stays, and says so.
func TestElsewhere(t *testing.T) {
	root := t.TempDir() // the cache of that machine is a cache of this one, too, and has none of its versions
	must(t, os.MkdirAll(root+"/cache/vcs/0123456789012345678901234567890123456789012345678901234567890123", 0o777))
	cache := &modcache.Cache{Root: root, Leftovers: []modcache.Item{{Path: root + "/cache/download/example.com/a/@v/v1.0.0.zip123.tmp", What: "left", Size: tree.Size{Disk: 10}}}}
	cache.Stores[modcache.VCS].Items, cache.Stores[modcache.VCS].Size.Disk = 3, 300
	for _, v := range []string{"v1.0.0", "v1.1.0"} {
		cache.Versions = append(cache.Versions, modcache.Version{Path: "example.com/a", Version: v, Fetched: ago(100), Parts: modcache.HasDir | modcache.HasZip | modcache.HasZiphash,
			Dir: root + "/example.com/a@" + v, Zip: root + "/a.zip", Sources: tree.Size{Disk: 4096}, ZipSize: tree.Size{Disk: 512}})
	}
	inv := &scan.Inventory{Done: true, ModCache: cache, BuildCache: &gocache.Cache{Root: root, Looks: true},
		Toolchains: &toolchain.Found{Toolchains: []toolchain.Toolchain{{Version: "go1.20", Source: "sdk", Root: root + "/sdk/go1.20", Removable: true, Size: tree.Size{Disk: 7}}}}}
	inv.BuildCache.Stores[gocache.Build].Size.Disk = 5000
	res := &usage.Result{Versions: []usage.Version{{State: usage.Orphan, Tier: usage.Network, Hash: usage.HashInSum}, {State: usage.InUse, Tier: usage.Keep}}}
	in := Input{Inventory: inv, Usage: res, Now: now, OlderThan: 10 * day, Elsewhere: true,
		Policies: Policies{Orphans: true, Toolchains: true, VCS: true, Build: true, Dead: true, Leftovers: true}}
	p, err := New(t.Context(), in)
	must(t, err)
	if len(p.Items) != 1 || p.Items[0].Version != "v1.0.0" || p.Items[0].Disk != 4608 || p.Items[0].Dir != (Stamp{}) {
		t.Errorf("%+v", p.Items)
	}
	i := slices.IndexFunc(p.Kept, func(k Kept) bool { return k.Reason == keptThere })
	if i < 0 || p.Kept[i].Items != 6 || p.Kept[i].Disk != 5317 { // three clones, the build cache, the toolchain, the leftover
		t.Errorf("%+v", p.Kept)
	}
	in.Elsewhere = false
	if p, err = New(t.Context(), in); err != nil || len(p.Items) != 0 {
		t.Errorf("here nothing of it is there, and yet: %+v, %v", p.Items, err)
	}
}
