package check

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

// hasFiles reports whether a directory has a file.
func hasFiles(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if !e.IsDir() {
			return true
		}
	}
	return false
}

// ignoring looks for a line of an ignore file that keeps a vendored package out of the repository or the image, and says
// so; "" for none. It knows names, paths and simple patterns, not all of gitignore(5): it is a hint.
func ignoring(q *Project, pkg string) string {
	for _, dir := range []string{q.Dir, q.Repo} {
		for _, name := range []string{".gitignore", ".dockerignore"} {
			if dir == "" {
				continue
			}
			file := filepath.Join(dir, name)
			data, err := regular.ReadFile(file, 1<<20)
			if err != nil {
				continue
			}
			n := 0
			for line := range strings.Lines(string(data)) {
				n++
				if ignores(strings.TrimSpace(line), "vendor/"+pkg) {
					return fmt.Sprintf("%s:%d says %s", file, n, strings.TrimSpace(line))
				}
			}
		}
	}
	return ""
}

// ignores reports whether a pattern matches a directory or one above it.
func ignores(pattern, name string) bool {
	if pattern == "" || pattern[0] == '#' || pattern[0] == '!' {
		return false
	}
	anchored := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	pattern = strings.Trim(pattern, "/")
	for ; name != "." && name != ""; name = path.Dir(name) {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
		if ok, _ := path.Match(pattern, path.Base(name)); ok && !anchored {
			return true
		}
	}
	return false
}
