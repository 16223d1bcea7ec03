package config

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ProjectFile is what the file of a project is called. It may stand in any directory of the project.
const ProjectFile = ".godoctor.toml"

// What a project's file may take of our time and memory.
const (
	projectMax     = 64 << 10 // bytes
	projectEntries = 100      // patterns, and entries of [[ignore]]
)

// findProject looks for a project's file, from a directory upwards to the top of the repository. Above and in the home
// directory no project is looked for, and none in a directory that everybody may write, like that for temporary files: what
// lies there may be from anybody. file is empty where there is none; err says why one that is there does not count.
func findProject(dir, home string) (file string, err error) {
	for {
		if home != "" && (dir == filepath.Clean(home) || inside(home, dir)) {
			return "", nil
		}
		file := filepath.Join(dir, ProjectFile)
		if fi, err := os.Lstat(file); err == nil {
			above, err := os.Stat(dir)
			switch {
			case !fi.Mode().IsRegular():
				return file, errors.New("it is no regular file")
			case err != nil:
				return file, err
			case anybodyWrites(runtime.GOOS, above):
				return file, errors.New("everybody may write its directory")
			}
			return file, nil
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil || dir == filepath.Dir(dir) {
			return "", nil
		}
		dir = filepath.Dir(dir)
	}
}

// inside reports whether a path lies in a directory, by their names.
func inside(name, dir string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != "." && filepath.IsLocal(rel)
}

// projectContent is what a project's file may say beside a few flags. Nothing else is even decoded: it can protect module paths
// and hide its own findings, and has no word for anything that would remove more.
type projectContent struct {
	Protect []string
	Ignores []ignoreEntry
}

// project takes the file of the project that the program was started in.
func (r *reader) project(from string) {
	if !filepath.IsAbs(from) {
		return
	}
	file, err := findProject(filepath.Clean(from), r.home)
	if file == "" {
		r.Files = append(r.Files, File{Layer: Project, Path: filepath.Join(filepath.Clean(from), ProjectFile)})
		return
	}
	if err != nil {
		r.file, r.layer, r.said = file, Project, len(r.Warnings)
		r.Files = append(r.Files, File{Layer: Project, Path: file, Err: err})
		r.warn(0, "counts for nothing: %v", err)
		return
	}
	r.within = filepath.Dir(file)
	d, text := r.open(Project, file, false)
	if d == nil {
		return
	}
	var t projectContent
	r.entry(d, "protect", &t.Protect)
	r.entry(d, "ignore", &t.Ignores)
	if len(t.Protect) > projectEntries || len(t.Ignores) > projectEntries {
		r.warn(0, "has more than %d entries of protect or ignore; the others count for nothing", projectEntries)
		if len(t.Protect) > projectEntries {
			r.broken()
		}
	}
	r.protect(d.line("protect"), t.Protect[:min(len(t.Protect), projectEntries)])
	r.ignores(t.Ignores[:min(len(t.Ignores), projectEntries)], d.line("ignore"), text)
	for _, key := range keys {
		if _, ok := d.top[key]; ok && key != "protect" && key != "ignore" {
			r.foreign(key, d.line(key))
		}
	}
	r.settings(d)
}

// foreign says that a key is not for a project to say.
func (r *reader) foreign(key string, line int) {
	var may []string
	for i := range r.keys {
		if k := &r.keys[i]; k.Project {
			may = append(may, k.String())
		}
	}
	r.warn(line, "%s: is not for a project's file, which may say protect, ignore%s; it counts for nothing", key,
		strings.Join(append([]string{""}, may...), ", "))
}
