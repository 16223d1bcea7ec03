package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"godoctor/scan/gomod"
	"godoctor/scan/regular"
)

// Limits of what is read, in bytes.
const (
	modLimit    = gomod.Limit // of go.mod and go.work
	sumLimit    = 64 << 20    // of go.sum
	vendorLimit = 16 << 20    // of modules.txt
)

// A reader reads files into a buffer of its own. It belongs to one goroutine.
type reader struct{ buf []byte }

// keepBuffer is the largest buffer that is kept for the next file.
const keepBuffer = 1 << 20

// read gives what is in a file; the data is good until the next read. The doubt says why it could not be read;
// fs.ErrNotExist is no doubt but an error.
func (r *reader) read(name string, limit int64) ([]byte, *Doubt, error) {
	if isPlaceholder(name) {
		return nil, &Doubt{Kind: DoubtPlaceholder, File: name,
			Message: fmt.Sprintf("%q is in a cloud and not on this disk: open it once to fetch it", name)}, nil
	}
	f, err := regular.Open(name)
	if err == nil {
		defer f.Close()
		var data []byte
		if data, err = r.all(f, limit); err == nil {
			return data, nil, nil
		}
	}
	d := &Doubt{File: name}
	switch {
	case errors.Is(err, regular.ErrNot):
		d.Kind, d.Bounded = DoubtNotFile, true
		d.Message = fmt.Sprintf("%q is not a file: go cannot use it: remove or rename it", name)
	case errors.Is(err, regular.ErrTooLarge):
		d.Kind = DoubtTooLarge
		d.Message = fmt.Sprintf("%q has more than %d MiB and was not read: look at what wrote it", name, limit>>20)
	case errors.Is(err, fs.ErrNotExist):
		if fi, e := os.Lstat(name); e != nil || fi.Mode()&fs.ModeSymlink == 0 {
			return nil, nil, fs.ErrNotExist
		}
		d.Kind = DoubtUnreadable
		d.Message = fmt.Sprintf("%q is a link to nothing: make or mount its target, or remove the link", name)
	default:
		d.Kind = DoubtUnreadable
		d.Message = fmt.Sprintf("%q cannot be read: %v: look at the owner and mode of it", name, cause(err))
	}
	return nil, d, nil
}

// cause is an error without the path that package os puts before it.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// all reads an open file of at most limit bytes.
func (r *reader) all(f *os.File, limit int64) ([]byte, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if fi.Size() > limit {
		return nil, regular.ErrTooLarge
	}
	if need := int(fi.Size()) + 1; cap(r.buf) < need || cap(r.buf) > keepBuffer {
		r.buf = make([]byte, max(need, 16<<10))
	}
	r.buf = r.buf[:cap(r.buf)]
	n := 0
	for {
		if n == len(r.buf) { // it grows while it is read
			if int64(n) > limit {
				return nil, regular.ErrTooLarge
			}
			r.buf = append(r.buf, make([]byte, len(r.buf))...)
		}
		m, err := f.Read(r.buf[n:])
		n += m
		switch {
		case err == io.EOF && int64(n) > limit:
			return nil, regular.ErrTooLarge
		case err == io.EOF:
			return r.buf[:n], nil
		case err != nil:
			return nil, err
		}
	}
}
