//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/scan/cachetest"
)

// The machine has 24 versions to remove. Its eight projects need three modules each, together twelve versions; of four
// of the modules that they need there is an older version that nobody needs, and eight modules nobody needs at all.
const (
	modulesUsed  = 12
	modulesOlder = 4
	modulesIdle  = 8
	projects     = 8
	needs        = 3
	bigFiles     = 100 // of one package in every third module
)

// modulePattern is what the packages of all modules match, and those of the projects do not.
const modulePattern = "race.test/..."

// A world is the made-up machine, and what is needed to run go on it.
type world struct {
	m     *cachetest.Machine
	proxy *cachetest.Proxy
	dir   string // of everything
	gocmd string
	items []item
	needs [projects][]int // of a project: which items
}

// An item is a version that the cleaner has in its plan.
type item struct {
	Module, Version string
	Hash            string // h1 of the zip
	Used            bool   // a project lists it
}

// newWorld makes the machine with nothing in its cache, and serves the modules.
func newWorld(*options) (w *world, err error) {
	gocmd, err := exec.LookPath("go")
	if err != nil {
		return nil, errors.New("no go command in PATH: install Go first")
	}
	dir, err := os.MkdirTemp("", "race-")
	if err != nil {
		return nil, err
	}
	w = &world{dir: dir, gocmd: gocmd}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close(false))
		}
	}()
	if w.m, err = cachetest.New(filepath.Join(dir, "machine")); err != nil {
		return nil, err
	}
	if err := w.publish(); err != nil {
		return nil, err
	}
	if w.proxy, err = w.m.Serve(); err != nil {
		return nil, err
	}
	return w, w.copyReader()
}

// close ends the proxy and removes the machine.
func (w *world) close(keep bool) error {
	var errs []error
	if w.proxy != nil {
		errs = append(errs, w.proxy.Close())
	}
	if keep {
		fmt.Println("the machine is left in", w.dir)
		return errors.Join(errs...)
	}
	if w.m != nil {
		errs = append(errs, w.m.RemoveAll())
	}
	return errors.Join(append(errs, os.RemoveAll(w.dir))...)
}

// publish makes modules and projects.
func (w *world) publish() error {
	add := func(n int, version string, used bool) error {
		m := made(n, version)
		sum, err := m.Sum()
		if err != nil {
			return err
		}
		w.items = append(w.items, item{m.Path, m.Version, sum, used})
		return w.m.Publish(m)
	}
	for n := range modulesUsed + modulesIdle {
		if err := add(n, "v1.1.0", n < modulesUsed); err != nil {
			return err
		}
		if n < modulesOlder {
			if err := add(n, "v1.0.0", false); err != nil {
				return err
			}
		}
	}
	for p := range projects {
		if err := w.project(p); err != nil {
			return err
		}
	}
	return nil
}

func modulePath(n int) string { return fmt.Sprintf("race.test/m%02d", n) }

// made makes a module of two or three packages, perhaps one of them big. None imports anything of the standard library:
// that had to be compiled first, which is no work for this test.
func made(n int, version string) cachetest.Module {
	files := map[string]string{
		"m.go":         fmt.Sprintf("// Package m is of %s.\npackage m\n\nfunc N() int { return %d }\n", version, n),
		"text.txt":     strings.Repeat("a text that the reader reads\n", 400),
		"sub/sub.go":   fmt.Sprintf("package sub\n\nfunc N() int { return %d }\n", n+1),
		"sub/other.go": "package sub\n\nfunc Other() int { return N() }\n",
	}
	if n%3 == 0 {
		for i := range bigFiles {
			files[fmt.Sprintf("big/f%03d.go", i)] = fmt.Sprintf("package big\n\nfunc F%d(n int) int { return n*%d + %d }\n", i, i, n)
		}
	}
	return cachetest.Module{Path: modulePath(n), Version: version, Files: files,
		GoMod: "module " + modulePath(n) + "\n\ngo 1.24\n"}
}

