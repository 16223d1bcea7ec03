package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"godoctor/doctor/config"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// mapInventory is a machine whose sizes add up: what the pictures show of it is the truth.
func mapInventory() *scan.Inventory {
	inv := inventory(0)
	c := inv.ModCache
	add := func(name string, versions int, disk int64) {
		for k := range versions {
			c.Versions = append(c.Versions, modcache.Version{Path: name, Version: fmt.Sprintf("v1.%d.0", k), Done: true, Exact: true,
				Parts:   modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod,
				Sources: tree.Size{Disk: disk / int64(versions), Files: 9}, ZipSize: tree.Size{Disk: disk / int64(4*versions), Files: 1},
				Dir: "/home/u/go/pkg/mod/" + name, Fetched: noon.Add(-time.Duration((versions+5)*(versions-k)) * 20 * time.Hour)})
		}
	}
	add("cloud.example.com/go/compute", 9, 1300<<20)
	add("example.com/aws/sdk-go", 17, 640<<20)
	add("example.com/google/api", 22, 511<<20)
	add("example.com/kubernetes", 4, 806<<20)
	for i := range 200 {
		add(fmt.Sprintf("example.com/small/m%03d", i), 1+i%3, int64(i)<<17)
	}
	add("example.com/x/tools", 31, 371<<20)
	inv = withProjects(inv, 6)
	for _, v := range []string{"go1.25.5", "go1.26.8"} {
		dir := "/home/u/go/pkg/mod/golang.org/toolchain@v0.0.1-" + v + ".linux-amd64"
		c.Versions = append(c.Versions, modcache.Version{Path: "golang.org/toolchain", Dir: dir, Toolchain: true, Version: "v0.0.1-" + v + ".linux-amd64",
			Parts: modcache.HasDir | modcache.HasZip, Fetched: noon.AddDate(0, -2, 0), Sources: tree.Size{Disk: 300 << 20}})
		inv.Toolchains.Toolchains = append(inv.Toolchains.Toolchains, toolchain.Toolchain{Version: v, Root: dir, GOOS: "linux", GOARCH: "amd64", Source: "modcache"})
	}
	b := inv.BuildCache
	b.Groups = nil
	for i, v := range []string{"go1.26.8", "go1.25.5", "go1.24.9", ""} {
		for age := gocache.AgeDay; age < gocache.NumAges; age++ {
			b.Groups = append(b.Groups, gocache.Group{Kind: gocache.KindArchive, GoVersion: v, GOOS: "linux", GOARCH: "amd64", Age: age,
				Entries: 1000, Size: tree.Size{Disk: int64(5-i) << (22 + age)}})
		}
	}
	b.Groups = append(b.Groups, gocache.Group{Kind: gocache.KindTestResult, GoVersion: "go1.26.8", Age: gocache.AgeDay, Entries: 9, Size: tree.Size{Disk: 90 << 20}})
	inv.Stores = mapStores(inv)
	return inv
}

// mapStores sums the parts up.
func mapStores(inv *scan.Inventory) []scan.Store {
	var sources, zips, toolchains, build int64
	for i := range inv.ModCache.Versions {
		if v := &inv.ModCache.Versions[i]; v.Toolchain {
			toolchains += v.Disk()
		} else {
			sources, zips = sources+v.Sources.Disk, zips+v.ZipSize.Disk
		}
	}
	for _, g := range inv.BuildCache.Groups {
		if g.Kind == gocache.KindArchive {
			build += g.Size.Disk
		}
	}
	out := []scan.Store{{Name: "sources", Size: tree.Size{Disk: sources}}, {Name: "zips", Size: tree.Size{Disk: zips}},
		{Name: "meta", Size: tree.Size{Disk: 40 << 20}}, {Name: "toolchains", Size: tree.Size{Disk: toolchains}}, {Name: "build", Size: tree.Size{Disk: build}},
		{Name: "test", Size: tree.Size{Disk: 90 << 20}}, {Name: "fuzz", Size: tree.Size{Disk: 300 << 20}}, {Name: "sumdb", Size: tree.Size{Disk: 7 << 20}}}
	for i := range out {
		out[i].Exact, out[i].Items, out[i].Path = true, int64(100*i), "/home/u/go/pkg/mod"
	}
	slices.SortStableFunc(inv.ModCache.Versions, func(a, b modcache.Version) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

// mapped gives a program that machine, with who needs what of it and when it was read.
func mapped(r *root) {
	r.Use = useOf(config.Default())
	inv := mapInventory()
	load(r, inv)
	last := make([]time.Time, len(inv.ModCache.Versions))
	for i := range last {
		if v := &inv.ModCache.Versions[i]; i%3 == 0 {
			last[i] = v.Fetched.Add(noon.Sub(v.Fetched) / 2)
		}
	}
	r.env.reads = &reads{inv.ModCache, last}
	r.show(prepare(inv, r.data.who, r.env))
}
