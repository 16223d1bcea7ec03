//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package process

import (
	"errors"
	"io/fs"
	"syscall"

	"godoctor/scan/regular"
)

func isHeld(file string) (held, known bool) {
	f, err := regular.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return false, true // nobody ever locked it
	}
	if err != nil {
		return false, false
	}
	defer f.Close()
	for {
		switch err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err {
		case nil:
			return false, syscall.Flock(int(f.Fd()), syscall.LOCK_UN) == nil
		case syscall.EWOULDBLOCK:
			return true, true
		case syscall.EINTR:
		default:
			return false, false
		}
	}
}
