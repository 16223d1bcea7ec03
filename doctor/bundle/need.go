package bundle

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/sum"
)

// A Project is what a directory says of the versions that it needs: its go.work file, or else its go.mod file, with what is
// beside it.
type Project struct {
	Dir       string
	Module    string                      // the module line; "" for a workspace
	Toolchain string                      // that its toolchain or go line asks for, "go1.25.3"; ""
	Sums      map[module.Version][]string // hashes by version; of go.mod files with "/go.mod" behind the version

	input     modgraph.Input
	workspace bool
}

// ReadProject reads a project. Nothing is run.
func ReadProject(ctx context.Context, dir string) (*Project, error) {
	for _, name := range []string{"go.work", "go.mod"} {
		file := filepath.Join(dir, name)
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		p, err := readProject(ctx, file)
		if err != nil {
			return nil, fmt.Errorf("%q: %w", file, err)
		}
		return p, nil
	}
	return nil, fmt.Errorf("%q has no go.mod and no go.work file: name the directory of a project", dir)
}

func readProject(ctx context.Context, file string) (*Project, error) {
	x, err := findProject(ctx, file)
	if err != nil {
		return nil, err
	}
	p := &Project{Dir: x.Dir, Module: x.Module, Sums: make(map[module.Version][]string), workspace: x.Kind == project.Workspace}
	p.Toolchain = toolchainOf(x)
	p.add(x.Sums)
	if !p.workspace {
		p.input.Mains = []modgraph.Main{*x.Main}
		return p, nil
	}
	p.input.Workspace, p.input.WorkDir, p.input.Replace = true, x.Dir, x.Replace
	for _, dir := range x.Use {
		m, err := findProject(ctx, filepath.Join(dir, "go.mod"))
		if err != nil {
			return nil, err
		}
		p.input.Mains = append(p.input.Mains, *m.Main)
		p.add(m.Sums)
	}
	return p, nil
}

// findProject reads one file. What of it could not be understood may be needed, so nothing is made of that.
func findProject(ctx context.Context, file string) (*project.Project, error) {
	found := project.Find(ctx, project.Input{Seen: []string{file}})
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(found.Projects) != 1 {
		return nil, fmt.Errorf("%q could not be read", file)
	}
	x := found.Projects[0]
	for _, d := range x.Doubts {
		return nil, fmt.Errorf("%q line %d: %s", d.File, d.Line, d.Message)
	}
	if x.Kind != project.Workspace && x.Main == nil {
		return nil, errors.New("it could not be understood")
	}
	return x, nil
}

// toolchainOf is the release that a project asks for.
func toolchainOf(x *project.Project) string {
	if strings.HasPrefix(x.Toolchain, "go1.") {
		return x.Toolchain
	}
	if strings.Count(x.Go, ".") == 2 {
		return "go" + x.Go
	}
	return ""
}

func (p *Project) add(lines []project.SumLine) {
	for _, l := range lines {
		m := module.Version{Path: l.Path, Version: l.Version}
		if l.GoMod {
			m.Version += "/go.mod"
		}
		p.Sums[m] = append(p.Sums[m], l.Hash)
	}
}

// A Need is a module version that is to be in a bundle.
type Need struct {
	module.Version
	Zip bool // its packages, not its go.mod file alone
}

// Need computes what builds, vets and tests of the project may need: the go.mod files of its module graph, and of the build list
// the zips that go.sum has hashes of (all of them, where there is no go.sum). The go.mod files are those that the cache reads.
func (p *Project) Need(mods *modgraph.Cache) ([]Need, error) {
	g := mods.Load(&p.input)
	if len(g.Missing) > 0 {
		m := g.Missing[0]
		return nil, fmt.Errorf("the module graph of %q is not known: the go.mod file of %s could not be had (and %d more): %w", p.Dir, m.Version, len(g.Missing)-1, m.Err)
	}
	return needs(g, p.Sums, p.workspace), nil
}

// needs takes from a graph what is to be in a bundle.
func needs(g *modgraph.Graph, sums map[module.Version][]string, workspace bool) []Need {
	zips := make(map[module.Version]bool)
	zipPaths := make(map[string]bool)
	for m := range sums {
		if !strings.HasSuffix(m.Version, "/go.mod") {
			zipPaths[m.Path] = true
		}
	}
	for _, s := range g.Selected {
		switch {
		case s.Actual.Version == "": // a directory
		case len(sums) == 0, len(sums[s.Actual]) > 0, workspace && zipPaths[s.Actual.Path]:
			zips[s.Actual] = true
		}
	}
	all := make(map[module.Version]bool)
	for _, v := range g.Vertices {
		if v.Actual.Version != "" && (v.Loaded || v.Selected) {
			all[v.Actual] = zips[v.Actual]
		}
	}
	maps.Copy(all, zips)
	return sorted(all)
}

func sorted(all map[module.Version]bool) []Need {
	var out []Need
	for m, zip := range all {
		out = append(out, Need{m, zip})
	}
	slices.SortFunc(out, func(a, b Need) int {
		return compareModules(Module{Path: a.Path, Version: a.Version.Version}, Module{Path: b.Path, Version: b.Version.Version})
	})
	return out
}

// merge adds needs to others: a zip that one of them needs is needed.
func merge(lists ...[]Need) []Need {
	all := make(map[module.Version]bool)
	for _, list := range lists {
		for _, n := range list {
			all[n.Version] = all[n.Version] || n.Zip
		}
	}
	return sorted(all)
}

// needOfModule computes what a module version needs that is in a zip: as that of a project that requires it and nothing else.
// Of the build list those zips that its own go.sum has, or all.
func needOfModule(ctx context.Context, m module.Version, zip string, mods *modgraph.Cache) ([]Need, error) {
	g := mods.Load(&modgraph.Input{Mains: []modgraph.Main{{Path: "bundle.invalid", Go: "1.21", Require: []module.Version{m}}}})
	if len(g.Missing) > 0 {
		x := g.Missing[0]
		return nil, fmt.Errorf("the module graph of %s is not known: the go.mod file of %s could not be had (and %d more): %w", m, x.Version, len(g.Missing)-1, x.Err)
	}
	text, err := sum.FromZip(ctx, zip, m.Path, m.Version, "go.sum", MaxMod)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	sums := make(map[module.Version][]string)
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 {
			sums[module.Version{Path: f[0], Version: f[1]}] = []string{f[2]}
		}
	}
	list := needs(g, sums, false)
	if len(sums) == 0 && len(g.Selected) > 1 {
		list = needs(g, nil, false)
	}
	return merge(list, []Need{{m, true}}), nil
}
