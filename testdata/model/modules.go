//go:build linux && amd64

package main

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"godoctor/scan/cachetest"
)

// A made module version of the machine: what it requires, and imports.
type recipe struct {
	name     string // "model.test/a@v1.0.0"
	goLine   string
	requires []string
}

// recipes are all module versions that there are. Those below hold are not in the checksum database: nothing but a go.sum file
// knows their hashes, so they are not to be deleted at once. One of them is of the time before graphs were pruned.
var recipes = []recipe{
	{"model.test/a@v1.0.0", "1.24", nil},
	{"model.test/a@v1.1.0", "1.24", []string{"model.test/b@v1.0.0"}},
	{"model.test/a@v1.2.0", "1.24", []string{"model.test/b@v1.1.0", "model.test/C@v0.1.0"}},
	{"model.test/b@v1.0.0", "1.24", nil},
	{"model.test/b@v1.1.0", "1.24", []string{"model.test/C@v0.2.0"}},
	{"model.test/C@v0.1.0", "1.24", nil},
	{"model.test/C@v0.2.0", "1.24", nil},
	{"model.test/d/v2@v2.0.0", "1.16", []string{"model.test/C@v0.1.0", "model.test/b@v1.0.0"}},
	{"model.test/d/v2@v2.1.0", "1.24", []string{"model.test/a@v1.0.0"}},
	{"model.test/hold/e@v1.0.0", "1.24", nil},
	{"model.test/hold/e@v1.1.0", "1.24", []string{"model.test/a@v1.1.0"}},
	{"model.test/hold/f@v0.0.0-20240305120000-abcdefabcdef", "1.24", []string{"model.test/hold/e@v1.0.0"}},
}

// noDatabase is GONOSUMDB.
const noDatabase = "model.test/hold"

var byName = func() map[string]recipe {
	all := make(map[string]recipe)
	for _, r := range recipes {
		all[r.name] = r
	}
	return all
}()

// names are those of all versions, in order.
var names = slices.Sorted(maps.Keys(byName))

// module is what the author of a version has published.
func (r recipe) module() cachetest.Module {
	p, version, _ := strings.Cut(r.name, "@")
	pkg := packageName(p)
	var require, imports strings.Builder
	for _, q := range r.requires {
		other, v, _ := strings.Cut(q, "@")
		fmt.Fprintf(&require, "\nrequire %s %s\n", other, v)
		fmt.Fprintf(&imports, "import _ %q\n", other)
	}
	files := map[string]string{
		pkg + ".go":       fmt.Sprintf("package %s\n\n%s\n// Name is that of the version.\nconst Name = %q\n", pkg, &imports, r.name),
		"sub/sub.go":      "package sub\n\nfunc N() int { return 2 }\n",
		"sub/data/x.txt":  strings.Repeat("some text of "+r.name+"\n", 60),
		"sub/data/Y.txt":  "Y\n",
		"LICENSE":         "do as you like\n",
		"testdata/v1.zip": "this is none\n",
	}
	return cachetest.Module{Path: p, Version: version, Files: files, GoMod: "module " + p + "\n\ngo " + r.goLine + "\n" + require.String()}
}

func packageName(p string) string {
	if path.Base(p) == "v2" {
		p = path.Dir(p)
	}
	return strings.ToLower(path.Base(p))
}

// A project is a main module: the packages that it imports, by module path, and in which version it wants them.
type project struct {
	wants map[string]string // path -> version
}

func (p *project) roots() (out []string) {
	for path, version := range p.wants {
		out = append(out, path+"@"+version)
	}
	slices.Sort(out)
	return out
}

// reached are all versions that the requirements lead to: those whose go.mod files may take part.
func (p *project) reached() map[string]bool {
	seen := make(map[string]bool)
	var visit func(list []string)
	visit = func(list []string) {
		for _, name := range list {
			if !seen[name] {
				seen[name] = true
				visit(byName[name].requires)
			}
		}
	}
	visit(p.roots())
	return seen
}

// selected are the versions that are built: of each path the highest that is reached (minimal version selection).
func (p *project) selected() map[string]string {
	out := make(map[string]string)
	for name := range p.reached() {
		path, version, _ := strings.Cut(name, "@")
		if semver.Compare(out[path], version) < 0 {
			out[path] = version
		}
	}
	return out
}

// imported are the selected versions of which a package is in the build.
func (p *project) imported() map[string]bool {
	selected, seen := p.selected(), make(map[string]bool)
	var visit func(path string)
	visit = func(path string) {
		name := path + "@" + selected[path]
		if seen[name] {
			return
		}
		seen[name] = true
		for _, r := range byName[name].requires {
			other, _, _ := strings.Cut(r, "@")
			visit(other)
		}
	}
	for path := range p.wants {
		visit(path)
	}
	return seen
}

// files are those of the project: go.mod lists all that is selected, go.sum the zips of those, and every go.mod file that is
// reached.
func (p *project) files(name string) (map[string]string, error) {
	var require, imports strings.Builder
	selected := p.selected()
	for _, path := range slices.Sorted(maps.Keys(selected)) {
		comment := " // indirect"
		if p.wants[path] != "" {
			comment = ""
			fmt.Fprintf(&imports, "import _ %q\n", path)
		}
		fmt.Fprintf(&require, "\t%s %s%s\n", path, selected[path], comment)
	}
	var sums []string
	for name := range p.reached() {
		m := byName[name].module()
		zip, err := m.Sum()
		if err != nil {
			return nil, err
		}
		mod, err := m.GoModSum()
		if err != nil {
			return nil, err
		}
		if selected[m.Path] == m.Version {
			sums = append(sums, fmt.Sprintf("%s %s %s\n", m.Path, m.Version, zip))
		}
		sums = append(sums, fmt.Sprintf("%s %s/go.mod %s\n", m.Path, m.Version, mod))
	}
	slices.Sort(sums)
	out := map[string]string{
		"go.mod": "module project.test/" + name + "\n\ngo 1.24\n",
		"p.go":   "package p\n\n" + imports.String(),
	}
	if len(selected) > 0 {
		out["go.mod"] += "\nrequire (\n" + require.String() + ")\n"
		out["go.sum"] = strings.Join(sums, "")
	}
	return out, nil
}
