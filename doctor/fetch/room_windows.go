package fetch

import "golang.org/x/sys/windows"

func roomIn(dir string) (Room, error) {
	p, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return Room{}, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, nil, nil); err != nil {
		return Room{}, err
	}
	return Room{Bytes: int64(min(free, 1<<62)), Inodes: -1}, nil
}
