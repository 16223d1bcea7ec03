package related

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"godoctor/scan/gocache"
	"godoctor/scan/regular"
)

// listMax bounds the names that are read of a directory which people or other programs write to.
const listMax = 4096

// names lists a directory, sorted. What is not there or cannot be read has none.
func names(dir string) []string {
	return list(dir, listMax)
}

// allNames is names without the bound: a temporary directory may hold very much, and what is sought last.
func allNames(dir string) []string {
	return list(dir, -1)
}

func list(dir string, most int) []string {
	f, err := regular.OpenDir(dir)
	if err != nil {
		return nil
	}
	defer f.Close()
	list, _ := f.Readdirnames(most)
	slices.Sort(list)
	return list
}

// realDirs lists the directories in a directory, links to directories not among them: version managers
// link names like "latest" to versions.
func realDirs(dir string) []string {
	if !filepath.IsAbs(dir) {
		return nil
	}
	return slices.DeleteFunc(names(dir), func(name string) bool {
		fi, err := os.Lstat(filepath.Join(dir, name))
		return err != nil || !fi.IsDir()
	})
}

// isDir reports whether a path leads to a directory. That it is not there is no error.
func isDir(path string) (bool, error) {
	fi, err := os.Stat(path)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return false, err
		}
		return false, nil
	}
	return fi.IsDir(), nil
}

// isModCache recognises a module cache by what every version of go since 1.11 makes in one.
func isModCache(dir string) (bool, error) {
	return isDir(filepath.Join(dir, "cache", "download"))
}

// isBuildCache recognises a build cache that was used: an empty directory is none.
func isBuildCache(dir string) (bool, error) {
	for _, hex := range []string{"00", "ff"} {
		if ok, err := isDir(filepath.Join(dir, hex)); !ok {
			return false, err
		}
	}
	ok, _ := gocache.Known(dir)
	return ok, nil
}

// isGoplsCache recognises what gopls keeps: one directory for each build of gopls, named by the first
// bytes of a hash.
func isGoplsCache(dir string) (bool, error) {
	list := realDirs(dir)
	for _, name := range list {
		if len(name) != 8 || !all(name, isHex) {
			return false, nil
		}
	}
	return len(list) > 0, nil
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// all reports whether s is made of such bytes, and not empty.
func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return s != ""
}

// recognised keeps the candidates that a rule finds to be what they should be. One that may not be looked
// into is kept: then complete says so.
func recognised(is func(dir string) (bool, error), candidates []Root) []Root {
	return slices.DeleteFunc(candidates, func(r Root) bool {
		if !filepath.IsAbs(r.Path) {
			return true
		}
		ok, err := is(r.Path)
		return !ok && err == nil
	})
}

// newestMax bounds the entries that newest looks at: a build cache has 260 at its top.
const newestMax = 512

// newest is the latest modification of a directory and of what lies in it and in the directories in look.
func newest(dir string, fi fs.FileInfo, look []string) time.Time {
	t := fi.ModTime()
	for _, sub := range append([]string{""}, look...) {
		for i, name := range names(filepath.Join(dir, sub)) {
			if i == newestMax {
				break
			}
			if fi, err := os.Lstat(filepath.Join(dir, sub, name)); err == nil && fi.ModTime().After(t) {
				t = fi.ModTime()
			}
		}
	}
	return t
}
