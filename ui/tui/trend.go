package tui

import (
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/ui/text"
)

// sparks is how many scans a line of blocks shows.
const sparks = 24

// A trend is how what Go keeps went, from scan to scan.
type trend struct {
	inv          *scan.Inventory // that it ends with
	words, spark string
}

// trendOf compares a finished scan with earlier ones, and keeps it for later ones. It reads and writes: it is for commands.
func (r *root) trendOf(inv *scan.Inventory) *trend {
	if r.Trend == nil {
		return nil
	}
	p, ok := state.PointOf(inv)
	if !ok {
		return nil
	}
	earlier := r.Trend(p)
	since, ok := state.Since(earlier, p.Time)
	if !ok {
		return nil
	}
	t := &trend{inv: inv, words: text.Change(p.Total()-since.Total(), since.Time, p.Time.Local())}
	totals := []int64{}
	for _, e := range earlier[max(len(earlier)-sparks+1, 0):] {
		totals = append(totals, e.Total())
	}
	if len(totals) > 1 { // of two points the words say all
		t.spark = text.Spark(append(totals, p.Total()), r.ASCII)
	}
	return t
}
