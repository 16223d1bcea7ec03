//go:build !linux && !darwin && !freebsd

package system

func mount(string) (Mount, error) { return Mount{}, ErrUnknown }

func holders(...string) ([]Holder, error) { return nil, ErrUnknown }
