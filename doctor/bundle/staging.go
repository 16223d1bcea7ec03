package bundle

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/fetch"
)

// A staging is the directory in which a bundle is made: .NAME.godoctor beside the target, so that the last step is a rename.
type staging struct {
	dir    string
	target string
	lock   *os.File
}

// openStaging makes the directory, or takes the one that a run has left which was broken off.
func openStaging(target string) (*staging, error) {
	s := &staging{target: target, dir: filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+".godoctor")}
	if _, err := os.Lstat(target); err == nil {
		if s.finished() {
			return nil, fmt.Errorf("%q: %w: a run that was stopped has just finished it: 'godoctor bundle verify' looks at it; to make another, remove it, or name another one", target, ErrThere)
		}
		return nil, fmt.Errorf("%q: %w: remove it, or name another one", target, ErrThere)
	} else if !isGone(err) {
		return nil, err
	}
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		fi, lerr := os.Lstat(s.dir)
		if lerr != nil {
			return nil, err
		}
		if !fi.IsDir() {
			return nil, fmt.Errorf("%q: %w, and it is no directory: remove it", s.dir, ErrThere)
		}
	}
	var err error
	if s.lock, err = os.OpenFile(filepath.Join(s.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := fetch.TryLock(s.lock); err != nil {
		s.lock.Close()
		if errors.Is(err, fetch.ErrLocked) {
			err = ErrBusy
		}
		return nil, fmt.Errorf("%q: %w", target, err)
	}
	if err := s.reset(); err != nil {
		return nil, errors.Join(err, s.lock.Close())
	}
	return s, nil
}

// finished removes the directory of a run that was stopped when the bundle had its name, and reports whether there was one. That of
// a run that is at work is left alone.
func (s *staging) finished() bool {
	if fi, err := os.Lstat(s.dir); err != nil || !fi.IsDir() {
		return false
	}
	var err error
	if s.lock, err = os.OpenFile(filepath.Join(s.dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return false
	}
	err = fetch.TryLock(s.lock)
	return s.close(err == nil) == nil && err == nil
}

// reset puts what earlier runs have fetched aside, to be used again, and removes the rest. It may be killed too: what is aside
// already stays there until it is used.
func (s *staging) reset() error {
	for _, name := range []string{s.path("rehearsal"), s.archive()} {
		if err := removeAll(name); err != nil {
			return err
		}
	}
	err := filepath.WalkDir(s.tree(), func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		switch filepath.Ext(name) {
		case ".zip", ".mod", ".info":
			rel, err := filepath.Rel(s.tree(), name)
			if err != nil {
				return err
			}
			return s.move(name, filepath.Join(s.path("old"), rel))
		}
		return nil
	})
	if err != nil && !isGone(err) {
		return err
	}
	if err := removeAll(s.tree()); err != nil {
		return err
	}
	return os.Mkdir(s.tree(), 0o700)
}

// move gives a file another place in the directory, where it takes the place of what is there.
func (s *staging) move(from, to string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(to), 0o755), os.Rename(from, to))
}

func (s *staging) path(name string) string { return filepath.Join(s.dir, name) }
func (s *staging) parts() string           { return s.path("parts") }
func (s *staging) tree() string            { return s.path("tree") }
func (s *staging) archive() string         { return s.path("bundle.tar") }

// file is a file of the tree.
func (s *staging) file(name string) string { return filepath.Join(s.tree(), filepath.FromSlash(name)) }

// old is a file that an earlier run has fetched: a .zip, a .mod, an .info. Its content is not proved.
func (s *staging) old(name string) string {
	return filepath.Join(s.path("old"), filepath.FromSlash(name))
}

// take puts a file that an earlier run has fetched into the tree, durable: that run may have been killed before it made it so.
func (s *staging) take(name string) error {
	if err := syncFile(s.old(name)); err != nil {
		return err
	}
	if err := s.move(s.old(name), s.file(name)); err != nil {
		return err
	}
	return os.Chmod(s.file(name), 0o644)
}

// close lets the directory go, and removes it if it is not needed any more.
func (s *staging) close(done bool) error {
	var err error
	if done {
		err = removeAll(s.dir)
	}
	return errors.Join(err, s.lock.Close())
}

// write makes a file of the tree, durable.
func (s *staging) write(name string, data []byte) error {
	return s.writeFrom(name, strings.NewReader(string(data)))
}

func (s *staging) writeFrom(name string, r io.Reader) error {
	file := s.file(name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, r)
	return errors.Join(err, out.Sync(), out.Close())
}

// room looks whether there is room for so many bytes more.
func (s *staging) room(packed, unpacked int64) error {
	r, err := fetch.RoomIn(s.dir)
	if err != nil {
		return nil // the system does not say
	}
	return r.Lacks(packed, unpacked)
}

// removeAll removes a tree of ours. The go command leaves directories in it that cannot be written.
func removeAll(dir string) error {
	err := os.RemoveAll(dir)
	if err == nil {
		return nil
	}
	filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			os.Chmod(name, 0o700)
		}
		return nil
	})
	return os.RemoveAll(dir)
}

// syncDirs makes the names below a directory durable.
func syncDirs(dir string) error {
	return filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(name)
	})
}
