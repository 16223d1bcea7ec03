// Package related finds what Go and its usual tools keep outside the two caches: the caches of gopls,
// staticcheck and golangci-lint, telemetry, what killed builds left in the temporary directory, GOPATH/src
// and GOPATH/pkg, module and build caches that no setting points to any more, and those that version
// managers make for each Go version.
//
// It looks twice. [Find] says what is there: it reads a few directories and looks at what lies in them,
// and walks nothing, so that it is quick with a GOPATH on a network file system. [Measure] adds up what
// the roots take, in one walk of package tree.
//
// # The rules
//
//   - A place is a [Place] in the table places. What it finds are roots, each a directory (or one file)
//     that belongs to one thing as a whole.
//   - A module cache is one because it has cache/download, a build cache because it has the directories and
//     the README that go makes: never by its name alone. The same is asked of whatever a variable of a tool
//     points to, which could be anything.
//   - One directory is one root, however many names lead to it. The current caches and what lies in them are
//     no roots; a root that has one of them in it says so in Holds.
//   - Every byte belongs to one root: a root that lies in another is counted there and not in the other.
//   - A link that is the root's own path is followed, because people move caches that way. In the temporary
//     directory, where others may write, no link is followed, and what another user owns is left alone.
//
// # Limits
//
//   - Whether a process still uses something is not decided here.
//   - Changed does not look below the first level: it is not later than the last change, and may be earlier.
//   - A place that a tool was told of by a flag or a settings file of its own is not found.
//
// The package only reads.
package related

import (
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/tree"
)

// The stores that the roots belong to, by their names in the JSON of godoctor.
const (
	StoreRelated   = "related"
	StoreGopathSrc = "gopath-src"
	StoreGopathPkg = "gopath-pkg"
	StoreAbandoned = "abandoned"
)

// Input is what the places are found from.
type Input struct {
	Env        *goenv.Env // may be nil: then only what Environ and Home lead to is found
	Environ    []string   // as os.Environ gives it
	Home       string     // "": HOME or USERPROFILE of Environ
	GOOS       string     // "": that of this process
	ModCache   string     // the current one; "": what Env says
	BuildCache string     // likewise
	Now        time.Time  // for Root.Age; zero: time.Now
}

// A Root is one thing that was found. Its strings are raw: not cleaned for a terminal.
type Root struct {
	Name  string // of its Place
	Store string
	Path  string // absolute
	Real  string // Path with links resolved
	What  string // in words, lower case
	ID    tree.ID

	Changed time.Time     // newest modification of the root and of what lies directly in it; zero: not known
	Age     time.Duration // since Changed; 0 where that is not known

	// Holds are current caches, the current GOROOT and other roots that lie in this one: it is not to be
	// removed as a whole.
	Holds []string

	Size      tree.Size // without what Holds names
	SizeKnown bool      // Size is measured; what could not be read in it is in the result of the walk
	Problem   string    // why it cannot be looked at

	rank  int      // of the place
	entry bool     // a name in a directory where others may write: no link is followed
	file  bool     // a regular file
	look  []string // further directories in it whose modification time says something
}

// A Place is a kind of thing to look for.
type Place struct {
	Name  string
	Doc   string // one sentence
	Store string
	Find  func(*Machine) []Root // candidates; those that are not there are dropped
}

// Find looks for everything in the table. The roots are in its order.
func Find(in Input) []Root {
	m := newMachine(in)
	var roots []Root
	for i, p := range places {
		for _, r := range p.Find(m) {
			r.Name, r.Store, r.rank = p.Name, p.Store, i
			if m.complete(&r) {
				roots = append(roots, r)
			}
		}
	}
	m.nest(roots)
	return roots
}
