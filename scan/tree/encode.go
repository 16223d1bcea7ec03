package tree

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// ErrIndex is the reason why bytes are not an index.
var ErrIndex = errors.New("not an index")

// AppendIndex appends the encoding of x to b: numbers as varints, strings with their length before
// them, listings in the order of their paths, so that equal indexes have equal encodings.
func AppendIndex(b []byte, x *Index) []byte {
	b = appendString(b, x.Root)
	paths := make([]string, 0, len(x.Listings))
	for p := range x.Listings {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	b = binary.AppendUvarint(b, uint64(len(paths)))
	for _, p := range paths {
		b = appendString(b, p)
		b = appendListing(b, x.Listings[p])
	}
	return b
}

func appendListing(b []byte, l *Listing) []byte {
	var flags uint64
	if l.Whole {
		flags |= 1
	}
	if l.Exact {
		flags |= 2
	}
	b = binary.AppendUvarint(b, flags)
	b = binary.AppendUvarint(b, l.ID.Dev)
	b = binary.AppendUvarint(b, l.ID.Ino)
	b = binary.AppendVarint(b, l.Mtime)
	b = appendSize(b, l.Own)
	b = appendSize(b, l.Sum)
	b = binary.AppendUvarint(b, uint64(len(l.Dirs)))
	for _, d := range l.Dirs {
		b = appendString(b, d)
	}
	b = binary.AppendUvarint(b, uint64(len(l.Files)))
	for _, e := range l.Files {
		b = appendString(b, e.Name)
		b = binary.AppendUvarint(b, uint64(e.Kind))
		b = binary.AppendVarint(b, e.Bytes)
		b = binary.AppendVarint(b, e.Disk)
		b = binary.AppendVarint(b, e.Mtime)
	}
	return b
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendSize(b []byte, s Size) []byte {
	for _, n := range [...]int64{s.Bytes, s.Disk, s.Files, s.Dirs} {
		b = binary.AppendVarint(b, n)
	}
	return b
}

// ReadIndex decodes an index from the front of s and gives what follows it. The strings of the index
// share the memory of s.
func ReadIndex(s string) (x *Index, rest string, err error) {
	d := decoder{s: s}
	x = &Index{Root: d.string()}
	n := d.count(8)
	x.Listings = make(map[string]*Listing, n)
	all := make([]Listing, n) // one allocation for all of them
	for i := range all {
		p := d.string()
		d.listing(&all[i])
		x.Listings[p] = &all[i]
	}
	if d.bad {
		return nil, "", ErrIndex
	}
	return x, d.s, nil
}

// A decoder reads what the append functions wrote. After the first thing that does not fit it is bad
// and gives zeros.
type decoder struct {
	s   string
	bad bool
}

func (d *decoder) listing(l *Listing) {
	flags := d.uint()
	l.Whole, l.Exact = flags&1 != 0, flags&2 != 0
	l.ID = ID{d.uint(), d.uint()}
	l.Mtime = d.int()
	l.Own, l.Sum = d.size(), d.size()
	if n := d.count(1); n > 0 {
		l.Dirs = make([]string, n)
		for i := range l.Dirs {
			l.Dirs[i] = d.string()
		}
	}
	if n := d.count(5); n > 0 {
		l.Files = make([]Entry, n)
		for i := range l.Files {
			l.Files[i] = Entry{Name: d.string(), Kind: Kind(d.uint()), Bytes: d.int(), Disk: d.int(), Mtime: d.int()}
		}
	}
}

func (d *decoder) size() Size { return Size{d.int(), d.int(), d.int(), d.int()} }

func (d *decoder) fail() {
	d.bad, d.s = true, ""
}

func (d *decoder) uint() uint64 {
	var x uint64
	for i := 0; i < len(d.s) && i < binary.MaxVarintLen64; i++ {
		c := d.s[i]
		x |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			d.s = d.s[i+1:]
			return x
		}
	}
	d.fail()
	return 0
}

func (d *decoder) int() int64 {
	u := d.uint()
	return int64(u>>1) ^ -int64(u&1)
}

// count reads a number of things that take at least size bytes each; more than can follow is bad.
func (d *decoder) count(size int) int {
	n := d.uint()
	if n > math.MaxInt32 || int(n) > len(d.s)/size {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) string() string {
	n := d.count(1)
	s := d.s[:n]
	d.s = d.s[n:]
	return s
}
