// Package sumdb is the checksum database as a witness: what a module version's zip and go.mod hash to, by a
// signed log that this machine and everybody else can see.
//
// [Open] takes what the go command's settings say about the database, [DB.Lookup] and [DB.LookupAll] ask it, and
// [DB.Verify] judges what of it lies on this machine. Nothing here writes to a disk, but for [DB.KeepHead] through the
// [Heads] that it was given, and only [godoctor/doctor/fetch] uses a network.
//
// # What is believed
//
// A record is believed when the tree head that came with it carries the signature of GOSUMDB's key, the tiles prove
// that the record stands in that tree, and it is the record of this module version and nothing else: its zip line,
// then its go.mod line. The proof is that of golang.org/x/mod/sumdb. A head must agree with the newest one that this
// machine knows; where tiles for that are not cached and the network is not to be used, the record stands on its
// own head and [Record.Linked] says so. The newest one is that in GOPATH, where the go command keeps it, or the one that
// godoctor keeps itself (Options.Heads), of which the other has to be a part: a database that shows a shorter or another
// history to a machine whose GOPATH was cleaned is found out.
//
// # What is not, and what it is called
//
//   - What lies in the cache and does not prove is damage: ErrDamaged, with the files. It is refused for this record
//     only: a flipped bit in one lookup says nothing about the others, nor about an attacker, who would need the key.
//   - What the network says and does not prove is a lie: ErrSecurity. So are two signed heads that do not agree,
//     wherever they lie. After one nothing more is believed from that database, cached or not, and what was said is
//     kept as evidence.
//   - What is not here is ErrNotCached, with the network off, and ErrNotFound where the database has no such record.
//   - A web page or a text in the place of an answer is ErrAnswer: a portal, no database.
//
// # Whose rules
//
// Settings are read as cmd/go/internal/modfetch/sumdb.go does: GOSUMDB as a name, a key, either with an address, or
// off; golang.org/toolchain is looked up even where GONOSUMDB matches it. Other paths that GONOSUMDB matches
// (GOPRIVATE, where that is not set) are not looked up at all, not even in the cache: a private module may have the
// name of a public one.
//
// In one thing godoctor is stricter. The go command looks a path that only GONOPROXY matches up as any other one
// (modfetch.useSumDB asks GONOSUMDB alone), and through a proxy that relays the database (dbClient.initBase), which so
// hears the name it was not to hear. Here such paths are asked of the database itself, never through a proxy.
package sumdb

import (
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"godoctor/doctor/fetch"
)

// The largest files and answers that are read, in bytes. A lookup of the public database has about 500 and a note 170.
const (
	maxLookup = 64 << 10
	maxLatest = 64 << 10
	maxTile   = tileWidth * tlog.HashSize
)

// Tiles of the go command have this height and width.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// Options of a DB. The zero value asks nobody.
type Options struct {
	Online bool  // ask the network for what is not cached; the client's own Offline is obeyed
	Fresh  bool  // ignore cached records and tiles; the newest head is that of the machine all the same
	Heads  Heads // where the newest head is kept beside GOPATH; nil: nowhere

	// Files, if set, takes the place of the module cache: it gives at most limit bytes of a lookup or a tile by its name
	// below the database, "lookup/..." or "tile/...". What is not there is fs.ErrNotExist, what is larger
	// [regular.ErrTooLarge]. Tiles that it does not have are looked for in the module cache. It is called by many goroutines at once.
	Files func(name string, limit int64) ([]byte, error)
}

// Heads keeps the newest head of each database, where neither the go command nor `go clean` come. The name is that of the
// database with the hash of its key: what another key has signed is another database. [godoctor/doctor/state.Home] is one.
type Heads interface {
	Head(name string) ([]byte, error)        // as it was signed; nil where there is none
	SaveHead(name string, note []byte) error // never replaces a newer one
}

// A Source says where a record came from.
type Source string

// The sources.
const (
	Cache  Source = "cache"  // the record lay in the module cache, and offline every tile of its proof too
	Online Source = "online" // the record was asked for
)

// A Record is what the database says of a module version. It was proved.
type Record struct {
	Module module.Version
	Zip    string // the h1 of the zip: "h1:..."
	GoMod  string // the h1 of the go.mod
	ID     int64  // its number in the log
	Head   Head   // the head that came with it
	Source Source
	Linked bool // its head agrees with the newest one in GOPATH, or is the first that this machine sees
}

// A Head is a signed tree head: what the database was at one moment.
type Head struct {
	Tree tlog.Tree
	Note []byte // as it was signed
}

// A Result is one answer of LookupAll.
type Result struct {
	Module module.Version
	Record Record
	Err    error // an *Error; nil with a Record
}

// A DB is one checksum database. It may be used by many goroutines at once.
type DB struct {
	settings Settings
	key      key
	verifier note.Verifiers
	modCache string
	gopath   string
	remote   *fetch.SumDB // nil: offline
	fresh    bool
	files    func(name string, limit int64) ([]byte, error) // may be nil

	local  memory // tiles read from the cache
	served memory // answers of the network, proved or not: every proof is made anew

	keeper Heads // may be nil

	mu      sync.Mutex
	latest  []byte  // the newest head: that of GOPATH until the network knows a newer one
	opened  bool    // GOPATH and keeper were looked at
	kept    []byte  // the head of keeper, signed by the key; nil: none
	keptErr error   // why there is none, if there should be one
	linked  bool    // kept and latest are of one history: a client has proved it
	damaged *Error  // why the head of GOPATH cannot be used
	heads   []Head  // those that were proved, by size, no two alike
	stopped *Error  // the ErrSecurity after which nothing is believed
	flights flights // requests under way
}
