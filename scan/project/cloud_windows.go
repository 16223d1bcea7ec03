package project

import (
	"os"
	"syscall"
)

// recall are the attributes of a file whose content is in a cloud, or on a tape, and would be fetched by
// whoever opens or reads it: FILE_ATTRIBUTE_OFFLINE, RECALL_ON_OPEN and RECALL_ON_DATA_ACCESS.
const recall = 0x1000 | 0x40000 | 0x400000

// isPlaceholder reports whether a file or directory has one of them.
func isPlaceholder(path string) bool {
	fi, err := os.Lstat(path)
	if err != nil {
		return false
	}
	d, ok := fi.Sys().(*syscall.Win32FileAttributeData)
	return ok && d.FileAttributes&recall != 0
}
