package project

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
)

// A world is a directory in which a test makes files.
type world struct {
	testing.TB
	dir string
}

func newWorld(t testing.TB) *world {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &world{t, dir}
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// path is a path in the world.
func (w *world) path(name string) string { return filepath.Join(w.dir, filepath.FromSlash(name)) }

// file makes a file, and the directories that it is in.
func (w *world) file(name, text string) string {
	w.Helper()
	w.must(os.MkdirAll(filepath.Dir(w.path(name)), 0o777))
	w.must(os.WriteFile(w.path(name), []byte(text), 0o666))
	return w.path(name)
}

// find looks below the world.
func (w *world) find(change func(*Input)) *Found {
	w.Helper()
	in := Input{Roots: []string{w.dir}}
	if change != nil {
		change(&in)
	}
	return Find(w.Context(), in)
}

// one is the project with that file.
func (w *world) one(f *Found, name string) *Project {
	w.Helper()
	i := slices.IndexFunc(f.Projects, func(p *Project) bool { return p.File == w.path(name) })
	if i < 0 {
		w.Fatalf("%s was not found, only %q", name, w.files(f))
	}
	return f.Projects[i]
}

// files are the files of projects, from the world's directory.
func (w *world) files(f *Found) []string {
	var list []string
	for _, p := range f.Projects {
		rel, err := filepath.Rel(w.dir, p.File)
		w.must(err)
		list = append(list, filepath.ToSlash(rel))
	}
	return list
}

// skipped are the examples of what was left out, each behind its reason.
func (w *world) skipped(f *Found) []string {
	var list []string
	for _, s := range f.Skipped {
		for _, e := range s.Examples {
			rel, err := filepath.Rel(w.dir, e)
			w.must(err)
			list = append(list, fmt.Sprintf("%s: %s", s.Reason, filepath.ToSlash(rel)))
		}
	}
	return list
}

func same[T comparable](t testing.TB, what string, got, want []T) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %v\nwant %v", what, got, want)
	}
}

// versions reads "PATH VERSION" lines or words PATH@VERSION.
func versions(list ...string) []module.Version {
	var out []module.Version
	for _, s := range list {
		path, version, _ := strings.Cut(s, "@")
		out = append(out, module.Version{Path: path, Version: version})
	}
	return out
}

// kinds are the kinds of doubts.
func kinds(list []Doubt) []DoubtKind {
	var out []DoubtKind
	for _, d := range list {
		out = append(out, d.Kind)
	}
	return out
}

// git runs git to make a repository, with nobody's settings.
func (w *world) git(dir string, args ...string) string {
	w.Helper()
	cmd := exec.Command("git", append([]string{
		"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always",
		"-c", "core.autocrlf=false", "-c", "commit.gpgSign=false",
	}, args...)...)
	cmd.Dir = w.path(dir)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "SYSTEMROOT=" + os.Getenv("SYSTEMROOT")}
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// goSays runs go in a directory, without a network and with nobody's settings.
func goSays(t testing.TB, dir string, args ...string) (string, error) {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.RemoveAll()
	m.GOPROXY = "off"
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = dir, m.Environ()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// gitRunner is the git of this machine.
func gitRunner(t testing.TB) *gocmd.Git {
	t.Helper()
	g, err := gocmd.FindGit(os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

const hash1, hash2 = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "h1:BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB="
