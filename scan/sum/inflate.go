package sum

import (
	"bytes"
	"compress/flate"
	"io"
)

// An inflater is the decompressor of one worker. All that the package knows of one is here, so that it can be
// exchanged. The zero value is ready.
type inflater struct {
	z     io.ReadCloser // with the tables and the window of 40 KiB
	src   bytes.Reader
	whole wholeInflater
}

// reader gives the inflated data of r.
func (f *inflater) reader(r flate.Reader) io.Reader {
	if f.z == nil {
		f.z = flate.NewReader(r)
		return f.z
	}
	if err := f.z.(flate.Resetter).Reset(r, nil); err != nil {
		panic(err) // it has none
	}
	return f.z
}

// inflateWhole inflates all of src into dst, which is one byte longer than the content should be: n is its length if
// there is more. The error is nil where the data ends as it should, or dst is full.
func (f *inflater) inflateWhole(dst, src []byte) (n int, err error) {
	if n, ok := f.whole.inflate(dst, src); ok {
		return n, nil
	}
	f.src.Reset(src)
	r := f.reader(&f.src)
	for n < len(dst) {
		got, err := r.Read(dst[n:])
		n += got
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// flateError says what is wrong with data that flate refused.
func flateError(packed []byte) error {
	if zeros(packed) {
		return ErrZeros
	}
	return ErrFlate
}
