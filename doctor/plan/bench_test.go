package plan

import (
	"fmt"
	"path/filepath"
	"testing"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/scan/tree"
)

// A plan of 20,000 versions; their directories are not there, so it costs what a plan costs beside its Lstats, of
// which there are two for each version.
func BenchmarkNew(b *testing.B) {
	const n = 20_000
	root := b.TempDir()
	cache := &modcache.Cache{Root: root}
	res := &usage.Result{}
	for i := range n {
		path, version := fmt.Sprintf("example.com/Some/module%d", i/5), fmt.Sprintf("v1.%d.0", i%5)
		at, err := Places(mod(path, version, 0).ID())
		must(b, err)
		cache.Versions = append(cache.Versions, modcache.Version{Path: path, Version: version, Fetched: ago(100),
			Parts: modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod,
			Dir:   filepath.Join(root, filepath.FromSlash(at.Dir)), Zip: filepath.Join(root, filepath.FromSlash(at.Zip)),
			Sources: tree.Size{Bytes: 1000, Disk: 4096}, ZipSize: tree.Size{Bytes: 500, Disk: 4096}, Done: true})
		res.Versions = append(res.Versions, usage.Version{State: usage.Orphan, Tier: usage.Network, Hash: usage.HashInSum})
	}
	in := Input{Inventory: &scan.Inventory{Done: true, ModCache: cache}, Usage: res, Now: now}
	for _, c := range []struct {
		name  string
		stats bool
	}{{"without looks", false}, {"with looks", true}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				in := in
				must(b, in.check())
				m := &maker{facts: newFacts(&in, nil), ctx: b.Context(), kept: make(tally)}
				m.versions()
				if len(m.found) != n {
					b.Fatal(len(m.found))
				}
				items := group(m.found)
				if c.stats {
					items = m.stamp(items)
				}
				order(items)
			}
		})
	}
}
