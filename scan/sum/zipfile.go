package sum

import (
	"context"
	"hash/crc32"
	"io"
)

// The sizes a worker reads in. What is smaller than wholeMax, packed and unpacked, is held at once: one inflate, one
// hash and one compare without a loop. All else goes through in blocks, between which the context is looked at.
const (
	wholeMax = 512 << 10
	blockLen = 128 << 10
)

// historyLen is how far back inflated data may refer.
const historyLen = 32 << 10

const (
	methodStore   = 0
	methodDeflate = 8
)

// A zipReader reads the files of a zip for one worker, through a buffer that is filled ahead: the files of a module zip
// lie behind each other, and one read serves fifty.
type zipReader struct {
	inflater
	r     io.ReaderAt
	size  int64 // of the zip
	ahead int64 // how far to read ahead
	start int64 // of the buffer in the file
	buf   []byte
	room  []byte // what buf is a part of
	out   []byte // what was inflated
}

// reset turns to a zip, or to another part of it, which ends at ahead.
func (z *zipReader) reset(r io.ReaderAt, size, ahead int64) {
	z.room = grow(z.room, int(min(size, wholeMax+localLen+descriptorLen)))
	z.r, z.size, z.ahead, z.buf = r, size, ahead, nil
}

// grow gives a buffer of at least n bytes, which is b if that is large enough. What was in it is lost.
func grow(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, max(n, 2*cap(b)))
	}
	return b[:cap(b)]
}

// window gives n bytes of the file, which must not be more than the buffer has room for. They are valid until the
// next call.
func (z *zipReader) window(off int64, n int) ([]byte, error) {
	if off < 0 || off+int64(n) > z.size {
		return nil, io.ErrUnexpectedEOF
	}
	if at := off - z.start; at < 0 || at+int64(n) > int64(len(z.buf)) {
		want := max(int64(n), min(int64(len(z.room)), z.ahead-off, z.size-off))
		got, err := z.r.ReadAt(z.room[:want], off)
		z.start, z.buf = off, z.room[:got]
		if got < n {
			if err == io.EOF {
				err = ErrTruncated // since its size was asked for
			}
			return nil, err
		}
	}
	at := off - z.start
	return z.buf[at : at+int64(n)], nil
}

// body finds the content of a file behind its local header.
func (z *zipReader) body(e *entry) (int64, error) {
	if e.offset == nowhere {
		return 0, ErrHeader
	}
	h, err := z.window(int64(e.offset), localLen)
	if err != nil {
		return 0, err
	}
	if le.Uint32(h) != localSig {
		if zeros(h) {
			return 0, ErrZeros
		}
		return 0, ErrHeader
	}
	at := int64(e.offset) + localLen + int64(le.Uint16(h[26:])) + int64(le.Uint16(h[28:]))
	if at+int64(e.packed) > z.size {
		return 0, ErrHeader
	}
	if e.method != methodStore && e.method != methodDeflate {
		return 0, ErrMethod
	}
	if e.packed == 0 && e.size > 0 {
		return 0, ErrHollow
	}
	return at, nil
}

// whole gives the content of a file that is not larger than wholeMax. It is valid until the next call.
func (z *zipReader) whole(e *entry) ([]byte, error) {
	at, err := z.body(e)
	if err != nil {
		return nil, err
	}
	b, err := z.window(at, int(min(int64(e.packed)+descriptorLen, z.size-at)))
	if err != nil {
		return nil, err
	}
	content, packed, after := b[:e.packed], b[:e.packed], b[e.packed:]
	if e.method == methodDeflate {
		z.out = grow(z.out, int(e.size)+1+outSlack)
		n, err := z.inflateWhole(z.out, int(e.size), b, len(packed))
		if err != nil {
			return nil, flateError(packed)
		}
		content = z.out[:n]
	}
	if err := e.check(int64(len(content)), crc32.ChecksumIEEE(content), after); err != nil {
		return nil, err
	}
	return content, nil
}

// stream gives the content of a file block by block to each, whose error ends it. It calls begin before the first block, and once
// more if what was given does not count. Never more is given than the file should have.
func (z *zipReader) stream(ctx context.Context, e *entry, begin func(), each func([]byte) error) error {
	at, err := z.body(e)
	if err != nil {
		return err
	}
	part := &section{ctx: ctx, z: z, pos: at, end: at + int64(e.packed), zero: true}
	if begin(); e.method == methodDeflate {
		crc, ok, err := z.streamFast(part, int64(e.size), each)
		if err != nil {
			return err
		}
		if ok {
			return z.checkAfter(e, part.end, int64(e.size), crc)
		}
		begin()
		part = &section{ctx: ctx, z: z, pos: at, end: at + int64(e.packed), zero: true}
	}
	return z.streamSlow(part, e, each)
}

