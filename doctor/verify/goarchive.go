package verify

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"godoctor/scan/meter"
	"godoctor/scan/regular"
	"godoctor/scan/sum"
)

// Limits of an archive: some times what the largest release has, 15,000 files and 700 MB.
const (
	archiveFiles   = 100_000
	archiveBytes   = 4 << 30
	archiveNames   = 16 << 20
	archiveCentral = 16 << 20 // bytes of a zip that are read before its files are known
)

var errNoRelease = errors.New("it does not hold a Go distribution")

// canHash reports whether an archive is of a kind that is looked into.
func canHash(path string) bool {
	return strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".zip")
}

// archive judges a downloaded distribution. It is read through once, and never unpacked.
func (t *toolchains) archive(s *subject) {
	a := &archiveReader{ctx: t.ctx, meter: t.meter, buf: make([]byte, hashBlock)}
	err := a.read(s.Path)
	s.Bytes += a.bytes
	switch {
	case t.ctx.Err() != nil:
	case errors.Is(err, os.ErrPermission), errors.Is(err, os.ErrNotExist), errors.Is(err, errNoRelease):
		s.State, s.Why = Unsigned, err.Error()
	case err != nil:
		s.State, s.Why = Differs, fmt.Sprintf("it cannot be read to its end: %v", err)
	default:
		t.compare(s, a.list)
	}
}

// An archiveReader hashes the files of a distribution under the names that they are published by.
type archiveReader struct {
	ctx   context.Context
	meter *meter.Meter
	list  []sum.File
	bytes int64
	names int
	buf   []byte
}

func (a *archiveReader) read(path string) error {
	f, err := regular.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if strings.HasSuffix(path, ".zip") {
		err = a.zip(f)
	} else {
		err = a.tar(f)
	}
	if err == nil && len(a.list) == 0 {
		err = errNoRelease
	}
	return err
}

// tar reads a .tar.gz archive.
func (a *archiveReader) tar(f *os.File) error {
	gz, err := gzip.NewReader(&patient{a.ctx, f})
	if err != nil {
		return err
	}
	r := tar.NewReader(&patient{a.ctx, &atMost{gz, 2 * archiveBytes}})
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag == tar.TypeReg {
			if err := a.file(h.Name, r); err != nil {
				return err
			}
		}
	}
}

// zip reads a .zip archive. archive/zip takes some hundred bytes of memory for each header of forty, so that headers
// are read up to a limit.
func (a *archiveReader) zip(f *os.File) error {
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	limit := &regular.Limited{R: f, Left: archiveCentral}
	z, err := zip.NewReader(limit, fi.Size())
	if err != nil {
		return err
	}
	limit.Left = -1
	for _, e := range z.File {
		if e.FileInfo().IsDir() {
			continue
		}
		r, err := e.Open()
		if err != nil {
			return err
		}
		err = a.file(e.Name, r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// file hashes one file, if it is part of the toolchain.
func (a *archiveReader) file(name string, r io.Reader) error {
	rel, ok := strings.CutPrefix(name, "go/")
	if !ok || rel == "" {
		return a.ctx.Err()
	}
	if rel = published(rel); rel == "" {
		return a.ctx.Err()
	}
	if a.names += len(rel); len(a.list) == archiveFiles || a.names > archiveNames {
		return fmt.Errorf("%w: more than %d files", regular.ErrTooLarge, archiveFiles)
	}
	h := sha256.New()
	n, err := io.CopyBuffer(h, &patient{a.ctx, io.LimitReader(r, archiveBytes-a.bytes+1)}, a.buf)
	a.meter.Add(1, n)
	if a.bytes += n; a.bytes > archiveBytes {
		return fmt.Errorf("%w: more than %d bytes", regular.ErrTooLarge, int64(archiveBytes))
	}
	if err != nil {
		return err
	}
	a.list = append(a.list, sum.File{Name: rel, Size: n, Sum: [sha256.Size]byte(h.Sum(nil))})
	return nil
}

// A patient is a reader that ends with its context. What it reads from is a field: os.File has methods that go round it.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b[:min(len(b), hashBlock)])
}

// An atMost is a reader that fails behind so many bytes: what an archive holds beside the files counts too.
type atMost struct {
	r    io.Reader
	left int64
}

func (l *atMost) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, regular.ErrTooLarge
	}
	return n, err
}
