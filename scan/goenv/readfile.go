package goenv

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxSettingsFile is more than any settings file has; a real one has a few hundred bytes.
const maxSettingsFile = 1 << 20

var (
	errNotRegular = errors.New("not a regular file")
	errTooLarge   = errors.New("larger than 1 MiB")
)

// openRegular opens a file that is a regular one, and never waits: a FIFO in the place of a settings file
// would hold the reader until somebody writes into it (go itself hangs there).
func openRegular(path string) (*os.File, error) {
	if path == "" {
		return nil, fs.ErrNotExist
	}
	if err := checkRegular(os.Stat(path)); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, err
	}
	if err := checkRegular(f.Stat()); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func checkRegular(fi fs.FileInfo, err error) error {
	switch {
	case err != nil:
		return err
	case fi.IsDir():
		return fmt.Errorf("a directory, %w", errNotRegular)
	case !fi.Mode().IsRegular():
		return errNotRegular
	}
	return nil
}

// readSmall reads a regular file of at most 1 MiB.
func readSmall(path string) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSettingsFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxSettingsFile {
		return nil, errTooLarge
	}
	return data, nil
}

// cause is the reason in err without the path, which the message names already.
func cause(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
