//go:build !unix

package tui

// canSuspend is false where there is no job control.
func canSuspend() bool { return false }
