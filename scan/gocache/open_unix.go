//go:build unix

package gocache

import (
	"os"

	"golang.org/x/sys/unix"
)

// An opener opens files below a directory, relative to it. It is safe for many goroutines.
type opener struct{ fd int }

// Nothing is waited for, should a fifo have taken the place of a file, and no link is followed.
const readFlags = unix.O_RDONLY | unix.O_NOFOLLOW | unix.O_NONBLOCK | unix.O_CLOEXEC

func openRoot(root string) (*opener, error) {
	fd, err := retry(func() (int, error) {
		return unix.Open(root, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: root, Err: err}
	}
	return &opener{fd}, nil
}

func (o *opener) close() { unix.Close(o.fd) }

// read fills buf from the beginning of a file whose kind the caller knows already. A tail that is not
// nil is called with a reader of other offsets before the file is closed.
func (o *opener) read(name string, buf []byte, tail func(head []byte, at readAt)) (int, error) {
	fd, err := retry(func() (int, error) { return unix.Openat(o.fd, name, readFlags, 0) })
	if err != nil {
		return 0, err
	}
	defer unix.Close(fd)
	at := func(b []byte, off int64) (int, error) {
		return retry(func() (int, error) { return unix.Pread(fd, b, off) })
	}
	n, err := at(buf, 0)
	if err != nil {
		return 0, err
	}
	if tail != nil {
		tail(buf[:n], at)
	}
	return n, nil
}

// open is for the few files that have to be read in many places.
func (o *opener) open(name string) (*os.File, error) {
	fd, err := retry(func() (int, error) { return unix.Openat(o.fd, name, readFlags, 0) })
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// retry repeats a call that a signal interrupted.
func retry(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR {
			return n, err
		}
	}
}
