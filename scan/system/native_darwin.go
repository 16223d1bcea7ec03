package system

import "golang.org/x/sys/unix"

// native asks whether the processor is Apple's own: under Rosetta uname says x86_64.
func native() (string, error) {
	if n, err := unix.SysctlUint32("hw.optional.arm64"); err == nil && n == 1 {
		return "arm64", nil
	}
	return "amd64", nil
}
