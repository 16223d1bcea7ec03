package process

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// programs reads /proc/*/exe (proc_pid_exe(5)). Processes of other users do not tell.
func programs() []string {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if name := e.Name(); name[0] < '0' || name[0] > '9' {
			continue
		}
		exe, err := os.Readlink(filepath.Join("/proc", e.Name(), "exe"))
		if exe = strings.TrimSuffix(exe, deleted); err == nil && filepath.IsAbs(exe) {
			out = append(out, exe)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
