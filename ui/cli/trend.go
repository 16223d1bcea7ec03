package cli

import (
	"godoctor/doctor/state"
	"godoctor/scan"
	"godoctor/ui/plain"
)

// trend keeps what the stores take at the end of a scan, and gives what they took at earlier ones of the same roots. With
// --no-config nothing is kept, as no pin is; of a made-up machine there is nothing to keep.
func (a *app) trend(h state.Home, p state.Point) []state.Point {
	keep := h.KeepPoint
	if a.demo || a.noConfig {
		keep = h.Trend
	}
	earlier, err := keep(p)
	if err != nil {
		a.debugf("the totals of this scan are not kept: %v", err)
	}
	return earlier
}

// trend is that of the terminal UI.
func (s *screens) trend(p state.Point) []state.Point {
	s.mu.Lock()
	h := s.kept
	s.mu.Unlock()
	return s.app.trend(h, p)
}

// changeOf says what became more or less since an earlier scan; nil where nothing is known, as of a saved scan.
func (a *app) changeOf(inv *scan.Inventory) *plain.Change {
	p, ok := state.PointOf(inv)
	if !ok || a.saved != nil {
		return nil
	}
	since, ok := state.Since(a.trend(a.kept, p), p.Time)
	if !ok {
		return nil
	}
	return &plain.Change{Bytes: p.Total() - since.Total(), Since: since.Time}
}
