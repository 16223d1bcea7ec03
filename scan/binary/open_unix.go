//go:build unix

package binary

import (
	"io/fs"
	"syscall"
)

// nonblock keeps an open from waiting for ever should a fifo have taken the place of a program.
const nonblock = syscall.O_NONBLOCK

// allocated is what a file takes on disk.
func allocated(fi fs.FileInfo) int64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int64(st.Blocks) * 512
	}
	return fi.Size()
}
