package sum

import "errors"

// FromZip reads one file of a module zip: name is relative to the module, which the names in the zip follow after
// path@version/. At most limit bytes: the error is ErrTooLarge for more, fs.ErrNotExist if there is no such file, and
// else as in a [Fault].
func FromZip(zip, path, version, name string, limit int64) ([]byte, error) {
	return nil, errors.ErrUnsupported
}

// FromDir reads one regular file of an extracted directory, without following links below dir. At most limit bytes: the
// error is ErrTooLarge for more, ErrOdd for what is no regular file.
func FromDir(dir, name string, limit int64) ([]byte, error) {
	return nil, errors.ErrUnsupported
}
