// Package sum computes the h1 hashes that go.sum, .ziphash and the checksum database hold, and says which
// files are behind a difference.
//
// A [Job] is one module version: its extracted directory, its zip, or both. [Run] works on many of them, and on
// the files of one large module, with all cores, and gives the results in the order of the jobs. Where both
// are there, each file of the zip is inflated and hashed once and its bytes are compared with the file in the
// directory: an intact directory costs no second hash.
//
// The hashes are those of golang.org/x/mod/sumdb/dirhash wherever that comes to an end with one. The rules that
// go beyond it:
//
//   - Only regular files are opened, relative to the directory, without following a link and without waiting. A
//     link, a fifo, a device in an extracted directory is an [Odd]: the go command makes none. (dirhash waits for
//     ever at a fifo.) With one of them, or a file that cannot be read, there is no H1, only [Hashed.Rest].
//   - Of a zip every name begins with path@version/, is there once, and stays below that; the zip and what it
//     unpacks to are at most [MaxZip] bytes, as in golang.org/x/mod/zip.
//   - A directory entry in a zip ("dir/") is part of its hash, as in dirhash. The go command makes none.
//
// What is wrong with a zip, a directory or a file is data in the result: a typed error that says what kind of
// damage it is. The error of [Run] is that of the context.
//
// The package only reads: nothing is opened for writing. Its memory is bounded whatever is in the files (the
// names of one huge module at a time, and about 2 MiB a worker); what is too large for that is [ErrTooLarge].
package sum

import (
	"context"
	"crypto/sha256"
	"io"
	"io/fs"

	"godoctor/scan/meter"
)

// A Job is one module version to be hashed.
type Job struct {
	Path, Version string // as in go.mod, unescaped; the names in the hash begin with Path@Version/

	Dir string // the extracted directory; "" = do not look. A link in its place is not followed
	Zip string // the module zip; "" = do not look. Links in its path are followed

	// ZipAt is the zip where it is no file of its own but ZipLen bytes of something else, as in an archive; it takes the
	// place of Zip. It is read by several goroutines at once, and not closed.
	ZipAt  io.ReaderAt
	ZipLen int64

	// Toolchain leaves every go.mod of the directory out that lies beside a _go.mod: the go command itself
	// adds these copies to an extracted golang.org/toolchain.
	Toolchain bool

	// Name, if set, gives the name that a file of the directory has in the hash, both slash-separated and
	// relative to the module; "" leaves it out. It is called for directories too, with a slash at the end of the
	// name, where only "" counts. With it a GOROOT can be hashed as the zip of its toolchain. It is called
	// from one goroutine at a time, but from several jobs at once.
	Name func(rel string) string
}

// Options of a run. The zero value is ready.
type Options struct {
	Workers int          // 0: one for each CPU
	Meter   *meter.Meter // entries: files; bytes: content inflated and content read; units: jobs. May be nil
	Changes int          // how many Changes, Odds and Faults a result lists at most; 0: 1,000
	Memory  int64        // bytes of names and hashes of jobs in work, beyond which no other job is begun; 0: 24 MiB
	Files   bool         // results hold the hash of every file: 100 bytes and the name for each
	Entries bool         // results hold the entries of directories, where the system tells (Stats): 64 bytes and the name for each
}

// A Result says what a job found. It is not changed any more once it was given out.
type Result struct {
	Job int // its place among the jobs

	Zip *Hashed // nil if the job names no zip
	Dir *Hashed // nil if the job names no directory

	// Same says that zip and directory were both read to the end, hold the same files with the same bytes, and
	// nothing else: their H1 are equal.
	Same bool

	// Changes are the differences of the directory from the zip, by name: at most Options.Changes; Changed
	// counts all. Both are empty unless zip and directory were looked at and have a list of files.
	Changes []Change
	Changed int
}

// A Hashed is a zip or a directory and its hash.
type Hashed struct {
	// H1 is the hash as in go.sum. It is "" if anything in it is odd or could not be read; Err says what.
	H1 string

	// Rest is, without an H1, the hash of the files that could be read, as if there was nothing else; "" if there is
	// no list of files. A directory whose Rest is the hash in go.sum only has additions that are odd.
	Rest string

	Files int   // files that were hashed
	Bytes int64 // their content
	Left  int   // files that Toolchain or Name left out

	Odd  []Odd // what is not a regular file, by name: at most Options.Changes
	Odds int   // how many there are

	Faults   []Fault // files and directories that could not be read, by name: at most Options.Changes
	Faulty   int     // how many there are
	Contents []File  // with Options.Files: every file that was hashed, by name

	// Entries are, with Options.Entries, all entries of a directory that has an H1, in no order; nil where some were left out or
	// have other names (Toolchain, Name), and where the system does not tell.
	Entries []Entry

	// Err is nil if there is an H1: else what is wrong with the whole, or the first fault, or ErrOdd. It wraps
	// one of the errors of this package, or of the system (fs.ErrNotExist: there is no such zip or directory).
	Err error
}

// A File is a file and its hash.
type File struct {
	Name string // relative to the module, slash-separated
	Size int64
	Sum  [sha256.Size]byte
}

// An Odd is an entry of a directory that is neither a regular file nor a directory.
type Odd struct {
	Name string // relative to the module, slash-separated, raw
	Mode fs.FileMode
}

// A Fault is a file that could not be read, or not as what it should be.
type Fault struct {
	Name string // relative to the module, slash-separated, raw; ends with a slash for a directory
	Err  error
}

// A Kind is what became of a file.
type Kind uint8

// The kinds of change, of the directory against the zip.
const (
	Modified Kind = iota // in both, with other content
	Missing              // only in the zip
	Extra                // only in the directory
	Replaced             // a file in the zip, in the directory something that is no regular file
	Added                // only in the directory, and no regular file
	Unknown              // in both, but one of the two could not be read: see Faults
)

var kindNames = [...]string{"modified", "missing", "extra", "replaced", "added", "unknown"}

// String gives the kind in a word.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// A Change is one difference between a zip and a directory.
type Change struct {
	Name string // relative to the module, slash-separated, raw
	Kind Kind

	ZipSize, DirSize int64 // bytes of content; -1 where there is no such file, or its size is not known

	// Zeros says that the file of the directory has the size it should have and holds nothing but zero bytes, as
	// after a crash.
	Zeros bool
}

// Run hashes the jobs and calls done with each result, in the order of the jobs and one at a time. It returns when
// all is done, or ctx ends, which is noticed within some milliseconds: then the results that were complete are
// given out, and the error is that of ctx.
func Run(ctx context.Context, jobs []Job, opt Options, done func(*Result)) error {
	return run(ctx, jobs, opt, done)
}

// One hashes one job, with all the workers of opt. It is nil if ctx ended before.
func One(ctx context.Context, job Job, opt Options) *Result {
	var one *Result
	run(ctx, []Job{job}, opt, func(r *Result) { one = r })
	return one
}
