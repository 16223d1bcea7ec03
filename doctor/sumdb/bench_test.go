package sumdb

import (
	"fmt"
	"runtime"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/tlog"
)

// old makes a cache as years of work leave it: a lookup every step records, each under a head of its own, with the
// tiles at the edge of that head and all full ones.
func old(t testing.TB, records, step int) (p *place, versions []module.Version) {
	p = newPlace(t, 0)
	for i := range records {
		m := nth(i)
		if i%step == 0 {
			p.log.add(m, lines(m, "true"))
			versions = append(versions, m)
		} else {
			p.log.add(m, fmt.Sprintf("%d\n", i))
		}
	}
	for i, m := range versions {
		n := min((i+1)*step, records)
		put(t, p.lookupFile(m), p.log.lookup(m, n))
		for _, tile := range tlog.NewTiles(tileHeight, int64(max(n-step, 0)), int64(n)) {
			put(t, p.tileFile(tile), p.log.tile(tile))
		}
		for level := 0; n>>(tileHeight*level) > 0; level++ {
			at := int64(n >> (tileHeight * level))
			if edge := (tlog.Tile{H: tileHeight, L: level, N: at / tileWidth, W: int(at % tileWidth)}); edge.W > 0 {
				put(t, p.tileFile(edge), p.log.tile(edge))
			}
		}
	}
	put(t, p.latest(), p.log.head(records))
	return p, versions
}

func TestOldCache(t *testing.T) {
	p, versions := old(t, 9000, 17)
	report, err := p.open(Options{}).Verify(t.Context(), nil)
	check(t, err)
	if report.Unproved > 0 || len(report.Damage) > 0 || report.Err != nil || report.Proved != report.Tiles+report.Lookups || report.Lookups != len(versions) {
		t.Errorf("got %+v", report)
	}
	for _, r := range p.open(Options{}).LookupAll(t.Context(), versions, nil) {
		check(t, r.Err)
		if !r.Record.Linked {
			t.Errorf("%v is not linked", r.Module)
		}
	}
	// One tile in the middle, and one record, and nothing else is blamed.
	tile, lookup := tlog.Tile{H: 8, L: 0, N: 11, W: 256}, versions[100]
	change(t, p.tileFile(tile), func(b []byte) []byte { b[0] ^= 1; return b })
	change(t, p.lookupFile(lookup), func(b []byte) []byte { b[40] ^= 1; return b })
	report, err = p.open(Options{}).Verify(t.Context(), nil)
	check(t, err)
	if len(report.Damage) != 2 || report.Damage[0].File != p.lookupFile(lookup) || report.Damage[1].File != p.tileFile(tile) || report.Err != nil {
		t.Errorf("got %+v", report)
	}
}

func BenchmarkVerify(b *testing.B) {
	p, versions := old(b, 250_000, 40)
	for b.Loop() {
		report, err := p.open(Options{}).Verify(b.Context(), nil)
		check(b, err)
		b.ReportMetric(float64(report.Tiles), "tiles")
		if report.Lookups != len(versions) || len(report.Damage) > 0 {
			b.Fatalf("got %+v", report)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapSys)/(1<<20), "MiB-heap")
}

func BenchmarkLookupAll(b *testing.B) {
	p, versions := old(b, 120_000, 40)
	for b.Loop() {
		p.open(Options{}).LookupAll(b.Context(), versions, nil)
	}
	b.ReportMetric(float64(len(versions)), "versions")
}
