package remedy

import (
	"errors"
	"io/fs"
	"sync"
)

// disk is what all folders of a Remover share: the hook in front of every change, which is never called twice at once.
type disk struct {
	mu     sync.Mutex
	before func(op, path string) error
}

func (d *disk) ask(op, path string) error {
	if d == nil || d.before == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.before(op, path)
}

// A kind is what an entry of a directory is.
type kind uint8

const (
	unknown kind = iota
	file
	directory
	other // a link, a device, a pipe, a socket
)

// A stat is what the file system says of an entry, without following a link.
type stat struct {
	kind  kind
	inode uint64
	mtime int64 // Unix nanoseconds
	size  int64
	disk  int64 // allocated bytes
	links uint64
	mode  fs.FileMode // permissions
	uid   int         // -1: the system has none
	gid   int
}

// An entry is a name in a directory. Its kind may be unknown.
type entry struct {
	name string
	kind kind
}

// entriesOf are entries as a directory lists them.
func entriesOf(list []fs.DirEntry) []entry {
	out := make([]entry, 0, len(list))
	for _, e := range list {
		k := other
		switch {
		case e.IsDir():
			k = directory
		case e.Type().IsRegular():
			k = file
		}
		out = append(out, entry{e.Name(), k})
	}
	return out
}

// What a folder refuses.
var (
	errLink  = errors.New("it is no directory, or a link to one: links are not followed")
	errMount = errors.New("another file system is mounted there: unmount it, or leave it")
	errBusy  = errors.New("another process holds its lock")
	errThere = errors.New("something is there already")
)

// gone reports whether the error says that nothing is there.
func gone(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// pathError names operation and path in an error that does not.
func pathError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	var have *fs.PathError
	if errors.As(err, &have) {
		return err
	}
	return &fs.PathError{Op: op, Path: path, Err: err}
}
