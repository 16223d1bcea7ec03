package gocache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"godoctor/scan/tree"
)

// An Entry is one file of a build cache, or an output that is a directory with a program in it.
type Entry struct {
	Name   string // HASH-a or HASH-d; it lies in the directory named by its first two characters
	Output bool   // HASH-d
	Mtime  int64  // of the last use, as go notes it; Unix nanoseconds
	Bytes  int64  // apparent
	Disk   int64  // allocated; what other names of the same file share with it is counted here too

	// What the second look tells; without it Kind is KindAction, KindOutput or KindExecutable.
	Kind                    string
	GoVersion, GOOS, GOARCH string // empty: not known
}

// Dir is the directory of the entry, "00" to "ff".
func (e *Entry) Dir() string { return e.Name[:2] }

// ErrForeign says that a directory is not a build cache: nothing in it is an entry.
var ErrForeign = errors.New("it does not look like a build cache of the go command")

// Entries lists the entries of the build cache at root that want is true for, by name. Only what the go command can
// have written is an entry: files (and directories with a program) HASH-a and HASH-d in the directory of their first
// two characters. With headers every entry is opened as [Scan.Headers] does it, and kind, Go version and platform are
// known when want is asked: an action file has those of its output, or of the action it was derived from. Without, names
// and times cost the walk alone.
//
// want is called from one goroutine at a time, after the whole cache was looked at, and may not keep the pointer. The
// error is ErrForeign for what is no build cache, and that of ctx; a cache that is not there has no entries. What
// cannot be read is left out.
func Entries(ctx context.Context, root string, headers bool, want func(*Entry) bool) ([]Entry, error) {
	if v := inspect(root); !v.looks {
		if v.reason != "" {
			return nil, fmt.Errorf("%w: %s", ErrForeign, v.reason)
		}
		return nil, ErrForeign
	}
	o, err := openRoot(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer o.close()
	l := &entryLook{ctx: ctx, open: o, headers: headers, known: make(map[about]*about)}
	tree.Walk(ctx, []tree.Root{{Path: root, Place: tree.Place{Cost: new(tree.Cost), Watch: entryTop{l}}}}, tree.Options{})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if headers {
		l.join()
	}
	var out []Entry
	for _, d := range l.dirs {
		if d == nil {
			continue
		}
		for i := range d.found {
			d.found[i].finish()
			if want(&d.found[i].Entry) {
				out = append(out, d.found[i].Entry)
			}
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// entryLook is one call of Entries.
type entryLook struct {
	ctx     context.Context
	open    *opener
	headers bool
	dirs    [256]*entryDir
	mu      sync.Mutex
	known   map[about]*about // under mu
}

// entryTop is GOCACHE.
type entryTop struct{ *entryLook }

func (w entryTop) Dir(name string) (tree.Place, bool) {
	b, ok := hexByte(name)
	if !ok {
		return tree.Place{}, false
	}
	d := &entryDir{entryLook: w.entryLook, b: b, reader: lookDir{look: &look{ctx: w.ctx, open: w.open}, b: b}}
	w.dirs[b] = d // one root has one directory of a name: nobody else writes here
	return tree.Place{Cost: new(tree.Cost), Watch: d}, true
}

func (w entryTop) File(tree.Entry) *tree.Cost { return nil }

// foundEntry is an entry that was met.
type foundEntry struct {
	Entry
	about *about     // of an output
	act   *action    // of an action file that could be read
	cost  *tree.Cost // of a directory
}

// finish takes over what was not known when the entry was met.
func (e *foundEntry) finish() {
	if e.cost != nil {
		size := e.cost.Size()
		e.Bytes, e.Disk = size.Bytes, size.Disk
	}
	if e.about != nil {
		e.Kind, e.GoVersion, e.GOOS, e.GOARCH = e.about.kind, e.about.version, e.about.goos, e.about.goarch
	}
}

// entryDir is one of the 256 directories. It is read by one worker.
type entryDir struct {
	*entryLook
	b      byte
	reader lookDir // reads as the second look does
	exes   sync.Mutex
	found  []foundEntry // the entries of programs are changed by the workers that read their directories: under exes
}

func (d *entryDir) Dir(name string) (tree.Place, bool) {
	if classify(d.b, name) != classOutput {
		return tree.Place{}, false
	}
	x := &entryExe{entryDir: d, rel: hexName(d.b) + "/" + name, at: len(d.found), about: about{kind: KindExecutable}}
	d.exes.Lock()
	d.found = append(d.found, foundEntry{Entry: Entry{Name: name, Output: true, Kind: KindExecutable}, cost: &x.cost})
	d.exes.Unlock()
	return tree.Place{Cost: &x.cost, Watch: x, Seen: x.seen}, true
}

func (d *entryDir) File(e tree.Entry) *tree.Cost {
	f := foundEntry{Entry: Entry{Name: e.Name, Mtime: e.Mtime, Bytes: e.Bytes, Disk: e.Disk, Kind: KindAction}}
	switch classFile(d.b, &e) {
	case classAction:
		if d.headers {
			f.act, f.about = d.action(&e)
		}
	case classOutput:
		f.Output, f.Kind = true, KindOutput
		if d.headers {
			f.about = d.intern(d.output(&e))
		}
	default:
		return nil
	}
	d.exes.Lock()
	d.found = append(d.found, f)
	d.exes.Unlock()
	return nil
}

// action reads an action file; one that says nothing is damaged.
func (d *entryDir) action(e *tree.Entry) (*action, *about) {
	if e.Bytes == actionSize && d.ctx.Err() == nil {
		n, err := d.open.read(hexName(d.b)+"/"+e.Name, d.reader.buf[:actionSize+1], nil)
		if err == nil {
			if a, ok := parseAction(d.reader.buf[:n], entryID(e.Name)); ok {
				return &a, nil
			}
		}
	}
	return nil, &damaged
}

// output reads the beginning of an output file.
func (d *entryDir) output(e *tree.Entry) about {
	switch {
	case e.Bytes == 0 && entryID(e.Name) == emptyOutput:
		return about{kind: KindEmpty}
	case e.Bytes == 0 || d.ctx.Err() != nil:
		return damaged
	}
	return d.reader.read(e)
}

// intern gives the one copy of an about, so that a version is kept once.
func (l *entryLook) intern(a about) *about {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.known) >= aboutMax && l.known[a] == nil {
		a = about{kind: a.kind}
	}
	p := l.known[a]
	if p == nil {
		p = &a
		l.known[a] = p
	}
	return p
}

// entryExe is an output that is a directory.
type entryExe struct {
	*entryDir
	rel   string
	at    int // of its entry in found
	about about
	cost  tree.Cost
}

func (x *entryExe) change(f func(*foundEntry)) {
	x.exes.Lock()
	defer x.exes.Unlock()
	f(&x.found[x.at])
}

func (x *entryExe) seen(st *tree.Stat, _ *tree.Listing) {
	x.change(func(e *foundEntry) { e.Mtime = st.Mtime })
}

func (x *entryExe) Dir(string) (tree.Place, bool) { return tree.Place{Cost: &x.cost}, true }

func (x *entryExe) File(e tree.Entry) *tree.Cost {
	if x.headers && e.Kind == tree.File && x.ctx.Err() == nil {
		if f, err := x.open.open(x.rel + "/" + e.Name); err == nil {
			a := x.intern(sniffExecutable(f))
			f.Close()
			x.change(func(e *foundEntry) { e.about = a })
		}
	}
	return &x.cost
}

// join tells what each action file is about: see look.join, which does the same for groups.
func (l *entryLook) join() {
	outs, derived := make(map[[idSize]byte]*about), make(map[[idSize]byte]*about)
	each := func(f func(*foundEntry)) {
		for _, d := range l.dirs {
			for i := range d.entries() {
				f(&d.found[i])
			}
		}
	}
	each(func(e *foundEntry) {
		if e.Output && e.about != nil {
			outs[entryID(e.Name)] = e.about
		}
	})
	each(func(e *foundEntry) {
		if e.act == nil {
			return
		}
		if a := outs[e.act.output]; a != nil && a.version != "" {
			id := entryID(e.Name)
			for _, what := range subkeys {
				derived[subkey(id, what)] = a
			}
		}
	})
	each(func(e *foundEntry) {
		if e.act != nil {
			e.about = l.intern(aboutOf(outs[e.act.output], derived[entryID(e.Name)], e.act.output == emptyOutput))
		}
	})
}

func (d *entryDir) entries() []foundEntry {
	if d == nil {
		return nil
	}
	return d.found
}

// aboutOf says what an action is about, by its output and by the action that it was derived from.
func aboutOf(out, from *about, empty bool) about {
	switch {
	case out == nil && !empty:
		return about{kind: KindDangling}
	case out == nil:
		out = &about{kind: KindEmpty}
	}
	if out.version != "" || from == nil {
		return *out
	}
	kind := out.kind
	if empty {
		kind = KindMessage
	}
	return about{kind, from.version, from.goos, from.goarch}
}
