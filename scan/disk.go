package scan

// A Disk is a file system as its users see it.
type Disk struct {
	Total int64 // bytes
	Free  int64 // bytes that this user may still take
}
