//go:build unix

package tui

import (
	"os"

	"golang.org/x/sys/unix"
)

// canSuspend reports whether there is a shell that could continue the program: the leader of a session,
// and a program whose parent is in another session, would sleep for ever (the kernel discards the stop of
// an orphaned process group, and nobody sends the signal that ends it).
func canSuspend() bool {
	sid, err := unix.Getsid(0)
	if err != nil || sid == os.Getpid() {
		return false
	}
	parent, err := unix.Getsid(os.Getppid())
	return err == nil && parent == sid
}
