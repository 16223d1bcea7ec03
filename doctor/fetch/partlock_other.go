//go:build !windows && (!unix || aix || solaris || illumos)

package fetch

import "os"

// lockFile has no lock to take here.
func lockFile(*os.File) error { return nil }

func isFull(error) bool { return false }

func noRoute(error) bool { return false }
