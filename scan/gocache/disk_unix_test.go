//go:build unix

package gocache

import (
	"io/fs"
	"syscall"

	"godoctor/scan/tree"
)

func blocks(fi fs.FileInfo) (disk int64, id tree.ID, links uint64) {
	st := fi.Sys().(*syscall.Stat_t)
	return int64(st.Blocks) * 512, tree.ID{Dev: uint64(st.Dev), Ino: uint64(st.Ino)}, uint64(st.Nlink)
}
