//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package process

func isHeld(string) (held, known bool) { return false, false }
