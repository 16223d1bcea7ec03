//go:build linux || darwin || freebsd

package fetch

import "golang.org/x/sys/unix"

func roomIn(dir string) (Room, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return Room{}, err
	}
	r := Room{Bytes: int64(s.Bavail) * int64(s.Bsize), Inodes: int64(s.Ffree)}
	if s.Files == 0 { // btrfs and others make them as they are needed
		r.Inodes = -1
	}
	return r, nil
}
