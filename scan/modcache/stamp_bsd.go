//go:build darwin || freebsd || netbsd

package modcache

import (
	"io/fs"
	"syscall"
)

// changed is the time of change and the inode of a file.
func changed(fi fs.FileInfo) (ctime int64, ino uint64) {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int64(st.Ctimespec.Sec)*1e9 + int64(st.Ctimespec.Nsec), uint64(st.Ino)
	}
	return 0, 0
}
