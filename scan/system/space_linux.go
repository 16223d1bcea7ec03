package system

import "golang.org/x/sys/unix"

// blockSize is what blocks are counted in (statvfs(3), f_frsize). What statfs(2) calls f_bsize is how much is best read at
// once: the same on disks, and 256 times as much on what Docker's machines have mounted from the host, and on some of FUSE.
func blockSize(s *unix.Statfs_t) int64 {
	if s.Frsize > 0 {
		return int64(s.Frsize)
	}
	return int64(s.Bsize)
}
