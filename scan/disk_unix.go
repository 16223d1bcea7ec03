//go:build linux || darwin || freebsd

package scan

import "golang.org/x/sys/unix"

// diskOf asks for the file system that holds path.
func diskOf(path string) (Disk, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Disk{}, err
	}
	size := int64(s.Bsize)
	return Disk{Total: int64(s.Blocks) * size, Free: int64(s.Bavail) * size}, nil
}
