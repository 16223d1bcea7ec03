//go:build unix

package toolchain

import (
	"errors"
	"io/fs"
	"syscall"
)

// openNonblock keeps an open from waiting, should the file have become a FIFO since it was looked at.
const openNonblock = syscall.O_NONBLOCK

// mayExecute reports whether this process may run the file. Where the system does not answer (seccomp), the
// mode bits do, as in os/exec.
func mayExecute(file string, fi fs.FileInfo) bool {
	err := syscall.Access(file, 1)
	if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EPERM) {
		return fi.Mode()&0o111 != 0
	}
	return err == nil
}

// isLoop reports whether a path could not be followed because its links lead in a circle.
func isLoop(err error) bool { return errors.Is(err, syscall.ELOOP) }

// isNotDirectory reports whether a path goes through a file.
func isNotDirectory(err error) bool { return errors.Is(err, syscall.ENOTDIR) }

// allocated is what a file takes on disk.
func allocated(fi fs.FileInfo) int64 {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int64(st.Blocks) * 512
	}
	return fi.Size()
}
