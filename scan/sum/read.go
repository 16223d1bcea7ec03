package sum

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"godoctor/scan/regular"
)

// FromZip reads one file of a module zip: name is relative to the module, as in a [Change]. At most limit bytes: the
// error is ErrTooLarge for more, fs.ErrNotExist if there is no such file, and else as in a [Hashed].
func FromZip(ctx context.Context, zip, path, version, name string, limit int64) ([]byte, error) {
	f, err := regular.Open(zip)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	job := Job{Path: path, Version: version}
	c, err := readCentral(ctx, f, fi.Size(), job.prefix(), func(int64) error { return nil })
	if err != nil {
		return nil, err
	}
	i := c.find(name)
	if i < 0 {
		return nil, fs.ErrNotExist
	}
	e := c.entry(i)
	if int64(e.size) > limit {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, e.size)
	}
	var z zipReader
	z.reset(f, fi.Size(), int64(e.offset)+int64(e.packed)+localLen+int64(len(name))+descriptorLen)
	data := make([]byte, 0, e.size)
	err = z.stream(ctx, &e, func() { data = data[:0] }, func(block []byte) error {
		data = append(data, block...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return data, nil
}

// FromDir reads one regular file of an extracted directory, without following links in dir. At most limit bytes: the
// error is ErrTooLarge for more, ErrOdd for what is no regular file, ErrName for a name that leads out of dir.
func FromDir(ctx context.Context, dir, name string, limit int64) ([]byte, error) {
	if checkName(name) == ErrName {
		return nil, ErrName
	}
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer f.close()
	w := newWorker(ctx, nil)
	w.dir = f.reader(w.scratch(blockLen))
	defer w.dir.close()
	if err := w.regular(name); err != nil {
		return nil, err
	}
	size, err := w.dir.open(name)
	if err != nil {
		return nil, err
	}
	defer w.dir.shut()
	if size > limit {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, size)
	}
	data := make([]byte, 0, size)
	for int64(len(data)) < size {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, err := w.fill(w.file[:min(blockLen, size-int64(len(data)))], int64(len(data)))
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		data = append(data, w.file[:n]...)
	}
	return slices.Clip(data), lengthError(int64(len(data)), size)
}

// regular looks for a name in its directory: a device does things when it is opened.
func (w *worker) regular(name string) error {
	dir, base := split(name)
	err := fs.ErrNotExist
	failed := w.dir.list(dir, func(n []byte, mode fs.FileMode) error {
		if string(n) == base {
			if err = nil; !mode.IsRegular() {
				err = ErrOdd
			}
		}
		return w.ctx.Err()
	})
	if failed != nil {
		return failed
	}
	return err
}
