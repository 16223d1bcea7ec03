package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/usage"
	"godoctor/scan/project"
)

// units are the go.mod and go.work files that are checked: those that are named, else that of the working directory, each
// with the workspace it is in. nil: every project that is found.
func (a *app) units(f *checkFlags) ([]string, error) {
	if f.all {
		return nil, nil
	}
	var out []string
	for _, name := range f.projects {
		if !filepath.IsAbs(name) {
			name = filepath.Join(a.workDir, name)
		}
		files := unitAt(name)
		if files == nil {
			return nil, fmt.Errorf("no project was found at %q: name a directory with a go.mod or go.work file", name)
		}
		out = append(out, files...)
		out = append(out, a.workspaceOf(filepath.Dir(files[0]))...)
	}
	if len(f.projects) == 0 && len(a.roots) == 0 {
		out = a.unitHere(a.workDir)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// unitAt are the files of the project in a directory, or the file itself.
func unitAt(name string) []string {
	if isFile(name) && (filepath.Base(name) == "go.mod" || strings.HasSuffix(name, ".work")) {
		return []string{name}
	}
	var out []string
	for _, base := range []string{"go.mod", "go.work"} {
		if file := filepath.Join(name, base); isFile(file) {
			out = append(out, file)
		}
	}
	return out
}

// unitHere are the files of the project that a directory is in. Its go.mod counts with GO111MODULE=off, too: that go does
// not see it may be what is wrong.
func (a *app) unitHere(dir string) []string {
	out := a.workspaceOf(dir)
	for at := dir; ; at = filepath.Dir(at) {
		if file := filepath.Join(at, "go.mod"); isFile(file) {
			return append(out, file)
		}
		if at == filepath.Dir(at) {
			return out
		}
	}
}

// workspaceOf is the go.work file in effect at a directory, if there is one.
func (a *app) workspaceOf(dir string) []string {
	if work := a.goenvAt(dir).Value("GOWORK"); filepath.IsAbs(work) && isFile(work) {
		return []string{work}
	}
	return nil
}

// isFile reports whether something is there that is no directory. What it is, who reads it finds out.
func isFile(name string) bool {
	fi, err := os.Stat(name)
	return err == nil && !fi.IsDir()
}

// pick gives the projects that are checked, as indexes into Usage.Projects: those of the units and the members of their
// workspaces; without units all, or those below --root.
func (a *app) pick(l *look, units []string, f *checkFlags) []int {
	want := make(map[string]bool)
	for _, file := range units {
		want[file] = true
	}
	for i := range l.use.Projects {
		if p := &l.use.Projects[i]; p.Kind == project.Workspace && want[p.File] {
			for _, dir := range p.Use {
				want[filepath.Join(dir, "go.mod")] = true
			}
		}
	}
	var out []int
	for i := range l.use.Projects {
		p := &l.use.Projects[i]
		if want[p.File] || units == nil && (f.all || len(a.roots) == 0 || a.belowRoots(p)) {
			out = append(out, i)
		}
	}
	return out
}

func (a *app) belowRoots(p *usage.Project) bool {
	return slices.ContainsFunc(a.roots, func(root string) bool {
		if !filepath.IsAbs(root) {
			root = filepath.Join(a.workDir, root)
		}
		rel, err := filepath.Rel(root, p.Dir)
		return err == nil && filepath.IsLocal(rel)
	})
}
