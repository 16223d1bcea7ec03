package tree

import (
	"errors"
	"io/fs"
)

// A visitor is one worker of a walk, with the buffers that it uses again for each directory.
type visitor struct {
	*walk
	reader reader

	// of the directory being read
	sum     Size // entries that the place itself pays for
	entries int64
	bytes   int64 // of all entries, whoever pays
	flawed  bool
	dirs    []*dir
	list    *Listing // nil unless a listing is made

	stack []*dir   // directories to read
	kept  [][]kept // as in walk, of this worker
	found [][]*dir
	rec   record            // of the directory that is being looked at
	below map[string]uint64 // places of records by name, see remember

	done Result // what this worker did; the others add theirs when they end
}

// next gives the directory to read next; nil when there are no more, or the walk is to end.
func (v *visitor) next() *dir {
	if v.ctx.Err() != nil {
		return nil
	}
	last := len(v.stack) - 1
	if last < 0 {
		return v.queue.next()
	}
	d := v.stack[last]
	v.stack[last] = nil
	v.stack = v.stack[:last]
	return d
}

// settle adds what the worker did to the result of the walk.
func (v *visitor) settle() {
	v.queue.leave(v.stack)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.res.Entries += v.done.Entries
	v.res.Read += v.done.Read
	v.res.Recalled += v.done.Recalled
	for i := range v.kept {
		v.walk.kept[i] = append(v.walk.kept[i], v.kept[i]...)
		v.walk.found[i] = append(v.walk.found[i], v.found[i]...)
	}
}

// visit reads one directory: charges it and its entries, and queues what is below.
func (v *visitor) visit(d *dir) {
	if d.parent == nil {
		if err := v.reader.openRoot(d); err != nil {
			v.unreadable(d, err)
			return
		}
	}
	if d.place.Shallow || d.old != 0 {
		if v.glance(d) {
			return
		}
	}
	st, err := v.reader.open(d)
	if err != nil {
		v.closed(d, err)
		return
	}
	if v.skip(d, &st) {
		v.reader.close(d, nil)
		return
	}
	v.read(d, &st)
}

// glance looks at a directory from outside, and reports whether that was enough.
func (v *visitor) glance(d *dir) bool {
	st, err := v.reader.stat(d)
	if err != nil {
		v.unreadable(d, err)
		v.reader.close(d, nil)
		return true
	}
	known := v.recall(d, &st)
	if !known && !d.place.Shallow {
		return false
	}
	if v.skip(d, &st) {
		v.reader.close(d, nil)
		return true
	}
	v.begin(d)
	if known {
		v.seen(d, &st, &v.rec.Listing)
		v.replay(d, &st)
	} else {
		v.seen(d, &st, nil)
	}
	v.end(d, &st)
	return true
}

// seen tells the owner of d its state. It gets a copy: without that the state of every directory, nearly all of
// which no owner asks for, would be an allocation.
func (v *visitor) seen(d *dir, st *Stat, l *Listing) {
	if d.place.Seen != nil {
		c := *st
		d.place.Seen(&c, l)
	}
}

// replay tells the owner of d what its record knows.
func (v *visitor) replay(d *dir, st *Stat) {
	r := &v.rec
	v.sum = r.Own.Add(r.Sum)
	v.entries, v.bytes = v.sum.Files+v.sum.Dirs+int64(r.files), v.sum.Bytes
	for e, ok := r.file(); ok; e, ok = r.file() {
		v.bytes += e.Bytes
		if d.place.Watch == nil {
			continue // damaged: nobody was told of files here
		}
		if c := d.place.Watch.File(e); c != nil {
			c.Charge(Size{Bytes: e.Bytes, Disk: e.Disk, Files: 1})
		}
	}
	for range r.dirs() {
		name, place := r.dir()
		v.subdir(d, name, st.Dev, place)
	}
	v.done.Recalled++
	if v.opt.Record {
		v.found[d.root] = append(v.found[d.root], d)
	}
}

