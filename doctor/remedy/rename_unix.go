//go:build unix && !aix && !solaris && !illumos

package remedy

import "golang.org/x/sys/unix"

// renameIfFree looks whether a name is free before it renames onto it.
func renameIfFree(dir int, name string, to int, newName string) error {
	var st unix.Stat_t
	if err := unix.Fstatat(to, newName, &st, unix.AT_SYMLINK_NOFOLLOW); err == nil {
		return errThere
	}
	return unix.Renameat(dir, name, to, newName)
}
