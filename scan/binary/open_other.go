//go:build !unix

package binary

import "io/fs"

// nonblock is not needed where opening a name never waits.
const nonblock = 0

// allocated is the apparent size here, as in package tree.
func allocated(fi fs.FileInfo) int64 { return fi.Size() }
