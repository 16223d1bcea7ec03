// Package bundle makes, checks and unpacks offline bundles: module versions and Go toolchains, with what proves them, for a
// machine without a network.
//
// # The format
//
// A bundle is a directory that is a module proxy, or a tar archive of one:
//
//	godoctor/manifest.json            what is in it
//	ESCAPED/@v/list                   versions with a tag
//	ESCAPED/@v/VERSION.info .mod .zip
//	ESCAPED/@latest                   the .info of the highest version
//	sumdb/NAME/supported              empty: go asks here and nobody else
//	sumdb/NAME/latest                 the pinned tree head
//	sumdb/NAME/lookup/ESCAPED@VERSION the record of every version, under the pinned head
//	sumdb/NAME/tile/8/...             the tiles that prove them
//
// Any web server serves it as it is, and so does file://. A proxy that fetches whole versions for itself does not get those of
// which only the go.mod file is needed. The names are those of the module proxy protocol (go help goproxy;
// cmd/go/internal/modfetch/sumdb.go). "godoctor" and "sumdb" have no dot, so neither is the beginning of a module path. A
// version of which only the go.mod file is needed has no .zip.
//
// The manifest is JSON of the schema "godoctor/bundle/v1": the versions with their hashes, the pinned head, and every other
// file by name with its size and SHA-256. There is one way to write it, and what is written otherwise is refused. It
// holds no time, no host and no path: equal content gives equal bytes. An archive is the manifest, then the files in the order
// of their names, then two blocks of zeros. The header of each is that which archive/tar writes for its name and size, mode
// 0644 and time 0; so the bytes of an archive follow from its manifest, and a reader never asks what a header means. A tar,
// because it is read by going forward, has no second directory that may say something else, and compresses nothing (module
// zips are packed already): no member is larger than it looks.
//
// # What is trusted
//
// The signature of the checksum database that the receiver's own GOSUMDB names, and the go.sum files of its projects. Nothing
// that the bundle says of itself: sizes and hashes in the manifest find damage, not lies. A version without a record (a
// private module) is marked; it is installed where a go.sum of the receiver has its hash, or when a person confirms it.
//
// All records stand under one signed head, that of the time when the bundle was made: records that come each with
// its own head, as in a module cache, cannot be checked offline. A go command that has seen another head before
// (GOPATH/pkg/sumdb) wants to see that one goes on from the other. For heads that were named when the bundle was made
// ([Making].Older) the tiles for that are in it; so they are for the head of the machine that made it. For another one, older or newer,
// they are not, and nobody can make them up without the network. Then the records are still proved, each by the pinned
// head; versions are installed, because go takes the word of a go.sum; only what go looks up each time it is used, a toolchain in the
// module cache, does not work offline. Two signed heads that contradict each other end everything.
//
// # How it is made
//
// In .NAME.godoctor beside the target, which is locked: files are fetched there or copied from the module cache, proved,
// and made durable; the whole is checked as a receiver would; the go command installs all of it from there alone, into an empty
// module cache, with the checksum database on and every network address misdirected. Only then it gets its name, by a
// rename. Whoever is killed leaves no target, or a whole one, and a directory in which the next run goes on: what has come is not
// fetched again, however often runs are killed. Only the checksum database is asked anew, for its head is that of the end, and so are
// go.mod files that no go.sum of a project has, for nothing else could prove them yet.
//
// # How it is applied
//
// The go command installs, and syncs nothing; when it has ended, all is made durable. Of what an apply was installing when it was broken
// off the next one believes nothing: every file is hashed, and what a power failure has emptied comes from the bundle again.
//
// # Limits
//
// MaxManifest and MaxFiles, module zips as in [sum], a path as module.CheckPath allows. A reader holds the manifest and one
// block in memory, whatever the archive says.
package bundle

import (
	"errors"

	"golang.org/x/mod/module"

	"godoctor/scan/sum"
)

// Schema names the manifest's shape. Another one is another format.
const Schema = "godoctor/bundle/v1"

// ManifestName is where the manifest is.
const ManifestName = "godoctor/manifest.json"

// Limits.
const (
	MaxManifest = 16 << 20 // bytes of the manifest
	MaxFiles    = 200_000  // files beside it
	MaxMod      = 16 << 20 // bytes of a go.mod file (x/mod/zip.MaxGoMod)
	MaxInfo     = 1 << 20  // bytes of an .info
	maxZip      = sum.MaxZip
	maxTile     = 256 * 32 // bytes
	maxNote     = 64 << 10 // bytes of a tree head or a record
	maxName     = 1 << 10  // bytes of a name
)

// The kinds of refusal, for errors.Is.
var (
	ErrNotBundle = errors.New("not an offline bundle of godoctor")
	ErrManifest  = errors.New("the manifest is not as it should be")
	ErrName      = errors.New("a name that no bundle has")
	ErrMember    = errors.New("it is not the member that the manifest says")
	ErrSize      = errors.New("its size is not that in the manifest")
	ErrTooLarge  = errors.New("it is too large")
	ErrHash      = errors.New("its content is not that of the manifest")
	ErrExtra     = errors.New("it is not in the manifest")
	ErrMissing   = errors.New("it is not there")
	ErrContent   = errors.New("it is not what its name says")
	ErrMismatch  = errors.New("its hash is another one than that which is known")
	ErrSumDB     = errors.New("the checksum database does not prove it")
	ErrThere     = errors.New("there is something of that name already")
	ErrBusy      = errors.New("another godoctor makes it")
)

// A Manifest says what is in a bundle. Nothing in it is proved.
type Manifest struct {
	Schema  string   `json:"schema"`
	SumDB   *SumDB   `json:"sumdb"`   // nil: no version has a record
	Since   string   `json:"since"`   // the SHA-256 of the manifest of a bundle whose versions are left out, in hex; ""
	Modules []Module `json:"modules"` // sorted by path, then by version as text
	Files   []File   `json:"files"`   // all but the manifest, sorted by name
}

// A SumDB is the checksum database that the records are of.
type SumDB struct {
	Name string `json:"name"`
	Key  string `json:"key"`  // the name and the hash of its key, "sum.golang.org+033de0ae"
	Head string `json:"head"` // the pinned head, as it was signed
}

// A Module is a module version in a bundle.
type Module struct {
	Path     string `json:"path"`
	Version  string `json:"version"`
	Zip      string `json:"zip"`      // the h1 of its zip; "": only the go.mod file is in the bundle
	Mod      string `json:"mod"`      // the h1 of its go.mod file
	Recorded bool   `json:"recorded"` // the checksum database has a record of it, which is in the bundle
}

// ID names the version in the words of x/mod.
func (m *Module) ID() module.Version { return module.Version{Path: m.Path, Version: m.Version} }

// Toolchain reports whether the version is that of a Go toolchain.
func (m *Module) Toolchain() bool { return m.Path == "golang.org/toolchain" }

// A File is one file of a bundle.
type File struct {
	Name   string `json:"name"` // with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // in hex
}
