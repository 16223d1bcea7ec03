//go:build unix

package regular

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Nonblock keeps an open from waiting, should the file have become a fifo since it was looked at.
const Nonblock = syscall.O_NONBLOCK

// OpenDir opens a directory to read the names in it, links followed, and never waits. The error is ENOTDIR for anything else.
func OpenDir(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
}

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
