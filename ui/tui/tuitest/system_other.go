//go:build unix && !linux && !darwin && !dragonfly && !freebsd && !netbsd && !openbsd

package tuitest

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

const (
	getTermios = unix.TCGETS
	rusageUnit = 1024
)

func measure(int) (Usage, error) {
	return Usage{}, fmt.Errorf("measuring a program that runs: %w; wait for its end", errors.ErrUnsupported)
}
