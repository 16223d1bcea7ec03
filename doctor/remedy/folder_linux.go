package remedy

import (
	"errors"
	"io/fs"
	"strconv"

	"golang.org/x/sys/unix"
)

// A mount tells file systems apart, and two mounts of one file system too.
type mount struct {
	dev uint64
	id  uint64 // 0: the kernel does not tell (before 5.8)
}

func mountOf(fd int) (mount, error) {
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return mount{}, err
	}
	m := mount{dev: uint64(st.Dev)}
	var sx unix.Statx_t
	err := unix.Statx(fd, "", unix.AT_EMPTY_PATH|unix.AT_STATX_DONT_SYNC, unix.STATX_MNT_ID, &sx)
	if err == nil && sx.Mask&unix.STATX_MNT_ID != 0 {
		m.id = sx.Mnt_id
	}
	return m, nil
}

// openBelow opens a directory in a directory: no link, no other mount. openat2(2) refuses both in one call; where there
// is none, or a sandbox forbids it, the mount is compared afterwards. Any other error comes again there.
func openBelow(dir int, name string, m mount) (int, error) {
	const flags = unix.O_RDONLY | unix.O_DIRECTORY | unix.O_NOFOLLOW | unix.O_CLOEXEC
	fd, err := ignoringEINTR(func() (int, error) {
		return unix.Openat2(dir, name, &unix.OpenHow{Flags: flags,
			Resolve: unix.RESOLVE_NO_XDEV | unix.RESOLVE_NO_SYMLINKS | unix.RESOLVE_BENEATH})
	})
	switch {
	case err == nil:
		return fd, nil
	case errors.Is(err, unix.EXDEV):
		return -1, errMount
	case errors.Is(err, unix.ELOOP), errors.Is(err, unix.ENOTDIR):
		return -1, errLink
	}
	return openCompared(dir, name, m)
}

// thaw changes the permissions of a directory that cannot be opened for reading. A link is not followed.
func (f *folder) thaw(name string, perm fs.FileMode) error {
	if err := f.disk.ask("chmod", f.child(name)); err != nil {
		return pathError("chmod", f.child(name), err)
	}
	fd, err := ignoringEINTR(func() (int, error) {
		return unix.Openat(f.fd(), name, unix.O_PATH|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return pathError("chmod", f.child(name), err)
	}
	defer unix.Close(fd)
	if here, err := mountOf(fd); err != nil || here != f.mount {
		return pathError("chmod", f.child(name), errMount)
	}
	return pathError("chmod", f.child(name), unix.Chmod("/proc/self/fd/"+strconv.Itoa(fd), uint32(perm.Perm())))
}

// renameNew renames onto a name that is free. File systems that cannot promise that (renameat2(2)) are asked to look
// first: it is done under the version's lock.
func renameNew(dir int, name string, to int, newName string) error {
	err := unix.Renameat2(dir, name, to, newName, unix.RENAME_NOREPLACE)
	if !errors.Is(err, unix.EINVAL) && !errors.Is(err, unix.ENOSYS) {
		return err
	}
	return renameIfFree(dir, name, to, newName)
}

// syncAll makes everything on the file system of the folder durable.
func (f *folder) syncAll() error {
	if err := f.disk.ask("sync", f.path); err != nil {
		return pathError("sync", f.path, err)
	}
	return pathError("sync", f.path, unix.Syncfs(f.fd()))
}
