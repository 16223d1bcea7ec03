//go:build darwin || freebsd || netbsd

package plan

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when the inode was changed last, by a rename too; zero where that is not known.
func changeTime(fi fs.FileInfo) time.Time {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(st.Ctimespec.Sec), int64(st.Ctimespec.Nsec))
	}
	return time.Time{}
}
