// Package tree walks directory trees fast and adds up what they cost.
//
// It answers the question of du, for trees of a million entries, as data: apparent bytes, allocated
// blocks, files, directories, each inode once however many names it has, with odd entries and
// unreadable places listed instead of printed. The sums are those of GNU du: every entry's st_size and
// st_blocks*512, directories included, links not followed, an inode with several names counted once.
//
// The owner of a tree says what its directories mean: a [Place] names the [Cost] that pays for a
// directory, and a [Watch] is asked about the names in it. Below a place without a Watch nobody is
// asked anything, which is where the speed comes from: on Linux a file costs one statx relative to its
// open directory and nothing else (no sort, no FileInfo, no joined path).
//
// A walk can hand out a [Listing] for each directory that it understood completely. Given back to a
// later walk they spare the reading: a directory whose device, inode and modification time are the same
// has the same names. What is recalled so is as good as that rule and is never called exact by the
// packages that use it without saying since when.
//
// The package only reads. It never follows a link, never opens anything but directories, and copes with
// trees that change under it: what vanishes between two looks was not there.
package tree

import (
	"context"
	"errors"
	"io/fs"
	"runtime"
	"time"
)

// A Kind is the type of a directory entry.
type Kind uint8

// The kinds of entry. Everything but File and Dir is odd in a Go cache: the go command makes none of it.
const (
	File Kind = iota
	Dir
	Link
	Fifo
	Socket
	Device
	Other
	Mount // a directory on another file system than the one above it
)

var kindNames = [...]string{"file", "directory", "symbolic link", "fifo", "socket", "device", "other", "mount point"}

// String gives the name of the kind in words.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// An Entry is one name in a directory that is not a directory itself.
type Entry struct {
	Name  string // raw bytes as the file system has them
	Kind  Kind
	Bytes int64 // st_size
	Disk  int64 // allocated bytes
	Mtime int64 // Unix nanoseconds
}

// A Stat is what the walk learns of a directory itself.
type Stat struct {
	Dev, Ino uint64
	Bytes    int64
	Disk     int64
	Mtime    int64 // Unix nanoseconds
	Mode     fs.FileMode
}

// A Watch is asked about the names of one directory. Its methods are called from several goroutines,
// but never at the same time for the same directory.
type Watch interface {
	// Dir says what the sub-directory is. With ok false it is left alone: neither read nor counted.
	Dir(name string) (place Place, ok bool)
	// File names the Cost that pays for an entry which is no directory; nil leaves it uncounted.
	// The entry may be kept.
	File(e Entry) *Cost
}

// A Place is a directory as its owner sees it.
type Place struct {
	Cost  *Cost // pays for the directory and for what below it no Watch claims
	Watch Watch // nil: nobody below is asked, all belongs to Cost

	Whole   bool // a Listing holds the sum of the whole subtree, not of the directory alone; has a Cost of its own
	Shallow bool // unless a Listing helps, look at the directory itself only: neither read nor counted

	// Seen, if set, is told the state of the directory itself, once, before its entries, and the
	// Listing where one is believed: without Dirs and Files, and to be looked at during the call only.
	Seen func(*Stat, *Listing)
}

// A Root is where a walk begins.
type Root struct {
	Path  string // absolute; links in it are followed, links below it never
	Place Place
}

// Options of a walk. The zero value is ready.
type Options struct {
	Workers int                        // 0: chosen from the number of CPUs
	Count   func(entries, bytes int64) // if set, called once a directory; see package meter
	Skip    []ID                       // directories that are roots of another walk: left alone
	Recall  []*Index                   // what an earlier walk knew, one per root; nil: read everything
	Record  bool                       // make an Index per root
}

// An ID names a file or directory of this machine whatever path leads to it.
type ID struct{ Dev, Ino uint64 }

// Unreadable is a place that could not be looked at. It is data: the walk goes on.
type Unreadable struct {
	Path string
	Err  error
}

// Odd is an entry that is neither a regular file nor a directory, or a mount point.
type Odd struct {
	Path string
	Kind Kind
}

// listMax bounds the lists of a Result: a tree made of a million fifos is told by a count and examples.
const listMax = 1000

// A Result is what a walk has to say beside the costs.
type Result struct {
	Unreadable  []Unreadable // at most 1,000, in no particular order
	Odd         []Odd        // at most 1,000
	Unread      int64        // how many places could not be read
	Odds        int64        // how many odd entries there are
	Entries     int64        // everything that was looked at
	Read        int64        // directories that were read
	Recalled    int64        // directories that were believed from the index
	Index       []*Index     // one per root, with Options.Record
	Elapsed     time.Duration
	Interrupted bool // the context ended before the walk did
}

// ErrNotDirectory is the reason of an Unreadable root that is not a directory.
var ErrNotDirectory = errors.New("not a directory")

// Walk adds up the trees under roots. It returns when all of them are read or ctx ends. A root that
// cannot be read is an Unreadable of the result. Costs may be read while the walk runs.
func Walk(ctx context.Context, roots []Root, opt Options) *Result {
	start := time.Now()
	w := newWalk(ctx, roots, opt)
	stop := context.AfterFunc(ctx, w.queue.stop)
	defer stop()
	w.run()
	r := w.result()
	r.Elapsed = time.Since(start)
	r.Interrupted = ctx.Err() != nil
	return r
}

// workers is as many as there are CPUs, and at least two: a cold cache waits for the disk, and then a
// second reader is worth more than its lock.
func (o Options) workers() int {
	if o.Workers > 0 {
		return o.Workers
	}
	return max(2, min(runtime.GOMAXPROCS(0), 16))
}
