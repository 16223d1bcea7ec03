//go:build !unix

package project

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"

	"godoctor/scan/tree"
)

// What an open says where a directory was. Windows has words of its own for both, which package errors turns
// into fs.ErrNotExist.
var (
	errNotDir error = syscall.ENOTDIR
	errLink         = errors.New("a link")
)

// openDir opens a directory. That it is none any more, but a link, shows when it is identified.
func openDir(path string, _ bool) (*os.File, error) { return os.Open(path) }

// identify gives the identity of a directory, which is its path here (see tree.StatRoot), and whether what is
// in it is in a cloud.
func identify(_ *os.File, path string) (id tree.ID, away bool, err error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return tree.ID{}, false, err
	}
	st, err := tree.StatRoot(real)
	return tree.ID{Dev: st.Dev, Ino: st.Ino}, isPlaceholder(path), err
}

// owner is the user that a file belongs to; these systems do not tell it by number.
func owner(os.FileInfo) int { return -1 }
