package binary

import (
	"bytes"
	"errors"
	"io"
)

const (
	// readMax bounds what is read of one file. Real programs need some 100 KiB; only Mach-O and PE files
	// with symbols need more, a tenth of their size, because the standard library reads those too.
	readMax = 64 << 20
	// infoMax bounds what is read after the build info was found. A thousand dependencies take 150 KiB, and
	// parsing makes ten times as much of it.
	infoMax = 4 << 20
)

// infoHeader is the least that is read where the build info is looked for.
const infoHeader = 32

// buildInfoMagic begins the build info. From there on only that is read.
var buildInfoMagic = []byte("\xff Go buildinf:")

var errSpent = errors.New("larger than what is read of a program")

// A source reads a file and stops a reader that asks for too much.
type source struct {
	r     io.ReaderAt
	left  int64
	found bool // the build info was passed
	spent bool // too much was asked for

	// The symbols of a Windows program are read one by one, 18 bytes each, some 30,000 of them.
	block []byte
	at    int64 // offset of block
}

// blockSize is how much is read for somebody who wants a few bytes.
const blockSize = 32 << 10

// ReadAt implements io.ReaderAt.
func (s *source) ReadAt(p []byte, off int64) (int, error) {
	if int64(len(p)) > s.left {
		s.spent = true
		return 0, errSpent
	}
	n, err := s.readAt(p, off)
	s.left -= int64(n)
	if !s.found && n >= infoHeader && bytes.Contains(p[:n], buildInfoMagic) {
		s.found = true
		s.left = min(s.left, infoMax)
	}
	return n, err
}

// readAt serves small reads out of a block.
func (s *source) readAt(p []byte, off int64) (int, error) {
	if len(p) >= blockSize/8 || off < 0 {
		return s.r.ReadAt(p, off)
	}
	if from := off - s.at; from < 0 || from+int64(len(p)) > int64(len(s.block)) {
		if s.block == nil {
			s.block = make([]byte, blockSize)
		}
		n, err := s.r.ReadAt(s.block[:blockSize], off)
		s.block, s.at = s.block[:n], off
		if n < len(p) {
			return copy(p, s.block), err
		}
	}
	return copy(p, s.block[off-s.at:]), nil
}
