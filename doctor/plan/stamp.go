package plan

import "io/fs"

// StampOf is the stamp of something that Lstat has looked at.
func StampOf(fi fs.FileInfo) Stamp {
	s := Stamp{Inode: inodeOf(fi), Mtime: fi.ModTime().UnixNano()}
	if !fi.IsDir() {
		s.Size = fi.Size()
	}
	return s
}
