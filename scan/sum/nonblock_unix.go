//go:build unix

package sum

import "syscall"

// nonblock keeps an open from waiting, should the file have become a fifo since it was looked at.
const nonblock = syscall.O_NONBLOCK
