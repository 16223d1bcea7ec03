//go:build unix

package project

import (
	"os"
	"syscall"

	"godoctor/scan/tree"
)

// What an open says where a directory was: that there is something else now.
var (
	errNotDir error = syscall.ENOTDIR
	errLink   error = syscall.ELOOP
)

// openDir opens a directory and never waits. Links in the path of a root are followed, otherwise the last
// element may not be one.
func openDir(path string, root bool) (*os.File, error) {
	if root {
		return os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NONBLOCK, 0)
	}
	return os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
}

// identify gives the identity of an open directory, and whether what is in it is elsewhere and would have to
// be fetched.
func identify(f *os.File, _ string) (id tree.ID, away bool, err error) {
	fi, err := f.Stat()
	if err != nil {
		return tree.ID{}, false, err
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return tree.ID{}, false, nil
	}
	return tree.ID{Dev: uint64(st.Dev), Ino: uint64(st.Ino)}, dataless(st), nil
}

// owner is the user that a file belongs to; -1 where that is not known.
func owner(fi os.FileInfo) int {
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}
