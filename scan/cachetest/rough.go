package cachetest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Overwrite writes a file into a directory that is there, though go has taken away the permission to, as a person does who
// is stubborn. Both stay writable.
func Overwrite(path, text string) error {
	if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	if err := os.Chmod(path, 0o666); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// Remove removes a file or a tree, though go has taken away the permission to. The directory that held it stays writable. What
// is not there is no error.
func Remove(path string) error {
	if err := thaw(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.RemoveAll(path)
}
