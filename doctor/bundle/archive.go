package bundle

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const blockSize = 512

// header is the header of a member, which is all that comes before its content.
func header(name string, size int64) ([]byte, error) {
	var b bytes.Buffer
	err := tar.NewWriter(&b).WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644, ModTime: time.Unix(0, 0)})
	return b.Bytes(), err
}

// padding is what fills the last block of a content.
func padding(size int64) int64 { return -size & (blockSize - 1) }

// writeArchive writes a tree as an archive.
func writeArchive(w io.Writer, m *Manifest, open func(name string) (io.ReadCloser, error), each func(n int64)) error {
	text, err := m.Encode()
	if err != nil {
		return err
	}
	if err := writeMember(w, ManifestName, int64(len(text)), bytes.NewReader(text)); err != nil {
		return err
	}
	for i := range m.Files {
		f := &m.Files[i]
		r, err := open(f.Name)
		if err != nil {
			return err
		}
		err = writeMember(w, f.Name, f.Size, r)
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		each(f.Size)
	}
	_, err = w.Write(make([]byte, 2*blockSize))
	return err
}

func writeMember(w io.Writer, name string, size int64, r io.Reader) error {
	h, err := header(name, size)
	if err != nil {
		return err
	}
	if _, err := w.Write(h); err != nil {
		return err
	}
	if n, err := io.CopyN(w, r, size); err != nil {
		return fmt.Errorf("%q: %w after %d bytes", name, err, n)
	}
	_, err = w.Write(make([]byte, padding(size)))
	return err
}

// An archive is an archive that was opened. Its layout is that of its manifest.
type archive struct {
	f  *os.File
	at map[string]int64 // where the content of each file begins
}

// openArchive reads the manifest of an archive and compares every header with the one that it has to have. The contents are
// not looked at.
func openArchive(f *os.File) (*archive, *Manifest, []byte, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, nil, nil, err
	}
	first, err := tar.NewReader(io.NewSectionReader(f, 0, min(fi.Size(), 4*blockSize))).Next()
	switch {
	case err != nil:
		return nil, nil, nil, fmt.Errorf("%w: it is no tar archive: %v", ErrNotBundle, err)
	case first.Name != ManifestName || first.Typeflag != tar.TypeReg:
		return nil, nil, nil, fmt.Errorf("%w: it begins with %s, and not with its manifest", ErrNotBundle, describe(first))
	case first.Size > MaxManifest:
		return nil, nil, nil, fmt.Errorf("%q: %w: %d bytes, and %d are read", ManifestName, ErrTooLarge, first.Size, MaxManifest)
	}
	a := &archive{f: f, at: make(map[string]int64)}
	next, err := a.member(0, fi.Size(), ManifestName, first.Size)
	if err != nil {
		return nil, nil, nil, err
	}
	text := make([]byte, first.Size)
	if _, err := f.ReadAt(text, a.at[ManifestName]); err != nil {
		return nil, nil, nil, fmt.Errorf("%q: %w", ManifestName, err)
	}
	m, err := decodeManifest(text)
	if err != nil {
		return nil, nil, nil, err
	}
	for i := range m.Files {
		if next, err = a.member(next, fi.Size(), m.Files[i].Name, m.Files[i].Size); err != nil {
			return nil, nil, nil, err
		}
	}
	end := make([]byte, 2*blockSize)
	if _, err := f.ReadAt(end, next); err != nil || !zeros(end) || fi.Size() != next+int64(len(end)) {
		return nil, nil, nil, fmt.Errorf("%w: behind the last file of the manifest there is something else than its end", ErrExtra)
	}
	return a, m, text, nil
}

// member compares the header at a place with that which the file has to have there, and gives the place of the next one.
func (a *archive) member(at, size int64, name string, n int64) (int64, error) {
	want, err := header(name, n)
	if err != nil {
		return 0, fmt.Errorf("%q: %w: %v", name, ErrName, err)
	}
	content := at + int64(len(want))
	next := content + n + padding(n)
	have := make([]byte, len(want))
	if got, err := a.f.ReadAt(have, at); err != nil || next > size {
		if got == len(have) && bytes.Equal(have, want) || errors.Is(err, io.EOF) || err == nil {
			return 0, fmt.Errorf("%q: %w: the archive ends before it does", name, ErrMissing)
		}
		return 0, err
	}
	if !bytes.Equal(have, want) {
		return 0, a.other(at, size, name, n)
	}
	pad := make([]byte, padding(n))
	if _, err := a.f.ReadAt(pad, content+n); len(pad) > 0 && (err != nil || !zeros(pad)) {
		return 0, fmt.Errorf("%q: %w: it is followed by something else than the next one", name, ErrMember)
	}
	a.at[name] = content
	return next, nil
}

// other says what there is in the place of a member.
func (a *archive) other(at, size int64, name string, n int64) error {
	h, err := tar.NewReader(io.NewSectionReader(a.f, at, min(size-at, 8<<10))).Next()
	switch {
	case err != nil:
		return fmt.Errorf("%q: %w: there is no header in its place", name, ErrMember)
	case h.Name == name && h.Typeflag == tar.TypeReg && h.Size != n:
		return fmt.Errorf("%q: %w: %d bytes, and %d in the manifest", name, ErrSize, h.Size, n)
	case h.Name != name && h.Typeflag == tar.TypeReg:
		return fmt.Errorf("%q: %w: in its place there is %s", name, ErrMember, describe(h))
	}
	return fmt.Errorf("%q: %w: it is %s, and not written as godoctor writes it", name, ErrMember, describe(h))
}

// describe says what a header is of.
func describe(h *tar.Header) string {
	what := map[byte]string{tar.TypeReg: "the file", tar.TypeLink: "a hard link", tar.TypeSymlink: "a symbolic link", tar.TypeDir: "the directory",
		tar.TypeChar: "a device", tar.TypeBlock: "a device", tar.TypeFifo: "a fifo", tar.TypeGNUSparse: "a sparse file"}[h.Typeflag]
	if what == "" {
		what = "something odd"
	}
	return fmt.Sprintf("%s %q", what, cut(h.Name))
}

func zeros(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }
