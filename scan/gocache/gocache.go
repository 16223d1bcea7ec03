// Package gocache tells what a build cache (GOCACHE) holds: compiled packages, test results, fuzz
// inputs, by the Go version that made them, the platform they are for and the time of their last use.
//
// It looks twice. The first look is a walk of package tree: a [Scan] gives the directories their meaning
// and tells entries apart by name, which costs no system call beyond the walk's own. The second look,
// [Scan.Headers], opens each entry and reads its first bytes: only they tell a test result from a
// compiled package, and which Go version made it. [Scan.Cache] is an immutable picture of what is known
// so far, before, between and after.
//
// The layout is that of cmd/go/internal/cache: 256 directories; in them an action file (HASH-a, 175
// bytes, names the output of a computation) and an output file (HASH-d, named by its own hash), which is
// a directory with one program in it where go run or go tool keep an executable; trim.txt and
// testexpire.txt, which hold times; fuzz/, which belongs to internal/fuzz. What the go command cannot
// have written is alien: it is listed, and its bytes count in store build, for they lie in GOCACHE.
//
// The package only reads. It neither hashes nor judges: that an entry is named by its hash does not mean
// that it has it.
package gocache

import (
	"time"

	"godoctor/scan/tree"
)

// A Store is one kind of thing that a build cache holds. A byte belongs to exactly one.
type Store uint8

// The stores, in the order in which they pay for hard links.
const (
	Build Store = iota // everything that is in no other store, aliens included
	Test               // results, logs and coverage profiles of tests; empty until Scan.Headers
	Fuzz               // inputs that fuzzing found
	numStores
)

// rankBase puts the stores of the build cache behind those of the module cache.
const rankBase = 100

var storeNames = [numStores]string{"build", "test", "fuzz"}

// String is the store's name in the JSON of godoctor.
func (s Store) String() string {
	if s < numStores {
		return storeNames[s]
	}
	return "unknown"
}

// rank is the order of the store's accounts.
func (s Store) rank() int { return rankBase + int(s) }

// StoreSize is what one store takes.
type StoreSize struct {
	Store Store
	Size  tree.Size
	Items int64 // action and output files, fuzz inputs
	Exact bool
}

// A Group is the entries that are alike. The sizes of all groups sum up to those of the stores.
type Group struct {
	Kind                    string // one of the Kind constants
	GoVersion, GOOS, GOARCH string // empty: not known
	Age                     Age
	Entries                 int64
	Size                    tree.Size
}

// The kinds of a Group. The first look tells KindAction, KindOutput and KindExecutable only.
const (
	KindArchive    = "package archive" // export data and code of a package
	KindExport     = "export data"     // an archive without code
	KindObject     = "compiled object" // one object file
	KindExecutable = "executable"      // a program that go run or go tool keep
	KindLinked     = "link output"     // a program or library kept as a plain output, a C archive
	KindIndex      = "module index"    // the packages of a module in the module cache
	KindSources    = "source list"     // the files that a package was compiled from
	KindCgo        = "cgo output"      // what cgo wrote, and what go asked the C compiler
	KindSource     = "generated source"
	KindVet        = "vet facts" // and findings
	KindCoverMeta  = "coverage data"
	KindMessage    = "compiler output" // what the compiler or linker printed, mostly nothing
	KindTestResult = "test result"
	KindTestLog    = "test log" // what a test opened and read
	KindProfile    = "coverage profile"
	KindEmpty      = "empty output"
	KindDangling   = "action without output"
	KindDamaged    = "damaged entry" // truncated, unreadable or not an entry at all
	KindOther      = "other"

	KindAction    = "action" // before the second look: any action file
	KindOutput    = "output" // before the second look: any output file
	KindFuzz      = "fuzz input"
	KindState     = "state"     // README, trim.txt, testexpire.txt, log.txt and the top directory itself
	KindDirectory = "directory" // the 256 directories themselves
	KindAlien     = "alien"
	// KindUnclassed is what no look could class: directories recalled from an index, or still being
	// read, and what changed between the looks. Where another name of a hard-linked file pays for it,
	// or where files went away meanwhile, the size is negative: the sum is right all the same.
	KindUnclassed = "unclassed"
)

// storeOf names the store that a kind belongs to.
func storeOf(kind string) Store {
	switch kind {
	case KindTestResult, KindTestLog, KindProfile:
		return Test
	case KindFuzz:
		return Fuzz
	}
	return Build
}

// An Item is an entry that the go command never wrote.
type Item struct {
	Path string // absolute, raw
	What string // in words
	Size tree.Size
}

// A FuzzTarget is a fuzz function with inputs in the cache.
type FuzzTarget struct {
	Package string // import path
	Target  string // name of the function
	Entries int64
	Size    tree.Size
}

// itemMax bounds the lists of aliens and fuzz targets; the sizes of the stores count all of them.
const itemMax = 1000

// A Cache is what is known of a build cache at one moment. It is never changed.
type Cache struct {
	Root   string
	Stores [numStores]StoreSize
	Groups []Group // by allocated bytes, the biggest first

	Headers bool // the second look was made: kinds, versions and platforms are known

	LastTrimmedKnown bool      // trim.txt was read and understood
	TrimTime         time.Time // when go last removed old entries; zero if not known
	TestExpire       time.Time // when go clean -testcache was last run; zero if not known

	Actions, Outputs int64  // files HASH-a; files and directories HASH-d
	Aliens           []Item // at most 1,000
	AlienCount       int64
	Fuzz             []FuzzTarget // at most 1,000

	Looks  bool   // the directory is a build cache, empty or not there
	Reason string // why it is taken for none; then what is not the go command's is named but not read

	Exact bool // every inode was looked at, nothing is recalled
	Done  bool // nothing is still being read
}

// Total is the sum of all stores.
func (c *Cache) Total() tree.Size {
	var t tree.Size
	for _, s := range c.Stores {
		t = t.Add(s.Size)
	}
	return t
}
