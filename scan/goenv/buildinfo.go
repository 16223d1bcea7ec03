package goenv

import (
	"debug/buildinfo"
	"errors"
	"io"
	"runtime/debug"
)

// infoMax is how much of a program is read for its build info, in bytes: tables of sections and the beginning of its data, some
// 100 KiB, and in the formats of Windows and macOS the symbols. Only a file that lies about itself needs more.
const infoMax = 32 << 20

var errInfo = errors.New("too much to read")

// BuildInfo reads what the linker wrote into a program; nil where it cannot be read or there is nothing. No more than 32 MiB are
// read whatever the file says of itself, and it survives hostile input: the debug packages say of themselves that they may panic.
func BuildInfo(r io.ReaderAt) (info *debug.BuildInfo) {
	defer func() {
		if recover() != nil {
			info = nil
		}
	}()
	info, err := buildinfo.Read(&bounded{r: r, left: infoMax})
	if err != nil {
		return nil
	}
	return info
}

// A bounded reader fails after so many bytes. Its file is a field and not embedded: os.File has methods that would go round
// the limit.
type bounded struct {
	r    io.ReaderAt
	left int64
}

// ReadAt implements io.ReaderAt.
func (b *bounded) ReadAt(p []byte, off int64) (int, error) {
	if int64(len(p)) > b.left {
		return 0, errInfo
	}
	b.left -= int64(len(p))
	return b.r.ReadAt(p, off)
}
