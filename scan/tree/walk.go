package tree

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// fresh is how near to the walk a directory's modification time may be before its listing is not kept:
// a change in the same tick of the file system's clock would not show.
const fresh = 2 * time.Second

// walk is one run of Walk.
type walk struct {
	ctx   context.Context
	opt   Options
	roots []Root
	tops  []*dir // the roots themselves
	queue *queue
	links links
	old   []*sealed    // per root: what an earlier walk knew; nil for nothing
	begun int64        // Unix nanoseconds, less fresh: listings of directories changed since are not kept
	held  atomic.Int32 // directories kept open for those in them; see reader

	mu     sync.Mutex
	res    Result
	kept   [][]kept // per root: listings of directories that were read
	found  [][]*dir // per root: directories whose listing was believed
	wholes []whole
}

// kept is a listing on its way into an index. Workers collect them and put them together in the end: a lock and
// a map for each directory was a tenth of a warm rescan.
type kept struct {
	rel string
	l   *Listing
}

// whole is a place whose sum is kept once its subtree is done.
type whole struct {
	d  *dir
	st Stat
}

func newWalk(ctx context.Context, roots []Root, opt Options) *walk {
	w := &walk{ctx: ctx, opt: opt, roots: roots, begun: time.Now().Add(-fresh).UnixNano()}
	for i, r := range roots {
		d := &dir{root: i, name: r.Path, place: r.Place, indexed: opt.Record || opt.Recall != nil}
		d.shut()
		d.live.Store(1)
		w.old = append(w.old, nil)
		if i < len(opt.Recall) && opt.Recall[i] != nil {
			w.old[i] = opt.Recall[i].seal()
			d.old = w.old[i].top
		}
		r.Place.Cost.start(1)
		w.tops = append(w.tops, d)
	}
	w.kept, w.found = make([][]kept, len(roots)), make([][]*dir, len(roots))
	w.queue = newQueue(opt.workers(), slices.Clone(w.tops))
	return w
}

func (c *Cost) start(n int32) {
	c.pending.Add(n)
	c.started.Store(true)
}

func (w *walk) run() {
	Together(w.opt.workers(), func(int) {
		defer w.queue.stop()                                                                  // the others would wait for ever for one that panics
		v := &visitor{walk: w, reader: reader{held: &w.held}, below: make(map[string]uint64)} // too large for a stack, which may move
		v.kept, v.found = make([][]kept, len(w.roots)), make([][]*dir, len(w.roots))
		defer v.settle()
		for d := v.next(); d != nil; d = v.next() {
			v.visit(d)
			d.place.Cost.pending.Add(-1)
			if top := w.tops[d.root]; top.live.Add(-1) == 0 {
				v.reader.closeRoot(top) // a walk may have thousands of roots
			}
			v.stack = w.queue.share(v.stack)
		}
	})
	r := reader{held: &w.held}
	for _, d := range w.queue.shared { // not empty if the walk was stopped
		r.close(d, nil)
	}
	for _, d := range w.tops {
		r.closeRoot(d)
	}
}

func (w *walk) result() *Result {
	for _, x := range w.wholes {
		if c := x.d.place.Cost; c.Done() && !c.flawed.Load() {
			w.kept[x.d.root] = append(w.kept[x.d.root], kept{x.d.rel(), &Listing{ID: ID{x.st.Dev, x.st.Ino},
				Mtime: x.st.Mtime, Whole: true, Exact: true, Sum: c.Size()}})
		}
	}
	if w.opt.Record {
		for i := range w.roots {
			w.res.Index = append(w.res.Index, w.index(i))
		}
	}
	return &w.res
}

// index makes the index of a root: where every directory is as it was, the one before. The record of a directory
// comes from one place only, so that as many as there were in all are all there were.
func (w *walk) index(root int) *Index {
	x := &Index{Root: w.roots[root].Path}
	if w.old[root] != nil && len(w.kept[root]) == 0 && uint64(len(w.found[root])) == w.old[root].count {
		x.sealed = w.old[root]
		return x
	}
	x.open = make(map[string]*Listing, len(w.kept[root])+len(w.found[root]))
	for _, d := range w.found[root] {
		x.open[d.rel()] = w.old[root].listing(d.old)
	}
	for _, k := range w.kept[root] {
		x.open[k.rel] = k.l
	}
	return x
}

// unreadable notes a place that could not be looked at. What is gone by now is not worth a word,
// unless it is a root: somebody named that.
func (w *walk) unreadable(d *dir, err error) {
	if errors.Is(err, fs.ErrNotExist) && d.parent != nil {
		return
	}
	w.lost(d, "", err)
}

// lost notes that d, or the entry name in it, could not be looked at.
func (w *walk) lost(d *dir, name string, err error) {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	d.place.Cost.flawed.Store(true)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.res.Unread++
	if len(w.res.Unreadable) < listMax {
		w.res.Unreadable = append(w.res.Unreadable, Unreadable{d.at(name), err})
	}
}

func (w *walk) odd(d *dir, name string, k Kind) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.res.Odds++
	if len(w.res.Odd) < listMax {
		w.res.Odd = append(w.res.Odd, Odd{d.at(name), k})
	}
}

// recall opens the record of d, if d is as it was when that was made.
func (v *visitor) recall(d *dir, st *Stat) bool {
	if d.old == 0 {
		return false
	}
	v.rec = v.old[d.root].record(d.old)
	return !v.rec.hollow && v.rec.ID == ID{st.Dev, st.Ino} && v.rec.Mtime == st.Mtime &&
		v.rec.Whole == d.place.Whole && v.rec.whole()
}

// remember makes the records below d known by name, for a directory that is read although it has one.
func (v *visitor) remember(d *dir) {
	clear(v.below)
	if d.old == 0 {
		return
	}
	r := v.old[d.root].record(d.old)
	for range r.dirs() {
		if name, place := r.dir(); place != 0 {
			v.below[name] = place
		}
	}
}

// record keeps a listing of d unless the directory changed just now.
func (v *visitor) record(d *dir, st *Stat, l *Listing) {
	if !v.opt.Record || !d.indexed || st.Mtime > v.begun {
		return
	}
	l.ID, l.Mtime = ID{st.Dev, st.Ino}, st.Mtime
	v.kept[d.root] = append(v.kept[d.root], kept{d.rel(), l})
}

// skip reports whether a directory below a root is one that Options.Skip names.
func (w *walk) skip(d *dir, st *Stat) bool {
	return d.parent != nil && slices.Contains(w.opt.Skip, ID{st.Dev, st.Ino})
}

// child makes the sub-directory name of d. With ok false its owner wants it left alone.
func (d *dir) child(name string, dev, old uint64) (*dir, bool) {
	c := &dir{parent: d, root: d.root, name: name, dev: dev}
	c.shut()
	if d.place.Watch != nil {
		p, ok := d.place.Watch.Dir(name)
		if !ok {
			return nil, false
		}
		c.place = p
	} else {
		c.place = Place{Cost: d.place.Cost}
	}
	if d.indexed && !d.place.Whole {
		c.indexed, c.old = true, old
	}
	return c, true
}
