package pins

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// TestRead reads one tree: each file of the archive, and what comes of all of them.
func TestRead(t *testing.T) {
	a, err := txtar.ParseFile("testdata/tree.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir, want := t.TempDir(), ""
	for _, f := range a.Files {
		if f.Name == "want" {
			want = string(f.Data)
			continue
		}
		file := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var got strings.Builder
	for _, p := range Read(dir, filepath.Join(dir, "sub")) {
		rel, _ := filepath.Rel(dir, p.File)
		fmt.Fprintf(&got, "%s:%d %s %q is %q", filepath.ToSlash(rel), p.Line, p.Kind, p.Text, p.Version)
		if p.AtLeast {
			got.WriteString(" or newer")
		}
		if p.Local {
			got.WriteString(" local")
		}
		if p.Unquoted {
			got.WriteString(" unquoted")
		}
		got.WriteByte('\n')
	}
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
	if list := Read("", filepath.Join(dir, "nothing")); len(list) > 0 {
		t.Errorf("nothing has pins: %v", list)
	}
}

func TestMeant(t *testing.T) {
	for text, want := range map[string]string{
		"1.22": "1.22", "1.22.3": "1.22.3", "v1.22.3": "1.22.3", "go1.22": "1.22", "1.22.x": "1.22", " 1.22 ": "1.22",
		"^1.22": "1.22+", ">=1.22.0": "1.22.0+", "~1.22": "1.22", "1.23rc1": "1.23rc1", "stable": "", "oldstable": "", "latest": "",
		"": "", "1": "", "2.0": "", "${GO}": "", "1.22; rm -rf": "", "1.99999": "",
	} {
		v, least := meant(text)
		if least {
			v += "+"
		}
		if v != want {
			t.Errorf("meant(%q) = %q, want %q", text, v, want)
		}
	}
}

// FuzzRead feeds every reader with anything: no panic, no more than the bound.
func FuzzRead(f *testing.F) {
	a, err := txtar.ParseFile("testdata/tree.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range a.Files {
		f.Add(file.Data)
	}
	f.Add([]byte("a: &a [*a]\njobs: *a\n"))
	f.Add([]byte("jobs: &j\n  x: *j\n"))
	f.Add([]byte("jobs: {j: {steps: [{uses: actions/setup-go@v5, with: {go-version: 1.0}}, {uses: actions/setup-go@v5, with: {go-version: 2.10}}]}}\n"))
	f.Add([]byte("tools.go = " + strings.Repeat("[", tomlMax) + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := &reader{seen: make(map[string]bool)}
		for _, read := range []func(string, []byte){r.workflow, r.gitlab, r.circle, r.toolVersions, r.goVersion, r.mise, r.docker} {
			read("/r/f", data)
		}
		if len(r.out) > pinsMax {
			t.Errorf("%d pins", len(r.out))
		}
		for _, p := range r.out {
			if p.Version != "" && !number.MatchString(p.Version) {
				t.Errorf("%q is a version", p.Version)
			}
			if p.Unquoted && p.Version == "" {
				t.Errorf("%q is a number of nothing", p.Text)
			}
		}
	})
}
