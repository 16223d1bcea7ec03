package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/doctor/finding"
	"godoctor/scan/gomod"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

var moduleRetracted = &Check{
	ID:       "module-retracted",
	Title:    "a version is in use that its author has taken back",
	Severity: finding.Warning,
	Cost:     Read,
	Subject:  OfProject,
	Says: []string{
		"go: warning: … retracted by module author: …",
	},
	Help: Help{
		Why: "An author retracts a version that is broken, insecure or was tagged by accident, by a line in the go.mod file of a newer " +
			"one. The proxy still has it and builds go on working; go get warns, go build does not.",
		Look: "go list -m -u -retracted all (which asks the network). Here the newest go.mod file in the module cache is read; with " +
			"--ask-proxy the newest there is.",
		Do:  "go get MODULE@latest, and go mod tidy.",
		See: []string{"https://go.dev/ref/mod#go-mod-file-retract"},
	},
	Run: func(p *Pass) {
		eachRequired(p, func(r *modfile.Require, w *word) {
			for _, x := range w.mod.Retract {
				if semver.Compare(r.Mod.Version, x.Low) < 0 || semver.Compare(r.Mod.Version, x.High) > 0 {
					continue
				}
				f := requiredFinding(p, r, fmt.Sprintf("%s takes it back: %s", w.of, cmp.Or(bounded(x.Rationale), "no reason is given")))
				f.Fixes = []finding.Fix{{ID: "get-newer", Title: "require another version: latest",
					Argv: []string{"go", "-C", p.Project.Dir, "get", r.Mod.Path + "@latest"}, NeedsNetwork: true, Undo: "version control"}}
				if r.Indirect {
					p.ReportAs(finding.Note, f) // who requires it has to move first
				} else {
					p.Report(f)
				}
				return
			}
		})
	},
}

var moduleDeprecated = &Check{
	ID:       "module-deprecated",
	Title:    "a module is in use that its author has given up",
	Severity: finding.Note,
	Cost:     Read,
	Subject:  OfProject,
	Says: []string{
		"go: module … is deprecated: …",
	},
	Help: Help{
		Why: "The comment \"Deprecated:\" above the module line of the newest version says that the module is not cared for any more, and " +
			"often what to use instead.",
		Look: "go list -m -u -f '{{.Path}} {{.Deprecated}}' all (which asks the network).",
		Do:   "Move to what the comment names.",
		See:  []string{"https://go.dev/ref/mod#go-mod-file-module-deprecation"},
	},
	Run: func(p *Pass) {
		eachRequired(p, func(r *modfile.Require, w *word) {
			if w.mod.Module == nil || w.mod.Module.Deprecated == "" || r.Indirect {
				return
			}
			f := requiredFinding(p, r, fmt.Sprintf("%s says: %s", w.of, bounded(w.mod.Module.Deprecated)))
			f.Fixes = []finding.Fix{{ID: "move-on", Title: "move to what the author names"}}
			p.Report(f)
		})
	},
}

// eachRequired calls a func with each requirement of a project's go.mod file and the last word of that module's author.
func eachRequired(p *Pass, each func(*modfile.Require, *word)) {
	q := p.Project
	if q.Kind != project.Module || q.Weak {
		return
	}
	for _, r := range q.Mod().Require {
		if p.Err() != nil {
			return
		}
		if w := p.words.of(p, p.Machine, r.Mod.Path); w != nil {
			each(r, w)
		}
	}
}

// requiredFinding is a finding about a requirement, which has no fix yet.
func requiredFinding(p *Pass, r *modfile.Require, detail string) finding.Finding {
	return finding.Finding{
		Detail: fmt.Sprintf("%s requires %s; %s", p.Project.File, r.Mod, detail),
		Target: finding.Target{Module: r.Mod.Path, Version: r.Mod.Version, Path: p.Project.Dir, File: p.Project.File, Line: lineOf(r.Syntax)},
	}
}

// bounded shortens what an author wrote.
func bounded(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "..."
	}
	return s
}

// A word is what the author of a module said last: the newest go.mod file that is known.
type word struct {
	of  module.Version
	mod *modfile.File
}

// words remembers the last word about each module path.
type words struct {
	mu   sync.Mutex
	said map[string]func() *word
}

// of is the last word about a module; nil where no go.mod file of it is known.
func (w *words) of(ctx context.Context, m *Machine, path string) *word {
	w.mu.Lock()
	ask, ok := w.said[path]
	if !ok {
		if w.said == nil {
			w.said = make(map[string]func() *word)
		}
		ask = sync.OnceValue(func() *word { return lastWord(ctx, m, path) })
		w.said[path] = ask
	}
	w.mu.Unlock()
	return ask()
}

func lastWord(ctx context.Context, m *Machine, path string) *word {
	if m.Latest != nil {
		if v, data, err := m.Latest(ctx, path); err == nil {
			if f, err := gomod.ParseLax("go.mod", data, nil); err == nil {
				return &word{v, f}
			}
		}
	}
	c := m.Inventory.ModCache
	if c == nil {
		return nil
	}
	list := versionsOf(c, path)
	released := slices.ContainsFunc(list, func(v modcache.Version) bool { return semver.Prerelease(v.Version) == "" })
	for _, v := range slices.Backward(list) {
		if !v.Parts.Has(modcache.HasMod) || released && semver.Prerelease(v.Version) != "" {
			continue // where there are releases, the newest of them speaks (modload: queryProxy)
		}
		of := module.Version{Path: v.Path, Version: v.Version}
		file, err := modgraph.ModFile(c.Root, of)
		if err != nil {
			return nil
		}
		if f := modFile(file); f != nil {
			return &word{of, f}
		}
		return nil
	}
	return nil
}

// versionsOf are the versions of a path in the cache, the lowest first.
func versionsOf(c *modcache.Cache, path string) []modcache.Version {
	i, _ := slices.BinarySearchFunc(c.Versions, path, func(v modcache.Version, path string) int { return cmp.Compare(v.Path, path) })
	n := i
	for n < len(c.Versions) && c.Versions[n].Path == path {
		n++
	}
	return c.Versions[i:n]
}
