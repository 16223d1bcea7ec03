//go:build darwin || freebsd

package system

import "golang.org/x/sys/unix"

// blockSize is what blocks are counted in (statfs(2)).
func blockSize(s *unix.Statfs_t) int64 { return int64(s.Bsize) }
