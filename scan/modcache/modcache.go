// Package modcache tells apart everything in a module cache: which bytes belong to which module
// version, and what the go command never wrote.
//
// A [Scan] gives a walk of package tree the meaning of the directories that it comes to, and fills while
// the walk runs; [Scan.Cache] is an immutable picture of what is known so far. The layout is that of
// cmd/go/internal/modfetch (cache.go: CachePath, DownloadDir, versionLockFile; fetch.go: unzip, tmp
// names) and codehost (vcs clones). Names are unescaped by the rule of golang.org/x/mod/module and
// checked back, so that a name which the go command cannot have written is alien, never a module
// version by accident.
//
// Sizes come from one of three places: every inode was looked at (exact), an index of an earlier walk
// (exact as of then), or the central directory of the version's zip, which names every file that was
// unpacked (estimated: right for files, directories and allocation are computed).
//
// The package only reads. It neither hashes nor judges: that a directory is there does not mean that
// its content is right.
package modcache

import (
	"time"

	"godoctor/scan/tree"
)

// A Store is one kind of thing that a module cache holds. A byte belongs to exactly one.
type Store uint8

// The stores, in the order in which they pay for hard links.
const (
	Sources    Store = iota // extracted directories, and the name directories above them
	Zips                    // module zips
	Meta                    // .info, .mod, .ziphash, .lock, list and the directories for them
	VCS                     // clones of version control repositories
	Sumdb                   // records and tiles of checksum databases
	Toolchains              // golang.org/toolchain: directories, zips and all
	Leftovers               // temporary files and half-extracted directories of broken-off work
	Alien                   // what the go command never wrote
	Quarantine              // what godoctor keeps for undo, where it lies inside the module cache
	numStores
)

var storeNames = [numStores]string{"sources", "zips", "meta", "vcs", "sumdb", "toolchains", "leftovers", "alien", "quarantine"}

// String is the store's name in the JSON of godoctor.
func (s Store) String() string { return storeNames[s] }

// Parts is the set of files that are there of a module version.
type Parts uint16

// The parts of a module version.
const (
	HasDir     Parts = 1 << iota // extracted directory
	HasZip                       // .zip
	HasZiphash                   // .ziphash
	HasMod                       // .mod
	HasInfo                      // .info
	HasLock                      // .lock, which go never removes
	HasPartial                   // .partial: the directory is not completely extracted
)

// Has reports whether all of the parts q are in p.
func (p Parts) Has(q Parts) bool { return p&q == q }

// A Version is one module version in the cache, with all its parts.
type Version struct {
	Path    string // module path, unescaped
	Version string
	Parts   Parts

	Dir     string    // the extracted directory; set whether it is there or not
	Zip     string    // the zip; set whether it is there or not
	Sources tree.Size // of the extracted directory
	ZipSize tree.Size // of the zip
	Meta    tree.Size // of the small files and of what broken-off work left beside them
	Exact   bool      // Sources is from looking at every inode, not from the zip
	Done    bool      // Sources is known, be it exact or not
	Fetched time.Time // when it was downloaded or extracted: the newest of zip, .ziphash and directory; zero if only .mod is there

	Toolchain bool // golang.org/toolchain
}

// Disk is what all parts of the version take on disk.
func (v *Version) Disk() int64 { return v.Sources.Disk + v.ZipSize.Disk + v.Meta.Disk }

// Bytes is the apparent size of all parts of the version.
func (v *Version) Bytes() int64 { return v.Sources.Bytes + v.ZipSize.Bytes + v.Meta.Bytes }

// StoreSize is what one store takes.
type StoreSize struct {
	Store Store
	Size  tree.Size
	Items int64 // module versions, zips, clones, ... whatever the store is made of
	Exact bool
}

// An Item is an entry that belongs to no module version: a leftover or an alien.
type Item struct {
	Path string // absolute, raw
	What string // in words
	Size tree.Size
}

// itemMax bounds the lists of items; the sizes of the stores count all of them.
const itemMax = 1000

// A Cache is what is known of a module cache at one moment. It is never changed.
type Cache struct {
	Root      string
	Versions  []Version // by module path, then by semantic version
	Stores    [numStores]StoreSize
	Leftovers []Item // at most 1,000
	Aliens    []Item // at most 1,000
	Exact     bool   // every inode was looked at, nothing is estimated or recalled
	Done      bool   // nothing is still being read
}

// Total is the sum of all stores.
func (c *Cache) Total() tree.Size {
	var t tree.Size
	for _, s := range c.Stores {
		t = t.Add(s.Size)
	}
	return t
}
