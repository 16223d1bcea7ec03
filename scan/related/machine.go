package related

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// A Machine is what places are found from, in a form that is easy to ask.
type Machine struct {
	in    Input
	goos  string
	home  string
	uid   int // of this user; -1 where files have none
	now   time.Time
	taken map[tree.ID]bool
	paths map[string]bool // likewise, for what has no identity because it cannot be read
	fixed []string        // the current caches and GOROOT, with links resolved
	outer []string        // the current caches of these: what lies in them is theirs
}

func newMachine(in Input) *Machine {
	m := &Machine{
		in: in, goos: cmp.Or(in.GOOS, runtime.GOOS), uid: os.Getuid(), now: in.Now,
		taken: map[tree.ID]bool{}, paths: map[string]bool{},
	}
	m.home = cmp.Or(in.Home, m.getenv("HOME"))
	if m.goos == "windows" {
		m.home = cmp.Or(in.Home, m.getenv("USERPROFILE"))
	}
	if m.now.IsZero() {
		m.now = time.Now()
	}
	mod, build := in.ModCache, in.BuildCache
	if in.Env != nil {
		if dir, err := in.Env.ModCache(); mod == "" && err == nil {
			mod = dir
		}
		if dir, err := in.Env.BuildCache(); build == "" && err == nil {
			build = dir
		}
		m.fix(in.Env.Goroot())
	}
	for _, dir := range []string{mod, build} {
		if real := m.fix(dir); real != "" {
			m.outer = append(m.outer, real)
		}
	}
	return m
}

// fix notes a directory that is in use and no root, and returns it with links resolved.
func (m *Machine) fix(dir string) (real string) {
	if dir == "" {
		return ""
	}
	m.paths[filepath.Clean(dir)] = true
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return ""
	}
	if id, err := identify(real); err == nil {
		m.taken[id] = true
	}
	m.paths[real] = true
	m.fixed = append(m.fixed, real)
	return real
}

// identify gives the identity of a directory.
func identify(dir string) (tree.ID, error) {
	st, err := tree.StatRoot(dir)
	return tree.ID{Dev: st.Dev, Ino: st.Ino}, err
}

func (m *Machine) getenv(key string) string { return goenv.Getenv(m.goos, m.in.Environ, key) }

// value is the effective value of a go setting.
func (m *Machine) value(key string) string {
	if m.in.Env == nil {
		return ""
	}
	return m.in.Env.Value(key)
}

// gopaths are the entries of GOPATH that are no GOROOT.
func (m *Machine) gopaths() []string {
	if m.in.Env == nil {
		return nil
	}
	root, rootErr := identify(m.value("GOROOT"))
	var list []string
	for _, p := range m.in.Env.Gopaths() {
		id, err := identify(p)
		if !filepath.IsAbs(p) || rootErr == nil && err == nil && id == root {
			continue // its src and pkg belong to the installation
		}
		list = append(list, filepath.Clean(p))
	}
	return list
}

// cacheDir is os.UserCacheDir for this machine, or "".
func (m *Machine) cacheDir() string {
	switch m.goos {
	case "windows":
		return m.getenv("LocalAppData")
	case "darwin", "ios":
		return m.below("Library", "Caches")
	}
	if dir := m.getenv("XDG_CACHE_HOME"); dir != "" {
		return dir
	}
	return m.below(".cache")
}

// below names a place in the home directory, or "" if there is none.
func (m *Machine) below(elem ...string) string {
	return join(m.home, elem...)
}

// join is filepath.Join, but nothing lies below a directory that is not known.
func join(dir string, elem ...string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}

// complete looks at a candidate and fills it in. It reports false for what is not there, or is something
// else than a root, or is one already.
func (m *Machine) complete(r *Root) bool {
	if !filepath.IsAbs(r.Path) || m.paths[filepath.Clean(r.Path)] {
		return false
	}
	r.Path = filepath.Clean(r.Path)
	m.paths[r.Path] = true
	stat := os.Stat
	if r.entry {
		stat = os.Lstat
	}
	fi, err := stat(r.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return false
	case err != nil:
		return m.shut(r, err)
	case r.entry && fi.Mode().IsRegular():
		r.Real, r.file, r.Changed = r.Path, true, fi.ModTime()
		r.Size, r.SizeKnown = tree.Size{Bytes: fi.Size(), Disk: regular.Allocated(fi), Files: 1}, true
		r.Age = m.age(r.Changed)
		return true
	case !fi.IsDir():
		return false
	}
	if r.Real, err = filepath.EvalSymlinks(r.Path); err != nil {
		return m.shut(r, err)
	}
	for _, cache := range m.outer {
		if inside(r.Real, cache) {
			return false
		}
	}
	if r.ID, err = identify(r.Real); err != nil {
		return m.shut(r, err)
	}
	if m.taken[r.ID] || m.paths[r.Real] && r.Real != r.Path {
		return false
	}
	m.taken[r.ID] = true
	r.Changed = newest(r.Real, fi, r.look)
	r.Age = m.age(r.Changed)
	return true
}

// shut keeps a root that cannot be looked at: somebody has to know that there may be something.
func (m *Machine) shut(r *Root, err error) bool {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		err = pe.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	r.Problem = fmt.Sprintf("%q cannot be looked at (%v): look at the owner and mode of it and of the directories above", r.Path, err)
	return true
}

// age is how long ago something was.
func (m *Machine) age(t time.Time) time.Duration { return max(0, m.now.Sub(t)) }

// nest fills in Holds.
func (m *Machine) nest(roots []Root) {
	at := make(map[string]*Root, len(roots))
	for i := range roots {
		if r := &roots[i]; r.Problem == "" {
			at[r.Real] = r
		}
	}
	hold := func(real string) {
		for dir := filepath.Dir(real); ; dir = filepath.Dir(dir) {
			if r := at[dir]; r != nil {
				r.Holds = append(r.Holds, real)
			}
			if dir == filepath.Dir(dir) {
				return
			}
		}
	}
	for _, dir := range m.fixed {
		hold(dir)
	}
	for i := range roots {
		if roots[i].Problem == "" {
			hold(roots[i].Real)
		}
	}
}

// inside reports whether a path lies below a directory, both with links resolved.
func inside(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator)))
	return ok && rest != "" && os.IsPathSeparator(rest[0])
}
