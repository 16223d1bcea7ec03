package project

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/scan/gomod"
	"godoctor/scan/modgraph"
)

// A said is what a go.mod or go.work file says.
type said struct {
	module, goLine, toolchain string

	main    *modgraph.Main
	use     []string
	replace []modgraph.Replace
	tools   []string
	named   []module.Version
	doubts  []Doubt
}

// A parser parses one file.
type parser struct {
	*table
	said
	name, dir string
	data      []byte
	workspace bool
	unfixed   map[string]string // what stands in for a version that only go can resolve -> what was written
}

// parseMod parses a go.mod file as go parses that of a main module. What go would refuse is parsed as that of
// a dependency, and its text is looked through: a file in the middle of a merge names both sides.
func (t *table) parseMod(name, dir string, data []byte) *said {
	p := &parser{table: t, name: name, dir: dir, data: data}
	f, err := gomod.Parse(name, data, p.fix)
	if s := tooLong(err); s != nil {
		return s
	}
	if err != nil {
		p.unparsed(err)
		p.unfixed = nil
		f, err = gomod.ParseLax(name, data, p.fix)
	}
	if err == nil {
		p.mod(f)
	}
	p.end()
	return &p.said
}

// parseWork parses a go.work file.
func (t *table) parseWork(name, dir string, data []byte) *said {
	p := &parser{table: t, name: name, dir: dir, data: data, workspace: true}
	f, err := gomod.ParseWork(name, data, p.fix)
	if s := tooLong(err); s != nil {
		return s
	}
	if err != nil {
		p.unparsed(err)
	} else {
		p.work(f)
	}
	p.end()
	return &p.said
}

// tooLong is what is said of a file that is not parsed because of its length; nil for any other error.
func tooLong(err error) *said {
	bad := new(gomod.TooLongError)
	if !errors.As(err, &bad) {
		return nil
	}
	return &said{doubts: []Doubt{{Kind: DoubtTooLarge, File: bad.File, Message: bad.Error()}}}
}

// fix is a modfile.VersionFixer. A version that is not canonical go would resolve, by asking a proxy or by
// looking into the cache (modload.fixVersion). Something that passes stands in for it until the file is
// parsed.
func (p *parser) fix(path, version string) (string, error) {
	gopkgin := strings.HasPrefix(path, "gopkg.in/") && strings.Contains(version, "-gopkgin-")
	if version != "" && module.CanonicalVersion(version) == version && !gopkgin {
		return version, nil
	}
	_, pathMajor, ok := module.SplitPathVersion(path)
	if !ok {
		return "", &module.ModuleError{Path: path, Err: errors.New("malformed module path")}
	}
	if p.unfixed == nil {
		p.unfixed = make(map[string]string)
	}
	in := fmt.Sprintf("%s.0.0-0.unfixed.%d", cmp.Or(module.PathMajorPrefix(pathMajor), "v0"), len(p.unfixed))
	p.unfixed[in] = version
	return in, nil
}

// doubtMax bounds the doubts of a file. Named has all that they are about.
const doubtMax = 20

// fixed reports whether the file names a version, and not something that stands for one.
func (p *parser) fixed(m module.Version, line *modfile.Line) bool {
	version, stands := p.unfixed[m.Version]
	if !stands || m.Version == "" {
		return true
	}
	p.named = append(p.named, p.version(module.Version{Path: m.Path}))
	if len(p.doubts) >= doubtMax {
		return false
	}
	p.doubts = append(p.doubts, Doubt{
		Kind: DoubtVersion, File: p.name, Line: line.Start.Line, Bounded: true,
		Message: fmt.Sprintf("%q names %q at %q, and which version that is only go finds out: run \"go mod tidy\"", p.name, m.Path, version),
	})
	return false
}

