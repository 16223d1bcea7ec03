package regular

import "io"

// A Limited is a reader that gives so many bytes, whatever a file says of itself, and then fails with ErrTooLarge. Its reader is a
// field and not embedded: os.File has methods that would go round the limit.
type Limited struct {
	R    io.ReaderAt
	Left int64 // bytes; negative: there is no limit
}

// ReadAt implements io.ReaderAt.
func (l *Limited) ReadAt(p []byte, off int64) (int, error) {
	if l.Left >= 0 {
		if l.Left -= int64(len(p)); l.Left < 0 {
			l.Left = 0
			return 0, ErrTooLarge
		}
	}
	return l.R.ReadAt(p, off)
}
