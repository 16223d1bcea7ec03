package remedy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/gocache"
)

// repositories are the directories that version control keeps in a work tree.
var repositories = []string{".git", ".hg", ".svn", ".bzr", ".jj", ".fslckout", "_FOSSIL_", "CVS"}

// openRoot opens a root after it was proved to be what it is taken for. Nothing that a setting says is believed: go clean
// -modcache empties whatever GOMODCACHE names.
func (r *Remover) openRoot(path string, looks func(*folder) error) (*folder, error) {
	real, err := r.realRoot(path)
	if err != nil {
		return nil, refuse(path, err)
	}
	f, err := openFolder(real, r.disk)
	if err != nil {
		return nil, refuse(path, err)
	}
	for _, check := range []func(*folder) error{r.owned, noRepository, looks} {
		if err := check(f); err != nil {
			f.close()
			return nil, refuse(path, err)
		}
	}
	return f, nil
}

func refuse(path string, err error) error {
	return fmt.Errorf("%w: %q: %w", ErrRoot, path, err)
}

// realRoot resolves links and refuses what cannot be a cache by its place.
func (r *Remover) realRoot(path string) (string, error) {
	switch {
	case strings.ContainsAny(path, "\x00\n\r"):
		return "", fmt.Errorf("a line break or NUL is no part of a cache's name")
	case !filepath.IsAbs(path):
		return "", fmt.Errorf("the path is not absolute: the go command refuses it too")
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	real = filepath.Clean(real)
	inner := strings.Trim(real[len(filepath.VolumeName(real)):], string(filepath.Separator))
	if strings.Count(inner, string(filepath.Separator)) < 1 {
		return "", fmt.Errorf("%q is too near the top of the file system to be a cache", real)
	}
	for _, keep := range r.notRoots() {
		if within(keep, real) {
			return "", fmt.Errorf("%q lies in it", keep)
		}
	}
	return real, nil
}

// notRoots are directories that neither are a cache nor lie in one.
func (r *Remover) notRoots() []string {
	var out []string
	for _, p := range []string{r.opt.Home, os.TempDir()} {
		if p == "" {
			continue
		}
		out = append(out, filepath.Clean(p))
		if real, err := filepath.EvalSymlinks(p); err == nil {
			out = append(out, real)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within reports whether path is dir or lies below it.
func within(path, dir string) bool {
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}

// owned refuses a root that is another user's, or that others can change under our hands.
func (r *Remover) owned(f *folder) error {
	st, err := f.self()
	if err != nil || r.opt.Shared || st.uid < 0 {
		return err
	}
	switch {
	case st.uid != os.Geteuid():
		return fmt.Errorf("it belongs to user %d: run godoctor as that user (sudo -u), or give --allow-shared if that is meant", st.uid)
	case st.strangers():
		return fmt.Errorf("others can write it (mode %#o): chmod go-w, or give --allow-shared", st.mode.Perm())
	}
	return nil
}

// strangers reports whether others than this user can change what lies in a directory. A group that is the user's own, as
// systems have it that give new files to it (umask 002), is none.
func (s stat) strangers() bool {
	if s.mode&os.ModeSticky != 0 {
		return false
	}
	own := s.gid == s.uid && s.gid == os.Getegid()
	return s.mode&0o002 != 0 || s.mode&0o020 != 0 && !own
}

// noRepository refuses a work tree.
func noRepository(f *folder) error {
	for _, name := range append(slices.Clone(repositories), "go.mod", "go.work") {
		if _, err := f.lstat(name); err == nil {
			return fmt.Errorf("there is a %q in it: it is a project, not a cache", name)
		}
	}
	return nil
}

// looksModCache refuses what has not the shape of a module cache. Nothing at all is one to be.
func looksModCache(f *folder) error {
	cache, err := f.open("cache")
	if err == nil {
		defer cache.close()
		download, err2 := cache.open("download")
		if err = err2; err == nil {
			download.close()
			return nil
		}
	}
	if !gone(err) {
		return err
	}
	if list, _ := f.names(1); len(list) > 0 {
		return fmt.Errorf("it has no cache/download, as every module cache has")
	}
	return f.rewind()
}

// looksBuildCache refuses what has not the shape of a build cache.
func looksBuildCache(f *folder) error {
	if ok, why := gocache.Known(f.path); !ok {
		return fmt.Errorf("it does not look like a build cache: %s", why)
	}
	return nil
}
