package check

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/gomod"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
	"godoctor/scan/regular"
)

var modulePathCase = &Check{
	ID:       "module-path-case",
	Title:    "a module calls itself by another path than the one it is required by",
	Severity: finding.Error,
	Cost:     Read,
	Subject:  OfProject,
	Covers:   []string{"C23"},
	Says: []string{
		"module declares its path as: … but was required as: …",
	},
	Help: Help{
		Why: "The go.mod file of a dependency says another module path than the requirement: a letter in another case (Sirupsen and " +
			"sirupsen), a repository that was renamed, a fork that kept its name.",
		Look: "go mod why -m PATH, and go mod graph, for who requires it.",
		Do:   "Require the path that the module declares, or the version before the rename; where a dependency requires it, update that one.",
		See:  []string{"golang/go#26208"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Kind != project.Module || q.Weak || q.Vendored || p.Inventory.ModCache == nil {
			return
		}
		replaced := make(map[string]bool)
		for _, r := range q.Mod().Replace {
			replaced[r.Old.Path] = true
		}
		for _, r := range q.Mod().Require {
			if p.Err() != nil {
				return
			}
			says := p.declared.of(p.Inventory.ModCache.Root, r.Mod)
			if says == "" || says == r.Mod.Path || replaced[r.Mod.Path] {
				continue
			}
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("%s requires %s, which calls itself %s", q.File, r.Mod, bounded(says)),
				Target: finding.Target{Module: r.Mod.Path, Version: r.Mod.Version, File: q.File, Line: lineOf(r.Syntax)},
				Fixes: []finding.Fix{{ID: "require-declared", Title: "require it by the path that it declares",
					Argv: []string{"go", "mod", "edit", "-droprequire=" + r.Mod.Path, "-require=" + says + "@" + r.Mod.Version, q.File}}},
			})
		}
	},
}

// declaredPaths remembers what path the go.mod file of each module version declares.
type declaredPaths struct{ said sync.Map } // module.Version to string

// of is the path that a version declares; "" where its go.mod file is not there or has none.
func (d *declaredPaths) of(modCache string, m module.Version) string {
	if says, ok := d.said.Load(m); ok {
		return says.(string)
	}
	says := ""
	if file, err := modgraph.ModFile(modCache, m); err == nil {
		if data, err := regular.ReadFile(file, gomod.Limit); err == nil {
			says = modfile.ModulePath(data)
		}
	}
	d.said.Store(m, says)
	return says
}

var caseCollision = &Check{
	ID:       "case-collision",
	Title:    "two names differ only in upper and lower case",
	Severity: finding.Warning,
	Cost:     Walk,
	Subject:  OfProject,
	Covers:   []string{"C24"},
	Says: []string{
		"case-insensitive import collision: … and …",
	},
	Help: Help{
		Why: "The file systems of macOS and Windows take both names for one: a checkout there has one of the two files, go reports a " +
			"collision, and a module with such names cannot be unpacked there. Two packages whose paths differ so are refused everywhere.",
		Look: "git ls-files | sort -f | uniq -di.",
		Do:   "Rename one of them, in two steps where the file system takes them for one: git mv a tmp && git mv tmp b.",
		See:  []string{"golang/go#33778", "golang/go#47722"},
	},
	Run: func(p *Pass) {
		q := p.Project
		if q.Kind != project.Module || q.Weak || len(p.Projects) > 20 && !q.holds(p.Dir) {
			return
		}
		dirs := 0
		filepath.WalkDir(q.Dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case p.Err() != nil:
				return fs.SkipAll
			case err != nil || !d.IsDir():
				return nil
			case path != q.Dir && (d.Name()[0] == '.' || d.Name() == "node_modules"):
				return filepath.SkipDir
			}
			if dirs++; dirs > dirsMax {
				return fs.SkipAll
			}
			twins(p, path)
			return nil
		})
	},
}

// twins reports the names in a directory that are one where case does not count.
func twins(p *Pass, dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	seen := make(map[string]string, len(entries))
	for _, e := range entries {
		low := strings.ToLower(e.Name())
		if other, ok := seen[low]; ok {
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("%s has %s and %s", dir, other, e.Name()),
				Target: finding.Target{Path: filepath.Join(dir, e.Name())},
				Fixes:  []finding.Fix{{ID: "rename", Title: "rename one of them"}},
			})
		}
		seen[low] = e.Name()
	}
}
