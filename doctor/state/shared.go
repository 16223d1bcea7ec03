package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/natefinch/atomic"
)

// WriteShared replaces a file that a person names and that others read, as the user of a collector does: mode 0644 whatever
// the umask. Who reads it sees the old text or the new one, never a half. Its directory has to be there: one that is made
// here nobody would look into.
func WriteShared(file string, text []byte) (err error) {
	if err := replaceable(file); err != nil {
		return err
	}
	// No reader takes it for the file itself: collectors read *.prom, and nothing that begins with a dot.
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(0o644))
	if err == nil {
		err = f.Sync() // a name that points to nothing yet would be an empty file after a power failure
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return atomic.ReplaceFile(f.Name(), file)
}

// replaceable refuses what a rename must not take the place of: as root it would put a file where /dev/stdout was.
func replaceable(file string) error {
	if fi, err := os.Stat(file); err == nil && !fi.Mode().IsRegular() {
		return fmt.Errorf("%q is no regular file, and would be replaced by one: name a file", file)
	}
	return nil
}
