//go:build !unix

package goenv

import "io/fs"

// openNonblock is nothing here: these systems have no FIFO in the file tree.
const openNonblock = 0

// mayExecute looks at the mode bits; on Windows nobody asks.
func mayExecute(_ string, fi fs.FileInfo) bool { return fi.Mode()&0o111 != 0 }
