//go:build unix

package goenv

import (
	"errors"
	"io/fs"
	"syscall"
)

// openNonblock keeps an open from waiting for a writer, should the file have become a FIFO since it was
// looked at.
const openNonblock = syscall.O_NONBLOCK

// mayExecute reports whether this process may run the file. Where the system does not answer (seccomp),
// the mode bits do, as in os/exec.
func mayExecute(file string, fi fs.FileInfo) bool {
	err := syscall.Access(file, 1)
	if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EPERM) {
		return fi.Mode()&0o111 != 0
	}
	return err == nil
}
