package verify

import (
	"context"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
	"godoctor/scan/regular"
)

// A vendorTree is a vendor directory as it lies there.
type vendorTree struct {
	project *project.Project
	dir     string // links resolved
	modules []*vendorModule
	strays  []finding.File // source files that belong to no module

	byPackage map[string]*vendorModule
	byPath    map[string]*vendorModule
}

// A vendorModule is a module in modules.txt and its files.
type vendorModule struct {
	listed   module.Version
	actual   module.Version // what replaces it; Version is empty for a directory
	packages []string
	files    []vendorFile
}

// A vendorFile is a file below a vendored module.
type vendorFile struct {
	name string // below the module, with slashes
	odd  bool   // it is no regular file
}

// modulesTxtMax is more than any modules.txt has: it names modules and packages.
const modulesTxtMax = 16 << 20

// readVendorTree reads modules.txt and lists the files.
func readVendorTree(ctx context.Context, p *project.Project) (*vendorTree, error) {
	t := &vendorTree{project: p, dir: p.Vendor.Dir, byPackage: map[string]*vendorModule{}, byPath: map[string]*vendorModule{}}
	text, err := regular.ReadFile(filepath.Join(t.dir, "modules.txt"), modulesTxtMax)
	if err != nil {
		return nil, err
	}
	t.parse(string(text))
	if t.dir, err = filepath.EvalSymlinks(t.dir); err != nil {
		return nil, err
	}
	return t, t.list(ctx)
}

// parse reads modules.txt as modload.readVendorList does: a line "# PATH VERSION", perhaps with "=> ..." behind it, and
// below it the packages.
func (t *vendorTree) parse(text string) {
	var now *vendorModule
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			f := strings.Fields(rest)
			if len(f) < 2 { // go passes over it, and what follows belongs to the module before
				continue
			}
			if now = nil; !semver.IsValid(f[1]) { // "# PATH => ..." replaces all versions, and has no packages
				continue
			}
			now = &vendorModule{listed: module.Version{Path: f[0], Version: f[1]}}
			switch now.actual = now.listed; {
			case len(f) == 5 && f[2] == "=>" && semver.IsValid(f[4]):
				now.actual = module.Version{Path: f[3], Version: f[4]}
			case len(f) > 2:
				now.actual = module.Version{Path: f[len(f)-1]}
			}
			t.modules = append(t.modules, now)
			continue
		}
		f := strings.Fields(line)
		if now != nil && len(f) == 1 && module.CheckImportPath(f[0]) == nil && strings.HasPrefix(f[0]+"/", now.listed.Path+"/") {
			now.packages = append(now.packages, f[0])
			t.byPackage[f[0]], t.byPath[now.listed.Path] = now, now
		}
	}
}

// owner is the module that a path belongs to: that of the nearest package or module above it.
func (t *vendorTree) owner(rel string) *vendorModule {
	for dir := rel; dir != "."; dir = path.Dir(dir) {
		if m := t.byPackage[dir]; m != nil {
			return m
		}
		if m := t.byPath[dir]; m != nil {
			return m
		}
	}
	return nil
}

// list finds the files and gives each to its module. Kubernetes has links to directories in there, in the place of
// modules that a directory replaces.
func (t *vendorTree) list(ctx context.Context) error {
	err := walk(ctx, t.dir, func(rel string, d fs.DirEntry) bool {
		if !d.IsDir() && rel != "modules.txt" {
			t.add(rel, !d.Type().IsRegular())
		}
		return d.IsDir()
	})
	for _, m := range t.modules {
		slices.SortFunc(m.files, func(a, b vendorFile) int { return strings.Compare(a.name, b.name) })
	}
	slices.SortFunc(t.strays, func(a, b finding.File) int { return strings.Compare(a.Path, b.Path) })
	return err
}

// add gives a file to its module.
func (t *vendorTree) add(rel string, odd bool) {
	m := t.owner(rel)
	if m == nil {
		switch {
		case odd:
			t.strays = append(t.strays, finding.File{Path: rel, Change: finding.Odd})
		case isSource(path.Base(rel)):
			t.strays = append(t.strays, finding.File{Path: rel, Change: finding.Extra})
		}
		return
	}
	name := strings.TrimPrefix(strings.TrimPrefix(rel, m.listed.Path), "/")
	if name != "" { // a link in the place of the module itself: its files are missing
		m.files = append(m.files, vendorFile{name, odd})
	}
}

// mayBuild reports whether a Go file can be part of some build: what cannot is not vendored (imports.ShouldBuild with
// imports.AnyTags). A file that cannot be parsed is.
func mayBuild(data []byte) bool {
	file, err := parser.ParseFile(token.NewFileSet(), "", data, parser.ImportsOnly|parser.ParseComments)
	if err != nil || file.Name == nil {
		return true
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if c.Pos() > file.Package || !constraint.IsGoBuild(c.Text) && !constraint.IsPlusBuild(c.Text) {
				continue
			}
			if x, err := constraint.Parse(c.Text); err == nil && !satisfiable(x, true) {
				return false
			}
		}
	}
	return true
}

// satisfiable evaluates a constraint where every tag is what suits best, but "ignore", which nobody sets.
func satisfiable(x constraint.Expr, want bool) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return x.Tag != "ignore" && want
	case *constraint.NotExpr:
		return !satisfiable(x.X, !want)
	case *constraint.AndExpr:
		return satisfiable(x.X, want) && satisfiable(x.Y, want)
	case *constraint.OrExpr:
		return satisfiable(x.X, want) || satisfiable(x.Y, want)
	}
	return true
}
