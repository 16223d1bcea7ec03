package scan

// FreeOn is how many bytes this user may still take on the file system that holds path; 0 where that is not known.
func FreeOn(path string) int64 {
	d, err := diskOf(path)
	if err != nil {
		return 0
	}
	return d.Free
}
