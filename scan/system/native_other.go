//go:build !linux && !darwin && !windows

package system

func native() (string, error) { return "", ErrUnknown }
