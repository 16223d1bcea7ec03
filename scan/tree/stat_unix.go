//go:build unix && !linux

package tree

import (
	"io/fs"
	"syscall"
)

// statOf reads what package os hides in Sys.
func statOf(_ string, fi fs.FileInfo) leafStat {
	s := leafStat{bytes: fi.Size(), disk: fi.Size(), mtime: fi.ModTime().UnixNano(), nlink: 1}
	if t, ok := fi.Sys().(*syscall.Stat_t); ok {
		s.disk = int64(t.Blocks) * 512
		s.nlink = uint64(t.Nlink)
		s.id = ID{uint64(t.Dev), uint64(t.Ino)}
	}
	return s
}
