package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"godoctor/scan/modgraph"
)

// A project is one that make.sh made, with what go said of it.
type project struct {
	name, shapes string
	dir          string // its top
	main         string // where go.mod is, for a project without go.work
	how          string // of the oracle: readonly, mod, changed or workspace
	list         []string
	vertices     []string // path@version, without main modules, go and toolchain
	requiring    []string // those that have requirements in the graph
	before       string   // go.mod before go mended it; empty: it did not
}

// readProjects reads what is in DIR/oracle.
func readProjects(dir string) ([]*project, error) {
	made, err := filepath.Glob(filepath.Join(dir, "oracle", "*", "made"))
	if err != nil {
		return nil, err
	}
	if len(made) == 0 {
		return nil, fmt.Errorf("there are no projects in %q: run make.sh first", dir)
	}
	var out []*project
	for _, file := range made {
		p, err := readProject(dir, filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func readProject(dir, oracle string) (*project, error) {
	p := &project{name: filepath.Base(oracle)}
	p.dir = filepath.Join(dir, "projects", p.name)
	var text [4]string
	for i, name := range []string{"made", "how", "list", "graph"} {
		data, err := os.ReadFile(filepath.Join(oracle, name))
		if err != nil {
			return nil, err
		}
		text[i] = string(data)
	}
	// The first line of made is the version of go, the second MODULE DIRECTORY HOW SHAPES.
	if lines := strings.Split(text[0], "\n"); len(lines) > 1 {
		if f := strings.Fields(lines[1]); len(f) > 3 {
			p.main, p.shapes = filepath.Join(p.dir, f[1]), f[3]
		}
	}
	p.how = strings.TrimSpace(text[1])
	for line := range strings.Lines(text[2]) {
		line = strings.TrimSpace(line)
		if from, to, _ := strings.Cut(line, " => "); from == to {
			line = from // replaced by itself, which the graph does not tell from not replaced
		}
		if line != "" {
			p.list = append(p.list, line)
		}
	}
	slices.Sort(p.list)
	p.readGraph(text[3])
	if p.how == "changed" {
		p.before = filepath.Join(oracle, "go.mod")
	}
	return p, nil
}

// readGraph takes the module versions out of what go mod graph printed. Main modules have no version there, go
// and toolchain are no modules.
func (p *project) readGraph(graph string) {
	for line := range strings.Lines(graph) {
		for i, word := range strings.Fields(line) {
			path, _, versioned := strings.Cut(word, "@")
			if !versioned || path == "go" || path == "toolchain" {
				continue
			}
			p.vertices = append(p.vertices, word)
			if i == 0 {
				p.requiring = append(p.requiring, word)
			}
		}
	}
	slices.Sort(p.vertices)
	p.vertices = slices.Compact(p.vertices)
	slices.Sort(p.requiring)
	p.requiring = slices.Compact(p.requiring)
}

// input makes the input of the graph from go.mod or go.work. A file that is named stands in for go.mod.
func (p *project) input(gomod string) (*modgraph.Input, error) {
	if p.how != "workspace" {
		m, err := readMain(p.main, gomod)
		return &modgraph.Input{Mains: []modgraph.Main{m}}, err
	}
	data, err := os.ReadFile(filepath.Join(p.dir, "go.work"))
	if err != nil {
		return nil, err
	}
	f, err := modfile.ParseWork("go.work", data, nil)
	if err != nil {
		return nil, err
	}
	in := &modgraph.Input{Workspace: true, WorkDir: p.dir}
	for _, use := range f.Use {
		m, err := readMain(filepath.Join(p.dir, filepath.FromSlash(use.Path)), "")
		if err != nil {
			return nil, err
		}
		in.Mains = append(in.Mains, m)
	}
	for _, r := range f.Replace {
		in.Replace = append(in.Replace, modgraph.Replace{Old: r.Old, New: r.New})
	}
	return in, nil
}

func readMain(dir, gomod string) (modgraph.Main, error) {
	if gomod == "" {
		gomod = filepath.Join(dir, "go.mod")
	}
	data, err := os.ReadFile(gomod)
	if err != nil {
		return modgraph.Main{}, err
	}
	f, err := modfile.Parse(gomod, data, nil)
	if err != nil {
		return modgraph.Main{}, err
	}
	return modgraph.MainOf(dir, f), nil
}

// compare gives the differences between the graph and what go said.
func (p *project) compare(cache *modgraph.Cache) []string {
	in, err := p.input("")
	if err != nil {
		return []string{err.Error()}
	}
	g := cache.Load(in)
	found := differences("build list: ", buildList(g), p.list)
	var named, loaded []string
	for _, v := range g.Vertices {
		named = append(named, v.String())
		if v.Loaded {
			loaded = append(loaded, v.String())
		}
	}
	found = append(found, lacking("graph lacks ", p.vertices, named)...)
	found = append(found, lacking("graph does not load ", p.requiring, loaded)...)
	for _, m := range g.Missing {
		found = append(found, fmt.Sprintf("missing %s: %v", m.Version, m.Err))
	}
	if p.before == "" || in.Mains[0].Go == "" {
		return found
	}
	was, err := p.input(p.before)
	if err != nil {
		return append(found, err.Error())
	}
	if was.Mains[0].Go == "" {
		return found // go adds a go line to such a file, and what it means
	}
	g = cache.Load(was)
	found = append(found, differences("build list as go.mod was: ", buildList(g), p.list)...)
	for _, m := range g.Missing {
		found = append(found, fmt.Sprintf("missing as go.mod was: %s: %v", m.Version, m.Err))
	}
	return found
}

// buildList prints the build list as make.sh lets go print it.
func buildList(g *modgraph.Graph) []string {
	var out []string
	for _, s := range g.Selected {
		line := s.Path + " " + s.Version.Version
		if s.Actual != s.Version {
			line += " => " + strings.TrimSpace(s.Actual.Path+" "+s.Actual.Version)
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

func differences(what string, got, want []string) []string {
	return append(lacking(what+"lacks ", want, got), lacking(what+"has ", got, want)...)
}

// lacking gives the lines of want that are not in got.
func lacking(what string, want, got []string) []string {
	have := make(map[string]bool, len(got))
	for _, line := range got {
		have[line] = true
	}
	var out []string
	for _, line := range want {
		if !have[line] {
			out = append(out, what+line)
		}
	}
	return out
}
