package toolchain

import (
	"slices"
	"testing"
	"time"
)

func TestReleasesIn(t *testing.T) {
	got := ReleasesIn([]string{
		"v0.0.1-go1.27.4.linux-amd64", "v0.0.1-go1.21.0.darwin-arm64", "v0.0.1-go1.27.4.windows-amd64", "v0.0.1-go1.28rc1.linux-amd64",
		"v0.0.1-go1.27.10.linux-amd64", "v1.0.0", "v0.0.1-go1.27.4", "v0.0.1-go1.27.4.linux", "v0.0.1-go1.27.4-corp.linux-amd64", "", "v0.0.1-nonsense.linux-amd64",
	})
	want := []Seen{{Version: "go1.21.0", Platforms: 1}, {Version: "go1.27.4", Platforms: 2}, {Version: "go1.27.10", Platforms: 1},
		{Version: "go1.28rc1", Platforms: 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if n := (ReleaseList{Releases: got}).Newest(); n != "go1.27.10" {
		t.Errorf("newest %q", n)
	}
	if n := (ReleaseList{}).Newest(); n != "" {
		t.Errorf("newest of nothing %q", n)
	}
}

func seen(versions ...string) []Seen {
	var list []Seen
	for _, v := range versions {
		list = append(list, Seen{Version: v})
	}
	return list
}

func TestUnknown(t *testing.T) {
	got := Known.Unknown(seen("go1.20.1", "go1.27.0", "go1.28rc1", "go1.28.0", "go1.28.1", "go1.29.0"))
	if !slices.Equal(got, []string{"go1.28.0", "go1.29.0"}) {
		t.Errorf("got %q", got)
	}
}

// What the table says of some versions, with lists of several days and several degrees of completeness.
func TestRefreshed(t *testing.T) {
	now := day(2027, 3, 1)
	later := day(2027, 2, 20)
	full := append(seen("go1.26.11", "go1.26.12", "go1.27.4", "go1.27.6", "go1.28.1"), Seen{Version: "go1.28.0", Date: day(2027, 2, 9).Add(17 * time.Hour)})
	type says map[string]Support
	for _, c := range []struct {
		name string
		list ReleaseList
		asOf time.Time
		want says
	}{
		{"a complete list", ReleaseList{AsOf: later, Releases: full}, later,
			says{"go1.28.1": Supported, "go1.28.0": PatchAvailable, "go1.27.6": Supported, "go1.26.12": Unsupported, "go1.28.2": Unknown}},
		{"a list with less than the table", ReleaseList{AsOf: later, Releases: seen("go1.27.2", "go1.26.12")}, Known.AsOf,
			says{"go1.26.11": PatchAvailable, "go1.27.4": Supported, "go1.28.0": Unknown, "go1.26.12": Unknown}},
		{"an empty list", ReleaseList{AsOf: later}, Known.AsOf, says{"go1.27.4": Supported}},
		{"a list that is older than the table", ReleaseList{AsOf: day(2026, 11, 1), Releases: seen("go1.26.11", "go1.27.4", "go1.28.0", "go1.29.0")}, Known.AsOf,
			says{"go1.26.11": Unknown, "go1.28.0": Unknown, "go1.27.4": Supported}},
		{"a list of the same moment", ReleaseList{AsOf: Known.AsOf, Releases: full}, Known.AsOf, says{"go1.28.1": Unknown}},
		{"a list from the future", ReleaseList{AsOf: day(2099, 1, 1), Releases: append(full, seen("go1.90.0")...)}, Known.AsOf,
			says{"go1.27.4": Supported, "go1.28.1": Unknown}},
		{"a list with a mistyped version", ReleaseList{AsOf: later, Releases: append(full, seen("go1.99.0")...)}, later,
			says{"go1.28.1": Supported, "go1.99.0": Unknown}},
	} {
		table := Known.Refreshed(c.list, now)
		if !table.AsOf.Equal(c.asOf) {
			t.Errorf("%s: as of %v, want %v", c.name, table.AsOf, c.asOf)
		}
		for version, want := range c.want {
			if got, text := Judge(version, table, now); got != want {
				t.Errorf("%s: %s is %s (%s), want %s", c.name, version, got, text, want)
			}
		}
	}
	if r, _ := Known.Refreshed(ReleaseList{AsOf: later, Releases: full}, now).find(28); !r.Date.Equal(day(2027, 2, 9)) {
		t.Errorf("go1.28 is of %v", r.Date)
	}
}

// A date that cannot be true is none.
func TestRefreshedDates(t *testing.T) {
	later := day(2027, 2, 20)
	for _, date := range []time.Time{{}, day(2020, 1, 1), day(2027, 2, 21), day(2026, 8, 18)} {
		list := ReleaseList{AsOf: later, Releases: append(seen("go1.26.11", "go1.27.4"), Seen{Version: "go1.28.0", Date: date})}
		if r, ok := Known.Refreshed(list, later).find(28); !ok || !r.Date.IsZero() {
			t.Errorf("%v: go1.28 is of %v", date, r.Date)
		}
	}
}

// Whatever a list says, it makes no table forget, and no release of the old table is called unsupported while fewer
// than two newer major releases are known.
func FuzzRefreshed(f *testing.F) {
	f.Add("v0.0.1-go1.28.0.linux-amd64", "v0.0.1-go1.27.5.linux-amd64", int64(1803000000))
	f.Add("v0.0.1-go1.99.0.linux-amd64", "", int64(1))
	f.Fuzz(func(t *testing.T, a, b string, unix int64) {
		now := day(2027, 3, 1)
		table := Known.Refreshed(ReleaseList{AsOf: time.Unix(unix, 0), Releases: ReleasesIn([]string{a, b})}, now)
		for _, r := range Known.Releases {
			if got, ok := table.find(r.Minor); !ok || got.Newest < r.Newest || !got.Date.Equal(r.Date) {
				t.Errorf("go1.%d became %+v", r.Minor, got)
			}
		}
		if table.newest().Minor > Known.newest().Minor+2 {
			t.Errorf("newest is %+v", table.newest())
		}
		if got, text := Judge("go1.27.4", table, now); got == Unsupported && table.newest().Minor < 29 {
			t.Errorf("go1.27.4 is %s: %s", got, text)
		}
	})
}
