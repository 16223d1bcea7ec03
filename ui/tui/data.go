package tui

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/scan"
	"godoctor/scan/modcache"
	"godoctor/ui/table"
	"godoctor/ui/text"
)

// env is what preparing and drawing need to know of the world.
type env struct {
	home  string
	ascii bool
	now   func() time.Time
}

// clean prepares untrusted text.
func (e *env) clean(s string) string {
	if e.ascii {
		return text.CleanASCII(s)
	}
	return text.Clean(s)
}

// path prepares a path, with ~ for the home directory.
func (e *env) path(p string) string {
	if e.home != "" && e.home != string(filepath.Separator) {
		if rest, ok := strings.CutPrefix(p, e.home); ok && (rest == "" || rest[0] == filepath.Separator) {
			p = "~" + rest
		}
	}
	return e.clean(p)
}

// data is an inventory made ready for the screens: cleaned, summed up, sorted. It is made by commands and
// never changed.
type data struct {
	inv     *scan.Inventory
	home    string
	total   int64 // allocated bytes
	offline int64 // of extracted directories whose zip is there
	stores  []storeRow
	mods    []modRow // by path
	vers    []verRow // grouped by module, in the order of mods
	builds  []report.BuiltBy
	facts   []report.Fact
	orders  [numSorts]order
	filter  *table.Filter
}

// storeRow is one line of the Overview.
type storeRow struct {
	scan.Store
	title string
	tier  string
}

// modRow is a module with its versions.
type modRow struct {
	path        string // cleaned
	key         string
	disk        int64
	fetched     time.Time // of the version that was fetched last
	first, last int32     // its versions, half open
}

// verRow is one version.
type verRow struct {
	v       *modcache.Version
	version string // cleaned
	key     string
	mod     int32
}

// storeTitles are the names of the stores for people.
var storeTitles = map[string]string{
	"sources": "Module sources", "zips": "Module zips", "meta": "Module records", "vcs": "VCS clones",
	"sumdb": "Checksum database", "toolchains": "Toolchains (auto)", "leftovers": "Leftovers", "alien": "Not go's",
	"build": "Build cache", "test": "Test results", "fuzz": "Fuzz corpus", "quarantine": "Quarantine",
	"sdks": "Installed Go", "binaries": "Programs (GOBIN)", "gopath-src": "GOPATH/src", "gopath-pkg": "GOPATH/pkg",
	"related": "Tools' own caches", "abandoned": "Abandoned caches",
}

// prepare makes data of an inventory.
func prepare(inv *scan.Inventory, e *env) *data {
	d := &data{inv: inv, home: e.home, total: inv.Total().Disk, filter: table.NewFilter(nil)}
	for _, s := range inv.Stores {
		if s.Size.Disk == 0 && s.Items == 0 {
			continue // there is nothing to look at
		}
		d.stores = append(d.stores, storeRow{s, cmp.Or(storeTitles[s.Name], s.Name), report.StoreTier(s.Name)})
	}
	if c := inv.ModCache; c != nil {
		d.offline = report.Offline(c)
		d.modules(c.Versions, e)
	}
	if c := inv.BuildCache; c != nil {
		d.builds = report.ByVersion(c.Groups)
	}
	d.facts = report.Facts(inv, nil)
	return d
}

// modules groups versions, which come sorted by path, into modules.
func (d *data) modules(versions []modcache.Version, e *env) {
	d.vers = make([]verRow, 0, len(versions))
	for i := range versions {
		v := &versions[i]
		n := len(d.mods)
		if n == 0 || d.mods[n-1].key != v.Path {
			d.mods = append(d.mods, modRow{path: e.clean(v.Path), key: v.Path, first: int32(i)})
			n++
		}
		m := &d.mods[n-1]
		m.last = int32(i + 1)
		m.disk += v.Disk()
		if v.Fetched.After(m.fetched) {
			m.fetched = v.Fetched
		}
		d.vers = append(d.vers, verRow{v: v, version: e.clean(v.Version), key: v.Path + "@" + v.Version, mod: int32(n - 1)})
	}
	for by := range d.orders {
		d.orders[by] = d.sorted(sortKey(by))
	}
	names := make([]string, len(d.vers))
	for i := range d.vers {
		names[i] = d.mods[d.vers[i].mod].path + "@" + d.vers[i].version
	}
	d.filter = table.NewFilter(names)
}

// A sortKey is what modules and versions are sorted by.
type sortKey int

const (
	bySize sortKey = iota // largest first
	byAge                 // fetched longest ago first
	byName
	numSorts
)

var sortNames = [numSorts]string{"SIZE", "FETCHED", "NAME"}

// order is the modules in one order, and for each module its versions in the same.
type order struct {
	mods []int32
	vers []int32 // those of a module stand where they stand in data.vers, in another order
}

// sorted makes an order. Sorting is for commands, not for keys: all orders are made beforehand.
func (d *data) sorted(by sortKey) order {
	o := order{identity(len(d.mods)), identity(len(d.vers))}
	switch by {
	case bySize:
		slices.SortStableFunc(o.mods, func(a, b int32) int { return cmp.Compare(d.mods[b].disk, d.mods[a].disk) })
	case byAge:
		slices.SortStableFunc(o.mods, func(a, b int32) int { return d.mods[a].fetched.Compare(d.mods[b].fetched) })
	}
	if by == byName {
		return o
	}
	for _, m := range d.mods {
		slices.SortStableFunc(o.vers[m.first:m.last], func(a, b int32) int {
			va, vb := d.vers[a].v, d.vers[b].v
			if by == bySize {
				return cmp.Compare(vb.Disk(), va.Disk())
			}
			return va.Fetched.Compare(vb.Fetched)
		})
	}
	return o
}

func identity(n int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}