// mod takes what is needed from a parsed go.mod file.
func (p *parser) mod(f *modfile.File) {
	p.module, p.goLine, p.toolchain = "", "", ""
	if f.Module != nil {
		p.module = p.word(f.Module.Mod.Path)
	}
	if f.Go != nil {
		p.goLine = p.word(f.Go.Version)
	}
	if f.Toolchain != nil {
		p.toolchain = p.word(f.Toolchain.Name)
	}
	for _, t := range f.Tool {
		p.tools = append(p.tools, p.word(t.Path))
	}
	m := &modgraph.Main{Path: p.module, Dir: p.dir, Go: p.goLine, Require: make([]module.Version, 0, len(f.Require))}
	for _, r := range f.Require {
		if p.fixed(r.Mod, r.Syntax) {
			m.Require = append(m.Require, p.version(r.Mod))
		}
	}
	for _, x := range f.Exclude {
		if p.fixed(x.Mod, x.Syntax) {
			m.Exclude = append(m.Exclude, p.version(x.Mod))
		}
	}
	m.Replace = p.replaces(f.Replace)
	p.main = m
	if len(p.doubts) > 0 { // what only the strict parser takes may be missing from f
		s := scanLines(string(p.data))
		p.goLine, p.toolchain = cmp.Or(p.goLine, s.goLine), cmp.Or(p.toolchain, s.toolchain)
	}
}

func (p *parser) replaces(list []*modfile.Replace) []modgraph.Replace {
	var out []modgraph.Replace
	for _, r := range list {
		if p.fixed(r.Old, r.Syntax) && p.fixed(r.New, r.Syntax) {
			out = append(out, modgraph.Replace{Old: p.version(r.Old), New: p.version(r.New)})
		}
	}
	return out
}

// work takes what is needed from a parsed go.work file.
func (p *parser) work(f *modfile.WorkFile) {
	if f.Go != nil {
		p.goLine = p.word(f.Go.Version)
	}
	if f.Toolchain != nil {
		p.toolchain = p.word(f.Toolchain.Name)
	}
	for _, u := range f.Use {
		p.use = append(p.use, p.absolute(u.Path))
	}
	p.replace = p.replaces(f.Replace)
}

// absolute is a directory that the file names, as go sees it (modload.resolveReplacePath, loadWorkFile).
func (p *parser) absolute(dir string) string {
	dir = filepath.FromSlash(dir)
	if filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	return filepath.Join(p.dir, dir)
}

// unparsed notes that go would refuse the file, and what its text names.
func (p *parser) unparsed(err error) {
	line, what := firstError(err)
	d := Doubt{Kind: DoubtSyntax, File: p.name, Line: line, Bounded: isText(p.data)}
	d.Message = fmt.Sprintf("%q cannot be parsed: %s: correct it; until then every version that its text names counts as needed", p.name, what)
	if !d.Bounded {
		d.Message = fmt.Sprintf("%q is no text: restore it; what it said before nobody knows", p.name)
	}
	p.doubts = append(p.doubts, d)
	p.named = p.names(string(p.data))
	s := scanLines(string(p.data))
	p.module, p.goLine, p.toolchain = p.word(s.module), p.word(s.goLine), p.word(s.toolchain)
	if p.dir == "" { // a file of a branch: it is in no directory
		return
	}
	for _, dir := range s.dirs {
		dir = p.absolute(dir)
		if p.workspace {
			p.use = append(p.use, dir)
		}
		p.named = append(p.named, module.Version{Path: dir})
	}
}

// firstError is the first thing that the parser has to say, without the name of the file.
func firstError(err error) (line int, what string) {
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		err = &list[0]
	}
	var one *modfile.Error
	if !errors.As(err, &one) {
		return 0, err.Error()
	}
	e := *one
	line, e.Filename, e.Pos = e.Pos.Line, "", modfile.Position{}
	if line > 0 {
		return line, fmt.Sprintf("line %d: %s", line, strings.TrimPrefix(e.Error(), ": "))
	}
	return 0, e.Error()
}

// end brings the lists into their order.
func (p *parser) end() {
	slices.Sort(p.use)
	p.use = slices.Clip(slices.Compact(p.use))
	p.named = canonical(p.named)
}
