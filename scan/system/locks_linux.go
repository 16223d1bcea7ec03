package system

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"godoctor/scan/process"
)

// A lock is a line of /proc/locks.
type lock struct {
	kind   string // FLOCK, POSIX, OFDLCK, LEASE, ...
	shared bool
	pid    int
	device string // MAJOR:MINOR
}

// holders reads /proc/locks, which names a file by its device and inode.
func holders(files ...string) ([]Holder, error) {
	data, err := os.ReadFile("/proc/locks")
	if err != nil {
		return nil, ErrUnknown
	}
	locks := parseLocks(string(data))
	if len(locks) == 0 {
		return nil, nil
	}
	var out []Holder
	for _, file := range files {
		var st unix.Stat_t
		if unix.Stat(file, &st) != nil {
			continue
		}
		device := fmt.Sprintf("%02x:%02x", unix.Major(uint64(st.Dev)), unix.Minor(uint64(st.Dev)))
		for _, l := range locks[st.Ino] {
			if l.device == device || opens(l.pid, &st) {
				out = append(out, holder(file, l))
			}
		}
	}
	return out, nil
}

// parseLocks gives the locks of /proc/locks that are held, by inode. Lines with an arrow only wait for one.
func parseLocks(table string) map[uint64][]lock {
	locks := make(map[uint64][]lock)
	for line := range strings.Lines(table) {
		f := strings.Fields(line)
		if len(f) < 8 || f[1] == "->" {
			continue
		}
		at := strings.LastIndexByte(f[5], ':')
		inode, err := strconv.ParseUint(f[5][at+1:], 10, 64)
		pid, pidErr := strconv.Atoi(f[4])
		if at < 0 || err != nil || pidErr != nil {
			continue
		}
		locks[inode] = append(locks[inode], lock{f[1], f[3] == "READ", max(pid, 0), f[5][:at]})
	}
	return locks
}

// opens reports whether a process has a file open. On btrfs and overlayfs the device of /proc/locks is not that of
// stat(2), so that an inode alone could be that of another file.
func opens(pid int, want *unix.Stat_t) bool {
	dir := filepath.Join("/proc", strconv.Itoa(pid), "fd")
	f, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer f.Close()
	names, _ := f.Readdirnames(4096)
	for _, name := range names {
		var st unix.Stat_t
		if unix.Stat(filepath.Join(dir, name), &st) == nil && st.Dev == want.Dev && st.Ino == want.Ino {
			return true
		}
	}
	return false
}

func holder(file string, l lock) Holder {
	h := Holder{File: file, PID: l.pid, Kind: l.kind, Shared: l.shared}
	if l.pid == 0 {
		return h
	}
	if b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(l.pid), "comm")); err == nil {
		h.Command = strings.TrimSuffix(string(b), "\n")
	}
	h.Started = process.Started(l.pid)
	return h
}
