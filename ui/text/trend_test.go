package text

import (
	"math"
	"testing"
	"time"
)

func TestChange(t *testing.T) {
	now := time.Date(2026, 3, 5, 14, 0, 0, 0, time.FixedZone("there", 3600))
	for _, c := range []struct {
		n     int64
		since time.Time
		want  string
	}{
		{2469606195, time.Date(2026, 2, 12, 9, 0, 0, 0, time.UTC), "+2.30 GiB since 12 Feb"},
		{-1 << 20, time.Date(2026, 3, 5, 9, 7, 0, 0, time.UTC), "-1.00 MiB since 10:07"},
		{-1 << 20, time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC), "-1.00 MiB since 00:30"},
		{0, time.Date(2026, 3, 4, 22, 30, 0, 0, time.UTC), "unchanged since 4 Mar"},
		{1, time.Date(2025, 12, 24, 9, 0, 0, 0, time.UTC), "+1 B since 24 Dec"},
		{math.MinInt64, time.Date(2024, 3, 5, 9, 0, 0, 0, time.UTC), "-8.00 EiB since 5 Mar 2024"},
	} {
		if got := Change(c.n, c.since, now); got != c.want {
			t.Errorf("%d since %v: %q, want %q", c.n, c.since, got, c.want)
		}
	}
}

func TestSpark(t *testing.T) {
	for _, c := range []struct {
		values []int64
		want   string
		ascii  string
	}{
		{nil, "", ""},
		{[]int64{7}, "▄", "-"},
		{[]int64{7, 7, 7}, "▄▄▄", "---"},
		{[]int64{0, 1, 2, 3, 4, 5, 6, 7}, "▁▂▃▄▅▆▇█", "_.:-=+*#"},
		{[]int64{math.MaxInt64, math.MinInt64, 0}, "█▁▄", "#_-"},
	} {
		if got := Spark(c.values, false); got != c.want {
			t.Errorf("%v: %q, want %q", c.values, got, c.want)
		}
		if got := Spark(c.values, true); got != c.ascii {
			t.Errorf("%v in ASCII: %q, want %q", c.values, got, c.ascii)
		}
	}
}
