//go:build !unix

package related

import "io/fs"

// ownedBy is true: here the temporary directory is each user's own.
func ownedBy(fs.FileInfo, int) bool { return true }

// allocated is the apparent size here, as in package tree.
func allocated(fi fs.FileInfo) int64 { return fi.Size() }
