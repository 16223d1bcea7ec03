package related

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"sync/atomic"

	"godoctor/scan/tree"
)

// rankBase puts the roots behind the stores of both caches, which so pay for hard links first.
const rankBase = 200

// Measure adds up what the roots take, in one walk, and writes it into their Size and SizeKnown. Skip names
// directories that somebody else counts: the current caches and the toolchains. Count, if set, is told of
// progress; the entries beside leftovers in the temporary directory are in it.
func Measure(ctx context.Context, roots []Root, skip []tree.ID, workers int, count func(entries, bytes int64)) *tree.Result {
	s := newScan(roots, skip)
	res := tree.Walk(ctx, s.trees, tree.Options{Workers: workers, Count: count, Skip: s.skip})
	s.settle(res)
	for i := range roots {
		if c := &s.costs[i]; s.walked[i] {
			roots[i].Size = c.Size()
			roots[i].SizeKnown = c.Done() && roots[i].Size.Dirs > 0
		}
	}
	return res
}

// A scan gives a walk the meaning of roots.
type scan struct {
	costs  []tree.Cost // one per root
	walked []bool      // the root takes part in the walk
	trees  []tree.Root // of the walk
	skip   []tree.ID   // what it leaves alone: what somebody else counts, and roots that lie in others
	temps  map[string]*tempWatch
	beside tree.Cost // what the temporary directories themselves take: nobody's
}

func newScan(roots []Root, skip []tree.ID) *scan {
	s := &scan{
		costs: make([]tree.Cost, len(roots)), walked: make([]bool, len(roots)),
		skip: slices.Clone(skip), temps: map[string]*tempWatch{},
	}
	reals := make(map[string]bool, len(roots))
	for i := range roots {
		reals[roots[i].Real] = true
	}
	for i := range roots {
		if r := &roots[i]; !r.file && r.Problem == "" && !slices.Contains(skip, r.ID) {
			s.walked[i] = true
			s.plan(r, &s.costs[i], nested(r.Real, reals))
		}
	}
	for dir, w := range s.temps {
		s.trees = append(s.trees, tree.Root{Path: dir, Place: tree.Place{Cost: &s.beside, Watch: w}})
	}
	return s
}

// plan says how the walk comes to a root. Leftovers are reached through the temporary directory that they are in: there no
// link is followed, should one have taken the place of a leftover. What lies in another root is a root of the walk in any
// case, because there it has to be skipped.
func (s *scan) plan(r *Root, c *tree.Cost, nested bool) {
	c.Rank, c.Key = rankBase+r.rank, r.Path
	switch {
	case nested:
		s.skip = append(s.skip, r.ID)
	case r.entry && r.Name == "leftovers":
		dir := filepath.Dir(r.Real)
		if s.temps[dir] == nil {
			s.temps[dir] = &tempWatch{costs: map[string]*tree.Cost{}}
		}
		s.temps[dir].costs[filepath.Base(r.Real)] = c
		return
	}
	s.trees = append(s.trees, tree.Root{Path: r.Real, Place: tree.Place{Cost: c}})
}

// nested reports whether a directory above is a root, too.
func nested(real string, reals map[string]bool) bool {
	for dir := filepath.Dir(real); ; dir = filepath.Dir(dir) {
		if reals[dir] {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
}

// settle takes out of the result of the walk what is not about the roots: entries beside them in the
// temporary directories, and leftovers that were removed by their owners meanwhile.
func (s *scan) settle(res *tree.Result) {
	for _, w := range s.temps {
		res.Odds -= w.odd.Load()
		res.Entries -= w.entries.Load()
	}
	res.Odd = slices.DeleteFunc(res.Odd, func(o tree.Odd) bool {
		w := s.temps[filepath.Dir(o.Path)]
		return w != nil && w.costs[filepath.Base(o.Path)] == nil
	})
	gone := len(res.Unreadable)
	res.Unreadable = slices.DeleteFunc(res.Unreadable, func(u tree.Unreadable) bool {
		return errors.Is(u.Err, fs.ErrNotExist)
	})
	res.Unread -= int64(gone - len(res.Unreadable))
}

// A tempWatch takes the leftovers out of a temporary directory and leaves the rest alone.
type tempWatch struct {
	costs        map[string]*tree.Cost
	odd, entries atomic.Int64
}

// Dir takes a leftover.
func (w *tempWatch) Dir(name string) (tree.Place, bool) {
	c := w.costs[name]
	return tree.Place{Cost: c}, c != nil
}

// File takes nothing: what a leftover file takes is known already.
func (w *tempWatch) File(e tree.Entry) *tree.Cost {
	w.entries.Add(1)
	if e.Kind != tree.File {
		w.odd.Add(1)
	}
	return nil
}