// project makes a project that uses all packages of its modules.
func (w *world) project(p int) error {
	var require, imports, body strings.Builder
	for k := range needs {
		n := (p*needs + k*5) % modulesUsed
		i := slices.IndexFunc(w.items, func(it item) bool { return it.Used && it.Module == modulePath(n) })
		w.needs[p] = append(w.needs[p], i)
		fmt.Fprintf(&require, "\t%s %s\n", w.items[i].Module, w.items[i].Version)
		fmt.Fprintf(&imports, "\tm%d %q\n\ts%d %q\n", k, modulePath(n), k, modulePath(n)+"/sub")
		fmt.Fprintf(&body, " + m%d.N() + s%d.Other()", k, k)
		if n%3 == 0 {
			fmt.Fprintf(&imports, "\tb%d %q\n", k, modulePath(n)+"/big")
			fmt.Fprintf(&body, " + b%d.F%d(1)", k, bigFiles-1)
		}
	}
	_, err := w.m.Project(projectName(p), fmt.Sprintf("module project.test/%s\n\ngo 1.24\n\nrequire (\n%s)\n", projectName(p), &require),
		map[string]string{"p.go": fmt.Sprintf("package p\n\nimport (\n%s)\n\nfunc N() int { return 0%s }\n", &imports, &body)})
	return err
}

func projectName(p int) string { return fmt.Sprintf("p%d", p) }

func (w *world) projectDir(p int) string { return filepath.Join(w.m.Projects, projectName(p)) }

// environ is that of a go command. By default the module cache is found by HOME, else by GOMODCACHE.
func (w *world) environ(byDefault bool, dir string, more ...string) []string {
	env := slices.DeleteFunc(w.m.Environ(), func(kv string) bool {
		k, _, _ := strings.Cut(kv, "=")
		return byDefault && (k == "GOMODCACHE" || k == "GOPATH" || k == "GOBIN")
	})
	return append(append(env, "PWD="+dir), more...)
}

// command makes a go command in a directory.
func (w *world) command(ctx context.Context, dir string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, w.gocmd, args...)
	c.Dir, c.Env = dir, w.environ(false, dir)
	return c
}

// fill brings all versions into the cache, and looks at every project once.
func (w *world) fill(ctx context.Context) error {
	args := []string{"mod", "download"}
	for _, it := range w.items {
		args = append(args, it.Module+"@"+it.Version)
	}
	empty := filepath.Join(w.dir, "empty")
	if err := os.Mkdir(empty, 0o777); err != nil {
		return err
	}
	if err := said(w.command(ctx, empty, args...)); err != nil {
		return err
	}
	for p := range projects {
		if err := said(w.command(ctx, w.projectDir(p), "vet", "./...")); err != nil {
			return err
		}
	}
	return nil
}

// said runs a command; the error has what it said.
func said(c *exec.Cmd) error {
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s, in %s: %w\n%s", strings.Join(c.Args, " "), c.Dir, err, bytes.TrimSpace(out))
	}
	return nil
}

// whole says what is not as it was once all is over: every project builds and go finds its modules intact, and nothing
// of the removal lies about.
func (w *world) whole(ctx context.Context) (faults []string) {
	for p := range projects {
		for _, args := range [][]string{{"mod", "download"}, {"mod", "verify"}, {"build", "-gcflags=" + modulePattern + "=-D=end", "./..."}} {
			if err := said(w.command(ctx, w.projectDir(p), args...)); err != nil {
				faults = append(faults, "afterwards: "+err.Error())
			}
		}
	}
	filepath.WalkDir(w.m.GOMODCACHE, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			faults = append(faults, "afterwards: "+err.Error())
		} else if strings.Contains(filepath.Base(path), "godoctor") {
			faults = append(faults, "afterwards there is still "+path)
			return filepath.SkipDir
		}
		return nil
	})
	return faults
}

// readerName is the name of the reader's program: the gate knows it.
const readerName = "gopls"

func (w *world) reader() string { return filepath.Join(w.dir, readerName) }

// copyReader puts a copy of this program where it has the reader's name.
func (w *world) copyReader() error {
	from, err := os.Open("/proc/self/exe")
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(w.reader(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return errors.Join(err, to.Close())
}
