//go:build unix && !aix && !solaris && !illumos

package remedy

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A folder is one open directory. Whatever is done in it is done relative to it, with a single name, and follows no
// link. Children that lie on another mount cannot be opened.
type folder struct {
	file  *os.File
	disk  *disk
	path  string // for messages
	mount mount
}

// openFolder opens a root. The path is taken as it is; its last element may not be a link.
func openFolder(path string, d *disk) (*folder, error) {
	fd, err := ignoringEINTR(func() (int, error) {
		return unix.Open(path, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	})
	if err != nil {
		return nil, pathError("open", path, err)
	}
	f := &folder{file: os.NewFile(uintptr(fd), path), disk: d, path: path}
	if f.mount, err = mountOf(fd); err != nil {
		f.close()
		return nil, pathError("stat", path, err)
	}
	return f, nil
}

func (f *folder) fd() int { return int(f.file.Fd()) }

// child is the path of a name in the folder, for messages.
func (f *folder) child(name string) string { return filepath.Join(f.path, name) }

// open opens a directory in the folder. The name is one element.
func (f *folder) open(name string) (*folder, error) {
	fd, err := openBelow(f.fd(), name, f.mount)
	if err != nil {
		return nil, pathError("open", f.child(name), err)
	}
	return &folder{file: os.NewFile(uintptr(fd), f.child(name)), disk: f.disk, path: f.child(name), mount: f.mount}, nil
}

func (f *folder) close() {
	if f != nil {
		f.file.Close()
	}
}

// lstat looks at an entry.
func (f *folder) lstat(name string) (stat, error) {
	var st unix.Stat_t
	_, err := ignoringEINTR(func() (int, error) {
		return 0, unix.Fstatat(f.fd(), name, &st, unix.AT_SYMLINK_NOFOLLOW)
	})
	if err != nil {
		return stat{}, pathError("lstat", f.child(name), err)
	}
	return statOf(&st), nil
}

// self looks at the folder itself.
func (f *folder) self() (stat, error) {
	var st unix.Stat_t
	if err := unix.Fstat(f.fd(), &st); err != nil {
		return stat{}, pathError("stat", f.path, err)
	}
	return statOf(&st), nil
}

func statOf(st *unix.Stat_t) stat {
	sec, nsec := st.Mtim.Unix()
	s := stat{inode: uint64(st.Ino), mtime: sec*1e9 + nsec, size: st.Size, disk: int64(st.Blocks) * 512,
		links: uint64(st.Nlink), mode: fs.FileMode(st.Mode & 0o777), uid: int(st.Uid), gid: int(st.Gid)}
	if st.Mode&unix.S_ISVTX != 0 {
		s.mode |= fs.ModeSticky
	}
	switch st.Mode & unix.S_IFMT {
	case unix.S_IFREG:
		s.kind = file
	case unix.S_IFDIR:
		s.kind = directory
	default:
		s.kind = other
	}
	return s
}

// rename moves an entry to another name, here or in another folder of the same file system. Nothing may be there.
func (f *folder) rename(name string, to *folder, newName string) error {
	if err := f.disk.ask("rename", f.child(name)); err != nil {
		return pathError("rename", f.child(name), err)
	}
	_, err := ignoringEINTR(func() (int, error) { return 0, renameNew(f.fd(), name, to.fd(), newName) })
	if errors.Is(err, unix.EEXIST) || errors.Is(err, unix.ENOTEMPTY) {
		err = errThere
	}
	return pathError("rename", f.child(name), err)
}

// unlink removes what is not a directory.
func (f *folder) unlink(name string) error { return f.unlinkat(name, 0) }

// rmdir removes an empty directory.
func (f *folder) rmdir(name string) error { return f.unlinkat(name, unix.AT_REMOVEDIR) }

func (f *folder) unlinkat(name string, flags int) error {
	if err := f.disk.ask("remove", f.child(name)); err != nil {
		return pathError("remove", f.child(name), err)
	}
	_, err := ignoringEINTR(func() (int, error) { return 0, unix.Unlinkat(f.fd(), name, flags) })
	return pathError("remove", f.child(name), err)
}

// mkdir makes a directory.
func (f *folder) mkdir(name string, perm fs.FileMode) error {
	if err := f.disk.ask("mkdir", f.child(name)); err != nil {
		return pathError("mkdir", f.child(name), err)
	}
	return pathError("mkdir", f.child(name), unix.Mkdirat(f.fd(), name, uint32(perm.Perm())))
}

// chmod changes the permissions of the folder itself.
func (f *folder) chmod(perm fs.FileMode) error {
	if err := f.disk.ask("chmod", f.path); err != nil {
		return pathError("chmod", f.path, err)
	}
	return pathError("chmod", f.path, unix.Fchmod(f.fd(), uint32(perm.Perm())))
}

// create makes a new file.
func (f *folder) create(name string, perm fs.FileMode) (*os.File, error) {
	if err := f.disk.ask("create", f.child(name)); err != nil {
		return nil, pathError("create", f.child(name), err)
	}
	return f.openFile(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, perm)
}

// read opens a regular file for reading.
func (f *folder) read(name string) (*os.File, error) { return f.openFile(name, unix.O_RDONLY, 0) }

func (f *folder) openFile(name string, flags int, perm fs.FileMode) (*os.File, error) {
	fd, err := ignoringEINTR(func() (int, error) {
		return unix.Openat(f.fd(), name, flags|unix.O_NOFOLLOW|unix.O_CLOEXEC|unix.O_NONBLOCK, uint32(perm.Perm()))
	})
	if err != nil {
		return nil, pathError("open", f.child(name), err)
	}
	var st unix.Stat_t
	if err = unix.Fstat(fd, &st); err == nil && st.Mode&unix.S_IFMT != unix.S_IFREG {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		unix.Close(fd)
		return nil, pathError("open", f.child(name), err)
	}
	return os.NewFile(uintptr(fd), f.child(name)), nil
}

// names lists at most n entries more; io.EOF at the end. Removing what was listed does not disturb it.
func (f *folder) names(n int) ([]entry, error) {
	list, err := f.file.ReadDir(n)
	return entriesOf(list), err
}

// rewind makes names begin anew.
func (f *folder) rewind() error {
	_, err := f.file.Seek(0, io.SeekStart)
	return err
}

// sync makes the names in the folder durable.
func (f *folder) sync() error {
	if err := f.disk.ask("sync", f.path); err != nil {
		return pathError("sync", f.path, err)
	}
	return pathError("sync", f.path, f.file.Sync())
}

// lock takes the exclusive lock of a lock file as the go command does (cmd/go/internal/lockedfile: Mutex), without
// waiting. The file is made if it is not there, and is still the one with this name when the lock is held.
func (f *folder) lock(name string) (*os.File, error) {
	lf, err := f.openFile(name, unix.O_RDWR, 0)
	if gone(err) {
		if err := f.disk.ask("create", f.child(name)); err != nil {
			return nil, pathError("lock", f.child(name), err)
		}
		lf, err = f.openFile(name, unix.O_RDWR|unix.O_CREAT, 0o666)
	}
	if err != nil {
		return nil, err
	}
	if _, err := ignoringEINTR(func() (int, error) {
		return 0, unix.Flock(int(lf.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	}); err != nil {
		lf.Close()
		if errors.Is(err, unix.EWOULDBLOCK) {
			err = errBusy
		}
		return nil, pathError("lock", f.child(name), err)
	}
	var st unix.Stat_t
	now, err := f.lstat(name)
	if err != nil || unix.Fstat(int(lf.Fd()), &st) != nil || uint64(st.Ino) != now.inode {
		lf.Close()
		return nil, pathError("lock", f.child(name), errBusy) // somebody has put another file there
	}
	return lf, nil
}

func ignoringEINTR(f func() (int, error)) (int, error) {
	for {
		n, err := f()
		if !errors.Is(err, unix.EINTR) {
			return n, err
		}
	}
}

// sameMount reports whether a rename between the folders can work.
func (f *folder) sameMount(g *folder) bool { return f.mount == g.mount }
