//go:build unix

package related

import (
	"io/fs"
	"syscall"
)

// ownedBy reports whether a file belongs to the user.
func ownedBy(fi fs.FileInfo, uid int) bool {
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == uid
}
