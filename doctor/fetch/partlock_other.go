//go:build !windows && (!unix || aix || solaris || illumos)

package fetch

import "os"

// TryLock has no lock to take here.
func TryLock(*os.File) error { return nil }

func isFull(error) bool { return false }

func noRoute(error) bool { return false }
