package tree

import (
	"encoding/binary"
	"math"
	"strings"
)

// A record reads a directory of an encoded index: first the files, then the directories, each once and in order.
// The zero record has none. Its strings share the memory of the index.
type record struct {
	decoder
	Listing     // without Files and Dirs
	hollow      bool
	files       int // that are still to be read
	directories int // known once the files are read
	counted     bool
	place       uint64 // of the record
}

// record reads the front of the record at a place. Where none is it gives a hollow one without directories.
func (s *sealed) record(place uint64) (r record) {
	r.hollow, r.place = true, place
	if place == 0 || place > uint64(len(s.raw)) {
		r.counted = true
		return r
	}
	r.decoder.s = s.raw[place-1:]
	flags := r.uint()
	if r.hollow = flags&flagHollow != 0; r.hollow {
		return r
	}
	r.Whole, r.Exact = flags&flagWhole != 0, flags&flagExact != 0
	r.ID = ID{r.uint(), r.uint()}
	r.Mtime = r.int()
	r.Own, r.Sum = r.size(), r.size()
	r.files = r.count(5)
	r.hollow = r.bad
	return r
}

// file reads the next file; ok is false after the last.
func (r *record) file() (e Entry, ok bool) {
	if r.files == 0 {
		return Entry{}, false
	}
	r.files--
	e = Entry{Name: r.string(), Kind: Kind(r.uint()), Bytes: r.int()}
	e.Disk = r.int() + blocks(e.Bytes)
	e.Mtime = r.int() + r.Mtime
	return e, !r.bad
}

// dirs says how many directories there are.
func (r *record) dirs() int {
	if !r.counted {
		for r.files > 0 {
			r.file()
		}
		r.directories, r.counted = r.count(2), true
	}
	return r.directories
}

// dir reads the next directory and the place of its record, zero where it has none. No more than dirs says may
// be asked for.
func (r *record) dir() (name string, place uint64) {
	name, place = r.string(), r.uint()
	if name == "" || name == "." || name == ".." || strings.IndexByte(name, '/') >= 0 {
		r.fail() // no name of a directory: it would lead elsewhere
		return "", 0
	}
	if place >= r.place {
		return name, 0 // what is below has its record before: this one would lead in a circle
	}
	return name, place
}

// whole reports whether everything in a record makes sense, by reading it through.
func (r record) whole() bool {
	for range r.dirs() {
		r.dir()
	}
	return !r.bad
}

// listing reads all of a record; nil where there is none, or none that can be used.
func (s *sealed) listing(place uint64) *Listing {
	r := s.record(place)
	if r.hollow || !r.whole() {
		return nil
	}
	l := r.Listing
	for e, ok := r.file(); ok; e, ok = r.file() {
		l.Files = append(l.Files, e)
	}
	for range r.dirs() {
		name, _ := r.dir()
		l.Dirs = append(l.Dirs, name)
	}
	return &l
}

// A decoder reads what the append functions wrote. After the first thing that does not fit it is bad
// and gives zeros.
type decoder struct {
	s   string
	bad bool
}

func (d *decoder) size() Size { return Size{d.int(), d.int(), d.int(), d.int()} }

func (d *decoder) fail() {
	d.bad, d.s = true, ""
}

func (d *decoder) uint() uint64 {
	if len(d.s) > 0 && d.s[0] < 0x80 { // most numbers are small
		x := d.s[0]
		d.s = d.s[1:]
		return uint64(x)
	}
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
