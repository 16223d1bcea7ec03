//go:build !unix

package regular

import (
	"io/fs"
	"os"
)

// Nonblock is nothing here: these systems have no fifo in the file tree.
const Nonblock = 0

// OpenDir opens a directory to read the names in it. That it is none shows when they are read.
func OpenDir(path string) (*os.File, error) { return os.Open(path) }

// MayExecute is true: on Windows the name decides, and who asks has looked at it.
func MayExecute(string, fs.FileInfo) bool { return true }

// Allocated is the size: what is allocated is told for open files only.
func Allocated(fi fs.FileInfo) int64 { return fi.Size() }
