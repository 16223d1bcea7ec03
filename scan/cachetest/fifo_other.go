//go:build !unix

package cachetest

import "errors"

func mkfifo(string) error { return errors.ErrUnsupported }
