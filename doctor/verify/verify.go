// Package verify says of a module version which of its witnesses lies.
//
// What the go command wrote down about a version at different times has to agree: the zip, whose hash it computed when
// it was downloaded; .ziphash, where it put that hash; the extracted directory; the go.sum lines of every project that
// uses it; the signed record of the checksum database; what the linker wrote into installed programs. [Judge] takes
// the hashes as they are found now, an [Evidence], and names the odd one out. It is a pure function: looking is done by
// [Run], and mending elsewhere.
//
// # Who is believed
//
// A record of the checksum database whose proof was verified is believed against everybody. Without one the go.sum
// lines of all projects are, as long as they agree with each other; a hash in a program's build info counts as much as
// one go.sum. .ziphash, zip and directory are never believed against these: they lie in a place that everything that
// runs on the machine may write. Where none of these is known the majority of zip, .ziphash and directory is told as
// what it is: a hint. Where go.sum and the cache disagree and no third party is known, nothing is judged
// (gosum-unsettled): a repair would make one of two possible lies the truth.
//
// Damage is told from tampering: a file of zero length, a broken checksum or a truncated archive is what power loss and
// bad disks leave; a well-formed zip with other content is not.
package verify

import (
	"golang.org/x/mod/module"

	"godoctor/scan/modcache"
)

// A Claim is somebody's word about a hash.
type Claim struct {
	Hash string // h1:...
	From string // the file that says it, raw; empty for the checksum database
	Line int    // in From, 1 and up; 0: it is no text
}

// A State is how a part of a version was found.
type State uint8

// The states of a part.
const (
	Absent  State = iota // it is not there
	Whole                // it could be read to its end, and has a hash
	Empty                // a file of zero length
	Broken               // no zip, truncated, a checksum of its own wrong, not to be unpacked
	Foreign              // a zip whose names are not those of this version
	Denied               // the system does not let this user read it
	Strange              // something else than a file or directory
	Unasked              // nobody looked
)

// A Part is a zip, an extracted directory or a go.mod file as it was found.
type Part struct {
	State State
	Hash  string // of Whole
	Path  string // absolute, raw
	Why   string // of Broken, Foreign, Denied and Strange: the cause in words, raw
}

// known reports whether there is a hash to compare.
func (p *Part) known() bool { return p.State == Whole }

// A Difference is a file of the extracted directory that is not as in the zip.
type Difference struct {
	Path  string // below the directory, with slashes, raw
	Kind  Kind
	Empty bool // it has zero length and should not
	Ends  bool // it differs in line ends only
}

// A Kind is the kind of a difference.
type Kind uint8

// The kinds of difference.
const (
	Modified Kind = iota
	Missing
	Extra
	Odd
)

// An Evidence is everything that is known of one module version.
type Evidence struct {
	module.Version
	Parts     modcache.Parts
	Toolchain bool // golang.org/toolchain: go adds go.mod files to its directory (toolchain/select.go)
	Fips      bool // golang.org/fips140: unpacked from GOROOT, has no .ziphash (modfetch/cache.go)

	Zip, Dir, Mod Part
	ZipMod        string // h1 of the go.mod file that belongs to the zip; empty: nobody looked
	Ziphash       Part   // Hash is what it says; Broken: no h1 hash in it
	Info          Part   // Hash is the version that it says
	Lock          Part   // Strange, or nobody looked
	Differences   []Difference
	Glanced       bool // nothing was hashed: Differences are in names and sizes
	More          int  // differences beside those

	GoSum, GoSumMod []Claim // distinct lines for the zip and for go.mod, of all projects
	SumDB, SumDBMod *Claim  // of a record whose proof was verified; nil: not known
	Programs        []Claim // of installed programs, for the zip
}
