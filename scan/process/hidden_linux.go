package process

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
)

// hidesOthers reports whether a process table is mounted so that this user does not see the processes of others
// (proc(5), hidepid). Root and the members of the group in gid= see them.
func hidesOthers(proc string) bool {
	if os.Geteuid() == 0 {
		return false
	}
	data, err := os.ReadFile(proc + "/self/mounts")
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	if err != nil {
		return true
	}
	groups, _ := os.Getgroups()
	return hiddenBy(string(data), proc, append(groups, os.Getegid()))
}

// hiddenBy reads the lines of proc_pid_mounts(5). Of several mounts in one place the last is on top.
func hiddenBy(mounts, proc string, groups []int) (hidden bool) {
	for line := range strings.Lines(mounts) {
		f := strings.Fields(line)
		if len(f) < 4 || f[1] != proc || f[2] != "proc" {
			continue
		}
		hidden = false
		member := false
		for option := range strings.SplitSeq(f[3], ",") {
			switch name, value, _ := strings.Cut(option, "="); name {
			case "hidepid":
				hidden = value != "0" && value != "off"
			case "gid":
				if gid, err := strconv.Atoi(value); err == nil && slices.Contains(groups, gid) {
					member = true
				}
			}
		}
		hidden = hidden && !member
	}
	return hidden
}
