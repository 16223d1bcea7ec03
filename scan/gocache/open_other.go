//go:build !unix

package gocache

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// An opener opens files below a directory. Where opening a name never waits, package os is enough.
type opener struct{ root string }

func openRoot(root string) (*opener, error) {
	if _, err := os.Stat(root); err != nil {
		return nil, err
	}
	return &opener{root}, nil
}

func (o *opener) close() {}

// read fills buf from the beginning of a file. A tail that is not nil is called with a reader of other
// offsets before the file is closed.
func (o *opener) read(name string, buf []byte, tail func(head []byte, at readAt)) (int, error) {
	f, err := o.open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	n, err := f.ReadAt(buf, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	if tail != nil {
		tail(buf[:n], f.ReadAt)
	}
	return n, nil
}

func (o *opener) open(name string) (*os.File, error) {
	path := filepath.Join(o.root, filepath.FromSlash(name))
	fi, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !fi.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	return os.Open(path)
}
