//go:build !unix

package tree

import "io/fs"

func oracleStat(path string, fi fs.FileInfo) (bytes, disk int64, nlink uint64, id ID) {
	s := statOf(path, fi)
	return s.bytes, s.disk, s.nlink, s.id
}
