package cachetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// write writes one file with the mode that umask leaves of perm, makes its directories, and gives
// it the modification time t; a zero t means the machine's own time.
func (m *Machine) write(path string, data []byte, perm fs.FileMode, t time.Time) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(path, data, perm); err != nil {
		return err
	}
	return m.touch(path, t)
}

// touch gives path the time t, or the machine's own time when t is zero.
func (m *Machine) touch(path string, t time.Time) error {
	if t.IsZero() {
		t = m.now
	}
	if t.IsZero() {
		return nil
	}
	return os.Chtimes(path, t, t)
}

// touchTree gives everything below dir the time t. Directories come after what they hold: chtimes
// needs no write permission, so 0555 is no hindrance.
func (m *Machine) touchTree(dir string, t time.Time) error {
	if t.IsZero() && m.now.IsZero() {
		return nil
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return m.touch(path, t)
	})
}

// inside runs change while dir is writable, and puts back the mode that dir had, also on an error.
// Root needs no such help; an ordinary user does, and both must leave the same tree.
func inside(dir string, change func() error) (err error) {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o200 != 0 {
		return change()
	}
	if err := os.Chmod(dir, info.Mode().Perm()|0o200); err != nil {
		return err
	}
	defer func() {
		if e := os.Chmod(dir, info.Mode().Perm()); err == nil {
			err = e
		}
	}()
	return change()
}

// freezeDirs takes the write bits from every directory of an extracted module, as the go command
// does after extracting; files are 0444 from the start.
func freezeDirs(dir string) error {
	var dirs []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		info, err := os.Lstat(dirs[i])
		if err != nil {
			return err
		}
		if err := os.Chmod(dirs[i], info.Mode().Perm()&^0o222); err != nil {
			return err
		}
	}
	return nil
}
