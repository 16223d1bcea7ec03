package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"godoctor/scan/modcache"
	"godoctor/scan/sum"
)

// diffMax is the largest file that is compared, on either side. The lines that are in common are found in time that
// grows with their number and not its square, whatever is in them.
const diffMax = 1 << 20

// A FileDiff is what became of one file of an extracted directory.
type FileDiff struct {
	// Lines are the unified diff from the zip to the directory, without newlines and raw: clean each before a terminal
	// sees it. Empty: the files are equal, or Why says why there is none.
	Lines []string
	More  int    // lines beyond the limit
	Why   string // instead of lines: what else there is to say, like "binary files differ"
}

// Diff compares a file of the extracted directory with the same file of the zip: name is below the directory, with
// slashes, as in a Difference. Beyond limit lines (0: no limit) it only counts. A file that only one of the two has is
// compared with nothing. What is no regular file, too large or no text is told in Why; the error is for what could not be
// read.
func Diff(ctx context.Context, v *modcache.Version, name string, limit int) (*FileDiff, error) {
	zip, zipErr := sum.FromZip(ctx, v.Zip, v.Path, v.Version, name, diffMax)
	dir, dirErr := sum.FromDir(ctx, v.Dir, name, diffMax)
	for _, err := range []error{zipErr, dirErr} {
		switch {
		case err == nil, errors.Is(err, fs.ErrNotExist):
		case errors.Is(err, sum.ErrTooLarge):
			return &FileDiff{Why: "too large to be compared"}, nil
		case errors.Is(err, sum.ErrOdd):
			return &FileDiff{Why: "not a regular file in the directory"}, nil
		default:
			return nil, fmt.Errorf("%q of %s@%s: %w", name, v.Path, v.Version, err)
		}
	}
	for _, whole := range []string{v.Zip, v.Dir} { // without it there is nothing to compare with
		if _, err := os.Stat(whole); err != nil {
			return nil, err
		}
	}
	if zipErr != nil && dirErr != nil {
		return nil, fmt.Errorf("%q of %s@%s: neither in the zip nor in the directory: %w", name, v.Path, v.Version, fs.ErrNotExist)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	from, to := side("zip", name, zipErr), side("dir", name, dirErr)
	return diffOf(from, zip, to, dir, limit), nil
}

// side names one of the two files in the header of the diff. A name is raw, but has to stay on its line.
func side(where, name string, err error) string {
	if err != nil {
		return "/dev/null"
	}
	name = where + "/" + name
	if strings.ContainsAny(name, "\n\r\t\"") {
		return strconv.Quote(name)
	}
	return name
}

// diffOf compares two contents.
func diffOf(from string, a []byte, to string, b []byte, limit int) *FileDiff {
	switch {
	case !isText(a) || !isText(b):
		if bytes.Equal(a, b) {
			return &FileDiff{}
		}
		return &FileDiff{Why: "binary files differ"}
	case from == "/dev/null" && len(b) == 0, to == "/dev/null" && len(a) == 0:
		return &FileDiff{Why: "an empty file that only one of them has"}
	}
	d := &FileDiff{}
	text := diff.Diff(from, a, to, b)
	_, text, _ = bytes.Cut(text, []byte("\n")) // a line "diff FROM TO", which is no part of the format
	for line := range bytes.Lines(text) {
		if limit > 0 && len(d.Lines) >= limit {
			d.More++
			continue
		}
		d.Lines = append(d.Lines, string(bytes.TrimSuffix(line, []byte("\n"))))
	}
	return d
}

// isText reports whether a content can be shown in lines.
func isText(b []byte) bool { return utf8.Valid(b) && bytes.IndexByte(b, 0) < 0 }
