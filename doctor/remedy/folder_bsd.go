//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package remedy

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// A mount tells file systems apart.
type mount struct{ dev uint64 }

func mountOf(fd int) (mount, error) {
	var st unix.Stat_t
	err := unix.Fstat(fd, &st)
	return mount{uint64(st.Dev)}, err
}

// openBelow opens a directory in a directory: no link, no other file system.
func openBelow(dir int, name string, m mount) (int, error) { return openCompared(dir, name, m) }

// thaw changes the permissions of a directory that cannot be opened for reading. A link is not followed, and what another file
// system is mounted on is left alone.
func (f *folder) thaw(name string, perm fs.FileMode) error {
	if err := f.disk.ask("chmod", f.child(name)); err != nil {
		return pathError("chmod", f.child(name), err)
	}
	var st unix.Stat_t
	if err := unix.Fstatat(f.fd(), name, &st, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		return pathError("chmod", f.child(name), err)
	}
	if f.mount.dev != uint64(st.Dev) {
		return pathError("chmod", f.child(name), errMount)
	}
	return pathError("chmod", f.child(name), unix.Fchmodat(f.fd(), name, uint32(perm.Perm()), unix.AT_SYMLINK_NOFOLLOW))
}

func renameNew(dir int, name string, to int, newName string) error {
	return renameIfFree(dir, name, to, newName)
}

// syncAll makes the names in the folder durable; there is no syncfs here.
func (f *folder) syncAll() error { return f.sync() }
