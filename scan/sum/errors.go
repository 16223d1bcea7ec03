package sum

import "errors"

// Limits. MaxZip is the rule of golang.org/x/mod/zip; the others keep the memory bounded and are ten times what the
// largest module known needs.
const (
	MaxZip   = 500 << 20 // bytes of a zip, and bytes that its files unpack to
	MaxFile  = 16 << 30  // bytes of one file in a directory
	MaxFiles = 512 << 10 // files of one zip or directory
	MaxNames = 48 << 20  // bytes of all the names in one directory, and of the central directory of one zip
	MaxDepth = 250       // directories inside each other
)

// What can be wrong with a zip as a whole.
var (
	ErrEmpty     = errors.New("zip has no bytes")
	ErrNotZip    = errors.New("not a zip")
	ErrTruncated = errors.New("zip ends too early")
	ErrDirectory = errors.New("central directory of the zip is damaged")
	ErrPrefix    = errors.New("name does not begin with path@version/")
	ErrName      = errors.New("name leads out of the module or is not clean")
	ErrDuplicate = errors.New("name is there twice")
)

// What can be wrong with one file of a zip.
var (
	ErrHeader   = errors.New("header of the file is damaged")
	ErrMethod   = errors.New("unknown compression method")
	ErrFlate    = errors.New("compressed data is corrupt")
	ErrChecksum = errors.New("CRC-32 is wrong")
	ErrShort    = errors.New("content is shorter than the zip says")
	ErrLong     = errors.New("content is longer than the zip says")
	ErrHollow   = errors.New("no content where the zip says there is some")
	ErrZeros    = errors.New("nothing but zero bytes where compressed data should be")
)

// What can be wrong with a directory or a file in it, beside the errors of the system.
var (
	ErrNotDir  = errors.New("not a directory")
	ErrOdd     = errors.New("there are entries that are not regular files")
	ErrNewline = errors.New("name with a newline, which h1 does not allow")
	ErrShrank  = errors.New("file became shorter while it was read")
	ErrGrew    = errors.New("file became longer while it was read")
	ErrDeep    = errors.New("too many directories inside each other")
)

// ErrTooLarge is for what exceeds one of the limits, in a zip or a directory.
var ErrTooLarge = errors.New("too large")
