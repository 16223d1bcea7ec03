// Package source says which Go files of a package a build would take, and which not, without running go.
//
// The rules are those of go/build, with the target, tags and release of a given go command instead of our own. Only
// regular files are opened. What cannot be read or parsed is left out: the compiler will tell.
package source

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"go/build/constraint"
	"go/version"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"godoctor/scan/regular"
)

// A Target is what is built for.
type Target struct {
	GOOS, GOARCH string
	Cgo          bool
	Tags         []string // of -tags
	Go           string   // the release, like go1.26.8; "": the newest that this program knows
}

// A Package is a directory with Go files.
type Package struct {
	Dir     string
	Files   []string // that are built; empty: all are excluded
	Imports []Import // of those, without tests
	Ignored []string // that are not, by name
}

// An Import is an import path and one file that has it.
type Import struct {
	Path string
	File string // absolute
	Line int
}

// context makes the rules of go/build for a target.
func (t *Target) context() *build.Context {
	c := build.Default
	c.GOOS, c.GOARCH, c.CgoEnabled, c.BuildTags = t.GOOS, t.GOARCH, t.Cgo, t.Tags
	c.GOROOT, c.GOPATH = "", ""
	if lang := version.Lang(t.Go); lang != "" {
		if n, err := strconv.Atoi(strings.TrimPrefix(lang, "go1.")); err == nil && n > 0 && n < 1000 {
			c.ReleaseTags = nil
			for i := range n {
				c.ReleaseTags = append(c.ReleaseTags, "go1."+strconv.Itoa(i+1))
			}
		}
	}
	c.OpenFile = func(path string) (io.ReadCloser, error) {
		f, err := regular.Open(path)
		if err != nil {
			return nil, err
		}
		return &undirected{Closer: f, r: bufio.NewReader(f)}, nil
	}
	return &c
}

// Look looks at one directory. The package is nil where it has no Go files, tests aside.
func (t *Target) Look(dir string) *Package {
	p, err := t.context().ImportDir(dir, 0)
	var none *build.NoGoError
	if p == nil || err != nil && !errors.As(err, &none) {
		return nil
	}
	out := &Package{Dir: dir, Files: slices.Concat(p.GoFiles, p.CgoFiles)}
	for _, name := range p.IgnoredGoFiles {
		if !strings.HasSuffix(name, "_test.go") && name[0] != '_' && name[0] != '.' {
			out.Ignored = append(out.Ignored, name)
		}
	}
	if len(out.Files)+len(out.Ignored) == 0 {
		return nil
	}
	for _, path := range p.Imports {
		at := p.ImportPos[path]
		if len(at) > 0 && filepath.Dir(at[0].Filename) == filepath.Clean(dir) {
			out.Imports = append(out.Imports, Import{path, at[0].Filename, at[0].Line})
		}
	}
	return out
}

// ErrMany says that a module has more directories than were to be looked at.
var ErrMany = errors.New("too many directories")

// Module looks at every package directory of the module in root, most of them at most, in the order of their names.
// Nested modules, vendor, testdata and what begins with "." or "_" are left out.
func (t *Target) Module(ctx context.Context, root string, most int) ([]*Package, error) {
	var out []*Package
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || !d.IsDir() {
			return nil
		}
		if path != root {
			name := d.Name()
			_, nested := os.Lstat(filepath.Join(path, "go.mod"))
			if name == "vendor" || name == "testdata" || name == "node_modules" || name[0] == '.' || name[0] == '_' || nested == nil {
				return filepath.SkipDir
			}
		}
		if most--; most < 0 {
			return ErrMany
		}
		if p := t.Look(path); p != nil {
			out = append(out, p)
		}
		return nil
	})
	return out, err
}

// headMax bounds what is read of a file for its constraint.
const headMax = 64 << 10

// Why says why a target does not take a file: by its name, by its constraint, or because it needs cgo. Raw.
func (t *Target) Why(dir, name string) string {
	c := t.context()
	file := filepath.Join(dir, name)
	if ok, err := c.MatchFile(dir, name); err == nil && ok {
		if !t.Cgo {
			return `it imports "C", and cgo is off`
		}
		return ""
	}
	line, n := constraintOf(file)
	if x, err := constraint.Parse(line); err == nil && !x.Eval(t.has(c)) {
		return fmt.Sprintf("line %d says %s", n, line)
	}
	return "its name is that of a file for another system: " + name
}

// has reports of a tag whether it is set, as go/build does.
func (t *Target) has(c *build.Context) func(tag string) bool {
	return func(tag string) bool {
		switch tag {
		case "cgo":
			return c.CgoEnabled
		case c.GOOS, c.GOARCH, c.Compiler:
			return true
		case "unix":
			return !slices.Contains([]string{"windows", "plan9", "js", "wasip1"}, c.GOOS)
		case "linux":
			return c.GOOS == "android"
		case "darwin":
			return c.GOOS == "ios"
		case "solaris":
			return c.GOOS == "illumos"
		}
		return slices.Contains(c.BuildTags, tag) || slices.Contains(c.ReleaseTags, tag) || slices.Contains(c.ToolTags, tag)
	}
}

// constraintOf is the //go:build line of a file and its number; "" where it has none before its package clause.
func constraintOf(file string) (string, int) {
	f, err := regular.Open(file)
	if err != nil {
		return "", 0
	}
	defer f.Close()
	head, _ := io.ReadAll(io.LimitReader(f, headMax))
	n := 0
	for line := range bytes.Lines(head) {
		n++
		text := strings.TrimSpace(string(line))
		if constraint.IsGoBuild(text) {
			return text, n
		}
		if strings.HasPrefix(text, "package ") {
			break
		}
	}
	return "", 0
}
