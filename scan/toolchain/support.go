package toolchain

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Support is how Go's authors care for a release.
type Support string

// The states.
const (
	Supported      Support = "supported"       // the newest patch of one of the two newest major releases
	PatchAvailable Support = "patch-available" // of one of those, with a newer patch out
	Unsupported    Support = "unsupported"     // two newer major releases are out
	Unknown        Support = "unknown"         // newer than the table, or none of Go's own releases
)

// A Release is one major release.
type Release struct {
	Minor  int       // 26 of go1.26
	Date   time.Time // of go1.26.0; zero if it is not known
	Newest int       // 11 of go1.26.11
}

// A Table is what is known of releases, and since when.
type Table struct {
	AsOf     time.Time
	Releases []Release // the oldest first
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
}

// Known is the table of this version of godoctor. Dates are those of the announcements, newest patches those
// that the module proxy had on the day of AsOf. Before go1.21 all is long out of support, and no entry is needed
// to say so.
var Known = Table{
	AsOf: day(2026, time.November, 22),
	Releases: []Release{
		{21, day(2023, time.August, 8), 13},
		{22, day(2024, time.February, 6), 12},
		{23, day(2024, time.August, 13), 12},
		{24, day(2025, time.February, 11), 13},
		{25, day(2025, time.August, 12), 14},
		{26, day(2026, time.February, 10), 11},
		{27, day(2026, time.August, 18), 4},
	},
}

const (
	// kept is how many major releases are supported at a time.
	kept = 2
	// cadence is the number of months between major releases.
	cadence = 6
)

func (t Table) find(minor int) (Release, bool) {
	i := slices.IndexFunc(t.Releases, func(r Release) bool { return r.Minor == minor })
	if i < 0 {
		return Release{}, false
	}
	return t.Releases[i], true
}

// newest is the newest major release that the table knows.
func (t Table) newest() Release {
	if len(t.Releases) == 0 {
		return Release{}
	}
	return slices.MaxFunc(t.Releases, func(a, b Release) int { return a.Minor - b.Minor })
}

// due is how many major releases the cadence puts between the newest of the table and now: what a table
// grown old does not know.
func (t Table) due(now time.Time) int {
	from := t.newest().Date
	if from.IsZero() {
		from = t.AsOf
	}
	n := 0
	for ; n < 100 && !from.AddDate(0, cadence*(n+1), 0).After(now); n++ {
	}
	return n
}

// stale reports whether the table is older than one major release takes.
func (t Table) stale(now time.Time) bool { return t.AsOf.AddDate(0, cadence, 0).Before(now) }

// Judge says whether a version is supported, and why, by what the table knows and by the cadence since then.
//
// What was out of support or behind a patch when the table was made still is, so that is said without
// doubt. What was supported then is supported now only if the cadence lets it be: otherwise the answer is
// unknown. What is newer than the table is unknown too, and never called unsupported.
func Judge(version string, table Table, now time.Time) (Support, string) {
	p := parse(version)
	switch p.kind {
	case invalid:
		if strings.TrimSpace(version) == "" {
			return Unknown, "the version is not known"
		}
		return Unknown, fmt.Sprintf("%q is not the version of a Go release", version)
	case foreign:
		return Unknown, fmt.Sprintf("%q is another compiler, with releases of its own", version)
	case devel:
		return Unknown, "a development version: it gets no patches, only newer commits"
	}
	support, text := judgeRelease(p, table, now)
	if p.suffix != "" {
		text += "; a build of a distributor (" + strings.Trim(p.suffix, "-+~_ ()") + "), who may have added fixes"
	}
	if support == Supported || table.stale(now) {
		text += "; as of " + table.AsOf.Format(time.DateOnly)
	}
	return support, text
}

// judgeRelease judges a release or pre-release of Go itself.
func judgeRelease(p parsed, table Table, now time.Time) (Support, string) {
	top := table.newest()
	known, ok := table.find(p.minor)
	switch {
	case p.minor > top.Minor, ok && p.kind == release && p.patch > known.Newest:
		return Unknown, "newer than this table knows"
	case p.minor <= top.Minor-kept:
		return Unsupported, table.ended(p)
	case !ok:
		return Unknown, p.lang() + " is not in the table"
	}
	patch := fmt.Sprintf("go1.%d.%d", p.minor, known.Newest)
	over := top.Minor-p.minor+table.due(now) >= kept
	switch {
	case p.kind == prerelease:
		return PatchAvailable, fmt.Sprintf("a pre-release: %s is out", patch)
	case p.patch < known.Newest:
		text := fmt.Sprintf("%s behind %s", count(known.Newest-p.patch, "patch", "patches"), patch)
		if over {
			text += fmt.Sprintf(", and by the cadence %s is out of support by now", p.lang())
		}
		return PatchAvailable, text
	case over:
		return Unknown, fmt.Sprintf("the newest %s that this table knows; by the cadence it is out of support by now", p.lang())
	}
	return Supported, "the newest " + p.lang()
}

// ended says since when a major release is out of support.
func (t Table) ended(p parsed) string {
	text := fmt.Sprintf("%s is out of support since go1.%d", p.lang(), p.minor+kept)
	if r, ok := t.find(p.minor + kept); ok && !r.Date.IsZero() {
		text += " of " + r.Date.Format(time.DateOnly)
	}
	return text
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Newer returns the table with versions that were seen elsewhere, such as in the list of a proxy on the day
// asOf: "go1.27.5", "1.27.5" or "v0.0.1-go1.27.5.linux-amd64". Pre-releases and what cannot be read are passed
// over, and so is a major release that the cadence does not let be by then, with one to spare: one mistyped
// or malicious entry must not put every Go there is out of support. That a version is not listed says nothing.
// asOf is the zero time where the list is not complete enough to be the state of a day.
func (t Table) Newer(versions []string, asOf time.Time) Table {
	t.Releases = slices.Clone(t.Releases)
	last := t.newest().Minor + 1
	if asOf.After(t.AsOf) {
		last += t.due(asOf)
		t.AsOf = asOf
	}
	for _, v := range versions {
		if rest, ok := strings.CutPrefix(v, "v0.0.1-"); ok {
			if v, _, ok = splitModuleVersion(rest); !ok {
				continue
			}
		}
		p := parse(v)
		if p.kind != release || p.suffix != "" || p.minor > last || len(t.Releases) == 0 {
			continue
		}
		i := slices.IndexFunc(t.Releases, func(r Release) bool { return r.Minor == p.minor })
		switch {
		case i >= 0:
			t.Releases[i].Newest = max(t.Releases[i].Newest, p.patch)
		case p.minor > t.Releases[0].Minor:
			t.Releases = append(t.Releases, Release{Minor: p.minor, Newest: p.patch})
		}
	}
	slices.SortFunc(t.Releases, func(a, b Release) int { return a.Minor - b.Minor })
	return t
}
