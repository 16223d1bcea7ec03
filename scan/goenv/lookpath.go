package goenv

import (
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

// lookPath is exec.LookPath for the given environment and directory, which this package cannot use:
// only scan/gocmd runs programs. As there, a program found through a relative entry of PATH is named,
// but ok is false: go refuses to run it.
func (r *resolver) lookPath(name string) (file string, ok bool) {
	if name == "" || name == "." || name == ".." {
		return "", false
	}
	if strings.ContainsAny(name, pathChars(r.goos)) {
		return r.findExecutable(name)
	}
	for _, file := range r.inPath(name) {
		return file, isAbs(r.goos, file)
	}
	return "", false
}

// inPath returns every program of that name along PATH, in order, as exec.LookPath would name it.
func (r *resolver) inPath(name string) []string {
	var found []string
	dirs := splitList(r.goos, r.env["PATH"])
	if r.goos == "windows" {
		if _, set := r.env["NODEFAULTCURRENTDIRECTORYINEXEPATH"]; !set {
			dirs = append([]string{"."}, dirs...)
		}
	}
	for _, dir := range dirs {
		if dir == "" {
			if r.goos == "windows" {
				continue
			}
			dir = "." // unix shells: an empty entry is the current directory
		}
		if file, ok := r.findExecutable(filepath.Join(dir, name)); ok {
			found = append(found, file)
		}
	}
	return found
}

// findExecutable returns the file that would run as p: p itself, or on Windows p with an extension.
func (r *resolver) findExecutable(p string) (string, bool) {
	for _, ext := range executableExtensions(r.goos, p, r.env["PATHEXT"]) {
		file := absolute(r.goos, r.dir, p+ext)
		if file == "" {
			continue
		}
		if fi, err := os.Stat(file); err == nil && !fi.IsDir() && (r.goos == "windows" || regular.MayExecute(file, fi)) {
			return p + ext, true
		}
	}
	return "", false
}

// executableExtensions returns what to append to p, in the order of trying. Only Windows has any.
func executableExtensions(goos, p, pathext string) []string {
	if goos != "windows" {
		return []string{""}
	}
	var exts []string
	if strings.LastIndexByte(p, '.') > strings.LastIndexAny(p, `:\/`) {
		exts = append(exts, "")
	}
	if pathext == "" {
		pathext = ".com;.exe;.bat;.cmd"
	}
	for e := range strings.SplitSeq(strings.ToLower(pathext), ";") {
		if e == "" {
			continue
		}
		exts = append(exts, "."+strings.TrimPrefix(e, "."))
	}
	return exts
}

// pathChars are the bytes that make a program name a path.
func pathChars(goos string) string {
	if goos == "windows" {
		return `:\/`
	}
	return "/"
}
