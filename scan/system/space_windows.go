package system

import "golang.org/x/sys/windows"

func space(path string) (Space, error) {
	dir, err := above(path)
	if err != nil {
		return Space{}, err
	}
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return Space{}, err
	}
	var free, total uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, &total, nil); err != nil {
		return Space{}, err
	}
	return Space{Dir: dir, Total: int64(min(total, 1<<62)), Free: int64(min(free, 1<<62)), Inodes: -1}, nil
}
