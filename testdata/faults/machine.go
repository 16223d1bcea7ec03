//go:build linux && amd64

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/cachetest"
)

// A world is a made-up machine that is broken and made anew: its caches, its projects, and copies of it to begin from.
type world struct {
	tools *tools
	dir   string // that is this world's alone: the machine is in it
	aside string // another one, for copies
	m     *cachetest.Machine
	all   []cachetest.Module // versions that were published

	fresh string // the copy of the machine as it was made

	// What is so after a whole clean of the fresh machine.
	cleaned listing
	sent    listing // what lies around the caches
	whole   listing // the module cache of the fresh machine
	items   int     // of the plan
	locks   []string

	noRoom bool // the disk was full, or said so: what may not come back may wait where it was
}

// tools are the programs that are used.
type tools struct{ godoctor, gocmd, strace, self string }

// The modules of the machine. Three are needed by projects, in one version each.
var (
	needed = []string{"faults.test/kept/a@v1.0.0", "faults.test/kept/b@v1.0.0", "faults.test/kept/c@v1.1.0"}
	public = []string{"faults.test/gone/a@v1.0.0", "faults.test/gone/b@v1.2.0", "faults.test/kept/c@v1.0.0"}
	held   = []string{"faults.test/hold/a@v1.0.0", "faults.test/hold/B@v0.1.0"}
)

// policies are what the cleans of these tests remove.
var policies = []string{"--orphans", "--sources", "--vcs", "--leftovers", "--build", "--grace", "0"}

// newWorld makes the machine in dir, which may lie on any file system, lets go build its projects, and keeps a copy of it
// in aside.
func newWorld(t *tools, dir, aside string) (*world, error) {
	w := &world{tools: t, dir: dir, aside: aside, fresh: filepath.Join(aside, "fresh")}
	for _, d := range []string{filepath.Join(dir, "w"), aside} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return nil, err
		}
	}
	if err := w.make(); err != nil {
		return nil, fmt.Errorf("the machine cannot be made: %w", err)
	}
	if why := w.builds(); why != "" {
		return nil, errors.New("the machine is no good: " + why)
	}
	if err := w.keep(w.fresh); err != nil {
		return nil, err
	}
	return w, w.know()
}

// root is where the machine is: always there, for go's caches hold absolute paths.
func (w *world) root() string { return filepath.Join(w.dir, "w", "m") }

// keep copies the machine as it is.
func (w *world) keep(to string) error {
	if err := removeTree(to); err != nil {
		return err
	}
	return copyTree(w.root(), to)
}

// back makes the machine what a copy is.
func (w *world) back(from string) error {
	if err := removeTree(w.root()); err != nil {
		return err
	}
	return copyTree(from, w.root())
}

func (w *world) make() (err error) {
	if w.m, err = cachetest.New(w.root()); err != nil {
		return err
	}
	old := time.Now().Add(-60 * 24 * time.Hour)
	var known []cachetest.Module
	for _, name := range slices.Concat(needed, public, held) {
		m := made(name, old)
		w.all = append(w.all, m)
		if !slices.Contains(held, name) {
			known = append(known, m)
		}
	}
	slim := made("faults.test/slim@v1.0.0", old) // its zip is gone
	w.all, known = append(w.all, slim), append(known, slim)
	if err = errors.Join(w.m.Publish(w.all...), w.m.Install(w.all...), w.m.InstallSumDB(known...)); err != nil {
		return err
	}
	err = os.Remove(w.m.CachePath(slim, "zip"))
	for n := range needed {
		err = errors.Join(err, w.project(n))
	}
	return errors.Join(err, w.beside(old))
}

// beside makes what is no module version, in the caches and around them.
func (w *world) beside(old time.Time) error {
	left, err := w.m.Leftovers(made(public[0], old))
	if err != nil {
		return err
	}
	for _, name := range left {
		err = errors.Join(err, os.Chtimes(name, old, old))
	}
	_, err2 := w.m.VCS("git3", "https://code.example/tool", 3000, old)
	err = errors.Join(err, err2, w.m.BuildCacheFiles(old, time.Time{}))
	for n := range 6 {
		err = errors.Join(err, w.m.BuildEntry(cachetest.BuildEntry{Package: fmt.Sprintf("old.test/p%d", n), GoVersion: "go1.21.0", Size: 5000, Used: old}))
	}
	write := func(name, text string, mode os.FileMode) {
		name = filepath.Join(w.m.Home, name)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, []byte(text), 0o600), os.Chmod(name, mode))
	}
	write("documents/letter.txt", "dear reader\n", 0o644)
	write("documents/faults.test/gone/a@v1.0.0/letter.txt", "this only looks like a module\n", 0o400)
	write(".ssh/id", "a secret\n", 0o600)
	write("go/pkg/other/file", "beside the cache\n", 0o640)
	write("go/src/faults.test/gone/a/a.go", "package a\n", 0o644)
	return errors.Join(err, os.Symlink("letter.txt", filepath.Join(w.m.Home, "documents", "link")))
}

