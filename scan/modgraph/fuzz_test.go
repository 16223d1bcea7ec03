package modgraph

import (
	"slices"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/scan/gomod"
)

// FuzzLax: of a go.mod file of a dependency the parser of package modfile brings nothing down, and what it requires is what
// the parser says, in one place in memory for equal texts.
func FuzzLax(f *testing.F) {
	f.Add("module example.com/a\n\ngo 1.24\n\nrequire (\n\texample.com/b v1.0.0 // indirect\n\texample.com/b v1.0.0\n)\nreplace example.com/b => ../b\nfuture x y\n")
	f.Add("module \"\\xff\"\nrequire a.b/c master\nretract [v1, v2\n")
	f.Add("go 1.x\nmodule\n(\n)\n\x00")
	f.Fuzz(func(t *testing.T, text string) {
		x, err := gomod.ParseLax("go.mod", []byte(text), nil)
		if err != nil {
			if x != nil {
				t.Fatalf("a file and %v", err)
			}
			return
		}
		main := MainOf("/x", x)
		main.Path = "main.example"
		c := NewCacheFunc(func(module.Version) ([]byte, error) { return []byte(text), nil })
		g := c.Load(&Input{Mains: []Main{main}})
		if !g.Complete() {
			t.Fatalf("%v is missing", g.Missing)
		}
		list := x.Require
		for _, r := range list {
			if r.Mod.Path == main.Path || slices.ContainsFunc(main.Exclude, func(v module.Version) bool { return v == r.Mod }) {
				continue
			}
			i := slices.IndexFunc(g.Selected, func(s Selected) bool { return s.Path == r.Mod.Path })
			if i < 0 || semver.Compare(g.Selected[i].Version.Version, r.Mod.Version) < 0 {
				t.Fatalf("%v is required, and %+v selected", r.Mod, g.Selected)
			}
		}
		if strict, err := modfile.Parse("go.mod", []byte(text), nil); err == nil && len(strict.Require) != len(list) {
			t.Fatalf("%d required, and %d for who reads strictly", len(list), len(strict.Require))
		}
	})
}
