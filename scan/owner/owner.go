// Package owner tells what in a cache belongs to somebody else, and what its user may not use for that.
//
// One sudo go build with the home directory kept is enough: what it wrote is root's from then on. Whoever looks as root
// sees it with the eyes of the cache's owner, for to root nothing is closed.
//
// The package only reads, by the system.System that it is given: owners and modes, nothing else. Access control lists are
// not looked at, except where System.Access is asked.
package owner

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"sync"

	"godoctor/scan/regular"
	"godoctor/scan/system"
	"godoctor/scan/tree"
)

// examples is how many paths are kept of each kind.
const examples = 5

// A Look looks at entries for one user. It may be used by several goroutines.
type Look struct {
	sys  system.System
	asks bool // the user is the one who runs this, so that Access may be asked

	mu    sync.Mutex
	found Found
}

// Found is what belongs to others, and what is closed. Paths are absolute, raw, sorted.
type Found struct {
	User    int           // whom it is for
	Foreign int64         // entries of other users
	Owners  map[int]int64 // entries of each of them
	Closed  int64         // foreign or not: what the user may not read or, of a directory, write into
	// The first of both, a few.
	ForeignPaths, ClosedPaths []string
}

// New prepares a look into the cache at root. ok is false where there is nothing to tell: the system does not know owners,
// the cache is not there, or it is root's and root looks.
func New(sys system.System, root string) (l *Look, ok bool) {
	if sys.UID < 0 {
		return nil, false
	}
	real, err := filepath.EvalSymlinks(root)
	if err != nil {
		return nil, false
	}
	top, err := sys.Entry(real)
	if err != nil || top.UID < 0 || sys.UID == 0 && top.UID == 0 {
		return nil, false
	}
	l = &Look{sys: sys, asks: sys.UID != 0}
	if sys.UID == 0 {
		l.sys.UID, l.sys.GID, l.sys.Groups = top.UID, top.GID, nil
	}
	l.found = Found{User: l.sys.UID, Owners: make(map[int]int64)}
	return l, true
}

// A Need is what a go command does with an entry.
type Need uint8

// The needs.
const (
	Read  Need = iota // a file is read
	Write             // a directory is written into, a lock file opened for writing
)

// See looks at one entry and reports whether the user may do with it what go does. What is not there, and what cannot be
// looked at, is not told.
func (l *Look) See(path string, need Need) (may bool) {
	e, err := l.sys.Entry(path)
	if err != nil {
		return true
	}
	switch {
	case need == Read:
		may = l.sys.May(e, 4)
	case e.Mode.IsDir() && l.asks: // access(2) knows more than modes, and is asked where those of one's own do not suffice
		may = e.UID == l.sys.UID && l.sys.May(e, 3) || l.sys.Access(path) == nil
	case e.Mode.IsDir():
		may = l.sys.May(e, 3)
	default:
		may = l.sys.May(e, 6)
	}
	if may && e.UID == l.sys.UID {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	f := &l.found
	if e.UID != l.sys.UID {
		f.Foreign++
		f.Owners[e.UID]++
		f.ForeignPaths = keep(f.ForeignPaths, path)
	}
	if !may {
		f.Closed++
		f.ClosedPaths = keep(f.ClosedPaths, path)
	}
	return may
}

// keep keeps the first paths in their order.
func keep(list []string, path string) []string {
	i, _ := slices.BinarySearch(list, path)
	if i >= examples {
		return list
	}
	list = slices.Insert(list, i, path)
	return list[:min(len(list), examples)]
}

// Dirs looks at directories, which go writes into, and at the files in them, which it reads; not at what lies deeper. It
// ends early when ctx does.
func (l *Look) Dirs(ctx context.Context, dirs []string, workers int) {
	turns := tree.Turns(ctx, len(dirs))
	tree.Together(workers, func(int) {
		for i := range turns {
			l.dir(ctx, dirs[i])
		}
	})
}

func (l *Look) dir(ctx context.Context, dir string) {
	l.See(dir, Write)
	f, err := regular.OpenDir(dir)
	if err != nil {
		return
	}
	defer f.Close()
	for ctx.Err() == nil {
		names, err := f.Readdirnames(1024)
		for _, name := range names {
			l.See(dir+string(filepath.Separator)+name, Read)
		}
		if err != nil {
			return
		}
	}
}

// Found is what was found so far. What is seen later does not change it.
func (l *Look) Found() Found {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.found
	f.Owners = maps.Clone(f.Owners)
	f.ForeignPaths, f.ClosedPaths = slices.Clone(f.ForeignPaths), slices.Clone(f.ClosedPaths)
	return f
}
