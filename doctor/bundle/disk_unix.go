//go:build unix && !aix && !solaris && !illumos

package bundle

import (
	"errors"
	"os"
	"syscall"
)

// lockFile takes the exclusive lock of a file, which ends when the file is closed, without waiting.
func lockFile(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EWOULDBLOCK):
			return ErrBusy
		case errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK):
			return nil // a file system without locks
		default:
			return err
		}
	}
}
