package scan

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"godoctor/scan/tree"
)

// findRoots decides which directories to walk, and says of each that is not walked why.
func (r *run) findRoots() {
	for _, p := range r.env.Problems {
		r.problems = append(r.problems, Problem{Subject: p.Key, Path: p.File, Line: p.Line, Message: p.Message})
	}
	dir, err := r.env.ModCache()
	if r.opt.ModCache != "" {
		dir, err = r.opt.ModCache, nil
	}
	r.mod = r.root("GOMODCACHE", dir, err)
	dir, err = r.env.BuildCache()
	if r.opt.BuildCache != "" {
		dir, err = r.opt.BuildCache, nil
	}
	r.build = r.root("GOCACHE", dir, err)
	if r.mod.ok && r.build.ok && r.mod.id == r.build.id {
		r.build.ok = false
		r.problem(Problem{Subject: "GOCACHE", Path: dir, Fatal: true,
			Message: fmt.Sprintf("GOCACHE and GOMODCACHE are the same directory %q: it is counted as the module cache; set one of them to another place", dir)})
	}
}

// rootDir is a root on its way to being walked.
type rootDir struct {
	Root
	id tree.ID
	ok bool
}

// problem notes p, unless the settings have said the same already: then theirs becomes fatal too.
func (r *run) problem(p Problem) {
	for i := range r.problems {
		if o := &r.problems[i]; o.Subject == p.Subject && o.Message == p.Message {
			o.Fatal = o.Fatal || p.Fatal
			return
		}
	}
	r.problems = append(r.problems, p)
}

// root looks at one root. settingErr is what the rules of the go command have against the setting.
func (r *run) root(name, dir string, settingErr error) rootDir {
	d := rootDir{Root: Root{Name: name, Path: dir}}
	if settingErr != nil {
		r.problem(Problem{Subject: name, Message: settingErr.Error(), Fatal: true})
		return d
	}
	real, err := filepath.EvalSymlinks(dir)
	if err == nil {
		var st tree.Stat
		st, err = tree.StatRoot(real)
		d.id = tree.ID{Dev: st.Dev, Ino: st.Ino}
	}
	if err != nil {
		r.problem(Problem{Subject: name, Path: dir, Message: rootMessage(name, dir, err), Fatal: true})
		return d
	}
	d.Real, d.ok = real, true
	d.Disk = diskOf(real)
	return d
}

// rootMessage says why a root cannot be scanned, and what to do.
func rootMessage(name, dir string, err error) string {
	switch {
	case errors.Is(err, tree.ErrNotDirectory):
		return fmt.Sprintf("%s %q is not a directory: remove it, or set %s to another place", name, dir, name)
	case errors.Is(err, fs.ErrNotExist) && isLink(dir):
		return fmt.Sprintf("%s %q is a link to nothing: mount or make its target, or remove the link", name, dir)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("%s %q does not exist yet: the go command makes it when it needs it", name, dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("%s %q cannot be read by this user: look at the owner and mode of it and of the directories above", name, dir)
	}
	return fmt.Sprintf("%s %q cannot be read: %v", name, dir, err)
}

func isLink(path string) bool {
	fi, err := os.Lstat(path)
	return err == nil && fi.Mode()&fs.ModeSymlink != 0
}
