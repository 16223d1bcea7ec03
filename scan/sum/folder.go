package sum

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

// direntLen is how many bytes of names a folderReader is lent room for.
const direntLen = 64 << 10

// A folder is an extracted directory that is held open. It may be used from many goroutines.
type folder interface {
	reader(scratch []byte) folderReader
	close()
}

// A folderReader reads in a folder for one worker: names are slash-separated and relative to it, and no link is
// followed. It has one file open at a time.
type folderReader interface {
	// list calls each with what is in a directory, whose name is "" or ends with a slash, in no order. The name is
	// valid during the call; an error of each ends the list.
	list(dir string, each func(name []byte, mode fs.FileMode) error) error
	// last is what the directory that was listed last, or the file that was opened last, was before; zero where the system is not
	// asked (see Stats).
	last() Stat
	// open opens a regular file without waiting and gives its size; ErrOdd for anything else.
	open(name string) (size int64, err error)
	// readAt reads from the open file, perhaps fewer bytes than asked for; none means that it ends there.
	readAt(p []byte, off int64) (int, error)
	shut()  // closes the file
	close() // closes what is kept open besides
}

// rooted is a folder by os.Root, for the systems that have no reader of their own. A link that takes the place of a
// file between two looks leads nowhere: os.Root lets it not out of the directory, and the file that was opened must be
// the one that was looked at.
type rooted struct{ root *os.Root }

func openRooted(path string) (folder, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return nil, bare(err)
	}
	if !fi.IsDir() {
		return nil, ErrNotDir
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, bare(err)
	}
	return rooted{root}, nil
}

func (r rooted) close()                     { r.root.Close() }
func (r rooted) reader([]byte) folderReader { return &rootedReader{root: r.root} }

// A rootedReader holds its file in a field: an embedded one would lend out WriteTo.
type rootedReader struct {
	root *os.Root
	file *os.File
	dir  string // the last directory whose names were found to be no links
}

func (r *rootedReader) close() {}

func (r *rootedReader) last() Stat { return Stat{} }

// enter looks at each directory of a name: os.Root would follow a link to another place in it.
func (r *rootedReader) enter(dir string) error {
	if dir == r.dir {
		return nil
	}
	for i, c := range dir {
		if c != '/' {
			continue
		}
		fi, err := r.root.Lstat(filepath.FromSlash(dir[:i]))
		if err != nil {
			return bare(err)
		}
		if !fi.IsDir() {
			return ErrNotDir
		}
	}
	r.dir = dir
	return nil
}

func (r *rootedReader) list(dir string, each func(name []byte, mode fs.FileMode) error) error {
	if err := r.enter(dir); err != nil {
		return err
	}
	f, err := r.root.Open(filepath.FromSlash(dir + "."))
	if err != nil {
		return bare(err)
	}
	defer f.Close()
	for {
		list, err := f.ReadDir(1 << 10)
		for _, e := range list {
			if err := each([]byte(e.Name()), e.Type()); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return bare(err)
		}
	}
}

func (r *rootedReader) open(name string) (int64, error) {
	dir, _ := split(name)
	if err := r.enter(dir); err != nil {
		return 0, err
	}
	name = filepath.FromSlash(name)
	before, err := r.root.Lstat(name)
	if err != nil {
		return 0, bare(err)
	}
	if !before.Mode().IsRegular() {
		return 0, ErrOdd
	}
	f, err := r.root.OpenFile(name, os.O_RDONLY|regular.Nonblock, 0)
	if err != nil {
		return 0, bare(err)
	}
	fi, err := f.Stat()
	if err == nil && (!fi.Mode().IsRegular() || !os.SameFile(before, fi)) {
		err = ErrOdd
	}
	if err != nil {
		f.Close()
		return 0, bare(err)
	}
	r.file = f
	return fi.Size(), nil
}

func (r *rootedReader) readAt(p []byte, off int64) (int, error) {
	n, err := r.file.ReadAt(p, off)
	if err == io.EOF {
		err = nil
	}
	return n, bare(err)
}

func (r *rootedReader) shut() { r.file.Close() }

// bare takes the path off an error: who reads the result knows it, and a million of them would be long.
func bare(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// split cuts a name behind its last slash.
func split(name string) (dir, base string) {
	i := strings.LastIndexByte(name, '/') + 1
	return name[:i], name[i:]
}
