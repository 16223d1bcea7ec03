package scan

import "golang.org/x/sys/windows"

// diskOf asks for the volume that holds path.
func diskOf(path string) (Disk, error) {
	p, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return Disk{}, err
	}
	var free, total, all uint64
	if err := windows.GetDiskFreeSpaceEx(p, &free, &total, &all); err != nil {
		return Disk{}, err
	}
	return Disk{Total: int64(total), Free: int64(free)}, nil
}
