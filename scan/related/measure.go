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
	s := New(roots, skip)
	res := tree.Walk(ctx, s.Trees(), tree.Options{Workers: workers, Count: count, Skip: s.Skip()})
	s.Settle(res)
	copy(roots, s.Roots())
	return res
}

// A Scan gives a walk the meaning of roots, for a caller that walks them together with other trees.
type Scan struct {
	roots  []Root
	costs  []tree.Cost // one per root
	walked []bool      // the root takes part in the walk
	trees  []tree.Root
	skip   []tree.ID
	temps  map[string]*tempWatch
	beside tree.Cost // what the temporary directories themselves take: nobody's
}

// New prepares the measuring of roots.
func New(roots []Root, skip []tree.ID) *Scan {
	s := &Scan{
		roots: slices.Clone(roots), costs: make([]tree.Cost, len(roots)), walked: make([]bool, len(roots)),
		skip: slices.Clone(skip), temps: map[string]*tempWatch{},
	}
	reals := make(map[string]bool, len(roots))
	for i := range s.roots {
		reals[s.roots[i].Real] = true
	}
	for i := range s.roots {
		if r := &s.roots[i]; !r.file && r.Problem == "" && !slices.Contains(skip, r.ID) {
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
func (s *Scan) plan(r *Root, c *tree.Cost, nested bool) {
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

// Trees are the roots of the walk.
func (s *Scan) Trees() []tree.Root { return s.trees }

// Skip is what the walk has to leave alone: what New was given, and roots that lie in others.
func (s *Scan) Skip() []tree.ID { return s.skip }

// Roots is what is known so far. It may be called while the walk runs.
func (s *Scan) Roots() []Root {
	roots := slices.Clone(s.roots)
	for i := range roots {
		if s.walked[i] {
			c := &s.costs[i]
			done := c.Done() // before the size: what is added in between is then not called known
			roots[i].Size = c.Size()
			roots[i].SizeKnown = done && roots[i].Size.Dirs > 0
		}
	}
	return roots
}

// Settle takes out of the result of the walk what is not about the roots: entries beside them in the
// temporary directories, and leftovers that were removed by their owners meanwhile.
func (s *Scan) Settle(res *tree.Result) {
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
