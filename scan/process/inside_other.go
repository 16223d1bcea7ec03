//go:build !linux

package process

func inside(string) (string, bool) { return "", false }
