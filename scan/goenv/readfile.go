package goenv

import (
	"errors"
	"io/fs"

	"godoctor/scan/regular"
)

// maxSettingsFile is more than any settings file has; a real one has a few hundred bytes.
const maxSettingsFile = 1 << 20

// errTooLarge is said of a settings file, whose limit it names.
var errTooLarge = errors.New("larger than 1 MiB")

// readSmall reads a regular file of at most 1 MiB.
func readSmall(path string) ([]byte, error) {
	b, err := regular.ReadFile(path, maxSettingsFile)
	if errors.Is(err, regular.ErrTooLarge) {
		err = errTooLarge
	}
	return b, err
}

// cause is the reason in err without the path, which the message names already.
func cause(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
