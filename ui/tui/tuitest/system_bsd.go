//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package tuitest

import (
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sys/unix"
)

const getTermios = unix.TIOCGETA

// rusageUnit is what rusage counts memory in: kilobytes everywhere but on macOS.
var rusageUnit = map[bool]int64{true: 1, false: 1024}[runtime.GOOS == "darwin"]

func measure(int) (Usage, error) {
	return Usage{}, fmt.Errorf("measuring a program that runs: %w; wait for its end", errors.ErrUnsupported)
}
