//go:build linux || darwin || freebsd

package system

import (
	"io/fs"
	"syscall"

	"golang.org/x/sys/unix"

	"godoctor/scan/regular"
)

func owner(fi fs.FileInfo) (uid, gid int) {
	if s, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int(s.Uid), int(s.Gid)
	}
	return -1, -1
}

func access(dir string) error { return unix.Access(dir, unix.W_OK|unix.X_OK) }

func space(path string) (Space, error) {
	dir, err := above(path)
	if err != nil {
		return Space{}, err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return Space{}, err
	}
	block := blockSize(&s) // of which FreeBSD may count less than none
	out := Space{Dir: dir, Total: int64(s.Blocks) * block, Free: max(int64(s.Bavail), 0) * block, Inodes: int64(s.Ffree)}
	if s.Files == 0 { // btrfs and others make them as they are needed
		out.Inodes = -1
	}
	var st unix.Stat_t
	if unix.Stat(dir, &st) == nil {
		out.Device = uint64(st.Dev)
	}
	return out, nil
}

func openFiles() (soft, hard uint64, err error) {
	var r unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &r); err != nil {
		return 0, 0, err
	}
	return uint64(r.Cur), uint64(r.Max), nil
}

func tryLock(file string) error {
	f, err := regular.Open(file)
	if err != nil {
		return err
	}
	defer f.Close() // which lets the lock go
	for {
		switch err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); err {
		case unix.EINTR:
		case unix.EWOULDBLOCK:
			return nil
		default:
			return err
		}
	}
}
