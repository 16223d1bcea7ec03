// Package regular opens files that are files, and directories that are directories.
//
// What a scan reads lies where anybody may have put something else: a fifo in the place of a settings file, or of a
// directory that a variable names, holds its reader until somebody writes into it, and a device may do worse. Everything in
// scan that reads the content of a file opens it here, or, below a directory that it holds open, by the same rule: a regular
// file, looked at before and after the open, without waiting, links followed.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// The reasons for not reading a file.
var (
	ErrNot      = errors.New("not a regular file")
	ErrTooLarge = errors.New("too large")
)

// Open opens a regular file for reading and never waits. Where the system lets us the access time of the file stays as it
// is: it tells when others have used the file. The error is ErrNot for anything else.
func Open(path string) (*os.File, error) {
	if path == "" {
		return nil, fs.ErrNotExist
	}
	if err := check(os.Stat(path)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|Nonblock|noAtime, 0)
	if errors.Is(err, fs.ErrPermission) && noAtime != 0 {
		f, err = os.OpenFile(path, os.O_RDONLY|Nonblock, 0) // only the owner may ask for that
	}
	if err != nil {
		return nil, err
	}
	if err := check(f.Stat()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func check(fi fs.FileInfo, err error) error {
	switch {
	case err != nil:
		return err
	case fi.IsDir():
		return fmt.Errorf("a directory, %w", ErrNot)
	case !fi.Mode().IsRegular():
		return ErrNot
	}
	return nil
}

// ReadFile reads a regular file of at most limit bytes. The error is ErrTooLarge for a larger one.
func ReadFile(path string, limit int64) ([]byte, error) {
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	// One buffer of the right size, and a byte more to see the end: to let it grow touches every page twice. A file
	// that grows meanwhile is read on.
	data := make([]byte, 0, min(fi.Size(), limit)+1)
	for int64(len(data)) <= limit {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := f.Read(data[len(data):min(int64(cap(data)), limit+1)])
		data = data[:len(data)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if int64(len(data)) > limit {
		return nil, ErrTooLarge
	}
	return data, nil
}