// wasLong is when something was downloaded where that does not matter.
var wasLong = time.Unix(1600000000, 0)

// made makes a module of a name, with two packages.
func made(name string, fetched time.Time) cachetest.Module {
	path, version, _ := strings.Cut(name, "@")
	last := strings.ToLower(filepath.Base(path))
	files := map[string]string{
		last + ".go":     fmt.Sprintf("// Package %s is of %s.\npackage %s\n\nfunc N() int { return 1 }\n", last, version, last),
		"sub/sub.go":     "package sub\n\nfunc N() int { return 2 }\n",
		"sub/data/x.txt": strings.Repeat("some text of "+name+"\n", 200),
		"LICENSE":        "do as you like\n",
	}
	return cachetest.Module{Path: path, Version: version, Files: files, GoMod: "module " + path + "\n\ngo 1.24\n", Fetched: fetched}
}

// project makes a project that needs two of the needed versions.
func (w *world) project(n int) error {
	var require, imports strings.Builder
	for _, k := range []int{n, (n + 1) % len(needed)} {
		path, version, _ := strings.Cut(needed[k], "@")
		fmt.Fprintf(&require, "\t%s %s\n", path, version)
		fmt.Fprintf(&imports, "\t_ %q\n\t_ %q\n", path, path+"/sub")
	}
	_, err := w.m.Project(fmt.Sprintf("p%d", n), fmt.Sprintf("module project.test/p%d\n\ngo 1.24\n\nrequire (\n%s)\n", n, &require),
		map[string]string{"p.go": fmt.Sprintf("package p\n\nimport (\n%s)\n", &imports)})
	return err
}

// know cleans the fresh machine once, and remembers what it is to look like then.
func (w *world) know() (err error) {
	if w.sent, err = w.around(); err != nil {
		return err
	}
	if w.whole, err = w.modules(); err != nil {
		return err
	}
	if w.locks, err = filepath.Glob(filepath.Join(w.m.GOMODCACHE, "cache", "download", "faults.test", "*", "*", "@v", "*.lock")); err != nil || len(w.locks) < 6 {
		return fmt.Errorf("there are %d lock files: %w", len(w.locks), err)
	}
	r := w.clean()
	if r.code != 0 {
		return fmt.Errorf("godoctor cannot clean the machine: %s", r)
	}
	if w.cleaned, err = w.modules(); err != nil {
		return err
	}
	gone := 0
	for name := range w.whole {
		if _, ok := w.cleaned[name]; !ok {
			gone++
		}
	}
	if gone < 40 {
		return fmt.Errorf("a clean of the machine removes %d entries only: these tests could not see\n%s", gone, r)
	}
	return w.back(w.fresh)
}

// modules lists the module cache: lock files come and go, and are empty.
func (w *world) modules() (listing, error) {
	return list(w.m.GOMODCACHE, false, func(name string) bool {
		return w.noRoom && strings.Contains(name, inPlace) || strings.HasSuffix(name, ".lock") || name == "cache/lock" || strings.HasPrefix(name, "cache/godoctor")
	})
}

// around lists everything but the caches, what godoctor writes down, and where go puts its temporary files.
func (w *world) around() (listing, error) {
	var ours []string
	for _, dir := range []string{w.m.GOMODCACHE, w.m.GOCACHE, w.m.Tmp, w.quarantine(), w.state(), filepath.Join(w.m.Home, ".cache", "godoctor")} {
		rel, err := filepath.Rel(w.root(), dir)
		if err != nil {
			return nil, err
		}
		ours = append(ours, filepath.ToSlash(rel))
	}
	l, err := list(w.root(), true, func(name string) bool { return slices.Contains(ours, name) })
	for name := range l { // directories that came to hold ours
		if strings.HasPrefix(filepath.Join("home", ".local"), name) {
			delete(l, name)
		}
	}
	delete(l, filepath.Join("home", ".local", "state"))
	delete(l, filepath.Join("home", "go", "pkg", "sumdb"))
	return l, err
}

// unlocked names lock files that have vanished: then two go commands could hold the same lock.
func (w *world) unlocked() string {
	for _, name := range w.locks {
		if _, err := os.Lstat(name); err != nil {
			return "a lock file has vanished: " + name
		}
	}
	return ""
}

func (w *world) quarantine() string { return filepath.Join(filepath.Dir(w.m.GOMODCACHE), ".godoctor") }
func (w *world) state() string      { return filepath.Join(w.m.Home, ".local", "state", "godoctor") }
