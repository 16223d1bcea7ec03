//go:build unix

package toolchain

import (
	"errors"
	"syscall"
)

// isLoop reports whether a path could not be followed because its links lead in a circle.
func isLoop(err error) bool { return errors.Is(err, syscall.ELOOP) }

// isNotDirectory reports whether a path goes through a file.
func isNotDirectory(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
