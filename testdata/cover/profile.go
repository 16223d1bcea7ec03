package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A place is a line and a column, both from 1, of bytes.
type place struct{ line, column int }

func (p place) before(q place) bool {
	return p.line < q.line || p.line == q.line && p.column < q.column
}

// A block is a run of statements that are come past together.
type block struct {
	file       string // below the tree, with slashes
	begin, end place
	statements int
	covered    bool
	fn, text   string // known where it is not covered
}

const separator = " :: " // no Go code has it

func (b *block) name() string { return b.file + separator + b.fn + separator + b.text }

// readProfile reads what go tool covdata textfmt writes: a block of one program a line. Those of all programs are added up.
func readProfile(name, module string) ([]*block, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	type key struct {
		file       string
		begin, end place
	}
	seen := make(map[key]*block)
	var out []*block
	for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if i == 0 && strings.HasPrefix(line, "mode: ") {
			continue
		}
		b, hit, err := parseBlock(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
		rest, ok := strings.CutPrefix(b.file, module+"/")
		if !ok {
			return nil, fmt.Errorf("%s:%d: %q is not of module %q", name, i+1, b.file, module)
		}
		b.file = rest
		k := key{b.file, b.begin, b.end}
		if seen[k] == nil {
			seen[k] = b
			out = append(out, b)
		}
		seen[k].covered = seen[k].covered || hit
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no block in it", name)
	}
	return out, nil
}

// parseBlock takes a line apart: FILE:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT.
func parseBlock(line string) (*block, bool, error) {
	colon := strings.LastIndexByte(line, ':')
	f := strings.FieldsFunc(line[colon+1:], func(r rune) bool { return r == '.' || r == ',' || r == ' ' })
	if colon < 0 || len(f) != 6 {
		return nil, false, fmt.Errorf("no block: %q", line)
	}
	var n [6]int
	for i := range f {
		v, err := strconv.Atoi(f[i])
		if err != nil {
			return nil, false, err
		}
		n[i] = v
	}
	return &block{file: line[:colon], begin: place{n[0], n[1]}, end: place{n[2], n[3]}, statements: n[4]}, n[5] > 0, nil
}

// uncovered lists the blocks of the files that match which nothing came past, with function and text, in order.
func uncovered(tree string, blocks []*block, patterns []string) ([]*block, error) {
	byFile := make(map[string][]*block)
	used := make(map[string]bool)
	for _, b := range blocks {
		for _, p := range patterns {
			ok, err := path.Match(p, b.file)
			if err != nil {
				return nil, err
			}
			used[p] = used[p] || ok
			if ok && !b.covered && b.statements > 0 {
				byFile[b.file] = append(byFile[b.file], b)
				break
			}
		}
	}
	for _, p := range patterns {
		if !used[p] {
			return nil, fmt.Errorf("no file matches %q", p)
		}
	}
	var out []*block
	for file, list := range byFile {
		if err := describe(tree, file, list); err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	slices.SortFunc(out, func(a, b *block) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.begin.line, b.begin.line), cmp.Compare(a.begin.column, b.begin.column))
	})
	return out, nil
}

// describe finds function and text of blocks of one file. The text begins with the line: that says under which condition.
func describe(tree, file string, list []*block) error {
	src, err := os.ReadFile(filepath.Join(tree, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	lines := strings.SplitAfter(string(src), "\n")
	for _, b := range list {
		if b.end.line > len(lines) {
			return fmt.Errorf("%s has no line %d: the profile is of another tree", file, b.end.line)
		}
		text := strings.Join(lines[b.begin.line-1:b.end.line-1], "")
		last := lines[b.end.line-1]
		text += last[:min(len(last), b.end.column-1)]
		b.text = oneLine(text)
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && !b.begin.before(at(fset, d.Pos())) && b.begin.before(at(fset, d.End())) {
				b.fn = fn.Name.Name
				if fn.Recv != nil {
					r := fn.Recv.List[0].Type
					b.fn = "(" + string(src[fset.Position(r.Pos()).Offset:fset.Position(r.End()).Offset]) + ")." + b.fn
				}
			}
		}
	}
	return nil
}

func at(fset *token.FileSet, pos token.Pos) place {
	p := fset.Position(pos)
	return place{p.Line, p.Column}
}

func oneLine(s string) string {
	const most = 120
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}