// streamFast is stream by the fast inflater. It is false, without an error, where that has another length or is not right.
func (z *zipReader) streamFast(part *section, size int64, each func([]byte) error) (crc uint32, ok bool, err error) {
	const limit = historyLen + blockLen
	z.out = grow(z.out, limit+outSlack)
	z.fast.start(nil, 0, false)
	var total int64
	for from, n, s := 0, 0, wantInput; ; {
		if s == wantInput {
			part.pos -= int64(len(part.buf) - z.fast.pos)
			if err := part.fill(wholeMax); err != nil && err != io.EOF {
				return 0, false, err
			}
			z.fast.input(part.buf, len(part.buf), part.pos == part.end)
		}
		n, s = z.fast.inflate(z.out, n, limit)
		if s == refused || total+int64(n-from) > size {
			return 0, false, part.ctx.Err()
		}
		if s == wantInput {
			continue
		}
		total += int64(n - from)
		crc = crc32.Update(crc, crc32.IEEETable, z.out[from:n])
		if err := each(z.out[from:n]); err != nil {
			return 0, false, err
		}
		if s == allDone {
			return crc, total == size, nil
		}
		if err := part.ctx.Err(); err != nil {
			return 0, false, err
		}
		copy(z.out, z.out[n-historyLen:n])
		from, n = historyLen, historyLen
	}
}

// streamSlow is stream without the fast inflater.
func (z *zipReader) streamSlow(part *section, e *entry, each func([]byte) error) (err error) {
	r := io.Reader(part)
	if e.method == methodDeflate {
		r = z.reader(part)
	}
	z.out = grow(z.out, blockLen)
	var n int64
	var crc uint32
	for err == nil && n <= int64(e.size) {
		var got int
		got, err = r.Read(z.out[:min(blockLen, int64(e.size)-n+1)])
		n += int64(got)
		if block := z.out[:got]; got > 0 && n <= int64(e.size) {
			crc = crc32.Update(crc, crc32.IEEETable, block)
			if err := each(block); err != nil {
				return err
			}
		}
		if err == nil {
			err = part.ctx.Err()
		}
	}
	if err != nil && err != io.EOF {
		return part.explain(err)
	}
	return z.checkAfter(e, part.end, n, crc)
}

// checkAfter is check with what follows the compressed data, which ends at end.
func (z *zipReader) checkAfter(e *entry, end, n int64, crc uint32) error {
	after, err := z.window(end, int(min(descriptorLen, z.size-end)))
	if err != nil {
		return err
	}
	return e.check(n, crc, after)
}

const descriptorLen = 16

// check compares what was read with what the zip says, as the reader of archive/zip does. after is what follows
// the compressed data.
func (e *entry) check(n int64, crc uint32, after []byte) error {
	switch {
	case n == 0 && e.size > 0:
		return ErrHollow
	case n < int64(e.size):
		return ErrShort
	case n > int64(e.size):
		return ErrLong
	case !e.descriptor:
		if e.crc != 0 && e.crc != crc { // zero may mean that it is not known
			return ErrChecksum
		}
		return nil
	}
	if len(after) >= 4 && le.Uint32(after) == descriptorSig {
		after = after[4:]
	}
	if len(after) < 8 { // the CRC and at least one of the sizes
		return ErrHeader
	}
	if le.Uint32(after) != e.crc || e.crc != crc {
		return ErrChecksum
	}
	return nil
}

// A section is the compressed data of one file. It is a flate.Reader, so that flate puts no buffer of its own before
// it.
type section struct {
	ctx      context.Context
	z        *zipReader
	pos, end int64
	buf      []byte
	zero     bool  // nothing but zero bytes so far
	err      error // of the file, not of what is in it
}

// fill takes the next bytes, at most so many.
func (s *section) fill(most int64) error {
	if s.pos == s.end {
		return io.EOF
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return s.err
	}
	if s.buf, s.err = s.z.window(s.pos, int(min(most, s.end-s.pos))); s.err != nil {
		return s.err
	}
	s.pos += int64(len(s.buf))
	s.zero = s.zero && zeros(s.buf)
	return nil
}

// Read reads compressed data.
func (s *section) Read(p []byte) (int, error) {
	if len(s.buf) == 0 {
		if err := s.fill(blockLen); err != nil {
			return 0, err
		}
	}
	n := copy(p, s.buf)
	s.buf = s.buf[n:]
	return n, nil
}

// ReadByte reads a byte of compressed data.
func (s *section) ReadByte() (byte, error) {
	if len(s.buf) == 0 {
		if err := s.fill(blockLen); err != nil {
			return 0, err
		}
	}
	c := s.buf[0]
	s.buf = s.buf[1:]
	return c, nil
}

// explain tells an error of the file from one of the data.
func (s *section) explain(err error) error {
	switch {
	case s.err != nil:
		return s.err
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case s.zero:
		return ErrZeros
	}
	return ErrFlate
}
