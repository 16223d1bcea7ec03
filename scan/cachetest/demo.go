package cachetest

import (
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/semver"
)

const day = 24 * time.Hour

// Demo makes the machine that `godoctor --demo` shows: some sixty modules in two hundred versions,
// three downloaded toolchains, clones, a build cache of three Go versions and two platforms, a
// handful of projects, and a few things that are wrong. The same root and now give the same tree, to
// the modification time; nothing in it is younger than now.
func Demo(root string, now time.Time) (*Machine, error) {
	m, err := New(root)
	if err != nil {
		return nil, err
	}
	m.now = now.Truncate(time.Second).Add(-3 * time.Hour)
	d := &demo{Machine: m, now: now.Truncate(time.Second), mods: make(map[string][]demoVersion)}
	d.plan()
	for _, step := range []func() error{d.bothCaches, d.projects, d.toolchains, d.sums, d.oddities, d.settle} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("making the demonstration machine: %w", err)
		}
	}
	return m, nil
}

// demo is the work of Demo: a machine, and what its steps have to know of each other.
type demo struct {
	*Machine
	now  time.Time
	mods map[string][]demoVersion // by module path, oldest first

	tools []Module // the toolchains
}

type demoVersion struct {
	Module
	modOnly bool
	needs   map[string]string // module path to version
}

// plan turns demoModules into versions, with their times and requirements. Versions of a module came
// out at even distances and were downloaded soon after, the newest ones lately.
func (d *demo) plan() {
	for _, row := range demoModules {
		chance := newDice("times of " + row.path)
		list := strings.Fields(row.versions)
		gap := 60 + chance.IntN(150)
		age := chance.IntN(80) + gap*(len(list)-1)
		for _, v := range list {
			v, modOnly := strings.CutSuffix(v, "*")
			fetched := time.Duration(max(age-chance.IntN(25), 0)+1)*day - time.Duration(chance.IntN(80000))*time.Second
			d.mods[row.path] = append(d.mods[row.path], demoVersion{modOnly: modOnly, Module: Module{
				Path: row.path, Version: v,
				Time:    d.now.Add(-time.Duration(age+3) * day),
				Fetched: d.now.Add(-fetched),
			}})
			age -= gap
		}
	}
	for _, row := range demoModules {
		list := d.mods[row.path]
		for i := range list {
			list[i].needs = make(map[string]string)
			for _, need := range strings.Fields(row.needs) {
				of := d.mods[need]
				list[i].needs[need] = of[max((i+1)*len(of)/len(list)-1, 0)].Version // the one of that time
			}
			list[i].GoMod = d.goMod(list[i])
		}
	}
}

func (d *demo) goMod(v demoVersion) string {
	if strings.HasSuffix(v.Version, "+incompatible") {
		return ""
	}
	return "module " + v.Path + "\n\ngo 1.20\n" + requireBlock(v.needs, "")
}

// requireBlock writes a require block of a go.mod, sorted, each line ending in comment.
func requireBlock(needs map[string]string, comment string) string {
	if len(needs) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\nrequire (\n")
	for _, path := range slices.Sorted(maps.Keys(needs)) {
		b.WriteString("\t" + path + " " + needs[path] + comment + "\n")
	}
	b.WriteString(")\n")
	return b.String()
}

// bothCaches writes the module cache and the build cache at the same time: they share no file, and
// whoever starts the demonstration is waiting.
func (d *demo) bothCaches() error {
	var builds error
	var worker sync.WaitGroup
	worker.Go(func() { builds = errors.Join(d.builds(), d.tests()) })
	modules := d.modules()
	worker.Wait()
	return errors.Join(modules, builds)
}

// modules writes the module cache, a module at a time on each processor: the versions of one module
// share a list file. Of the modules that a project names, the newest version is published too.
func (d *demo) modules() error {
	next := make(chan int)
	errs := make([]error, len(demoModules))
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), 8) {
		workers.Go(func() {
			for i := range next {
				errs[i] = d.module(demoModules[i].path, demoModules[i].kb)
			}
		})
	}
	for i := range demoModules {
		next <- i
	}
	close(next)
	workers.Wait()
	return errors.Join(errs...)
}

