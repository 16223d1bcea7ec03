package binary

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/goenv"
)

// findDirs lists the directories to look into, each once however many settings name it.
func (f *finder) findDirs() {
	if env := f.in.Env; env != nil {
		if gobin := env.Value("GOBIN"); gobin != "" {
			f.addDir(gobin, SourceGobin)
		}
		for _, p := range env.Gopaths() {
			f.addDir(filepath.Join(p, "bin"), SourceGopath)
		}
	}
	for _, p := range f.in.Dirs {
		f.addDir(p, SourceGiven)
	}
}

func (f *finder) addDir(path, source string) {
	d := Dir{Path: filepath.Clean(path), Source: source}
	if !filepath.IsAbs(path) {
		d.Problem = fmt.Sprintf("%s %q is relative, and go install refuses it: set it to an absolute path", source, path)
		f.found.Dirs = append(f.found.Dirs, d)
		return
	}
	fi, err := os.Stat(d.Path)
	d.Exists = err == nil
	switch {
	case err == nil && !fi.IsDir():
		d.Problem = fmt.Sprintf("%q is not a directory, and go install fails: remove it, or set %s to another place", d.Path, source)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		d.Problem = fmt.Sprintf("%q cannot be looked at: %v", d.Path, cause(err))
	}
	for _, o := range f.found.Dirs {
		if o.Path == d.Path || d.Exists && o.Exists && sameFile(o.Path, fi) {
			return
		}
	}
	d.OnPath = f.search.has(d.Path, fi)
	f.found.Dirs = append(f.found.Dirs, d)
}

// sameFile reports whether path leads to the file that fi describes.
func sameFile(path string, fi fs.FileInfo) bool {
	other, err := os.Stat(path)
	return err == nil && os.SameFile(other, fi)
}

// isPlatform recognises GOOS_GOARCH, where go install puts what it builds for another system.
func isPlatform(name string) bool {
	goos, goarch, ok := strings.Cut(name, "_")
	if !ok || goarch == "" || !goenv.IsSystem(goos) {
		return false
	}
	return strings.Trim(goarch, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
