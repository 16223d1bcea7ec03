//go:build unix

package check

import (
	"os"

	"golang.org/x/sys/unix"
)

// lockWhole takes go's lock of a file.
func lockWhole(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX) }
