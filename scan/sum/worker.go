package sum

import (
	"bytes"
	"context"
	"crypto/sha256"
	"hash"

	"godoctor/scan/meter"
)

// A worker does tasks, one after the other, with buffers of its own.
type worker struct {
	ctx   context.Context
	meter *meter.Meter
	zip   zipReader
	dir   folderReader
	file  []byte // what was read from the directory
	sha   hash.Hash
}

func newWorker(ctx context.Context, m *meter.Meter) *worker {
	return &worker{ctx: ctx, meter: m, sha: sha256.New()}
}

// scratch gives the worker's buffer for what it reads from a directory, of at least n bytes.
func (w *worker) scratch(n int64) []byte {
	w.file = grow(w.file, int(n))
	return w.file
}

// do works on a task, until the context ends.
func (w *worker) do(t *task) {
	if t.zip != nil {
		w.zip.reset(t.zipAt, t.zipSize, t.end)
	}
	if t.folder != nil {
		w.dir = t.folder.reader(w.scratch(direntLen))
		defer w.dir.close()
	}
	for _, i := range t.zip {
		if w.ctx.Err() != nil {
			return
		}
		w.both(t.work, i)
	}
	for _, j := range t.dir {
		if w.ctx.Err() != nil {
			return
		}
		w.alone(t.work, j)
	}
}

// both hashes a file of the zip and compares that of the directory with it.
func (w *worker) both(k *work, i int32) {
	e, j := k.central.entry(int(i)), int32(-1)
	if k.match != nil {
		j = k.match[i]
	}
	if e.size > wholeMax || e.packed > wholeMax {
		w.large(k, i, j, &e)
		return
	}
	data, err := w.zip.whole(&e)
	if err != nil {
		k.zip.fail(i, err)
		w.alone(k, j)
		return
	}
	k.zip.sums[i] = sha256.Sum256(data)
	w.meter.Add(1, int64(len(data)))
	size, ok := w.open(k, j)
	if !ok {
		return
	}
	defer w.dir.shut()
	if size != int64(len(data)) {
		w.hash(k, j, size)
		return
	}
	own, err := w.slurp(size)
	switch {
	case err != nil:
		k.dir.fail(j, err)
	case bytes.Equal(own, data):
		k.dir.sums[j], k.dir.sizes[j], k.state[i] = k.zip.sums[i], size, same
	default:
		k.dir.sums[j], k.dir.sizes[j] = sha256.Sum256(own), size
		if zeros(own) {
			k.state[i] = zeroed
		}
	}
	w.meter.Add(1, int64(len(own)))
}

// large is both for a file that is not held at once. The file of the directory is read alongside as long as it is the
// same, and hashed from its beginning where it is not.
func (w *worker) large(k *work, i, j int32, e *entry) {
	size, open := w.open(k, j)
	if open {
		defer w.dir.shut()
	}
	w.scratch(historyLen + blockLen + outSlack) // the longest block
	var equal bool
	var at int64
	begin := func() {
		equal, at = open && size == int64(e.size), 0
		w.sha.Reset()
	}
	err := w.zip.stream(w.ctx, e, begin, func(block []byte) error {
		w.sha.Write(block)
		w.meter.Add(0, int64(len(block)))
		if equal {
			n, err := w.fill(w.file[:len(block)], at)
			equal = err == nil && n == len(block) && bytes.Equal(w.file[:n], block)
			at += int64(n)
			w.meter.Add(0, int64(n))
		}
		return nil
	})
	w.meter.Add(1, 0)
	if err != nil {
		k.zip.fail(i, err)
	} else {
		w.sha.Sum(k.zip.sums[i][:0])
	}
	if equal && err == nil {
		if n, err := w.dir.readAt(w.file[:1], size); n == 0 && err == nil {
			k.dir.sums[j], k.dir.sizes[j], k.state[i] = k.zip.sums[i], size, same
			w.meter.Add(1, 0)
			return
		}
	}
	if open && w.hash(k, j, size) && size == int64(e.size) {
		k.state[i] = zeroed
	}
}

// alone hashes a file of the directory; -1 for none.
func (w *worker) alone(k *work, j int32) {
	if size, ok := w.open(k, j); ok {
		w.hash(k, j, size)
		w.dir.shut()
	}
}

// open opens a file of the directory; -1 is none.
func (w *worker) open(k *work, j int32) (size int64, ok bool) {
	if j < 0 || unhashable(k.listing.names[j]) {
		return 0, false
	}
	size, err := w.dir.open(k.listing.files[j])
	switch {
	case err != nil:
		k.dir.fail(j, err)
	case k.stats:
		k.dir.stats[j] = w.dir.last()
	}
	return size, err == nil
}

// hash hashes the open file of the directory, which had size bytes when it was opened. It reports whether all of
// them are zero.
func (w *worker) hash(k *work, j int32, size int64) (zero bool) {
	var err error
	if size < wholeMax {
		var own []byte
		if own, err = w.slurp(size); err == nil {
			k.dir.sums[j], zero = sha256.Sum256(own), zeros(own)
			w.meter.Add(0, size)
		}
	} else {
		w.sha.Reset()
		if zero, err = w.blocks(size); err == nil {
			w.sha.Sum(k.dir.sums[j][:0])
		}
	}
	w.meter.Add(1, 0)
	if err != nil {
		k.dir.fail(j, err)
		return false
	}
	k.dir.sizes[j] = size
	return zero
}

// slurp reads an open file that is not larger than wholeMax.
func (w *worker) slurp(size int64) ([]byte, error) {
	n := 0
	w.scratch(size + 1)
	for n <= int(size) {
		got, err := w.dir.readAt(w.file[n:size+1], int64(n))
		if err != nil {
			return nil, err
		}
		if n += got; got == 0 || n == int(size) { // a byte more was asked for
			break
		}
	}
	return w.file[:n], lengthError(int64(n), size)
}

// blocks adds an open file to the hash, block by block, with a look at the context before each.
func (w *worker) blocks(size int64) (zero bool, err error) {
	if size > MaxFile {
		return false, ErrTooLarge
	}
	zero = true
	w.scratch(blockLen)
	var n int64
	for n <= size {
		if err := w.ctx.Err(); err != nil {
			return false, err
		}
		got, err := w.fill(w.file[:min(blockLen, size-n+1)], n)
		if err != nil {
			return false, err
		}
		if got == 0 {
			break
		}
		w.sha.Write(w.file[:got])
		w.meter.Add(0, int64(got))
		zero = zero && zeros(w.file[:got])
		n += int64(got)
	}
	return zero, lengthError(n, size)
}

// fill reads until p is full or the open file ends.
func (w *worker) fill(p []byte, off int64) (n int, err error) {
	for n < len(p) {
		got, err := w.dir.readAt(p[n:], off+int64(n))
		if err != nil || got == 0 {
			return n, err
		}
		n += got
	}
	return n, nil
}

// lengthError compares what was read, up to one byte too many, with the size that the file had.
func lengthError(n, size int64) error {
	switch {
	case n < size:
		return ErrShrank
	case n > size:
		return ErrGrew
	}
	return nil
}
