package report

import (
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
)

// Status fills in the stores and the summary. r may be nil: nobody has asked who needs what.
func (d *Document) Status(inv *scan.Inventory, r *usage.Result) *Document {
	free := FreeableOf(inv, r)
	total := inv.Total()
	sum := Summary{
		Bytes: total.Bytes, DiskBytes: total.Disk, Files: total.Files,
		Exact: inv.Exact, Since: inv.Since.UTC(), Unreadable: inv.Unread,
		ReclaimableBytes: free.Total(), HoldBytes: free.Hold, Kept: []Kept{},
	}
	if r != nil {
		sum.Kept, sum.Projects = KeptBy(inv, r), len(r.Projects)
		d.WithDoubts(r)
	}
	if c := inv.ModCache; c != nil {
		sum.Modules = len(c.Versions)
		sum.OfflineBytes = Offline(c)
	}
	d.Summary = sum
	d.Stores = make([]Store, 0, len(inv.Stores))
	for _, s := range inv.Stores {
		d.Stores = append(d.Stores, Store{
			Name: s.Name, Path: s.Path, PathB64: path64(s.Path),
			Bytes: s.Size.Bytes, DiskBytes: s.Size.Disk, Files: s.Size.Files, Items: s.Items,
			Tier: StoreTier(s.Name), Exact: s.Exact, ReclaimableBytes: free.Of(s.Name),
		})
	}
	if c := inv.BuildCache; c != nil && c.Headers {
		d.Builds = builds(c.Groups)
	}
	d.Related = relatedOf(inv)
	d.Facts = Facts(inv, r)
	return d
}

// Offline is what the extracted directories take on disk whose zip is there, so that the go command
// unpacks them again without a network. Nobody has hashed the zips here: it is an upper bound.
func Offline(c *modcache.Cache) int64 {
	var n int64
	for i := range c.Versions {
		if v := &c.Versions[i]; v.Parts.Has(modcache.HasDir|modcache.HasZip|modcache.HasZiphash) && !v.Parts.Has(modcache.HasPartial) {
			n += v.Sources.Disk
		}
	}
	return n
}

// StoreTier says how what a store holds comes back when it is gone.
func StoreTier(name string) string {
	switch name {
	case "sources", "leftovers":
		return "free"
	case "zips", "vcs", "toolchains", "abandoned":
		return "network"
	case "build", "test", "related", "gopath-pkg":
		return "rebuild"
	case "quarantine":
		return "hold"
	}
	return "keep" // meta, sumdb: small and needed; alien, fuzz, gopath-src: nothing brings them back; sdks, binaries: chosen
}

// Ls fills in the modules that are picked by their index in the cache.
func (d *Document) Ls(inv *scan.Inventory, r *usage.Result, picked []int) *Document {
	d.Modules = make([]Module, 0, len(picked))
	var sum struct {
		Modules        int   `json:"modules"`
		Bytes          int64 `json:"bytes"`
		DiskBytes      int64 `json:"disk_bytes"`
		SourcesBytes   int64 `json:"sources_bytes"`
		ZipBytes       int64 `json:"zip_bytes"`
		RemovableBytes int64 `json:"removable_bytes"`
	}
	for _, i := range picked {
		v := &inv.ModCache.Versions[i]
		m := newModule(v, r, i)
		d.Modules = append(d.Modules, m)
		sum.Modules++
		sum.Bytes += v.Bytes()
		sum.DiskBytes += v.Disk()
		sum.SourcesBytes += v.Sources.Bytes
		sum.ZipBytes += v.ZipSize.Bytes
		sum.RemovableBytes += m.RemovableBytes
	}
	d.Summary = sum
	if r != nil {
		d.WithDoubts(r)
	}
	return d
}

// newModule is the JSON of the module version with that index. Where who needs it was not looked at (r is nil) its state
// is unknown and its tier is keep: nothing may be called unused on the strength of not having looked.
func newModule(v *modcache.Version, r *usage.Result, i int) Module {
	m := Module{
		Path: v.Path, Version: v.Version, State: string(usage.Unknown), Reasons: []string{}, Tier: string(usage.Keep),
		SourcesBytes: v.Sources.Bytes, SourcesDiskBytes: v.Sources.Disk, ZipBytes: v.ZipSize.Bytes,
		DiskBytes: v.Disk(), Files: v.Sources.Files, Fetched: v.Fetched.UTC(), UsedBy: []User{}, Exact: v.Exact,
	}
	if v.Parts.Has(modcache.HasDir) {
		m.Dir, m.DirB64 = v.Dir, path64(v.Dir)
	}
	if v.Parts.Has(modcache.HasZip) {
		m.Zip, m.ZipB64 = v.Zip, path64(v.Zip)
	}
	if r == nil {
		return m
	}
	u := &r.Versions[i]
	m.State, m.Tier, m.Hash = string(u.State), string(u.Tier), string(u.Hash)
	m.Reasons, m.UsedBy, m.Users = nonNil(r.Reasons(i)), usersOf(r, u), len(u.Uses)+len(u.Others)
	m.Pinned, m.Young, m.Private, m.RemovableBytes = u.Pinned, u.Young, u.Private, u.Removable(v)
	return m
}

func builds(groups []gocache.Group) []Build {
	out := make([]Build, 0, len(groups))
	for _, g := range groups {
		out = append(out, Build{g.Kind, g.GoVersion, g.GOOS, g.GOARCH, g.Age.String(), g.Entries, g.Size.Bytes, g.Size.Disk})
	}
	return out
}
