//go:build !linux

package tree

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"godoctor/scan/regular"
)

// Elsewhere than on Linux the walk uses what package os offers everywhere: names of a directory in
// batches, and Lstat of each by path. It is right, and about half as fast.

// handle keeps nothing open: every look starts from the path.
type handle struct{}

// batch is how many names are asked for at a time.
const batch = 512

type reader struct {
	held *atomic.Int32
}

func (d *dir) shut() {}

func (r *reader) openRoot(d *dir) error {
	fi, err := os.Stat(d.name)
	if err != nil {
		return err
	}
	if !fi.IsDir() {
		return ErrNotDirectory
	}
	// From here on the path of the walk is the real one, so that Lstat of the root is a directory.
	real, err := filepath.EvalSymlinks(d.name)
	if err != nil {
		return err
	}
	d.name = real
	return nil
}

func (r *reader) open(d *dir) (Stat, error) {
	st, err := r.stat(d)
	if err == nil && !st.Mode.IsDir() {
		err = ErrNotDirectory
	}
	return st, err
}

func (r *reader) stat(d *dir) (Stat, error) {
	p := d.path()
	fi, err := os.Lstat(p)
	if err != nil {
		return Stat{}, err
	}
	s := statOf(p, fi)
	return Stat{Dev: s.id.Dev, Ino: s.id.Ino, Bytes: s.bytes, Disk: s.disk, Mtime: s.mtime, Mode: fi.Mode()}, nil
}

func (r *reader) list(v *visitor, d *dir, st *Stat) error {
	p := d.path()
	f, err := regular.OpenDir(p)
	if err != nil {
		return err
	}
	defer f.Close()
	for {
		entries, err := f.ReadDir(batch)
		for _, e := range entries {
			r.entry(v, d, st, p, e)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (r *reader) entry(v *visitor, d *dir, st *Stat, dir string, e fs.DirEntry) {
	if e.IsDir() {
		v.listed(d, e.Name(), st.Dev)
		return
	}
	fi, err := e.Info()
	if err != nil {
		if !os.IsNotExist(err) {
			v.lost(d, e.Name(), err)
		}
		return
	}
	s := statOf(filepath.Join(dir, e.Name()), fi)
	s.kind = modeKind(fi.Mode())
	v.leaf(d, []byte(e.Name()), &s)
}

func (r *reader) close(*dir, []*dir) {}

func (r *reader) closeRoot(*dir) {}
