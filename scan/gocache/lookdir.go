package gocache

import (
	"godoctor/scan/tree"
)

// The watches of the second look. The walk charges the groups themselves.

// lookTop is GOCACHE, of which only the 256 directories are looked at again.
type lookTop struct{ *look }

func (w lookTop) Dir(name string) (tree.Place, bool) {
	b, ok := hexByte(name)
	if !ok {
		return tree.Place{}, false
	}
	d := &lookDir{look: w.look, b: b, pages: make(map[groupKey]*account)}
	w.dirs[b] = d // one root has one directory of a name: nobody else writes here
	dirs := w.plain(KindDirectory, AgeUnknown)
	dirs.entries.Add(1)
	return tree.Place{Cost: &dirs.cost, Watch: d}, true
}

func (w lookTop) File(tree.Entry) *tree.Cost { return nil }

// lookDir is one of the 256 directories.
type lookDir struct {
	*look
	b     byte
	buf   [headSize]byte
	pages map[groupKey]*account // of look.accounts, without its lock

	outs    []output // for join
	acts    []actionOf
	empties []emptyOf

	entries, bytes int64 // not yet told to count
}

// group finds the account of what an entry is about and counts the entry.
func (d *lookDir) group(a about, age Age) *tree.Cost {
	k := groupKey{a, age}
	g := d.pages[k]
	if g == nil {
		g = d.account(*d.intern(a), age)
		d.pages[k] = g
	}
	g.entries.Add(1)
	return &g.cost
}

// bump tells count of an entry now and then.
func (d *lookDir) bump(bytes int64) {
	d.entries++
	d.bytes += bytes
	if d.entries == 64 {
		d.tell()
	}
}

func (d *lookDir) tell() {
	if d.count != nil && d.entries > 0 {
		d.count(d.entries, d.bytes)
	}
	d.entries, d.bytes = 0, 0
}

func (d *lookDir) Dir(name string) (tree.Place, bool) {
	rel := hexName(d.b) + "/" + name
	if classify(d.b, name) == classOutput {
		d.bump(0)
		d.outputs.Add(1)
		x := &lookExe{lookDir: d, id: entryID(name), rel: rel, about: about{kind: KindExecutable}}
		d.mu.Lock()
		d.programs = append(d.programs, x)
		d.mu.Unlock()
		return tree.Place{Cost: &x.cost, Watch: x, Seen: x.seen}, true
	}
	return d.stray(rel), true
}

// stray is an alien directory, which is listed where the walk did not come to do it.
func (d *lookDir) stray(rel string) tree.Place {
	w := lookStray{d.plain(KindAlien, AgeUnknown), new(tree.Cost)}
	if d.Scan.dirs[d.b].recalled.Load() {
		w.item = d.find(rel, "directory, not the go command's")
	}
	w.group.entries.Add(1)
	return w.place()
}

func (d *lookDir) File(e tree.Entry) *tree.Cost {
	d.bump(e.Bytes)
	age := ageOf(d.now, e.Mtime)
	switch classFile(d.b, &e) {
	case classAction:
		d.actions.Add(1)
		return d.action(&e, age)
	case classOutput:
		d.outputs.Add(1)
		return d.output(&e, age)
	}
	if d.Scan.dirs[d.b].recalled.Load() {
		d.find(hexName(d.b)+"/"+e.Name, alienFile(&e)).Charge(sizeOf(&e))
	}
	return d.group(about{kind: KindAlien}, AgeUnknown)
}

// output reads the beginning of an output file.
func (d *lookDir) output(e *tree.Entry, age Age) *tree.Cost {
	id := entryID(e.Name)
	a := damaged
	switch {
	case d.ctx.Err() != nil: // nothing of this is going to be used
	case e.Bytes == 0 && id == emptyOutput:
		a = about{kind: KindEmpty}
	case e.Bytes > 0:
		a = d.read(e)
	}
	d.outs = append(d.outs, output{prefix(&id), d.intern(a)})
	return d.group(a, age)
}

// read opens an output file and sniffs at it.
func (d *lookDir) read(e *tree.Entry) (a about) {
	_, err := d.open.read(hexName(d.b)+"/"+e.Name, d.buf[:], func(head []byte, at readAt) {
		a = sniff(head, e.Bytes, func() []byte {
			end := make([]byte, 512)
			n, _ := at(end, max(0, e.Bytes-int64(len(end))))
			return end[:max(n, 0)]
		})
	})
	if err != nil {
		return damaged
	}
	return a
}

// action reads an action file. What it is about is known once all outputs are; until then nobody pays.
func (d *lookDir) action(e *tree.Entry, age Age) *tree.Cost {
	id := entryID(e.Name)
	var act action
	ok := false
	if e.Bytes == actionSize && d.ctx.Err() == nil {
		n, err := d.open.read(hexName(d.b)+"/"+e.Name, d.buf[:actionSize+1], nil)
		if err == nil {
			act, ok = parseAction(d.buf[:n], id)
		}
	}
	if !ok {
		return d.group(damaged, age)
	}
	disk := uint32(min(max(e.Disk, 0), 1<<31))
	if act.output == emptyOutput {
		d.empties = append(d.empties, emptyOf{prefix(&id), disk, age})
	} else {
		d.acts = append(d.acts, actionOf{id, prefix(&act.output), disk, act.output[0], age})
	}
	return &d.pending.cost
}

// damaged is what cannot be read, or cannot be what its name says.
var damaged = about{kind: KindDamaged}

// lookExe is an output that is a directory with a program in it.
type lookExe struct {
	*lookDir
	id    [idSize]byte
	rel   string
	age   Age
	about about
	cost  tree.Cost
}

func (x *lookExe) seen(st *tree.Stat, _ *tree.Listing) { x.age = ageOf(x.now, st.Mtime) }

func (x *lookExe) Dir(name string) (tree.Place, bool) { return x.stray(x.rel + "/" + name), true }

func (x *lookExe) File(e tree.Entry) *tree.Cost {
	if e.Kind != tree.File || x.ctx.Err() != nil {
		return &x.cost
	}
	if f, err := x.open.open(x.rel + "/" + e.Name); err == nil {
		x.about = sniffExecutable(f)
		f.Close()
	}
	return &x.cost
}

// lookStray is an alien directory in one of the 256, with all below it.
type lookStray struct {
	group *account
	item  *tree.Cost
}

func (w lookStray) place() tree.Place {
	return tree.Place{Cost: &w.group.cost, Watch: w,
		Seen: func(st *tree.Stat, _ *tree.Listing) { w.item.Charge(ownSize(st)) }}
}

func (w lookStray) Dir(string) (tree.Place, bool) {
	w.group.entries.Add(1)
	return w.place(), true
}

func (w lookStray) File(e tree.Entry) *tree.Cost {
	w.group.entries.Add(1)
	w.item.Charge(sizeOf(&e))
	return &w.group.cost
}