func (d *demo) module(path string, kb int) error {
	wanted := strings.Contains(demoNeeds(), path+"@")
	for i, v := range d.mods[path] {
		// The square of a size that looks true makes a few modules large and most small.
		v.Files = demoFiles(v.Module, kb*kb/5000+2, slices.Sorted(maps.Keys(v.needs)))
		p, err := pack(v.Module)
		if err != nil {
			return err
		}
		if wanted && i == len(d.mods[path])-1 || !v.modOnly && !demoPrivate(path) { // what is public can be had again
			if err := d.publish(p); err != nil {
				return err
			}
		}
		if v.modOnly {
			err = d.installMod(p)
		} else {
			err = d.install(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sums leaves the records of the checksum database that the go command asked for when versions were added. It knows
// nothing of what is private, nor of modules that came with somebody's go.sum.
func (d *demo) sums() error {
	public := slices.Clone(d.tools)
	for _, row := range demoModules {
		if demoPrivate(row.path) {
			continue
		}
		for _, v := range d.mods[row.path] {
			if !v.modOnly {
				public = append(public, v.Module)
			}
		}
	}
	return d.InstallSumDB(public...)
}

// demoPrivate reports whether no proxy and no checksum database knows a module.
func demoPrivate(path string) bool {
	return strings.HasPrefix(path, "git.harbour.example/") || strings.HasPrefix(path, "go.lantern.example/")
}

// demoNeeds lists everything that a project requires directly.
func demoNeeds() string {
	var all []string
	for _, row := range demoProjects {
		all = append(all, row.needs)
	}
	return strings.Join(all, " ")
}

// projects writes the projects, each with a go.mod and go.sum that are tidy.
func (d *demo) projects() error {
	for _, row := range demoProjects {
		direct := make(map[string]string)
		for _, need := range strings.Fields(row.needs) {
			path, version, _ := strings.Cut(need, "@")
			direct[path] = version
		}
		all := maps.Clone(direct)
		d.close(all)
		indirect := maps.Clone(all)
		for path := range direct {
			direct[path] = all[path]
			delete(indirect, path)
		}
		gomod := "module " + row.module + "\n\ngo " + row.goLine + "\n"
		if row.toolchain != "" {
			gomod += "\ntoolchain " + row.toolchain + "\n"
		}
		gomod += requireBlock(direct, "")
		if version.Compare("go"+row.goLine, "go1.17") >= 0 {
			gomod += requireBlock(indirect, " // indirect")
		}
		_, err := d.Project(row.name, gomod, map[string]string{
			"versions.go": demoUse(packageName(row.module), slices.Sorted(maps.Keys(direct))),
			"README.md":   "# " + row.name + "\n",
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// close adds what the modules of a build list need, at the highest version that any of them asks for.
func (d *demo) close(list map[string]string) {
	for changed := true; changed; {
		changed = false
		for _, path := range slices.Sorted(maps.Keys(list)) {
			for _, v := range d.mods[path] {
				if v.Version != list[path] {
					continue
				}
				for need, version := range v.needs {
					if semver.Compare(version, list[need]) > 0 {
						list[need], changed = version, true
					}
				}
			}
		}
	}
}

// demoUse is a package that uses the root package of each module.
func demoUse(pkg string, paths []string) string {
	var imports, calls strings.Builder
	for i, path := range paths {
		fmt.Fprintf(&imports, "\tp%d %q\n", i, path)
		fmt.Fprintf(&calls, "\t\tp%d.Version(),\n", i)
	}
	return "// Package " + pkg + " is made up.\npackage " + pkg + "\n\nimport (\n" + imports.String() +
		")\n\n// Versions returns the versions of what it is built from.\nfunc Versions() []string {\n\treturn []string{\n" +
		calls.String() + "\t}\n}\n"
}

// settle gives every directory the time of the youngest thing in it, deepest first: making an entry
// had changed it to the present.
func (d *demo) settle() error {
	var dirs []string
	err := filepath.WalkDir(d.Root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, file := range []string{filepath.Join(d.Root, marker), filepath.Join(d.configHome(), "go", "telemetry", "mode")} {
		if err := d.touch(file, time.Time{}); err != nil {
			return err
		}
	}
	for i := len(dirs) - 1; i >= 0; i-- {
		entries, err := os.ReadDir(dirs[i])
		if err != nil {
			return err
		}
		youngest := d.now.Add(-800 * day)
		for _, entry := range entries {
			info, err := entry.Info()
			if err != nil {
				return err
			}
			if info.ModTime().After(youngest) {
				youngest = info.ModTime()
			}
		}
		if err := os.Chtimes(dirs[i], youngest, youngest); err != nil {
			return err
		}
	}
	return nil
}
