package project

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// dataless reports whether the content is in iCloud, or with another file provider, and would be fetched by
// whoever reads it (SF_DATALESS of sys/stat.h).
func dataless(st *syscall.Stat_t) bool { return st.Flags&unix.SF_DATALESS != 0 }

// isPlaceholder is dataless for a path.
func isPlaceholder(path string) bool {
	fi, err := os.Stat(path)
	if err != nil {
		return false
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	return ok && dataless(st)
}
