package goenv

import (
	"debug/buildinfo"
	"io"
	"runtime/debug"

	"godoctor/scan/regular"
)

// infoMax is how much of a program is read for its build info, in bytes: tables of sections and the beginning of its data, some
// 100 KiB, and in the formats of Windows and macOS the symbols. Only a file that lies about itself needs more.
const infoMax = 32 << 20

// BuildInfo reads what the linker wrote into a program; nil where it cannot be read or there is nothing. No more than 32 MiB are
// read whatever the file says of itself, and it survives hostile input: the debug packages say of themselves that they may panic.
func BuildInfo(r io.ReaderAt) (info *debug.BuildInfo) {
	defer func() {
		if recover() != nil {
			info = nil
		}
	}()
	info, err := buildinfo.Read(&regular.Limited{R: r, Left: infoMax})
	if err != nil {
		return nil
	}
	return info
}
