package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// inside reads the links of /proc (proc_pid_cwd(5), proc_pid_exe(5), proc_pid_fd(5)).
func inside(dir string) (who string, known bool) {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	dir = filepath.Clean(dir)
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return "", false
	}
	self := fmt.Sprint(os.Getpid())
	for _, e := range entries {
		name := e.Name()
		if name[0] < '0' || name[0] > '9' || name == self {
			continue
		}
		proc := filepath.Join("/proc", name)
		links := []string{filepath.Join(proc, "cwd"), filepath.Join(proc, "exe")}
		if list, err := os.ReadDir(filepath.Join(proc, "fd")); err == nil {
			for _, fd := range list {
				links = append(links, filepath.Join(proc, "fd", fd.Name()))
			}
		}
		for _, l := range links {
			to, err := os.Readlink(l)
			if err == nil && (to == dir || strings.HasPrefix(to, dir+"/")) {
				exe, _ := os.Readlink(filepath.Join(proc, "exe"))
				return fmt.Sprintf("%s (pid %s)", filepath.Base(exe), name), true
			}
		}
	}
	return "", true
}
