package bundle

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"godoctor/scan/regular"
)

// A Bundle is one that was opened: a directory or an archive. Its contents are not looked at before [Bundle.Check]. It may be
// used by many goroutines at once, until Close.
type Bundle struct {
	Manifest *Manifest
	Path     string // of the directory or the archive
	Dir      bool   // it is a directory
	SHA256   string // of the manifest, in hex: what names the bundle

	root    *os.Root // of a directory
	archive *archive
}

// Open opens a bundle and reads its manifest. Of an archive every header is compared with that which the manifest makes
// necessary. It opens nothing outside the directory, and writes nothing.
func Open(path string) (*Bundle, error) {
	fi, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	b := &Bundle{Path: path, Dir: fi.IsDir()}
	if b.Dir {
		err = b.openDir()
	} else {
		err = b.openFile()
	}
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return b, nil
}

func (b *Bundle) openFile() error {
	f, err := regular.Open(b.Path)
	if err != nil {
		return err
	}
	a, m, text, err := openArchive(f)
	if err != nil {
		f.Close()
		return err
	}
	b.archive, b.Manifest, b.SHA256 = a, m, hexSum(text)
	return nil
}

func (b *Bundle) openDir() (err error) {
	if b.root, err = os.OpenRoot(b.Path); err != nil {
		return err
	}
	f, size, err := b.inDir(ManifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: there is no %s in it", ErrNotBundle, ManifestName)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if size > MaxManifest {
		return fmt.Errorf("%q: %w: %d bytes, and %d are read", ManifestName, ErrTooLarge, size, MaxManifest)
	}
	text, err := io.ReadAll(io.LimitReader(f, MaxManifest+1))
	if err != nil {
		return err
	}
	b.SHA256 = hexSum(text)
	b.Manifest, err = decodeManifest(text)
	return err
}

// inDir opens a regular file of the directory. A link, wherever it leads, is none.
func (b *Bundle) inDir(name string) (*os.File, int64, error) {
	local := filepath.FromSlash(name)
	fi, err := b.root.Lstat(local)
	if err != nil {
		return nil, 0, err
	}
	if !fi.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("%q: %w: it is no regular file", name, ErrMember)
	}
	f, err := b.root.Open(local)
	if err != nil {
		return nil, 0, err
	}
	at, err := f.Stat()
	if err != nil || !os.SameFile(fi, at) {
		f.Close()
		return nil, 0, errors.Join(err, fmt.Errorf("%q: %w: it changes while it is looked at", name, ErrMember))
	}
	return f, at.Size(), nil
}

// Close closes it.
func (b *Bundle) Close() error {
	var err error
	if b.root != nil {
		err = b.root.Close()
	}
	if b.archive != nil {
		err = errors.Join(err, b.archive.f.Close())
	}
	return err
}

// A member is the content of one file.
type member struct {
	io.ReaderAt
	size  int64
	close func() error
}

// open gives the content of a file of the manifest. It has the size that the manifest says.
func (b *Bundle) open(f *File) (*member, error) {
	if b.archive != nil {
		return &member{io.NewSectionReader(b.archive.f, b.archive.at[f.Name], f.Size), f.Size, func() error { return nil }}, nil
	}
	file, size, err := b.inDir(f.Name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%q: %w", f.Name, ErrMissing)
	case err != nil:
		return nil, err
	case size != f.Size:
		file.Close()
		return nil, fmt.Errorf("%q: %w: %d bytes, and %d in the manifest", f.Name, ErrSize, size, f.Size)
	}
	return &member{file, size, file.Close}, nil
}

// read reads a small file of the manifest, and compares it with its SHA-256.
func (b *Bundle) read(name string) ([]byte, error) {
	f := b.Manifest.file(name)
	if f == nil {
		return nil, fmt.Errorf("%q: %w", name, fs.ErrNotExist)
	}
	m, err := b.open(f)
	if err != nil {
		return nil, err
	}
	defer m.close()
	data := make([]byte, f.Size)
	if _, err := m.ReadAt(data, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("%q: %w", name, err)
	}
	if hexSum(data) != f.SHA256 {
		return nil, fmt.Errorf("%q: %w", name, ErrHash)
	}
	return data, nil
}

// SumFile gives a lookup or a tile of the bundle's checksum database: what sumdb.Options.Files wants.
func (b *Bundle) SumFile(name string, limit int64) ([]byte, error) {
	full := "sumdb/" + b.Manifest.sumdb() + "/" + name
	f := b.Manifest.file(full)
	switch {
	case f == nil || !strings.HasPrefix(name, "lookup/") && !strings.HasPrefix(name, "tile/"):
		return nil, fs.ErrNotExist
	case f.Size > limit:
		return nil, regular.ErrTooLarge
	}
	return b.read(full)
}

// HeadSize is how many records the pinned tree says it has; 0 where it cannot be read.
func (b *Bundle) HeadSize() int64 {
	if b.Manifest.SumDB == nil {
		return 0
	}
	tree, err := tlog.ParseTree([]byte(b.Manifest.SumDB.Head))
	if err != nil {
		return 0
	}
	return tree.N
}

// ZipBytes is the size of the zip of a version; 0 where there is none.
func (b *Bundle) ZipBytes(x *Module) int64 {
	s, err := stem(x.ID())
	if f := b.Manifest.file(s + ".zip"); err == nil && f != nil {
		return f.Size
	}
	return 0
}
