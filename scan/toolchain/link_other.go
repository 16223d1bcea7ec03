//go:build !unix

package toolchain

import (
	"strings"
)

// isLoop reports whether a path could not be followed because its links lead in a circle. Windows has
// several errors for that and for nothing else that the words below would fit.
func isLoop(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "too many links") || strings.Contains(err.Error(), "cannot be resolved"))
}

// isNotDirectory is false: Windows says of such a path that it does not exist.
func isNotDirectory(error) bool { return false }
