package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/mod/modfile"

	"godoctor/scan/modgraph"
)

// record writes projects of DIR to OUT/NAME.txtar, for the test that replays them. The files of an archive:
//
//	main                 the directory of go.mod in the project; nothing for a workspace
//	project/D/go.mod     of the project, of what replaces modules, or of members of a workspace
//	project/go.work
//	before/go.mod        go.mod before go mended it
//	list                 go list -m all
//	graph                go mod graph: a path and its versions a line; with * those that require something there
//	mod/PATH@VERSION     go.mod of a module version
//
// The go.mod files keep the lines that count, and no comments. Without names those that are in OUT already are
// written anew.
func record(dir, out string, names []string) error {
	if len(names) == 0 {
		old, err := filepath.Glob(filepath.Join(out, "*.txtar"))
		if err != nil {
			return err
		}
		for _, file := range old {
			names = append(names, strings.TrimSuffix(filepath.Base(file), ".txtar"))
		}
	}
	cache := modgraph.NewCache(filepath.Join(dir, "mod"))
	for _, name := range names {
		p, err := readProject(dir, filepath.Join(dir, "oracle", name))
		if err != nil {
			return err
		}
		if found := p.compare(cache); len(found) > 0 {
			return fmt.Errorf("%s is not equal, so what go needs is not known: %s", name, found[0])
		}
		a, err := p.archive(cache, filepath.Join(dir, "mod"))
		if err != nil {
			return fmt.Errorf("recording %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(out, name+".txtar"), txtar.Format(a), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (p *project) archive(cache *modgraph.Cache, modCache string) (*txtar.Archive, error) {
	a := &txtar.Archive{Comment: fmt.Appendf(nil, "%s: %s. Recorded by testdata/differential/compare.\n", p.name, p.shapes)}
	add := func(name, text string) { a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)}) }
	addMod := func(name, file string) error {
		text, err := reduced(file)
		add(name, text)
		return err
	}
	in, err := p.input("")
	if err != nil {
		return nil, err
	}
	if !in.Workspace {
		add("main", p.relative(p.main)+"\n")
	} else if err := addMod("project/go.work", filepath.Join(p.dir, "go.work")); err != nil {
		return nil, err
	}
	if p.before != "" {
		if err := addMod("before/go.mod", p.before); err != nil {
			return nil, err
		}
	}
	var list []string
	for _, line := range p.list {
		if from, to, _ := strings.Cut(line, " => "); filepath.IsAbs(to) {
			line = from + " => " + p.relative(to)
		}
		list = append(list, line)
	}
	add("list", strings.Join(list, "\n")+"\n")
	add("graph", p.graph())

	files := make(map[string]string) // by name in the archive
	for _, m := range in.Mains {
		files[p.inArchive(m.Dir)] = filepath.Join(m.Dir, "go.mod")
	}
	vertices := cache.Load(in).Vertices
	if p.before != "" {
		was, err := p.input(p.before)
		if err != nil {
			return nil, err
		}
		vertices = append(vertices, cache.Load(was).Vertices...)
	}
	for _, v := range vertices {
		if !v.Loaded {
			continue
		}
		file, err := modgraph.ModFile(modCache, v.Actual)
		if err != nil {
			return nil, err
		}
		if v.Actual.Version == "" {
			files[p.inArchive(v.Actual.Path)] = file
		} else {
			files["mod/"+v.Actual.String()] = file
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := addMod(name, files[name]); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// relative is a directory of the project as seen from its top, with slashes.
func (p *project) relative(dir string) string {
	rel, err := filepath.Rel(p.dir, dir)
	if err != nil {
		return dir
	}
	return filepath.ToSlash(rel)
}

func (p *project) inArchive(dir string) string {
	return strings.ReplaceAll("project/"+p.relative(dir)+"/go.mod", "/./", "/")
}

// graph prints the vertices.
func (p *project) graph() string {
	var b strings.Builder
	last := ""
	for _, v := range p.vertices {
		path, version, _ := strings.Cut(v, "@")
		if _, requires := slices.BinarySearch(p.requiring, v); requires {
			version += "*"
		}
		if path != last {
			b.WriteString("\n" + path)
			last = path
		}
		b.WriteString(" " + version)
	}
	return strings.TrimPrefix(b.String(), "\n") + "\n"
}

// reduced is a go.mod or go.work file without its comments.
func reduced(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	var syntax *modfile.FileSyntax
	if filepath.Base(file) == "go.work" {
		f, err := modfile.ParseWork(file, data, nil)
		if err != nil {
			return "", err
		}
		syntax = f.Syntax
	} else {
		f, err := modfile.ParseLax(file, data, nil)
		if err != nil {
			return "", err
		}
		syntax = f.Syntax
	}
	var kept []modfile.Expr
	for _, stmt := range syntax.Stmt {
		switch stmt := stmt.(type) {
		case *modfile.Line:
			stmt.Comments = modfile.Comments{}
			kept = append(kept, stmt)
		case *modfile.LineBlock:
			stmt.Comments, stmt.RParen.Comments = modfile.Comments{}, modfile.Comments{}
			for _, line := range stmt.Line {
				line.Comments = modfile.Comments{}
			}
			kept = append(kept, stmt)
		}
	}
	syntax.Stmt, syntax.Comments = kept, modfile.Comments{}
	return string(modfile.Format(syntax)), nil
}
