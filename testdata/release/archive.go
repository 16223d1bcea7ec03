package main

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// An entry is a file or directory of an archive.
type entry struct {
	name string // as in the archive; of a directory with a slash behind it
	file string
	mode fs.FileMode // 0755 or 0644: what the umask made of it is of no account
	size int64
}

// entries lists a directory in the order of names, under its own name. What is neither a file nor a directory is refused.
func entries(dir string) ([]entry, error) {
	var out []entry
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(filepath.Dir(dir), file)
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		e := entry{name: filepath.ToSlash(rel), file: file, mode: 0o644, size: fi.Size()}
		switch {
		case fi.IsDir():
			e.name, e.mode, e.size = e.name+"/", 0o755, 0
		case !fi.Mode().IsRegular():
			return fmt.Errorf("%s is neither a file nor a directory", file)
		case fi.Mode()&0o100 != 0 || path.Ext(e.name) == ".exe":
			e.mode = 0o755
		}
		out = append(out, e)
		return nil
	})
	return out, err
}

// pack writes an archive of a directory: the form is that of the name. A file that was there is replaced.
func pack(out, dir string, when time.Time) (err error) {
	list, err := entries(filepath.Clean(dir))
	if err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	switch {
	case strings.HasSuffix(out, ".zip"):
		return packZip(f, list, when)
	case strings.HasSuffix(out, ".tar.gz"):
		return packTar(f, list, when)
	}
	return fmt.Errorf("%s: want a name that ends in .tar.gz or .zip", out)
}

func packTar(w io.Writer, list []entry, when time.Time) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression) // its head has neither name nor time
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, e := range list {
		h := &tar.Header{Name: e.name, Mode: int64(e.mode), Size: e.size, ModTime: when, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if strings.HasSuffix(e.name, "/") {
			h.Typeflag = tar.TypeDir
		}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		if err := e.copyTo(t); err != nil {
			return err
		}
	}
	return errors.Join(t.Close(), z.Close())
}

func packZip(w io.Writer, list []entry, when time.Time) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	for _, e := range list {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: when}
		h.SetMode(e.mode)
		if strings.HasSuffix(e.name, "/") {
			h.SetMode(e.mode | fs.ModeDir)
			h.Method = zip.Store
		}
		part, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if err := e.copyTo(part); err != nil {
			return err
		}
	}
	return z.Close()
}

// copyTo copies the bytes of a file; of a directory there are none.
func (e *entry) copyTo(w io.Writer) error {
	if strings.HasSuffix(e.name, "/") {
		return nil
	}
	f, err := os.Open(e.file)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}

// sha256Of is the SHA-256 of a file, in hexadecimal.
func sha256Of(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
