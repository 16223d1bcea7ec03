package gocmd

import (
	"os"
	"path/filepath"
	"runtime"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
)

// pathDirs are the directories in the PATH of an environment.
func pathDirs(environ []string) []string {
	return filepath.SplitList(goenv.Getenv(runtime.GOOS, environ, "PATH"))
}

// program is the first program of one of the names in directories; "" where there is none. Directories that are not absolute
// are passed over: they would be looked for in the directory of a stranger.
func program(dirs []string, names ...string) string {
	for _, dir := range dirs {
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, name := range names {
			file := filepath.Join(dir, name)
			if fi, err := os.Stat(file); err == nil && fi.Mode().IsRegular() && regular.MayExecute(file, fi) {
				return file
			}
		}
	}
	return ""
}
