//go:build unix

package regular

import (
	"errors"
	"io/fs"
	"syscall"
)

// nonblock keeps an open from waiting, should the file have become a fifo since it was looked at.
const nonblock = syscall.O_NONBLOCK

// MayExecute reports whether this process may run the file. Where the system does not answer (seccomp), the
// mode bits do, as in os/exec.
func MayExecute(file string, fi fs.FileInfo) bool {
	err := syscall.Access(file, 1)
	if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EPERM) {
		return fi.Mode()&0o111 != 0
	}
	return err == nil
}

// Allocated is what a file takes on disk, in bytes.
func Allocated(fi fs.FileInfo) int64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int64(st.Blocks) * 512
	}
	return fi.Size()
}
