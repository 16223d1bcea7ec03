//go:build !linux

package sum

func openFolder(path string) (folder, error) { return openRooted(path) }
