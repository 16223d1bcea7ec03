package tree

import (
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"strings"
)

// An encoded index is a row of records, one for each directory, the ones below a directory before it:
//
//	flags, dev, ino, mtime, own size, sum,
//	number of files, and for each its name, kind, bytes, disk, mtime,
//	number of directories, and for each its name and where its record begins
//
// A place is an offset plus one; zero means that there is no record. Numbers are varints, strings have their
// length before them; the mtime of a file is told from that of its directory, what it takes on disk from its
// bytes. A hollow record has only the directories: it leads to listings below a directory that has none.
// A record that makes no sense is as good as none: then the directory is read.

// ErrIndex is the reason why bytes are not an index.
var ErrIndex = errors.New("not an index")

// The flags of a record.
const (
	flagWhole = 1 << iota
	flagExact
	flagHollow
)

// AppendIndex appends the encoding of x to b. Equal indexes have equal encodings.
func AppendIndex(b []byte, x *Index) []byte {
	s := x.seal()
	b = appendString(b, x.Root)
	b = binary.AppendUvarint(b, s.top)
	b = binary.AppendUvarint(b, s.count)
	return appendString(b, s.raw)
}

// ReadIndex decodes an index from the front of s and gives what follows it. The index shares the memory of s.
func ReadIndex(s string) (x *Index, rest string, err error) {
	d := decoder{s: s}
	x = &Index{Root: d.string(), sealed: &sealed{top: d.uint(), count: d.uint()}}
	x.sealed.raw = d.string()
	if d.bad || x.sealed.top > uint64(len(x.sealed.raw)) {
		return nil, "", ErrIndex
	}
	return x, d.s, nil
}

// A node is a directory of an index on its way to a record.
type node struct {
	l     *Listing // nil: hollow
	kids  map[string]*node
	place uint64 // where its record is; zero: nowhere yet
}

// encode makes the encoded form of listings by path.
func encode(listings map[string]*Listing) *sealed {
	top := &node{}
	for rel, l := range listings {
		n := top
		for rest := rel; rest != ""; {
			var name string
			name, rest, _ = strings.Cut(rest, "/")
			n = n.kid(name)
		}
		n.l = l
	}
	b, place := top.append(nil)
	return &sealed{raw: string(b), top: place, count: uint64(len(listings))}
}

func (n *node) kid(name string) *node {
	k := n.kids[name]
	if k == nil {
		if n.kids == nil {
			n.kids = make(map[string]*node)
		}
		k = &node{}
		n.kids[name] = k
	}
	return k
}

// append appends the records of all below n and its own, and says where that begins.
func (n *node) append(b []byte) ([]byte, uint64) {
	if n.place != 0 || n.l == nil && len(n.kids) == 0 { // a damaged listing may name a directory twice
		return b, n.place
	}
	names := slices.Sorted(maps.Keys(n.kids))
	if n.l != nil {
		names = n.l.Dirs
	}
	places := make([]uint64, len(names))
	for i, name := range names {
		if k := n.kids[name]; k != nil {
			b, places[i] = k.append(b)
		}
	}
	n.place = uint64(len(b)) + 1
	if n.l == nil {
		b = append(b, flagHollow)
	} else {
		b = appendListing(b, n.l)
	}
	b = binary.AppendUvarint(b, uint64(len(names)))
	for i, name := range names {
		b = appendString(b, name)
		b = binary.AppendUvarint(b, places[i])
	}
	return b, n.place
}

// appendListing appends all of a listing but its directories.
func appendListing(b []byte, l *Listing) []byte {
	flags := byte(0)
	if l.Whole {
		flags |= flagWhole
	}
	if l.Exact {
		flags |= flagExact
	}
	b = append(b, flags)
	b = binary.AppendUvarint(b, l.ID.Dev)
	b = binary.AppendUvarint(b, l.ID.Ino)
	b = binary.AppendVarint(b, l.Mtime)
	b = appendSize(b, l.Own)
	b = appendSize(b, l.Sum)
	b = binary.AppendUvarint(b, uint64(len(l.Files)))
	for _, e := range l.Files {
		b = appendString(b, e.Name)
		b = binary.AppendUvarint(b, uint64(e.Kind))
		b = binary.AppendVarint(b, e.Bytes)
		b = binary.AppendVarint(b, e.Disk-blocks(e.Bytes))
		b = binary.AppendVarint(b, e.Mtime-l.Mtime)
	}
	return b
}

// blocks is what a file of n bytes takes on most disks.
func blocks(n int64) int64 { return (n + 4095) &^ 4095 }

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendSize(b []byte, s Size) []byte {
	for _, n := range [...]int64{s.Bytes, s.Disk, s.Files, s.Dirs} {
		b = binary.AppendVarint(b, n)
	}
	return b
}
