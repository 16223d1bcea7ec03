package report

import (
	"strings"
	"testing"
	"time"

	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/tree"
)

func TestAges(t *testing.T) {
	now := time.Date(2026, 9, 26, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	ages := []struct {
		ago  time.Duration
		span int
	}{{-time.Minute, 0}, {0, 0}, {day - 1, 0}, {day, 1}, {7 * day, 2}, {30 * day, 3}, {91 * day, 4}, {183 * day, 5}, {365 * day, 6},
		{9999 * day, 6}, {-2 * time.Hour, 7}}
	c := new(modcache.Cache)
	want := [NumSpans]AgeSum{7: {Versions: 1, Disk: 1}}
	c.Versions = append(c.Versions, modcache.Version{Path: "a", Meta: tree.Size{Disk: 1}}) // only its .mod is there
	for i, a := range ages {
		c.Versions = append(c.Versions, modcache.Version{Path: "a", Fetched: now.Add(-a.ago), Sources: tree.Size{Disk: int64(i) << 8}, ZipSize: tree.Size{Disk: 1}})
		want[a.span].Versions++
		want[a.span].Disk += int64(i)<<8 + 1
	}
	inv := &scan.Inventory{Finished: now, ModCache: c, BuildCache: &gocache.Cache{Groups: []gocache.Group{
		{Age: gocache.AgeDay, Size: tree.Size{Disk: 5}}, {Age: gocache.AgeDay, Kind: gocache.KindFuzz, Size: tree.Size{Disk: 6}}, {Size: tree.Size{Disk: 7}}}}}
	got := AgesOf(inv, nil)
	if got.Fetched != want || got.Asked || got.Used != [NumSpans]AgeSum{} || !strings.Contains(got.UsedWords(), "not looked at") {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got.Builds[gocache.AgeDay].Disk != 11 || got.Builds[gocache.AgeUnknown].Disk != 7 {
		t.Errorf("build cache: %v", got.Builds)
	}
	last := make([]time.Time, len(c.Versions))
	for i := range last {
		last[i] = c.Versions[i].Fetched.Add(time.Minute) // by whoever fetched it
	}
	if got := AgesOf(inv, last); !got.Asked || got.Kept || !strings.Contains(got.UsedWords(), "noatime") {
		t.Errorf("no access times: %+v", got)
	}
	for i := range last {
		last[i] = c.Versions[i].Fetched
	}
	last[len(ages)-1] = now.Add(-3 * day) // that of 9999 days
	got = AgesOf(inv, last)
	if want[6].Disk -= 9<<8 + 1; !got.Kept || got.Used[6].Disk != want[6].Disk || got.Used[1].Versions != 2 {
		t.Errorf("one was read lately: %+v", got)
	}
	c.Versions = c.Versions[1:4]
	if got := AgesOf(inv, last[1:4]); got.Kept || !strings.Contains(got.UsedWords(), "too lately") {
		t.Errorf("all is young: %+v", got)
	}
	running := &scan.Inventory{Started: now, ModCache: c}
	if got := AgesOf(running, last[:2]); got.Asked || got.Fetched[0].Versions != 3 {
		t.Errorf("while the scan runs: %+v", got)
	}
	if got := AgesOf(&scan.Inventory{}, nil); *got != (Ages{}) {
		t.Errorf("of nothing: %+v", got)
	}
}
