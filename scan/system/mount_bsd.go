//go:build darwin || freebsd

package system

import "golang.org/x/sys/unix"

func mount(path string) (Mount, error) {
	dir, err := above(path)
	if err != nil {
		return Mount{}, err
	}
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return Mount{}, err
	}
	return Mount{Point: unix.ByteSliceToString(s.Mntonname[:]), Type: unix.ByteSliceToString(s.Fstypename[:]),
		ReadOnly: uint64(s.Flags)&unix.MNT_RDONLY != 0, NoExec: uint64(s.Flags)&unix.MNT_NOEXEC != 0}, nil
}

func holders(...string) ([]Holder, error) { return nil, ErrUnknown }
