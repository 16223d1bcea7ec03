package tui

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/doctor/report"
	"godoctor/doctor/usage"
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
	reads *reads // nil: nobody looked
}

// clean prepares untrusted text.
func (e *env) clean(s string) string {
	if e.ascii {
		return text.CleanASCII(s)
	}
	return text.Clean(s)
}

// separator stands between the elements of a path on the machine that is shown: a saved scan may be of another system.
func (e *env) separator() string {
	switch {
	case strings.HasPrefix(e.home, "/"):
		return "/"
	case strings.Contains(e.home, `\`):
		return `\`
	}
	return string(filepath.Separator)
}

// path prepares a path, with ~ for the home directory.
func (e *env) path(p string) string {
	if sep := e.separator(); e.home != "" && e.home != sep {
		if rest, ok := strings.CutPrefix(p, e.home); ok && (rest == "" || rest[:1] == sep) {
			p = "~" + rest
		}
	}
	return e.clean(p)
}

// say prepares a sentence, with ~ for the home directory in the paths that it quotes.
func (e *env) say(s string) string {
	if sep := e.separator(); e.home != "" && e.home != sep {
		s = strings.ReplaceAll(s, `"`+e.home+sep, `"~`+sep)
	}
	return e.clean(s)
}

// data is an inventory made ready for the screens: cleaned, summed up, sorted. It is made by commands and
// never changed.
type data struct {
	inv     *scan.Inventory
	who     *who // nil while nobody knows who needs what
	home    string
	total   int64 // allocated bytes
	offline int64 // of extracted directories whose zip is there
	stores  []storeRow
	mods    []modRow // by path
	vers    []verRow // grouped by module, in the order of mods
	inside  []inside // of stores
	ages    *report.Ages
	builds  []report.BuiltBy
	facts   []report.Fact
	free    report.Freeable
	kept    []report.Kept // in the order of usage.States
	states  stateCounts   // of vers
	goUsers []goUsers     // in the order of inv.Toolchains.Toolchains
	projs   []projectRow  // by file

	byProject       [numProjectSorts][]int32
	findProject     *table.Filter
	offlineProjects int   // that work offline
	missing         int64 // what all projects together would fetch
	orders          [numSorts]order
	filter          *table.Filter
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
	states      stateCounts
	users       int32 // projects that need any of its versions
	free        int64 // what of them nobody needs
}

// verRow is one version.
type verRow struct {
	v       *modcache.Version
	version string // cleaned
	key     string
	mod     int32
	state   int8           // index into usage.States, or notAsked
	use     *usage.Version // nil: nobody asked
}

// storeTitles are the names of the stores for people.
var storeTitles = map[string]string{
	"sources": "Module sources", "zips": "Module zips", "meta": "Module records", "vcs": "VCS clones",
	"sumdb": "Checksum database", "toolchains": "Toolchains (auto)", "leftovers": "Leftovers", "alien": "Not go's",
	"build": "Build cache", "test": "Test results", "fuzz": "Fuzz corpus", "quarantine": "Quarantine",
	"sdks": "Installed Go", "binaries": "Programs (GOBIN)", "gopath-src": "GOPATH/src", "gopath-pkg": "GOPATH/pkg",
	"related": "Tools' own caches", "abandoned": "Abandoned caches",
}

// prepare makes data of an inventory and of what is known of who needs what, which may be nil.
func prepare(inv *scan.Inventory, w *who, e *env) *data {
	d := &data{inv: inv, who: w, home: e.home, total: inv.Total().Disk, filter: table.NewFilter(nil)}
	for _, s := range inv.Stores {
		if s.Size.Disk == 0 && s.Items == 0 {
			continue // there is nothing to look at
		}
		d.stores = append(d.stores, storeRow{s, cmp.Or(storeTitles[s.Name], e.clean(s.Name)), report.StoreTier(s.Name)})
	}
	if c := inv.ModCache; c != nil {
		d.offline = report.Offline(c)
		d.modules(c.Versions, e)
	}
	if c := inv.BuildCache; c != nil {
		d.builds = report.ByVersion(c.Groups)
	}
	d.facts = report.Facts(inv, w.result())
	d.free = report.FreeableOf(inv, w.result())
	if w != nil {
		d.kept = report.KeptBy(inv, w.use)
	}
	d.inside = d.insides()
	d.ages = report.AgesOf(inv, e.reads.of(inv))
	d.toolchainUsers()
	d.projects(e)
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
		row := verRow{v: v, version: e.clean(v.Version), key: v.Path + "@" + v.Version, mod: int32(n - 1)}
		d.needs(&row, m)
		d.vers = append(d.vers, row)
	}
	d.countUsers()
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
	byState // what nobody needs first
	numSorts
)

var sortNames = [numSorts]string{"SIZE", "FETCHED", "NAME", "STATE"}

// order is the modules in one order, and for each module its versions in the same.
type order struct {
	mods []int32
	vers []int32 // those of a module stand where they stand in data.vers, in another order
}

// sorted makes an order. Sorting is for commands, not for keys: all orders are made beforehand.
func (d *data) sorted(by sortKey) order {
	o := order{identity(len(d.mods)), identity(len(d.vers))}
	if by == byName {
		return o
	}
	mods, vers := compareMods[by], compareVers[by]
	slices.SortStableFunc(o.mods, func(a, b int32) int { return mods(&d.mods[a], &d.mods[b]) })
	for _, m := range d.mods {
		slices.SortStableFunc(o.vers[m.first:m.last], func(a, b int32) int { return vers(&d.vers[a], &d.vers[b]) })
	}
	return o
}

var compareMods = [numSorts]func(a, b *modRow) int{
	bySize:  func(a, b *modRow) int { return cmp.Compare(b.disk, a.disk) },
	byAge:   func(a, b *modRow) int { return a.fetched.Compare(b.fetched) },
	byState: func(a, b *modRow) int { return cmp.Or(a.states.rank()-b.states.rank(), cmp.Compare(b.disk, a.disk)) },
}

var compareVers = [numSorts]func(a, b *verRow) int{
	bySize: func(a, b *verRow) int { return cmp.Compare(b.v.Disk(), a.v.Disk()) },
	byAge:  func(a, b *verRow) int { return a.v.Fetched.Compare(b.v.Fetched) },
	byState: func(a, b *verRow) int {
		return cmp.Or(rankOf(a.state)-rankOf(b.state), cmp.Compare(b.v.Disk(), a.v.Disk()))
	},
}

func identity(n int) []int32 {
	s := make([]int32, n)
	for i := range s {
		s[i] = int32(i)
	}
	return s
}
