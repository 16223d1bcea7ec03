//go:build unix && !darwin && !freebsd && !netbsd && !aix

package plan

import (
	"io/fs"
	"syscall"
	"time"
)

// changeTime is when the inode was changed last, by a rename too; zero where that is not known.
func changeTime(fi fs.FileInfo) time.Time {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(st.Ctim.Sec), int64(st.Ctim.Nsec))
	}
	return time.Time{}
}
