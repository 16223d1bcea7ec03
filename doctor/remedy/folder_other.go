//go:build !unix || aix || solaris || illumos

package remedy

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A folder is one open directory. Whatever is done in it is done relative to it, with a single name, and follows no
// link.
type folder struct {
	root *os.Root
	list *os.File // for names; opened when needed
	disk *disk
	path string // for messages
}

// openFolder opens a root.
func openFolder(path string, d *disk) (*folder, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !fi.IsDir() {
		return nil, pathError("open", path, errLink)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	f := &folder{root: root, disk: d, path: path}
	return f, f.is(fi)
}

// is proves that what was opened is what was looked at; else it is closed.
func (f *folder) is(looked fs.FileInfo) error {
	fi, err := f.root.Stat(".")
	if err == nil && !os.SameFile(fi, looked) {
		err = errLink
	}
	if err != nil {
		f.close()
	}
	return pathError("open", f.path, err)
}

func (f *folder) child(name string) string { return filepath.Join(f.path, name) }

// open opens a directory in the folder. The name is one element.
func (f *folder) open(name string) (*folder, error) {
	fi, err := f.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !fi.IsDir() {
		return nil, pathError("open", f.child(name), errLink)
	}
	root, err := f.root.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	sub := &folder{root: root, disk: f.disk, path: f.child(name)}
	return sub, sub.is(fi)
}

func (f *folder) close() {
	if f != nil {
		if f.list != nil {
			f.list.Close()
		}
		f.root.Close()
	}
}

// lstat looks at an entry.
func (f *folder) lstat(name string) (stat, error) {
	fi, err := f.root.Lstat(name)
	if err != nil {
		return stat{}, err
	}
	return statOf(fi), nil
}

// self looks at the folder itself.
func (f *folder) self() (stat, error) { return f.lstat(".") }

// statOf has no inode and no owner to tell of: time and size have to do.
func statOf(fi fs.FileInfo) stat {
	s := stat{mtime: fi.ModTime().UnixNano(), size: fi.Size(), disk: fi.Size(), links: 1, mode: fi.Mode().Perm(), uid: -1}
	switch {
	case fi.IsDir():
		s.kind, s.size, s.disk = directory, 0, 0
	case fi.Mode().IsRegular():
		s.kind = file
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
	if _, err := to.root.Lstat(newName); err == nil {
		return pathError("rename", to.child(newName), errThere)
	}
	if f == to {
		return f.root.Rename(name, newName)
	}
	return os.Rename(f.child(name), to.child(newName))
}

// unlink removes what is not a directory, also where it is read-only.
func (f *folder) unlink(name string) error {
	if err := f.disk.ask("remove", f.child(name)); err != nil {
		return pathError("remove", f.child(name), err)
	}
	err := f.root.Remove(name)
	if errors.Is(err, fs.ErrPermission) && f.root.Chmod(name, 0o666) == nil {
		err = f.root.Remove(name)
	}
	return err
}

// rmdir removes an empty directory.
func (f *folder) rmdir(name string) error { return f.unlink(name) }

// mkdir makes a directory.
func (f *folder) mkdir(name string, perm fs.FileMode) error {
	if err := f.disk.ask("mkdir", f.child(name)); err != nil {
		return pathError("mkdir", f.child(name), err)
	}
	return f.root.Mkdir(name, perm)
}

// chmod changes the permissions of the folder itself.
func (f *folder) chmod(perm fs.FileMode) error {
	if err := f.disk.ask("chmod", f.path); err != nil {
		return pathError("chmod", f.path, err)
	}
	return f.root.Chmod(".", perm)
}

// thaw changes the permissions of a directory that cannot be opened for reading.
func (f *folder) thaw(name string, perm fs.FileMode) error {
	if err := f.disk.ask("chmod", f.child(name)); err != nil {
		return pathError("chmod", f.child(name), err)
	}
	return f.root.Chmod(name, perm)
}

// create makes a new file.
func (f *folder) create(name string, perm fs.FileMode) (*os.File, error) {
	if err := f.disk.ask("create", f.child(name)); err != nil {
		return nil, pathError("create", f.child(name), err)
	}
	return f.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
}

// read opens a regular file for reading.
func (f *folder) read(name string) (*os.File, error) {
	fi, err := f.root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, pathError("open", f.child(name), errors.New("it is not a regular file"))
	}
	return f.root.Open(name)
}

// names lists at most n entries more; io.EOF at the end.
func (f *folder) names(n int) ([]entry, error) {
	if f.list == nil {
		var err error
		if f.list, err = f.root.Open("."); err != nil {
			return nil, err
		}
	}
	list, err := f.list.ReadDir(n)
	return entriesOf(list), err
}

// rewind makes names begin anew.
func (f *folder) rewind() error {
	if f.list == nil {
		return nil
	}
	_, err := f.list.Seek(0, io.SeekStart)
	return err
}

// sync and syncAll do nothing: directories cannot be synced here.
func (f *folder) sync() error    { return f.disk.ask("sync", f.path) }
func (f *folder) syncAll() error { return f.disk.ask("sync", f.path) }

// lock takes the exclusive lock of a lock file as the go command does, without waiting.
func (f *folder) lock(name string) (*os.File, error) {
	if err := f.disk.ask("create", f.child(name)); err != nil {
		return nil, pathError("lock", f.child(name), err)
	}
	if fi, err := f.root.Lstat(name); err == nil && !fi.Mode().IsRegular() {
		return nil, pathError("lock", f.child(name), errors.New("it is not a regular file"))
	}
	lf, err := f.root.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	if err := tryLock(lf); err != nil {
		lf.Close()
		return nil, pathError("lock", f.child(name), err)
	}
	return lf, nil
}

// sameMount cannot be known here before a rename is tried.
func (f *folder) sameMount(g *folder) bool {
	return filepath.VolumeName(f.path) == filepath.VolumeName(g.path)
}
