//go:build !unix

package modcache

// nonblock is not needed where opening a name never waits.
const nonblock = 0
