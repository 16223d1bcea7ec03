//go:build !linux

package process

import "time"

func startedAt(int) time.Time { return time.Time{} }
