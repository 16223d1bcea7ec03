package cachetest

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sample is a small world of modules with every spelling that matters: a dependency, a module from
// before modules, upper-case letters in path and version, a pseudo-version, a major version in the
// path, +incompatible, and files that a zip leaves out.
func sample() []Module {
	return []Module{
		{
			Path: "example.com/greet", Version: "v1.2.0",
			GoMod: "module example.com/greet\n\ngo 1.21\n\nrequire example.com/words v1.0.0\n",
			Files: map[string]string{
				"greet.go":              "package greet\n\nimport \"example.com/words\"\n\nfunc Hello() string { return words.Hello }\n",
				"internal/deep/deep.go": "package deep\n",
				"testdata/golden":       "hello\n",
				"LICENSE":               "Do as you like.\n",
				"vendor/x.test/x/x.go":  "package x\n",
				"nested/go.mod":         "module example.com/greet/nested\n",
				"nested/nested.go":      "package nested\n",
			},
		},
		{
			Path: "example.com/words", Version: "v1.0.0",
			GoMod: "module example.com/words\n\ngo 1.21\n",
			Files: map[string]string{"words.go": "package words\n\nconst Hello = \"hello\"\n"},
		},
		{
			Path: "example.com/words", Version: "v1.1.0",
			GoMod: "module example.com/words\n\ngo 1.21\n",
			Files: map[string]string{"words.go": "package words\n\nconst Hello = \"good day\"\n"},
		},
		{
			Path: "github.com/BurntExample/Old", Version: "v1.1.0-RC1",
			Files: map[string]string{"old.go": "package old\n"},
		},
		{
			Path: "github.com/BurntExample/Old", Version: "v3.0.0+incompatible",
			Files: map[string]string{"old.go": "package old\n\nconst New = true\n", "empty.txt": ""},
		},
		{
			Path: "example.org/major/v2", Version: "v2.0.0-20240305120000-0123456789ab",
			GoMod: "module example.org/major/v2\n\ngo 1.21\n",
			Files: map[string]string{"a/b/c/d.go": "package c\n"},
		},
	}
}

func newMachine(t *testing.T) *Machine {
	t.Helper()
	m, err := New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	return m
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// goRun runs the real go command on m in dir and returns what it printed.
func goRun(t *testing.T, m *Machine, dir, setting string, args ...string) string {
	t.Helper()
	out, err := goTry(m, dir, setting, args...)
	if err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func goTry(m *Machine, dir, setting string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(m.Environ(), "PWD="+dir)
	if setting != "" {
		cmd.Env = append(cmd.Env, setting)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// tree lists everything below dir: name, mode and a hash of the content.
func tree(t *testing.T, dir string, times bool) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		line := fmt.Sprintf("%q %v", filepath.ToSlash(rel), info.Mode())
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			line += fmt.Sprintf(" %d %x", len(data), sha256.Sum256(data))
		}
		if times {
			line += info.ModTime().UTC().Format(" 2006-01-02T15:04:05.000000000")
		}
		list = append(list, line)
		return nil
	})
	must(t, err)
	return list
}

// diffTrees reports the lines that only one of two trees has.
func diffTrees(t *testing.T, want, got []string) {
	t.Helper()
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("too much: %s", line)
		}
	}
}

// TestInstallIsDownload compares what Install writes with what the real go command downloads from
// the same proxy into an empty cache, through both kinds of proxy.
func TestInstallIsDownload(t *testing.T) {
	for _, kind := range []string{"file", "http"} {
		t.Run(kind, func(t *testing.T) {
			m, other := newMachine(t), newMachine(t)
			mods := sample()
			only, mods := mods[1], append(slices.Clone(mods[:1]), mods[2:]...)
			must(t, other.Publish(append(mods, only)...))
			if kind == "http" {
				p, err := other.Serve()
				must(t, err)
				defer p.Close()
			}
			must(t, m.Install(mods...))
			must(t, m.InstallModOnly(only))
			args := []string{"mod", "download"}
			for _, mod := range mods {
				args = append(args, mod.String())
			}
			goRun(t, other, other.Projects, "", args...)
			goRun(t, other, other.Projects, "", "list", "-m", only.String())
			diffTrees(t, tree(t, other.GOMODCACHE, false), tree(t, m.GOMODCACHE, false))
		})
	}
}

// TestOfflineBuild lets the real go command verify and build a project over an installed cache, in
// a build cache that holds made-up entries of every kind.
func TestOfflineBuild(t *testing.T) {
	m := newMachine(t)
	mods := sample()
	must(t, m.Install(mods[0], mods[2]))
	must(t, m.InstallModOnly(mods[1]))
	for kind := KindPackage; kind <= KindExecutable; kind++ {
		must(t, m.BuildEntry(BuildEntry{Kind: kind, Package: "example.com/greet", GoVersion: "go1.25.3", Size: 2000, Dir: m.Dir(mods[0])}))
	}
	must(t, m.BuildCacheFiles(Released, Released))
	dir, err := m.Project("hello", "module example.test/hello\n\ngo 1.21\n\nrequire example.com/greet v1.2.0\n\nrequire example.com/words v1.1.0 // indirect\n",
		map[string]string{"hello.go": "package hello\n\nimport \"example.com/greet\"\n\nfunc Say() string { return greet.Hello() }\n"})
	must(t, err)
	before := tree(t, m.GOMODCACHE, true)
	if out := goRun(t, m, dir, "GOPROXY=off", "mod", "verify"); !strings.Contains(out, "all modules verified") {
		t.Errorf("go mod verify says %q", out)
	}
	goRun(t, m, dir, "GOPROXY=off", "build", "./...")
	diffTrees(t, before, tree(t, m.GOMODCACHE, true))

	goRun(t, m, dir, "GOPROXY=off", "mod", "tidy", "-diff")
	sum, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	must(t, err)
	want := m.GoSum(mods[0], mods[2])
	if string(sum) != want {
		t.Errorf("go.sum is\n%swant\n%s", sum, want)
	}
}
