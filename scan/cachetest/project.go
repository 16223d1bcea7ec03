package cachetest

import (
	"fmt"
	"go/version"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// Project writes a project: a directory below Projects with go.mod, the files given by their
// slash-separated paths, and a go.sum that names what the machine published or installed of the
// modules that go.mod reaches. A go.sum among the files is written as it stands instead.
func (m *Machine) Project(name, gomod string, files map[string]string) (dir string, err error) {
	dir = filepath.Join(m.Projects, filepath.FromSlash(name))
	all := map[string]string{"go.mod": gomod}
	for name, text := range files {
		all[name] = text
	}
	if _, ok := all["go.sum"]; !ok {
		sum, err := m.projectSum(gomod)
		if err != nil {
			return "", fmt.Errorf("making project %q: %w", name, err)
		}
		if sum != "" {
			all["go.sum"] = sum
		}
	}
	for name, text := range all {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := m.write(file, []byte(text), 0o666, time.Time{}); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// GoSum returns the two go.sum lines of each module, sorted as the go command sorts them.
func (m *Machine) GoSum(mods ...Module) string {
	var lines []string
	for _, mod := range mods {
		sum, err := mod.Sum()
		if err != nil {
			continue // Publish and Install say what is wrong with such a module
		}
		modSum, err := mod.GoModSum()
		if err != nil {
			continue
		}
		lines = append(lines, sumLines(mod.ID(), record{sum: sum, modSum: modSum})...)
	}
	return sortedSum(lines)
}

// projectSum makes go.sum for a main module, as tidy as go.mod itself is: every module whose go.mod
// takes part in the graph, and those that go.mod requires with their zip as well. Below a module of
// Go 1.17 or later the graph is pruned: its requirements count, theirs do not.
func (m *Machine) projectSum(gomod string) (string, error) {
	f, err := modfile.Parse("go.mod", []byte(gomod), nil)
	if err != nil {
		return "", err
	}
	var lines []string
	direct := make(map[module.Version]bool)
	seen := make(map[module.Version]bool)
	var visit func(v module.Version)
	visit = func(v module.Version) {
		v, ok := replaced(f, v)
		if !ok || seen[v] {
			return
		}
		seen[v] = true
		r, ok := m.recall(v)
		if !ok {
			return
		}
		if !direct[v] {
			r.sum = ""
		}
		lines = append(lines, sumLines(v, r)...)
		dep, err := modfile.ParseLax("go.mod", []byte(r.mod), nil)
		if err != nil || prunes(f) && prunes(dep) {
			return
		}
		for _, req := range dep.Require {
			visit(req.Mod)
		}
	}
	for _, req := range f.Require {
		if v, ok := replaced(f, req.Mod); ok {
			direct[v] = true
		}
	}
	for _, req := range f.Require {
		visit(req.Mod)
	}
	return sortedSum(lines), nil
}

// prunes says whether a go.mod lists all that its packages need, as they do since Go 1.17.
func prunes(f *modfile.File) bool {
	return f.Go != nil && version.Compare("go"+f.Go.Version, "go1.17") >= 0
}

// replaced applies the replace directives of the main module; ok is false for a directory, which
// has no line in go.sum.
func replaced(f *modfile.File, v module.Version) (_ module.Version, ok bool) {
	for _, r := range f.Replace {
		if r.Old.Path == v.Path && (r.Old.Version == "" || r.Old.Version == v.Version) {
			return r.New, r.New.Version != ""
		}
	}
	return v, true
}

// sumLines returns the lines of one version: the zip, where it is known, then go.mod.
func sumLines(v module.Version, r record) []string {
	var lines []string
	if r.sum != "" {
		lines = append(lines, v.Path+" "+v.Version+" "+r.sum+"\n")
	}
	return append(lines, v.Path+" "+v.Version+"/go.mod "+r.modSum+"\n")
}

// sortedSum sorts lines by module as the go command does, and joins them without repetition.
func sortedSum(lines []string) string {
	key := func(line string) module.Version {
		f := strings.Fields(line)
		return module.Version{Path: f[0], Version: f[1]}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	mods := make([]module.Version, len(lines))
	text := make(map[module.Version]string, len(lines))
	for i, line := range lines {
		mods[i] = key(line)
		text[mods[i]] += line
	}
	module.Sort(mods)
	mods = slices.Compact(mods)
	var b strings.Builder
	for _, v := range mods {
		b.WriteString(text[v])
	}
	return b.String()
}
