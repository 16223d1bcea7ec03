package scan

import "godoctor/scan/system"

// A Disk is a file system as its users see it.
type Disk struct {
	Total int64 // bytes
	Free  int64 // bytes that this user may still take
}

// diskOf is the file system that holds path; the zero Disk where the system does not tell.
func diskOf(path string) Disk {
	s, err := system.This().Space(path)
	if err != nil {
		return Disk{}
	}
	return Disk{Total: s.Total, Free: s.Free}
}

// FreeOn is how many bytes this user may still take on the file system that holds path; 0 where that is not known.
func FreeOn(path string) int64 { return diskOf(path).Free }
