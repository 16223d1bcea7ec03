//go:build !unix

package sum

// nonblock is nothing here: these systems have no fifo in the file tree.
const nonblock = 0
