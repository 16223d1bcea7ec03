//go:build !linux && !darwin && !freebsd && !windows

package system

func space(string) (Space, error) { return Space{}, ErrUnknown }
