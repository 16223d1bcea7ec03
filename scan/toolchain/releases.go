package toolchain

import (
	"slices"
	"strings"
	"time"
)

// A ReleaseList is what somebody saw of Go's releases on a day: the list of golang.org/toolchain that a module proxy
// has. It is data from outside, and often not complete. See [Table.Refreshed] for how far it is believed.
type ReleaseList struct {
	AsOf     time.Time // when it was asked for
	From     string    // who was asked, without passwords; raw
	Releases []Seen    // the oldest first, each version once
}

// A Seen is one release in a list.
type Seen struct {
	Version   string    // such as "go1.27.4"; pre-releases too
	Platforms int       // how many the list has it for: some proxies have only what was once asked for
	Date      time.Time // of the release; zero if it is not known
}

// ReleasesIn reads versions of the module golang.org/toolchain, such as "v0.0.1-go1.27.4.linux-amd64". What is no
// such version is passed over.
func ReleasesIn(versions []string) []Seen {
	index := map[string]int{}
	var list []Seen
	for _, v := range versions {
		rest, ok := strings.CutPrefix(v, "v0.0.1-")
		if !ok {
			continue
		}
		version, _, ok := splitModuleVersion(rest)
		if p := parse(version); !ok || p.suffix != "" || p.kind != release && p.kind != prerelease {
			continue
		}
		i, seen := index[version]
		if !seen {
			i = len(list)
			index[version] = i
			list = append(list, Seen{Version: version})
		}
		list[i].Platforms++
	}
	sortReleases(list)
	return list
}

func sortReleases(list []Seen) {
	slices.SortFunc(list, func(a, b Seen) int { return compare(parse(a.Version), parse(b.Version)) })
}

// Newest is the newest release in the list that is no pre-release, or "".
func (l ReleaseList) Newest() string {
	best := parsed{}
	name := ""
	for _, s := range l.Releases {
		if p := parse(s.Version); p.kind == release && p.suffix == "" && (name == "" || compare(p, best) > 0) {
			best, name = p, s.Version
		}
	}
	return name
}

// Unknown gives the first release of each major release in the list that the table does not have: "go1.28.0". When
// those came out is what the table needs to know.
func (t Table) Unknown(list []Seen) []string {
	var out []string
	for _, s := range list {
		p := parse(s.Version)
		if _, known := t.find(p.minor); p.kind == release && p.suffix == "" && p.minor > t.newest().Minor && !known && p.patch == 0 {
			out = append(out, s.Version)
		}
	}
	return out
}

// Refreshed returns the table with what a list knows better.
//
// A list that is not younger than the table, or that comes from the future, changes nothing. A list that lacks a
// patch of the supported releases which the table has is not complete: it may add what it has, and the table
// stays as old as it was, because the day of an incomplete list is the day of nothing. Only a complete one makes
// the table as young as itself. How many new major releases are believed is the affair of Newer.
func (t Table) Refreshed(list ReleaseList, now time.Time) Table {
	const skew = 24 * time.Hour
	if !list.AsOf.After(t.AsOf) || list.AsOf.After(now.Add(skew)) {
		return t
	}
	var versions []string
	newest := map[int]int{}
	dates := map[int]time.Time{}
	for _, s := range list.Releases {
		versions = append(versions, s.Version)
		p := parse(s.Version)
		if p.kind != release || p.suffix != "" {
			continue
		}
		newest[p.minor] = max(newest[p.minor], p.patch)
		if p.patch == 0 {
			dates[p.minor] = s.Date
		}
	}
	asOf := list.AsOf
	for _, r := range t.Releases {
		if patch, ok := newest[r.Minor]; r.Minor > t.newest().Minor-kept && (!ok || patch < r.Newest) {
			asOf = time.Time{}
		}
	}
	out := t.Newer(versions, asOf)
	for i := range out.Releases {
		if r := &out.Releases[i]; r.Date.IsZero() && i > 0 {
			if d := dates[r.Minor].UTC().Truncate(24 * time.Hour); d.After(out.Releases[i-1].Date) && !d.After(list.AsOf) {
				r.Date = d
			}
		}
	}
	return out
}
