package system

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// holders reads /proc/locks, which names a file by its device and inode. A process in another PID namespace has no
// number here and is told as 0.
func holders(file string) ([]Holder, error) {
	var st unix.Stat_t
	if err := unix.Stat(file, &st); err != nil {
		return nil, err
	}
	data, err := os.ReadFile("/proc/locks")
	if err != nil {
		return nil, ErrUnknown
	}
	id := fmt.Sprintf("%02x:%02x:%d", unix.Major(st.Dev), unix.Minor(st.Dev), st.Ino)
	var out []Holder
	for _, pid := range holding(string(data), id) {
		out = append(out, holder(pid))
	}
	return out, nil
}

// holding finds the processes of /proc/locks that hold a lock on MAJOR:MINOR:INODE. Lines with an arrow only wait.
func holding(table, id string) (pids []int) {
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 8 || f[1] == "->" || f[5] != id {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil {
			pids = append(pids, max(pid, 0))
		}
	}
	return pids
}

func holder(pid int) Holder {
	h := Holder{PID: pid}
	if pid == 0 {
		return h
	}
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	if b, err := os.ReadFile(filepath.Join(dir, "comm")); err == nil {
		h.Command = strings.TrimSuffix(string(b), "\n")
	}
	return h
}
