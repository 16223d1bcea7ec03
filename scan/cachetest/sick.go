package cachetest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/mod/zip"
)

// Alien writes a file that the go command would never write into the module cache: rel is its
// slash-separated path below GOMODCACHE. Frozen directories on the way stay as they are.
func (m *Machine) Alien(rel string, data []byte) (path string, err error) {
	path = filepath.Join(m.GOMODCACHE, filepath.FromSlash(rel))
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	return path, inside(dir, func() error { return m.write(path, data, 0o666, time.Time{}) })
}

// OddNames are names that break a careless screen, log or shell: each is one path element.
var OddNames = []string{
	"\x1b[31mred\x1b[0m",          // an escape sequence
	"two\nlines",                  // a line break
	"back\rwards",                 // a carriage return
	"tab\tstop",                   //
	"fdp\u202ecod.go",             // a right-to-left override: reads as "fdpog.doc"
	"csi\u009b2Jcleared",          // the C1 form of an escape sequence
	"osc\x1b]0;title",             // an unterminated operating system command
	"bad\xff\xfeutf8",             // not UTF-8
	"wide\u754c\u200dzero\u200b",  // wide and zero-width characters
	"-rf",                         // looks like a flag
	" space ",                     //
	"'quote\"$(touch pwned)`",     // looks like shell
	strings.Repeat("long", 60),    // as long as most file systems allow, nearly
	"e\u0301",                     // decomposed: equal to the next one for a reader, not for a disk
	"\u00e9",                      //
	"UPPER",                       // an upper-case letter, which go always escapes
	"github.com@v1.0.0+\u2028sep", // a Unicode line separator
}

// OddEntries writes an empty file for each of OddNames into dir, which must lie below Root, and
// returns the paths of those that this file system accepts.
func (m *Machine) OddEntries(dir string) (made []string, err error) {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	err = inside(dir, func() error {
		for _, name := range OddNames {
			path := filepath.Join(dir, name)
			if err := m.write(path, nil, 0o666, time.Time{}); err != nil {
				if oddRefused(err) {
					continue
				}
				return err
			}
			made = append(made, path)
		}
		return nil
	})
	return made, err
}

// oddRefused says whether a failure may be the file system's objection to a name, which differs from
// system to system: only a failure to create the file counts.
func oddRefused(err error) bool {
	var pe *fs.PathError
	return errors.As(err, &pe) && pe.Op == "open" && !errors.Is(err, fs.ErrPermission)
}

// PartialDownload leaves mod as a go command that was killed while it extracted the zip: everything
// under cache/download, the .partial marker, and the first half of the files in directories that
// are still writable.
func (m *Machine) PartialDownload(mod Module) error {
	p, err := pack(mod)
	if err != nil {
		return err
	}
	if err := m.installMod(p); err != nil {
		return err
	}
	if err := m.installZip(p); err != nil {
		return err
	}
	m.remember(p, true)
	if err := m.write(m.cached(p, "partial"), nil, 0o666, p.Fetched); err != nil {
		return err
	}
	checked, err := zip.CheckFiles(mod.zipFiles())
	if err != nil {
		return err
	}
	dir := m.dir(p)
	for _, name := range checked.Valid[:(len(checked.Valid)+1)/2] {
		text := mod.Files[name]
		if name == "go.mod" {
			text = mod.GoMod
		}
		if err := m.write(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o444, p.Fetched); err != nil {
			return err
		}
	}
	return nil
}

// Leftovers writes what crashed go commands leave around a version: temporary files of every kind in
// its @v directory, and a temporary directory as Go 1.15 and older made them. It returns their paths.
func (m *Machine) Leftovers(mod Module) ([]string, error) {
	p, err := pack(mod)
	if err != nil {
		return nil, err
	}
	half := p.zip[:len(p.zip)/2]
	files := []struct {
		path string
		data []byte
	}{
		{m.cached(p, "zip") + "811345961.tmp", half},
		{m.cached(p, "info") + "298498081.tmp", nil},
		{m.cached(p, "mod") + "902081318.tmp", []byte("module ")},
		{filepath.Join(filepath.Dir(m.cached(p, "mod")), "list427131847.tmp"), []byte(p.Version)},
		{filepath.Join(m.dir(p)+".tmp-123456789", "half.go"), []byte("package half\n")},
	}
	var paths []string
	for _, f := range files {
		if err := m.write(f.path, f.data, 0o666, p.Fetched); err != nil {
			return nil, err
		}
		paths = append(paths, f.path)
	}
	paths[len(paths)-1] = m.dir(p) + ".tmp-123456789"
	return paths, m.touch(paths[len(paths)-1], p.Fetched)
}

// Edit changes one file of an extracted version, as a person does who tries something out in the
// cache; modes are put back, and the file takes the time t.
func (m *Machine) Edit(mod Module, name string, t time.Time, change func(text string) string) error {
	path := filepath.Join(m.Dir(mod), filepath.FromSlash(name))
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return inside(filepath.Dir(path), func() error {
		// A new file, because an open file of mode 0444 cannot be written by its owner.
		if err := os.Remove(path); err != nil {
			return err
		}
		return m.write(path, []byte(change(string(old))), 0o444, t)
	})
}

// FlipByte changes one byte of a file and keeps everything else: size, mode and modification time.
// A negative offset counts from the end.
func (m *Machine) FlipByte(path string, offset int64) error {
	data, info, err := readWithInfo(path)
	if err != nil {
		return err
	}
	if offset < 0 {
		offset += int64(len(data))
	}
	if offset < 0 || offset >= int64(len(data)) {
		return fmt.Errorf("flipping byte %d of %q: the file has %d bytes", offset, path, len(data))
	}
	data[offset] ^= 0xff
	return inside(filepath.Dir(path), func() error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return m.write(path, data, info.Mode().Perm(), info.ModTime())
	})
}

func readWithInfo(path string) ([]byte, fs.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(path)
	return data, info, err
}

// HardLink makes twin a second name of path, as `cp -al` and file deduplicators do.
func (m *Machine) HardLink(path, twin string) error {
	if err := os.MkdirAll(filepath.Dir(twin), 0o777); err != nil {
		return err
	}
	return inside(filepath.Dir(twin), func() error { return os.Link(path, twin) })
}

// Symlink makes path a symbolic link to target. The go command makes none in its caches. On Windows
// it needs a privilege, and the error says so.
func (m *Machine) Symlink(target, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return inside(filepath.Dir(path), func() error { return os.Symlink(target, path) })
}

// Sparse makes a file of size bytes that occupies next to nothing on the disk, where the file system
// has holes: its size and its blocks disagree.
func (m *Machine) Sparse(path string, size int64) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return inside(filepath.Dir(path), func() error {
		if err := m.write(path, []byte("hole"), 0o666, time.Time{}); err != nil {
			return err
		}
		if err := os.Truncate(path, size); err != nil {
			return err
		}
		return m.touch(path, time.Time{})
	})
}

// FIFO makes a named pipe: whoever opens it to read waits for ever. Windows has none, and the error
// there is errors.ErrUnsupported.
func (m *Machine) FIFO(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	err := inside(filepath.Dir(path), func() error { return mkfifo(path) })
	if err != nil {
		return fmt.Errorf("making the fifo %q on %s: %w", path, runtime.GOOS, err)
	}
	return m.touch(path, time.Time{})
}
