//go:build unix && !aix && !solaris && !illumos

package remedy

import (
	"errors"

	"golang.org/x/sys/unix"
)

// openCompared opens a directory in a directory: no link; and compares the mount afterwards.
func openCompared(dir int, name string, m mount) (int, error) {
	fd, err := ignoringEINTR(func() (int, error) {
		return unix.Openat(dir, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
	if errors.Is(err, unix.ELOOP) || errors.Is(err, unix.ENOTDIR) {
		return -1, errLink
	}
	if err != nil {
		return -1, err
	}
	if here, err := mountOf(fd); err != nil || here != m {
		unix.Close(fd)
		return -1, errMount
	}
	return fd, nil
}

// renameIfFree looks whether a name is free before it renames onto it.
func renameIfFree(dir int, name string, to int, newName string) error {
	var st unix.Stat_t
	if err := unix.Fstatat(to, newName, &st, unix.AT_SYMLINK_NOFOLLOW); err == nil {
		return errThere
	}
	return unix.Renameat(dir, name, to, newName)
}
