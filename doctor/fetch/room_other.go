//go:build !linux && !darwin && !freebsd && !windows

package fetch

import "errors"

func roomIn(string) (Room, error) { return Room{}, errors.ErrUnsupported }
