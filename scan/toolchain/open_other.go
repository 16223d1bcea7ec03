//go:build !unix

package toolchain

import (
	"io/fs"
	"strings"
)

// openNonblock is nothing here: these systems have no FIFO in the file tree.
const openNonblock = 0

// mayExecute is true: on Windows the name decides, and that was looked at.
func mayExecute(string, fs.FileInfo) bool { return true }

// isLoop reports whether a path could not be followed because its links lead in a circle. Windows has
// several errors for that and for nothing else that the words below would fit.
func isLoop(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "too many links") || strings.Contains(err.Error(), "cannot be resolved"))
}

// isNotDirectory is false: Windows says of such a path that it does not exist.
func isNotDirectory(error) bool { return false }

// allocated is the size: Windows tells allocation for open files alone.
func allocated(fi fs.FileInfo) int64 { return fi.Size() }