// read reads an open directory.
func (v *visitor) read(d *dir, st *Stat) {
	v.begin(d)
	own := Size{Bytes: st.Bytes, Disk: st.Disk, Dirs: 1}
	v.sum, v.entries, v.bytes = own, 1, own.Bytes
	v.remember(d)
	if v.opt.Record && d.indexed && !d.place.Whole {
		v.list = &Listing{Own: own, Exact: true}
	}
	v.seen(d, st, nil)
	if d.parent != nil && d.dev != st.Dev {
		v.flawed = true
		v.odd(d, "", Mount)
	}
	if err := v.reader.list(v, d, st); err != nil {
		v.flawed = true
		v.unreadable(d, err)
	}
	if v.list != nil && d.place.Watch == nil {
		v.list.Sum = v.sum.Sub(own)
	}
	v.done.Read++
	if d.place.Whole && v.opt.Record && d.indexed && st.Mtime <= v.begun {
		v.mu.Lock()
		v.wholes = append(v.wholes, whole{d, *st})
		v.mu.Unlock()
	}
	v.end(d, st)
}

// begin forgets the directory before.
func (v *visitor) begin(d *dir) {
	v.sum, v.entries, v.bytes, v.flawed, v.list = Size{}, 0, 0, false, nil
	v.dirs = v.dirs[:0]
}

// end settles the account of a directory and queues the ones in it.
func (v *visitor) end(d *dir, st *Stat) {
	d.place.Cost.Charge(v.sum)
	if v.flawed {
		d.place.Cost.flawed.Store(true)
	} else if v.list != nil {
		v.record(d, st, v.list)
	}
	if v.opt.Count != nil {
		v.opt.Count(v.entries, v.bytes)
	}
	v.done.Entries += v.entries
	v.reader.close(d, v.dirs)
	v.tops[d.root].live.Add(int32(len(v.dirs)))
	for _, c := range v.dirs {
		c.place.Cost.start(1)
	}
	v.stack = append(v.stack, v.dirs...)
}

// closed deals with a directory that could not be opened. Its own size counts all the same, as in du.
func (v *visitor) closed(d *dir, cause error) {
	st, err := v.reader.stat(d)
	if err != nil {
		v.unreadable(d, err)
		v.reader.close(d, nil)
		return
	}
	if !st.Mode.IsDir() {
		cause = errors.New("changed while it was looked at")
	}
	v.begin(d)
	if !v.skip(d, &st) {
		v.flawed = true
		v.unreadable(d, cause)
		v.sum, v.entries = Size{Bytes: st.Bytes, Disk: st.Disk, Dirs: 1}, 1
		v.seen(d, &st, nil)
	}
	v.end(d, &st)
}

// subdir notes a directory found in d, and where its record is.
func (v *visitor) subdir(d *dir, name string, dev, old uint64) {
	c, ok := d.child(name, dev, old)
	if !ok {
		return
	}
	v.dirs = append(v.dirs, c)
	if v.list != nil {
		v.list.Dirs = append(v.list.Dirs, name)
	}
}

// listed notes a directory that is named in d.
func (v *visitor) listed(d *dir, name string, dev uint64) { v.subdir(d, name, dev, v.below[name]) }

// leaf charges an entry that is no directory.
func (v *visitor) leaf(d *dir, name []byte, s *leafStat) {
	size := Size{Bytes: s.bytes, Disk: s.disk, Files: 1}
	v.entries++
	v.bytes += s.bytes
	if s.kind != File {
		v.flawed = true
		v.odd(d, string(name), s.kind)
	}
	cost := d.place.Cost
	if d.place.Watch != nil {
		e := Entry{Name: string(name), Kind: s.kind, Bytes: s.bytes, Disk: s.disk, Mtime: s.mtime}
		if cost = d.place.Watch.File(e); cost == nil {
			return
		}
		if v.list != nil {
			v.list.Files = append(v.list.Files, e)
		}
	}
	switch {
	case s.nlink > 1:
		v.flawed = true
		v.links.charge(s.id, cost, size)
	case cost == d.place.Cost:
		v.sum = v.sum.Add(size)
	default:
		cost.Charge(size)
	}
}

// leafStat is what the platform knows of an entry that is no directory.
type leafStat struct {
	kind        Kind
	bytes, disk int64
	mtime       int64
	nlink       uint64
	id          ID
}

// modeKind translates the type bits of a file mode.
func modeKind(m fs.FileMode) Kind {
	switch {
	case m.IsRegular():
		return File
	case m&fs.ModeSymlink != 0:
		return Link
	case m&fs.ModeNamedPipe != 0:
		return Fifo
	case m&fs.ModeSocket != 0:
		return Socket
	case m&fs.ModeDevice != 0:
		return Device
	}
	return Other
}
