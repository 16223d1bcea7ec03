//go:build unix

package state

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// onlyUs says that modes are what keeps others away.
const onlyUs = true

// onlyOurs refuses a file or directory that somebody else than this user and root can write.
func onlyOurs(fi fs.FileInfo) error {
	if fi.Mode().Perm()&0o022 != 0 {
		return errors.New("others can write it: chmod go-w")
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok && st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		return errors.New("it belongs to another user")
	}
	return nil
}
