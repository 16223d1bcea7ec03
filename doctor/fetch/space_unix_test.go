//go:build unix

package fetch

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"
)

// What the system says of a full disk, and of a network that is not there, is understood.
func TestSystemErrors(t *testing.T) {
	for _, errno := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		kind, err := diskError(&fs.PathError{Op: "write", Path: "/secret", Err: errno})
		if s := (*SpaceError)(nil); kind != ErrSpace || !errors.As(err, &s) || !errors.Is(err, ErrSpace) {
			t.Errorf("%v: %v %v", errno, kind, err)
		}
	}
	if kind, err := diskError(&fs.PathError{Op: "write", Path: "/secret", Err: syscall.EIO}); kind != ErrDisk || err != syscall.EIO {
		t.Errorf("%v %v", kind, err)
	}
	for _, errno := range []syscall.Errno{syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN} {
		if !isOffline(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", errno)}) {
			t.Error(errno)
		}
	}
	if isOffline(&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}) {
		t.Error("refused is not offline")
	}
}

// A disk that is full indeed: what /dev/full says is an error that is ErrSpace, for a sidecar too.
func TestFullDevice(t *testing.T) {
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		return // other systems have none
	}
	defer f.Close()
	p := &part{f: f, limit: MaxZip}
	if err := p.start(); err == nil {
		t.Log("it can be cut")
	}
	p.Bytes = 0
	err = p.write([]byte("x"))
	if kind, _ := diskError(err); kind != ErrSpace {
		t.Errorf("%v: %v", err, kind)
	}
}
