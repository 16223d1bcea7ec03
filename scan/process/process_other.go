//go:build !linux

package process

func programs() []string { return nil }
