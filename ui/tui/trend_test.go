package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/state"
	"godoctor/scan"
)

// trendOfTest is that of a machine whose caches grew for three weeks, and shrank once.
func trendOfTest(inv *scan.Inventory, ascii bool) *trend {
	r := &root{}
	r.ASCII = ascii
	r.Trend = func(p state.Point) []state.Point {
		var out []state.Point
		for day := 21; day > 0; day-- {
			total := p.Total() - int64(day)<<27
			if day > 14 {
				total += 2 << 30
			}
			out = append(out, state.Point{Time: p.Time.AddDate(0, 0, -day), Stores: map[string]int64{"sources": total}})
		}
		return out
	}
	return r.trendOf(inv)
}

// What a finished scan found is kept, and compared with earlier ones; a scan that was stopped is not.
func TestTrend(t *testing.T) {
	inv := mapInventory()
	var asked []state.Point
	r := testRoot(t, Options{})
	if r.trendOf(inv) != nil {
		t.Error("a trend that nobody keeps")
	}
	r.Trend = func(p state.Point) []state.Point {
		asked = append(asked, p)
		return []state.Point{{Time: p.Time.AddDate(0, 0, -10), Stores: map[string]int64{"x": p.Total() - 3<<30}}}
	}
	tr := r.trendOf(inv)
	if tr == nil || tr.words != "+3.00 GiB since 12 Nov" || tr.spark != "" || len(asked) != 1 || asked[0].Total() != inv.Total().Disk {
		t.Errorf("%+v, asked %v", tr, asked)
	}
	stopped, estimated := *inv, *inv
	stopped.Done, estimated.Exact = false, false
	if r.trendOf(&stopped) != nil || r.trendOf(&estimated) != nil || len(asked) != 1 {
		t.Error("a scan that was stopped, or estimates, is kept")
	}
	r.Trend = func(p state.Point) []state.Point { return []state.Point{{Time: p.Time.Add(-time.Minute)}} }
	if r.trendOf(inv) != nil {
		t.Error("compared with a minute ago")
	}
}

// The head of the Overview says it, from 80 columns on, with its line where there is room; of other data nothing.
func TestTrendShown(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		words bool
		line  bool
	}{{40, 12, false, false}, {60, 20, true, false}, {80, 24, true, false}, {120, 40, true, true}, {200, 60, true, true}} {
		r := testRoot(t, Options{})
		r.Update(tea.WindowSizeMsg{Width: c.w, Height: c.h})
		mapped(r)
		r.trend = trendOfTest(r.data.inv, false)
		s := screenText(r)
		if strings.Contains(s, "+896 MiB since 15 Nov") != c.words || strings.Contains(s, "▁▁▂") != c.line {
			t.Errorf("at %dx%d:\n%s", c.w, c.h, s)
		}
		checkFrame(t, r, "with a trend")
		load(r, mapInventory())
		if s := screenText(r); strings.Contains(s, "since 15 Nov") {
			t.Errorf("what became more is said of another scan:\n%s", s)
		}
	}
}

// The whole way: a scan, its trend, the screen.
func TestTrendOfScan(t *testing.T) {
	calls := 0
	r := testRoot(t, Options{
		Machine: func() (scan.Options, string, error) {
			return scan.Options{Dir: t.TempDir(), Environ: append(settings, "GOMODCACHE="+t.TempDir(), "GOCACHE="+t.TempDir())}, "/home/u", nil
		},
		Trend: func(p state.Point) []state.Point {
			calls++
			return []state.Point{{Time: p.Time.AddDate(-1, 0, 0), Stores: map[string]int64{"sources": 5 << 40}}}
		},
	})
	r.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	r.startScan()
	r.Update(r.runScan(context.Background(), r.scan))
	if s := screenText(r); calls != 1 || !strings.Contains(s, "-5.00 TiB since ") {
		t.Errorf("%d calls:\n%s", calls, s)
	}
	if r.env.reads.of(r.data.inv) == nil {
		t.Error("nobody looked when versions were read")
	}
}
