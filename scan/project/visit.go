package project

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/tree"
)

// A visitor reads one directory after the other. It belongs to one worker.
type visitor struct {
	next  []place
	found []candidate

	subdirs []string
	has     map[string]bool // names of files that say something about a directory
}

// telling are the names of files that say something about the directory they are in.
var telling = map[string]bool{
	"go.mod": true, "go.work": true, "modules.txt": true, "pyvenv.cfg": true, "VERSION": true, "HEAD": true,
}

// visit reads a directory, and decides which of those in it are read later.
func (v *visitor) visit(w *walk, p place) {
	if !p.root {
		if why := w.mounts.refuses(p.path); why != "" { // before it is opened: a dead server makes that hang
			w.leave(p.path, why)
			return
		}
	}
	f, err := openDir(p.path, p.root)
	if err != nil {
		if !gone(err) {
			w.lost(p.path, cause(err))
		}
		return
	}
	defer f.Close()
	id, enter := p.enters(w, f)
	if !enter {
		return
	}
	if !v.read(w, f, p.path) {
		return
	}
	for _, name := range []string{"go.mod", "go.work"} {
		if v.has[name] {
			c := candidate{file: filepath.Join(p.path, name), id: id}
			if name == "go.work" {
				c.kind = Workspace
			}
			v.found = append(v.found, c)
		}
	}
	v.descend(w, p, id.Dev)
}

// enters gives the identity of an open directory, and whether it is to be read.
func (p *place) enters(w *walk, f *os.File) (id tree.ID, enter bool) {
	id, away, err := identify(f, p.path)
	why := SkipReason("")
	switch {
	case err != nil:
		w.lost(p.path, cause(err))
		return id, false
	case w.skip[id]:
		why = SkipListed
	case !p.root && w.roots[id]:
		return id, false // it is read as a root
	case away:
		why = SkipPlaceholder
	case !p.root && id.Dev != p.dev:
		why = w.mounts.device(p.path)
	}
	if why != "" {
		w.leave(p.path, why)
	}
	return id, why == ""
}

// read reads the names. It is false where what is in the directory is none of ours.
func (v *visitor) read(w *walk, f *os.File, path string) bool {
	v.subdirs = v.subdirs[:0]
	if v.has == nil {
		v.has = make(map[string]bool)
	}
	clear(v.has)
	n, err := list(f, func(e fs.DirEntry) {
		name := e.Name()
		if telling[name] {
			v.has[name] = true
		}
		if e.IsDir() {
			v.subdirs = append(v.subdirs, name)
		}
	})
	w.entries.Add(n)
	w.in.Meter.Add(n, 0)
	if err != nil && !gone(err) {
		w.lost(path, cause(err))
	}
	if why := v.foreign(path); why != "" {
		w.leave(path, why)
		return false
	}
	return true
}

// foreign gives the reason for leaving out a whole directory after its names are known.
func (v *visitor) foreign(path string) SkipReason {
	switch {
	case v.has["modules.txt"] && filepath.Base(path) == "vendor":
		return SkipVendor
	case v.has["HEAD"] && v.dirs("objects", "refs"):
		return SkipVCS // a bare repository
	case v.has["VERSION"] && v.dirs("src", "pkg") && isDir(path, "src", "runtime") && isDir(path, "pkg", "tool"):
		return SkipGoroot
	case !v.has["go.mod"] && v.dirs("cache") && isDir(path, "cache", "download") && holdsVersions(filepath.Join(path, "cache", "download")):
		return SkipModCache
	}
	return ""
}

// dirs reports whether the directory has sub-directories of these names.
func (v *visitor) dirs(names ...string) bool {
	for _, want := range names {
		found := false
		for _, name := range v.subdirs {
			found = found || name == want
		}
		if !found {
			return false
		}
	}
	return true
}

func isDir(elem ...string) bool {
	fi, err := os.Lstat(filepath.Join(elem...))
	return err == nil && fi.IsDir()
}

// descend puts the sub-directories on the list, but for those that are left out.
func (v *visitor) descend(w *walk, p place, dev uint64) {
	base := filepath.Base(p.path)
	prefix := p.path
	if !os.IsPathSeparator(prefix[len(prefix)-1]) {
		prefix += string(filepath.Separator)
	}
	for _, name := range v.subdirs {
		path := prefix + name
		why := skipName(base, name)
		switch {
		case why != "":
		case v.has["pyvenv.cfg"]:
			why = SkipPackages
		case name == "vendor" && (v.has["go.mod"] || v.has["go.work"]):
			why = SkipVendor
		case p.depth >= depthLimit:
			why = SkipDeep
		default:
			v.next = append(v.next, place{path: path, dev: dev, depth: p.depth + 1})
			continue
		}
		w.leave(path, why)
	}
}

// What a directory is looked through for before it is taken for that of a module cache.
const (
	probeDepth = 8   // elements of a module path
	probeDirs  = 100 // directories
)

// holdsVersions reports whether a directory is laid out like cache/download of a module cache: somewhere below
// it is @v with files of module versions in it.
func holdsVersions(dir string) bool {
	left := probeDirs
	var look func(dir string, depth int) bool
	look = func(dir string, depth int) bool {
		if left--; left < 0 || depth > probeDepth {
			return false
		}
		f, err := openDir(dir, false)
		if err != nil {
			return false
		}
		entries, _ := f.ReadDir(batch)
		f.Close()
		for _, e := range entries {
			switch name := e.Name(); {
			case filepath.Base(dir) == "@v":
				if ext := filepath.Ext(name); name[0] == 'v' && (ext == ".mod" || ext == ".zip" || ext == ".info") {
					return true
				}
			case e.IsDir() && !strings.HasPrefix(name, ".") && look(filepath.Join(dir, name), depth+1):
				return true
			}
		}
		return false
	}
	return look(dir, 0)
}
