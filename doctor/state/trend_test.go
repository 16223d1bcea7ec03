package state

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"godoctor/scan"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

var trendNow = time.Date(2026, 9, 26, 12, 34, 0, 0, time.UTC)

func point(roots string, ago time.Duration, bytes int64) Point {
	return Point{1, trendNow.Add(-ago), roots, map[string]int64{"sources": bytes, "build": 1}}
}

// keep adds points, the oldest first, and gives what the file holds then.
func keep(t *testing.T, h Home, list ...Point) []Point {
	t.Helper()
	for _, p := range list {
		if _, err := h.KeepPoint(p); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.points()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTrend(t *testing.T) {
	h := HomeIn(t.TempDir())
	const day = 24 * time.Hour
	if got, err := h.KeepPoint(point("a", 9*day, 5)); err != nil || len(got) != 0 {
		t.Errorf("the first point has %v before it, %v", got, err)
	}
	keep(t, h, point("b", 8*day, 6), point("a", 7*day, 7))
	want := []Point{point("a", 9*day, 5), point("a", 7*day, 7)}
	if got, err := h.KeepPoint(point("a", 0, 8)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("before it there are %v, %v; want %v", got, err, want)
	}
	if got, err := h.Trend(point("b", 0, 0)); err != nil || len(got) != 1 || got[0].Total() != 7 {
		t.Errorf("of other roots there are %v, %v", got, err)
	}
	if got, err := h.Trend(point("a", 8*day, 0)); err != nil || len(got) != 1 {
		t.Errorf("before an earlier time there are %v, %v", got, err)
	}
	fi, err := os.Stat(h.trendFile())
	if err != nil || fi.Size() > 1000 {
		t.Errorf("%v, %v", fi, err)
	}
	if got, err := Home("").KeepPoint(point("a", 0, 1)); got != nil || err != nil {
		t.Errorf("where nothing is kept: %v, %v", got, err)
	}
}

// Of the last day one point in ten minutes stays, of each day before the last.
func TestTrendThinned(t *testing.T) {
	var all []Point
	for ago := 40 * 24 * time.Hour; ago > 0; ago -= 3 * time.Minute {
		all = append(all, point("a", ago, int64(ago)))
	}
	got := thinned(all, point("a", 0, 0))
	days, last := 0, 0
	for i, p := range got {
		if trendNow.Sub(p.Time) < 24*time.Hour {
			last++
		} else {
			days++
		}
		if i > 0 && !got[i-1].Time.Before(p.Time) {
			t.Fatalf("%v comes before %v", got[i-1].Time, p.Time)
		}
	}
	if days < 39 || days > 41 || last < 144 || last > 146 {
		t.Errorf("%d days and %d points of the last, want 40 and 145", days, last)
	}
	if p := got[0]; p.Time.Truncate(24*time.Hour) == p.Time.Add(3*time.Minute).Truncate(24*time.Hour) {
		t.Errorf("%v is not the last of its day", p.Time)
	}
	if p := got[len(got)-1]; !p.Time.Equal(trendNow) {
		t.Errorf("the last point is of %v", p.Time)
	}
	again := thinned(got[:len(got)-1], point("a", 0, 0))
	if !reflect.DeepEqual(got, again) {
		t.Error("what is thinned is thinned once more")
	}
}

// There are never more points than the limit; the oldest go, and those of other roots before.
func TestTrendLimit(t *testing.T) {
	var all []Point
	for i := range 3000 {
		all = append(all, point([]string{"a", "b"}[i%2], time.Duration(3000-i)*12*time.Hour, 1))
	}
	got := thinned(all, point("a", 0, 0))
	if len(got) != trendPoints {
		t.Errorf("%d points", len(got))
	}
	for _, p := range got {
		if p.Roots != "a" {
			t.Fatal("those of other roots crowd out what is wanted")
		}
	}
	got = thinned(got, point("c", 0, 0))
	if len(got) != trendPoints || got[len(got)-1].Roots != "c" || !got[len(got)-2].Time.Equal(trendNow) {
		t.Errorf("%d points after one of other roots, the last %v", len(got), got[len(got)-1])
	}
	ahead := []Point{point("a", -20*time.Minute, 1), point("a", -48*time.Hour, 1)}
	if got := thinned(ahead, point("a", 0, 0)); len(got) != 2 {
		t.Errorf("from the future: %v", got)
	}
}

// What makes no sense is left out, and goes with the next point.
func TestTrendDamaged(t *testing.T) {
	good := `{"v":1,"time":"2026-09-01T00:00:00Z","roots":"a","stores":{"sources":5}}`
	names := make([]string, 65)
	for i := range names {
		names[i] = fmt.Sprintf(`"s%d":1`, i)
	}
	bad := []string{"", "null", "{", `{"v":1}`, strings.Replace(good, `"v":1`, `"v":2`, 1), strings.Replace(good, ":5", ":-5", 1),
		strings.Replace(good, ":5", ":9223372036854775807", 1), strings.Replace(good, ":5", ":1e99", 1),
		strings.Replace(good, "2026-09-01", "0001-01-01", 1), strings.Replace(good, `"a"`, `""`, 1),
		strings.Replace(good, `"a"`, `"`+strings.Repeat("a", 65)+`"`, 1), strings.Replace(good, "sources", strings.Repeat("s", 65), 1),
		strings.Replace(good, `"sources":5`, "", 1), strings.Replace(good, `"sources":5`, strings.Join(names, ","), 1), "\x00\xff", strings.Repeat("[", 9999)}
	h := Home(t.TempDir())
	if err := os.WriteFile(h.trendFile(), []byte(strings.Join(bad, "\n")+"\n"+good+"\n"+strings.Join(bad, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if all := keep(t, h, point("a", 0, 7)); len(all) != 2 || all[0].Total() != 5 || all[1].Total() != 8 {
		t.Errorf("%v", all)
	}
	if data, err := os.ReadFile(h.trendFile()); err != nil || strings.Count(string(data), "\n") != 2 {
		t.Errorf("%s, %v", data, err)
	}
	if err := os.WriteFile(h.trendFile(), make([]byte, trendMax+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if all := keep(t, h, point("a", 0, 7)); len(all) != 1 {
		t.Errorf("after a file that is too large: %v", all)
	}
}

// A place that nothing can be written to is an error, and nothing else.
func TestTrendUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Home(file).KeepPoint(point("a", 0, 1)); err == nil {
		t.Error("kept in a file")
	}
	h := Home(t.TempDir())
	if err := os.Mkdir(h.trendFile(), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := h.KeepPoint(point("a", 0, 1)); err == nil {
		t.Error("kept over a directory")
	}
	if _, err := h.Trend(point("a", 0, 1)); err == nil {
		t.Error("read from a directory")
	}
	huge := point("a", 0, 1<<60)
	if _, err := HomeIn(t.TempDir()).KeepPoint(huge); err == nil {
		t.Error("kept what would not be read again")
	}
}

// Two godoctors that end at once lose nothing.
func TestTrendAtOnce(t *testing.T) {
	h := Home(t.TempDir())
	var wg sync.WaitGroup
	for i := range 5 { // all within what clocks may differ by
		wg.Go(func() {
			if _, err := h.KeepPoint(point("a", time.Duration(i)*11*time.Minute, 1)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all := keep(t, h); len(all) != 5 {
		t.Errorf("%d points, want 5", len(all))
	}
}

func TestSince(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		ago  []time.Duration
		want time.Duration // 0: none
	}{
		{nil, 0},
		{[]time.Duration{50 * time.Minute}, 0},
		{[]time.Duration{2 * time.Hour, time.Minute}, 2 * time.Hour},
		{[]time.Duration{5 * day, 3 * day}, 5 * day},
		{[]time.Duration{90 * day, 14 * day, 7 * day, 6 * day, time.Hour}, 7 * day},
	} {
		var list []Point
		for _, ago := range c.ago {
			list = append(list, point("a", ago, 1))
		}
		got, ok := Since(list, trendNow)
		if ok != (c.want != 0) || ok && trendNow.Sub(got.Time) != c.want {
			t.Errorf("of %v: %v, %v", c.ago, got.Time, ok)
		}
	}
}

// A scan that was stopped or that estimates is no point, and what was looked at tells points apart.
func TestPointOf(t *testing.T) {
	inv := scan.Inventory{Done: true, Exact: true, Finished: trendNow, Roots: []scan.Root{{Name: "GOMODCACHE", Real: "/a"}},
		Stores: []scan.Store{{Name: "sources", Size: tree.Size{Disk: 5}}, {Name: "build", Size: tree.Size{Disk: -7}}}}
	p, ok := PointOf(&inv)
	if !ok || p.Total() != 5 || !p.Time.Equal(trendNow) || !p.sound() {
		t.Errorf("%v, %v", p, ok)
	}
	other, machine, stopped, estimated, empty := inv, inv, inv, inv, inv
	other.Roots = []scan.Root{{Name: "GOMODCACHE", Real: "/b"}}
	machine.Toolchains = new(toolchain.Found)
	stopped.Done, estimated.Exact, empty.Stores = false, false, nil
	for name, i := range map[string]*scan.Inventory{"other roots": &other, "the whole machine": &machine} {
		if q, ok := PointOf(i); !ok || q.Roots == p.Roots {
			t.Errorf("%s: %v, %v", name, q, ok)
		}
	}
	for _, i := range []*scan.Inventory{&stopped, &estimated, &empty} {
		if q, ok := PointOf(i); ok {
			t.Errorf("kept: %v", q)
		}
	}
}
