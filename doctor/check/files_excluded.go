package check

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	"godoctor/scan/project"
	"godoctor/scan/source"
)

// dirsMax is how many directories of a project are looked into for what is excluded.
const dirsMax = 5000

var filesExcluded = &Check{
	ID:       "files-excluded",
	Title:    "a package that is imported has no file for this target",
	Severity: finding.Error,
	Cost:     Walk,
	Subject:  OfProject,
	Covers:   []string{"C82"},
	Says: []string{
		"build constraints exclude all Go files in …",
	},
	Help: Help{
		Why: "Each file of the package is meant for something else: another system or architecture by the end of its name " +
			"(_windows.go, _arm64.go) or by its //go:build line, a build tag that is not set, or cgo, which is off where CGO_ENABLED=0 " +
			"or where there is no C compiler. On another machine with other settings the same code builds.",
		Look: "go list -f '{{.IgnoredGoFiles}}' PACKAGE, and go env GOOS GOARCH CGO_ENABLED GOFLAGS.",
		Do: "Build for the system that the package is for, set the tag (go build -tags TAG), or turn cgo on (CGO_ENABLED=1 and a C " +
			"compiler). If it is your own package: give it a file without a constraint.",
		See: []string{"https://pkg.go.dev/cmd/go#hdr-Build_constraints"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Kind != project.Module || q.Main == nil || q.Weak || len(p.Projects) > 20 && !q.holds(p.Dir) {
			return // of many projects only the one that somebody stands in: it reads every file
		}
		t := p.target()
		list := q.packages(p)
		w := exclusions{Pass: p, target: t, seen: make(map[string]*source.Package)}
		for _, pkg := range list {
			w.seen[pkg.Dir] = pkg
		}
		for _, pkg := range list {
			for _, imp := range pkg.Imports {
				w.look(imp)
			}
		}
	},
}

// packages are the package directories of a project with what is imported, looked at once; none where they are too many,
// or the time is over: the compiler will tell.
func (q *Project) packages(p *Pass) []*source.Package {
	q.source.once.Do(func() {
		if list, err := p.target().Module(p, q.Dir, dirsMax); err == nil {
			q.source.list = list
		}
	})
	return q.source.list
}

// packageList is what packages remembers.
type packageList struct {
	once sync.Once
	list []*source.Package
}

// target is what the go command here builds for.
func (p *Pass) target() *source.Target {
	t := &source.Target{GOOS: cmp.Or(p.Env.Value("GOOS"), runtime.GOOS), GOARCH: cmp.Or(p.Env.Value("GOARCH"), runtime.GOARCH),
		Cgo: p.Env.Value("CGO_ENABLED") == "1", Go: p.Env.GoVersion()}
	t.Tags = goenv.BuildTags(p.Env.Value("GOFLAGS"))
	return t
}

// exclusions is one run of the check on one project.
type exclusions struct {
	*Pass
	target   *source.Target
	seen     map[string]*source.Package // by directory; nil: it has no Go files
	reported map[string]bool
}

// look follows an import of the project one step.
func (w *exclusions) look(imp source.Import) {
	dir := w.dirOf(imp.Path)
	if dir == "" || w.Err() != nil {
		return
	}
	pkg, known := w.seen[dir]
	if !known {
		pkg = w.target.Look(dir)
		w.seen[dir] = pkg
	}
	if pkg == nil || len(pkg.Files) > 0 || w.reported[dir] {
		return
	}
	if w.reported == nil {
		w.reported = make(map[string]bool)
	}
	w.reported[dir] = true
	var why []string
	for _, name := range pkg.Ignored[:min(len(pkg.Ignored), 3)] {
		why = append(why, fmt.Sprintf("%s: %s", name, w.target.Why(dir, name)))
	}
	f := finding.Finding{
		Detail: fmt.Sprintf("%s:%d imports %s, and none of its %d files is for %s/%s: %s", imp.File, imp.Line, imp.Path, len(pkg.Ignored),
			w.target.GOOS, w.target.GOARCH, strings.Join(why, "; ")),
		Target: finding.Target{Path: dir, File: imp.File, Line: imp.Line},
	}
	if !w.target.Cgo && slices.ContainsFunc(why, func(s string) bool { return strings.Contains(s, "cgo") }) {
		f.Fixes = append(f.Fixes, finding.Fix{ID: "cgo-on", Title: "install a C compiler, and build with CGO_ENABLED=1"})
	}
	f.Fixes = append(f.Fixes, finding.Fix{ID: "constrain-import", Title: "give the file that imports it the same constraint, or set the tag"})
	w.Report(f)
}

// dirOf is where a package of the project or of its direct requirements lies; "" where that is not known, as for the
// standard library.
func (w *exclusions) dirOf(path string) string {
	q := w.Project
	if rest, ok := restOf(q.Module, path); ok {
		return filepath.Join(q.Dir, filepath.FromSlash(rest))
	}
	best := provider(q, path)
	if best.Path == "" || q.Vendored {
		return ""
	}
	rest, _ := restOf(best.Path, path)
	v := w.cached(best)
	if v == nil {
		return ""
	}
	return filepath.Join(v.Dir, filepath.FromSlash(rest))
}

// provider is the requirement of go.mod that a package outside the project comes from, by the longest path; the zero
// Version where there is none, or where a replacement says otherwise.
func provider(q *Project, path string) (best module.Version) {
	if _, own := restOf(q.Module, path); own {
		return best
	}
	for _, r := range q.Main.Require {
		if _, ok := restOf(r.Path, path); ok && len(r.Path) > len(best.Path) {
			best = r
		}
	}
	for _, r := range q.Main.Replace {
		if r.Old.Path == best.Path {
			return module.Version{}
		}
	}
	return best
}

// restOf gives what follows a module path in an import path.
func restOf(mod, path string) (rest string, ok bool) {
	if path == mod {
		return "", true
	}
	return strings.CutPrefix(path, mod+"/")
}
