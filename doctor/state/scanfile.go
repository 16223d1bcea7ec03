package state

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
)

// WriteScan writes a saved scan to a file that a person names, as it comes from write: for this user alone, whoever could
// read a file of that name before. Who reads it sees the old one or the new one, never a half.
func WriteScan(file string, write func(io.Writer) error) (err error) {
	if err := replaceable(file); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	if err = write(f); err == nil {
		err = f.Sync() // a name that points to nothing yet would be an empty file after a power failure
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return atomic.ReplaceFile(f.Name(), file)
}
