//go:build darwin || freebsd

package project

import "golang.org/x/sys/unix"

// A mountTable knows nothing here before it is asked: the system tells of a directory what is mounted there.
type mountTable struct{}

func readMounts([]string) mountTable { return mountTable{} }

// refuses says why a directory is not entered, before it is opened.
func (*mountTable) refuses(string) SkipReason { return "" }

// device says why a directory on another device than the one above it is not entered.
func (*mountTable) device(path string) SkipReason {
	var s unix.Statfs_t
	if unix.Statfs(path, &s) != nil {
		return ""
	}
	switch name := unix.ByteSliceToString(s.Fstypename[:]); {
	case name == "devfs" || name == "autofs" || name == "procfs" || name == "fdescfs" || name == "linprocfs" || name == "linsysfs":
		return SkipPseudo
	case uint64(s.Flags)&unix.MNT_LOCAL == 0:
		return SkipNetwork
	}
	return ""
}
