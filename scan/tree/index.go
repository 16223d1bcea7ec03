package tree

import "maps"

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
type Index struct {
	Root     string
	Listings map[string]*Listing
	lent     bool // Listings is another index's
}

// Put adds a listing that the owner of a tree made itself, of a place it did not have walked.
func (x *Index) Put(rel string, l *Listing) {
	if x.lent {
		x.Listings, x.lent = maps.Clone(x.Listings), false
	}
	x.Listings[rel] = l
}

// recall finds a listing that still describes the directory.
func (x *Index) recall(rel string, st *Stat) *Listing {
	if x == nil {
		return nil
	}
	l := x.Listings[rel]
	if l == nil || l.ID != (ID{st.Dev, st.Ino}) || l.Mtime != st.Mtime {
		return nil
	}
	return l
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
