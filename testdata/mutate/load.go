//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// source is a package with its types: what the go command compiles of it for this system, without tests.
type source struct {
	path  string // to import
	dir   string // below the tree, with slashes
	abs   string
	fset  *token.FileSet
	files []*file
	info  *types.Info
	pkg   *types.Package

	mutants int
}

// A file is one of them, and what is to be changed in it.
type file struct {
	name  string // in the directory
	text  []byte
	ast   *ast.File
	edits []edit
}

// load reads a package by its name or path, in the tree. Types of what it imports come from export data.
func load(ctx context.Context, tree, name string) (*source, error) {
	type listed struct {
		Dir, ImportPath, Export string
		GoFiles                 []string
		DepOnly                 bool
	}
	cmd := exec.CommandContext(ctx, "go", "list", "-export", "-deps", "-json=Dir,ImportPath,Export,GoFiles,DepOnly", name)
	cmd.Dir = tree
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list %s: %w\n%s", name, err, stderr.Bytes())
	}
	exports := make(map[string]string)
	var it listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := dec.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly {
			if it.Dir != "" {
				return nil, fmt.Errorf("%s is more than one package", name)
			}
			it = l
		}
	}
	p := &source{path: it.ImportPath, abs: it.Dir, fset: token.NewFileSet()}
	if p.dir, err = filepath.Rel(tree, it.Dir); err != nil {
		return nil, err
	}
	var parsed []*ast.File
	for _, base := range it.GoFiles {
		f := &file{name: base}
		if f.text, err = os.ReadFile(filepath.Join(it.Dir, base)); err != nil {
			return nil, err
		}
		if f.ast, err = parser.ParseFile(p.fset, base, f.text, parser.SkipObjectResolution); err != nil {
			return nil, err
		}
		p.files = append(p.files, f)
		parsed = append(parsed, f.ast)
	}
	lookup := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	conf := types.Config{Importer: importer.ForCompiler(p.fset, "gc", lookup)}
	p.info = &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Uses: make(map[*ast.Ident]types.Object)}
	p.pkg, err = conf.Check(p.path, p.fset, parsed, p.info)
	return p, err
}

// compile builds the test program of a package, in which every mutant of p waits for its number.
func (p *source) compile(ctx context.Context, scratch, tests, program string) error {
	type overlay struct{ Replace map[string]string }
	over := overlay{make(map[string]string)}
	dir := filepath.Join(scratch, "overlay")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	put := func(base string, text []byte) error {
		name := filepath.Join(dir, base)
		over.Replace[filepath.Join(p.abs, base)] = name
		return os.WriteFile(name, text, 0o644)
	}
	for _, f := range p.files {
		if len(f.edits) > 0 {
			if err := put(f.name, apply(f.text, f.edits)); err != nil {
				return err
			}
		}
	}
	if err := put("mutant_switch.go", fmt.Appendf(nil, switchText, p.pkg.Name(), p.mutants+1)); err != nil {
		return err
	}
	b, err := json.Marshal(over)
	if err == nil {
		err = os.WriteFile(filepath.Join(scratch, "overlay.json"), b, 0o644)
	}
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay="+filepath.Join(scratch, "overlay.json"), "-o", program, tests)
	cmd.Dir = filepath.Join(scratch, "tree")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the tests of %s with the mutants of %s: %w\n%s", tests, p.path, err, out)
	}
	return nil
}

// dirOf is where the sources of a package are.
func dirOf(ctx context.Context, tree, name string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", name)
	cmd.Dir = tree
	out, err := cmd.Output()
	return string(bytes.TrimSpace(out)), err
}
