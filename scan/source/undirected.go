package source

import (
	"bufio"
	"bytes"
	"io"
)

// An undirected reader gives a Go file without line directives, as they stand in what a generator has made: package go/build
// gives positions as these say, in files that may be anywhere, and we want those of the file itself. As many bytes come out as
// are in it. A directive that stands behind 4 KiB of its line is not seen; what its position says is then passed over.
type undirected struct {
	io.Closer
	r    *bufio.Reader
	rest []byte // of the line that is being read
}

// Read implements io.Reader.
func (u *undirected) Read(p []byte) (int, error) {
	if len(u.rest) == 0 {
		line, err := u.r.ReadSlice('\n')
		if len(line) == 0 {
			return 0, err
		}
		for _, directive := range []string{"//line ", "/*line "} {
			for rest := line; ; {
				i := bytes.Index(rest, []byte(directive))
				if i < 0 {
					break
				}
				rest[i+2] = 'L'
				rest = rest[i+len(directive):]
			}
		}
		u.rest = line
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}
