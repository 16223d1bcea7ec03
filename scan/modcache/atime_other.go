//go:build !linux && !darwin && !freebsd && !netbsd

package modcache

import (
	"io/fs"
	"time"
)

// accessTime is not known: Windows keeps none by default.
func accessTime(fs.FileInfo) time.Time { return time.Time{} }
