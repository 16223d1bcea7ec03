package binary

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/goenv"
)

// A search looks programs up as the shell does.
type search struct {
	dirs []string // the absolute entries of PATH, in order
	exts []string // what may follow a name; on unix nothing
	bits fs.FileMode
}

// newSearch reads PATH, and on Windows PATHEXT, from a process environment.
func newSearch(goos string, environ []string) search {
	s := search{exts: []string{""}, bits: 0o111}
	sep := ":"
	if goos == "windows" {
		sep, s.exts, s.bits = ";", nil, 0
		pathext := goenv.Getenv(goos, environ, "PATHEXT")
		if pathext == "" {
			pathext = ".com;.exe;.bat;.cmd"
		}
		for ext := range strings.SplitSeq(strings.ToLower(pathext), ";") {
			if ext != "" {
				s.exts = append(s.exts, ext)
			}
		}
	}
	for dir := range strings.SplitSeq(goenv.Getenv(goos, environ, "PATH"), sep) {
		if goos == "windows" {
			dir = strings.ReplaceAll(dir, `"`, "")
		}
		if filepath.IsAbs(dir) {
			s.dirs = append(s.dirs, filepath.Clean(dir))
		}
	}
	return s
}

// has reports whether a directory is an entry of PATH. Its description is nil where it is not there.
func (s *search) has(dir string, fi fs.FileInfo) bool {
	for _, d := range s.dirs {
		if d == dir || fi != nil && sameFile(d, fi) {
			return true
		}
	}
	return false
}

// instead is the program that runs when one types the name of b, unless that is b itself or nothing.
func (s *search) instead(b *Binary) string {
	self, err := os.Stat(b.Path)
	if err != nil || !s.runs(self) {
		return "" // it would not run in any case
	}
	for _, dir := range s.dirs {
		for _, ext := range s.exts {
			p := filepath.Join(dir, b.Name+ext)
			fi, err := os.Stat(p)
			if err != nil || !s.runs(fi) {
				continue
			}
			if os.SameFile(fi, self) {
				return ""
			}
			return p
		}
	}
	return ""
}

// runs reports whether a shell would take the file for a program.
func (s *search) runs(fi fs.FileInfo) bool {
	return fi.Mode().IsRegular() && (s.bits == 0 || fi.Mode()&s.bits != 0)
}
