package source

import (
	"go/build/constraint"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// FuzzFile: of a Go file that says anything its directory is built with it, or leaves it out, or is none; an import stands in a
// line of it, and its constraint is one that package constraint knows.
func FuzzFile(f *testing.F) {
	f.Add("//go:build linux && !cgo\n\npackage a\n\nimport (\n\t\"fmt\"\n\t_ \"a.b/c\"\n)\n", "a_linux.go")
	f.Add("package a\nimport \"C\"\n", "a_windows_amd64.go")
	f.Add("// +build ignore\n\npackage main\n", "a.go")
	f.Add("//go:build (\npackage a\nimport \"x", "_a.go")
	f.Add("/*\n//go:build x\n*/ package \xff\n//go:embed x\nvar s string\n", "a_test.go")
	f.Add("//line /etc/x.go:7\npackage a\n\nimport \"fmt\"\n", "a.go")
	f.Add("package a /*line b.go:99*/\n\n//line b.go:7\nimport \"fmt\"\n", "a.go")
	target := &Target{GOOS: "linux", GOARCH: "amd64", Cgo: true, Go: "go1.26.8"}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, name string) {
		if name = strings.TrimSuffix(name, ".go") + ".go"; filepath.Base(name) != name || len(name) > 100 || strings.ContainsRune(name, 0) {
			return
		}
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		defer os.Remove(file)
		line, n := constraintOf(file)
		if line != "" && (!constraint.IsGoBuild(line) || n < 1 || n > strings.Count(text, "\n")+1) {
			t.Fatalf("%q in line %d", line, n)
		}
		p := target.Look(dir)
		if p == nil {
			return
		}
		if both := append(slices.Clone(p.Files), p.Ignored...); !slices.Equal(both, []string{name}) {
			t.Fatalf("%+v", p)
		}
		for _, i := range p.Imports {
			if i.File != file || i.Line < 1 || i.Line > strings.Count(text, "\n")+1 {
				t.Fatalf("%+v of %q", i, text)
			}
		}
	})
}
