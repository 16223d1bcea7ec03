package scan

import (
	"time"

	"godoctor/scan/binary"
	"godoctor/scan/gocache"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/related"
	"godoctor/scan/toolchain"
	"godoctor/scan/tree"
)

// An Inventory is what is there. It is never changed once it is published.
type Inventory struct {
	Started  time.Time
	Finished time.Time // zero while the scan runs

	Env        *goenv.Env
	ModCache   *modcache.Cache  // nil: there is no module cache to look at, and Problems says why
	BuildCache *gocache.Cache   // nil: likewise
	Toolchains *toolchain.Found // nil where only a cache is looked at, likewise the next two
	Binaries   *binary.Found
	Related    []related.Root
	Projects   *project.Found // nil until they were looked for, and where nobody asked
	Stores     []Store        // in the order of the stores; each byte is in exactly one
	Roots      []Root
	Problems   []Problem

	Unreadable []tree.Unreadable // at most 1,000 a root
	Unread     int64             // how many places could not be read
	Odd        []tree.Odd
	Odds       int64

	Exact bool      // every size is from looking at every inode
	Done  bool      // the scan came to its end
	Since time.Time // if not zero, sizes of what looks unchanged are from a scan at that time

	Index *Index // for the next scan; only in the last snapshot
	Stats Stats  // likewise
}

// A Store is one kind of thing that Go keeps.
type Store struct {
	Name  string // "sources", "zips", ... "build", "test", "fuzz": part of the JSON contract
	Path  string // the root that it lies in
	Size  tree.Size
	Items int64
	Exact bool
}

// Total is the sum of all stores.
func (inv *Inventory) Total() tree.Size {
	var t tree.Size
	for _, s := range inv.Stores {
		t = t.Add(s.Size)
	}
	return t
}

// CacheTotal is the sum of the stores in the module cache and the build cache: what du says of the two.
func (inv *Inventory) CacheTotal() tree.Size {
	var t tree.Size
	if inv.ModCache != nil {
		t = t.Add(inv.ModCache.Total())
	}
	if inv.BuildCache != nil {
		t = t.Add(inv.BuildCache.Total())
	}
	return t
}

// A Root is a directory that was to be scanned.
type Root struct {
	Name string // the setting: GOMODCACHE or GOCACHE
	Path string // as the setting has it
	Real string // with links resolved; empty if it is not there
	Disk Disk   // of the file system that holds it
}

// A Problem is something that kept the scan from looking, or that makes go itself fail.
type Problem struct {
	Subject string // a setting like GOMODCACHE, or a settings file
	Path    string // where there is one; raw
	Line    int    // where Path is a file
	Message string // lower case, names the thing, says what to do next
	Fatal   bool   // this root was not scanned
}
