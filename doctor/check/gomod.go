package check

import (
	"path/filepath"
	"sync"

	"golang.org/x/mod/modfile"

	"godoctor/scan/gomod"
	"godoctor/scan/project"
	"godoctor/scan/regular"
)

// text is what a go.mod or go.work file says line by line, read when the first check asks. A file that cannot be parsed is
// an empty one: what is wrong with it is told elsewhere.
type text struct {
	once sync.Once
	mod  *modfile.File
	work *modfile.WorkFile
}

// Mod is the go.mod file of the project with its lines, for evidence. It is never nil and not to be changed.
func (p *Project) Mod() *modfile.File {
	p.text.once.Do(func() { p.text.read(p.File, p.Kind) })
	return p.text.mod
}

// WorkFile is likewise the go.work file of a project of that kind.
func (p *Project) WorkFile() *modfile.WorkFile {
	p.text.once.Do(func() { p.text.read(p.File, p.Kind) })
	return p.text.work
}

func (t *text) read(file string, kind project.Kind) {
	t.mod, t.work = &modfile.File{Syntax: new(modfile.FileSyntax)}, &modfile.WorkFile{Syntax: new(modfile.FileSyntax)}
	if kind == project.Workspace {
		t.work = workFile(file)
		return
	}
	if f := modFile(file); f != nil {
		t.mod = f
	}
}

// modFile reads and parses a go.mod file as one of a main module, or where that fails as one of a dependency, without its
// replacements; nil where neither can be done.
func modFile(file string) *modfile.File {
	data, err := regular.ReadFile(file, gomod.Limit)
	if err != nil {
		return nil
	}
	if f, err := gomod.Parse(filepath.Base(file), data, nil); err == nil {
		return f
	}
	f, err := gomod.ParseLax(filepath.Base(file), data, nil)
	if err != nil {
		return nil
	}
	return f
}

// workFile likewise, but never nil.
func workFile(file string) *modfile.WorkFile {
	f, err := parseWork(file)
	if err != nil {
		return &modfile.WorkFile{Syntax: new(modfile.FileSyntax)}
	}
	return f
}

// parseWork reads and parses a go.work file.
func parseWork(file string) (*modfile.WorkFile, error) {
	data, err := regular.ReadFile(file, gomod.Limit)
	if err != nil {
		return nil, err
	}
	return gomod.ParseWork(file, data, nil)
}

// lineOf is where a line of a parsed file begins; 0 for none.
func lineOf(l *modfile.Line) int {
	if l == nil {
		return 0
	}
	return l.Start.Line
}
