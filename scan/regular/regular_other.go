//go:build !unix

package regular

import "io/fs"

// nonblock is nothing here: these systems have no fifo in the file tree.
const nonblock = 0

// MayExecute is true: on Windows the name decides, and who asks has looked at it.
func MayExecute(string, fs.FileInfo) bool { return true }

// Allocated is the size: what is allocated is told for open files only.
func Allocated(fi fs.FileInfo) int64 { return fi.Size() }
