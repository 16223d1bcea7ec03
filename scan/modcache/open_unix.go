//go:build unix

package modcache

import "syscall"

// nonblock keeps an open from waiting for ever should a fifo have taken the place of a zip.
const nonblock = syscall.O_NONBLOCK
