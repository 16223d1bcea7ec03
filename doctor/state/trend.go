package state

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/natefinch/atomic"
	"github.com/rogpeppe/go-internal/lockedfile"

	"godoctor/scan"
	"godoctor/scan/regular"
)

// Limits of the trend.
const (
	trendMax    = 4 << 20 // bytes of the file
	trendPoints = 400
	trendStores = 64 // of a point
	trendName   = 64 // bytes of the name of a store
	trendBytes  = 1 << 56
	trendForm   = 1

	trendFine   = 24 * time.Hour   // how long more than one point a day is kept
	trendOften  = 10 * time.Minute // within that, one in so long a time
	trendSeldom = 24 * time.Hour
	trendAhead  = time.Hour // what a clock may have been ahead
)

// A Point is what a scan found: what each store took.
type Point struct {
	Form   int              `json:"v"`
	Time   time.Time        `json:"time"`   // of the end of the scan
	Roots  string           `json:"roots"`  // which roots were looked at: a hash of them
	Stores map[string]int64 `json:"stores"` // allocated bytes by name
}

// Total is what all stores took.
func (p *Point) Total() int64 {
	var n int64
	for _, b := range p.Stores {
		n += b
	}
	return n
}

// PointOf makes a point of an inventory. It reports false of one that is not worth keeping: the scan was stopped, or
// what it says is estimated.
func PointOf(inv *scan.Inventory) (Point, bool) {
	if !inv.Done || !inv.Exact || len(inv.Stores) == 0 || inv.Finished.IsZero() {
		return Point{}, false
	}
	sum := sha256.New()
	fmt.Fprintf(sum, "machine %v\n", inv.Toolchains != nil) // else no more than the caches was looked at
	for _, r := range inv.Roots {
		fmt.Fprintf(sum, "%q %q\n", r.Name, r.Real)
	}
	p := Point{trendForm, inv.Finished.UTC().Truncate(time.Second), hex.EncodeToString(sum.Sum(nil))[:16], map[string]int64{}}
	for _, s := range inv.Stores {
		p.Stores[s.Name] += max(s.Size.Disk, 0)
	}
	return p, true
}

func (h Home) trendFile() string { return filepath.Join(string(h), "trend.jsonl") }

// Trend reads what scans of the same roots found before p, the oldest first.
func (h Home) Trend(p Point) ([]Point, error) {
	all, err := h.points()
	return p.before(all), err
}

// KeepPoint adds what a scan found to the trend, and gives what Trend gives. The file is replaced atomically, under a lock
// that other godoctors wait for; what is too old for its number goes. The empty Home keeps nothing.
func (h Home) KeepPoint(p Point) ([]Point, error) {
	if h == "" {
		return nil, nil
	}
	if !p.sound() {
		return nil, errors.New("the totals of this scan cannot be kept: there are too many, or they are beyond measure")
	}
	if err := os.MkdirAll(string(h), 0o700); err != nil {
		return nil, err
	}
	unlock, err := lockedfile.MutexAt(h.trendFile() + ".lock").Lock()
	if err != nil {
		return nil, err
	}
	defer unlock()
	old, err := h.points()
	if err != nil {
		return nil, err // what is there may be good: it is not overwritten
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b) // a line each
	for _, q := range thinned(old, p) {
		if err := enc.Encode(q); err != nil {
			return nil, err
		}
	}
	return p.before(old), atomic.WriteFile(h.trendFile(), &b)
}

// points reads the file. Lines that make no sense, or of another form, are as good as none, and so is a file that is too
// large to be ours.
func (h Home) points() ([]Point, error) {
	if h == "" {
		return nil, nil
	}
	data, err := regular.ReadFile(h.trendFile(), trendMax)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, regular.ErrTooLarge):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("the totals of earlier scans are not known: %w", err)
	}
	var out []Point
	for l := range bytes.Lines(data) {
		var p Point
		if err := json.Unmarshal(l, &p); err == nil && p.sound() {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b Point) int { return a.Time.Compare(b.Time) })
	return out, nil
}

// sound reports whether a point is one that godoctor writes: a file that anybody may have edited must not make sums
// overflow, nor grow.
func (p *Point) sound() bool {
	if p.Form != trendForm || p.Time.IsZero() || p.Roots == "" || len(p.Roots) > trendName ||
		len(p.Stores) == 0 || len(p.Stores) > trendStores {
		return false
	}
	for name, n := range p.Stores {
		if name == "" || len(name) > trendName || n < 0 || n > trendBytes {
			return false
		}
	}
	return true
}

// before are the points of the same roots that are older than p.
func (p *Point) before(all []Point) []Point {
	return slices.DeleteFunc(slices.Clone(all), func(q Point) bool { return q.Roots != p.Roots || !q.Time.Before(p.Time) })
}

// thinned adds p to points, which come oldest first, and drops what is too much: of the last day all but one in a few
// minutes, of the days before all but the last of each, of all the oldest, and those of other roots first. What is
// from after p was written by a clock that was wrong.
func thinned(points []Point, p Point) []Point {
	points = slices.DeleteFunc(slices.Clone(points), func(q Point) bool { return q.Time.Sub(p.Time) > trendAhead })
	type slot struct {
		roots string
		begin int64
	}
	place := func(q Point) slot {
		every := trendSeldom
		if p.Time.Sub(q.Time) < trendFine {
			every = trendOften
		}
		return slot{q.Roots, q.Time.Truncate(every).Unix()}
	}
	points = append(points, p)
	taken := map[slot]bool{}
	var out []Point
	others := 0
	for _, q := range slices.Backward(points) {
		if s := place(q); !taken[s] {
			taken[s] = true
			out = append(out, q)
			if q.Roots != p.Roots {
				others++
			}
		}
	}
	slices.Reverse(out)
	over := len(out) - trendPoints
	others = min(others, over)
	over -= others
	out = slices.DeleteFunc(out, func(q Point) bool {
		n := &over
		if q.Roots != p.Roots {
			n = &others
		}
		*n--
		return *n >= 0
	})
	return out
}

// Since is the point that a scan at a time is compared with: the youngest that is a week old, else the oldest. It
// reports false where all are of the last hour, which nobody has forgotten.
func Since(earlier []Point, now time.Time) (Point, bool) {
	const worth, week = time.Hour, 7 * 24 * time.Hour
	for _, p := range slices.Backward(earlier) {
		if now.Sub(p.Time) >= week {
			return p, true
		}
	}
	if len(earlier) == 0 || now.Sub(earlier[0].Time) < worth {
		return Point{}, false
	}
	return earlier[0], true
}
