//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// maxRSS is the greatest resident size in bytes. Darwin counts in bytes, the others in KiB.
func maxRSS(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	n := int64(usage.Maxrss)
	if runtime.GOOS != "darwin" {
		n *= 1024
	}
	return n
}
