package tree

import (
	"strings"
	"sync"
)

// A Listing is what one directory held when it was read: enough to tell its owner the same again.
type Listing struct {
	ID    ID
	Mtime int64 // of the directory, Unix nanoseconds
	Whole bool  // Sum is the whole subtree, the directory itself included
	Exact bool  // every inode was looked at; false where Sum was estimated
	Own   Size  // the directory itself
	Sum   Size  // entries that no Watch claimed
	Dirs  []string
	Files []Entry // entries that a Watch was told of
}

// An Index holds the listings of one tree, by path relative to its root ("" is the root itself).
// It is not changed after the walk that made it; [Index.Put] is for the owner of the tree.
//
// At rest it is the bytes that it is kept as (see encode.go), from which a walk reads each listing where it
// needs it: to make a map of ten thousand listings first took longer than to look at their directories.
type Index struct {
	Root string

	mu     sync.Mutex
	sealed *sealed             // nil while open is to be encoded
	open   map[string]*Listing // nil once it is encoded
}

// sealed is an encoded index. It is never changed.
type sealed struct {
	raw   string
	top   uint64 // where the record of the root is, see encode.go
	count uint64 // listings
}

// Put adds a listing that the owner of a tree made itself, of a place it did not have walked.
func (x *Index) Put(rel string, l *Listing) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.open == nil {
		x.open = make(map[string]*Listing)
		if x.sealed != nil {
			x.sealed.each(func(rel string, l *Listing) bool {
				x.open[rel] = l
				return true
			})
		}
	}
	x.sealed = nil
	x.open[rel] = l
}

// Listings gives each path with its listing, for range, in no particular order.
func (x *Index) Listings(yield func(rel string, l *Listing) bool) { x.seal().each(yield) }

// Listing gives the listing of one path, or nil.
func (x *Index) Listing(rel string) *Listing {
	s := x.seal()
	at := s.top
	for rest := rel; rest != ""; {
		var name string
		name, rest, _ = strings.Cut(rest, "/")
		r := s.record(at)
		at = 0
		for range r.dirs() {
			if n, below := r.dir(); n == name {
				at = below
			}
		}
	}
	return s.listing(at)
}

// seal gives the encoded form, and makes it if need be.
func (x *Index) seal() *sealed {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.sealed == nil {
		x.sealed = encode(x.open)
		x.open = nil
	}
	return x.sealed
}

// each walks over all listings. Every record costs at least one byte, so that there cannot be more of them than
// bytes, whatever damaged offsets say.
func (s *sealed) each(yield func(string, *Listing) bool) {
	type place struct {
		rel string
		at  uint64
	}
	todo := []place{{"", s.top}}
	for left := len(s.raw); len(todo) > 0 && left > 0; left-- {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if l := s.listing(p.at); l != nil && !yield(p.rel, l) {
			return
		}
		r := s.record(p.at)
		for range r.dirs() {
			if name, below := r.dir(); below != 0 {
				todo = append(todo, place{join(p.rel, name), below})
			}
		}
	}
}

func join(rel, name string) string {
	if rel == "" {
		return name
	}
	return rel + "/" + name
}

// StatRoot looks at the directory at path, following links as the walk does for its roots. It is
// ErrNotDirectory if something else is there.
func StatRoot(path string) (Stat, error) {
	d := &dir{name: path}
	d.shut()
	var r reader
	if err := r.openRoot(d); err != nil {
		return Stat{}, err
	}
	defer r.closeRoot(d)
	return r.open(d)
}
