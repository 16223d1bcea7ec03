package sum

import (
	"bytes"
	"compress/flate"
	"io"
)

// An inflater is the decompressor of one worker. All that the package knows of one is here, so that it can be
// exchanged. The zero value is ready.
type inflater struct {
	z    io.ReadCloser // with the tables and the window of 40 KiB
	src  bytes.Reader
	fast fastInflater
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

// inflateWhole inflates the first packed bytes of src into dst, which is outSlack longer than the content should be, size, and one
// byte: n is more than size if there is more. The error is nil where the data ends as it should, or there is more.
func (f *inflater) inflateWhole(dst []byte, size int, src []byte, packed int) (n int, err error) {
	if n, ok := f.fast.whole(dst, size, src, packed); ok {
		return n, nil
	}
	dst, src = dst[:size+1], src[:packed]
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
