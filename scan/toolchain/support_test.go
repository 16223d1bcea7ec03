package toolchain

import (
	"strings"
	"testing"
	"time"
)

func TestJudge(t *testing.T) {
	today := day(2026, 11, 22)
	for _, c := range []struct {
		version string
		now     time.Time
		want    Support
		says    string
	}{
		{"go1.27.4", today, Supported, "the newest go1.27; as of 2026-11-22"},
		{"go1.26.11", today, Supported, "the newest go1.26"},
		{"go1.26.8", today, PatchAvailable, "3 patches behind go1.26.11"},
		{"go1.27.3", today, PatchAvailable, "1 patch behind go1.27.4"},
		{"go1.26.8 X:jsonv2", today, PatchAvailable, "3 patches behind go1.26.11"},
		{"go1.26.8-X:jsonv2", today, PatchAvailable, "3 patches behind go1.26.11"},
		{"go1.27rc1", today, PatchAvailable, "a pre-release: go1.27.4 is out"},
		{"go1.25.14", today, Unsupported, "go1.25 is out of support since go1.27 of 2026-08-18"},
		{"go1.21.0", today, Unsupported, "since go1.23 of 2024-08-13"},
		{"go1.20", today, Unsupported, "since go1.22 of 2024-02-06"},
		{"go1.4.3", today, Unsupported, "go1.4 is out of support since go1.6"},
		{"go1", today, Unsupported, "since go1.2"},
		{"go1.24rc1", today, Unsupported, ""},
		{"go1.27.5", today, Unknown, "newer than this table knows"},
		{"go1.25.15", today, Unknown, "newer than this table knows"},
		{"go1.28.0", today, Unknown, "newer than this table knows"},
		{"go1.28rc1", today, Unknown, "newer than this table knows"},
		{"go1.40.2", today, Unknown, "newer than this table knows"},
		{"go1.22.2-1ubuntu", today, Unsupported, "a build of a distributor (1ubuntu), who may have added fixes"},
		{"go1.26.8 (Red Hat 1.26.8-1.el10)", today, PatchAvailable, "(Red Hat 1.26.8-1.el10)"},
		{"go1.26.11-bigcorp", today, Supported, "(bigcorp)"},
		{"devel go1.28-0123abc Mon Nov 2 10:00:00 2026 +0000", today, Unknown, "a development version"},
		{"go1.28-devel_0123abc Mon Nov 2 10:00:00 2026 +0000", today, Unknown, "a development version"},
		{"devel +0123abc", today, Unknown, "a development version"},
		{"go1.18 gccgo (Debian 13.2.0) 13.2.0", today, Unknown, "another compiler"},
		{"gccgo-go1.20.3", today, Unknown, "another compiler"},
		{"", today, Unknown, "not known"},
		{"1.99999999999999999999.1", today, Unknown, "not the version"},
		{"weekly.2011-01-01", today, Unknown, "not the version"},

		// Half a year later go1.28 is due, and go1.26 with it out of support.
		{"go1.27.4", day(2027, 2, 20), Supported, "as of 2026-11-22"},
		{"go1.26.11", day(2027, 2, 20), Unknown, "by the cadence it is out of support by now"},
		{"go1.26.8", day(2027, 2, 20), PatchAvailable, "by the cadence go1.26 is out of support by now"},
		{"go1.26.11", day(2027, 2, 1), Supported, ""},
		{"go1.27.4", day(2027, 8, 20), Unknown, "as of 2026-11-22"},
		{"go1.25.14", day(2030, 1, 1), Unsupported, "as of 2026-11-22"},
		{"go1.28.0", day(2030, 1, 1), Unknown, "newer than this table knows; as of 2026-11-22"},
	} {
		got, text := Judge(c.version, Known, c.now)
		if got != c.want || !strings.Contains(text, c.says) {
			t.Errorf("%q on %s: %s, %q; want %s, %q", c.version, c.now.Format(time.DateOnly), got, text, c.want, c.says)
		}
	}
	if got, _ := Judge("go1.26.8", Table{}, today); got != Unknown {
		t.Errorf("an empty table says %s", got)
	}
}

// The table keeps to the cadence that the rules count on.
func TestKnown(t *testing.T) {
	for i, r := range Known.Releases {
		if r.Date.IsZero() || r.Date.After(Known.AsOf) {
			t.Errorf("go1.%d: date %v", r.Minor, r.Date)
		}
		if i == 0 {
			continue
		}
		before := Known.Releases[i-1]
		if d := r.Date.Sub(before.Date).Hours() / 24; r.Minor != before.Minor+1 || d < 150 || d > 220 {
			t.Errorf("go1.%d comes %v days after go1.%d", r.Minor, d, before.Minor)
		}
	}
	if n := Known.due(Known.AsOf); n > 0 {
		t.Errorf("%d major releases are missing", n)
	}
}

func TestNewer(t *testing.T) {
	later := day(2027, 3, 1)
	list := []string{"go1.27.6", "v0.0.1-go1.28.1.linux-amd64", "1.28.0", "go1.29rc1", "go1.99.0", "v0.0.1-go1.27.8.odd", "x", "go1.4.3", "go1.26.9"}
	table := Known.Newer(list, later)
	for version, want := range map[string]Support{
		"go1.28.1": Supported, "go1.28.0": PatchAvailable, "go1.27.6": Supported, "go1.27.4": PatchAvailable,
		"go1.26.11": Unsupported, "go1.28.2": Unknown, "go1.99.0": Unknown,
	} {
		if got, text := Judge(version, table, later); got != want {
			t.Errorf("%s: %s, %q; want %s", version, got, text, want)
		}
	}
	if r, _ := Known.find(27); r.Newest != 4 || len(Known.Releases) != len(table.Releases)-1 {
		t.Error("the table that was given changed")
	}
	if got := Known.Newer(nil, time.Time{}); !got.AsOf.Equal(Known.AsOf) {
		t.Errorf("as of %v", got.AsOf)
	}
	// One list cannot retire everything.
	if got := Known.Newer([]string{"go1.30.0", "go1.31.0"}, time.Time{}); got.newest().Minor != 27 {
		t.Errorf("newest %+v", got.newest())
	}
}

func TestCompare(t *testing.T) {
	order := []string{"", "go1", "go1.4.3", "devel go1.21-0123", "go1.21beta1", "go1.21rc2", "go1.21rc10", "go1.21.0", "go1.21.9", "go1.21.10", "go1.22.2-1ubuntu", "go1.26.8"}
	for i, a := range order {
		for j, b := range order {
			if got := compare(parse(a), parse(b)); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("compare %q with %q: %d", a, b, got)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"go1.26.8", "go1.22.2-1ubuntu", "devel go1.28-x", "go1.21rc2", "gccgo"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := parse(s)
		if p.kind == release && !same(s, s) || compare(p, p) != 0 {
			t.Errorf("%q is not itself: %+v", s, p)
		}
		Judge(s, Known, Known.AsOf)
	})
}
