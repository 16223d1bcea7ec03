package rebuild

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"godoctor/doctor/state"
	"godoctor/scan/cachetest"
	"godoctor/scan/gocmd"
)

// A lab is a machine with a program that needs a module of the cache, one that a directory replaces, and an embedded file.
type lab struct {
	t   *testing.T
	m   *cachetest.Machine
	dir string
	in  Input
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newLab(t *testing.T, keep *state.Scratch) *lab {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	dep := cachetest.Module{Path: "example.com/dep", Version: "v1.2.0", GoMod: "module example.com/dep\n\ngo 1.21\n", Files: map[string]string{"dep.go": "package dep\n\nconst N = 7\n"}}
	must(t, m.Install(dep))
	_, err = m.Project("src/lib", "module example.com/lib\n\ngo 1.21\n", map[string]string{"lib.go": "package lib\n\nfunc Where() int { panic(\"lib\") }\n"})
	must(t, err)
	dir, err := m.Project("src/app", "module example.com/app\n\ngo 1.21\n\nrequire (\n\texample.com/dep v1.2.0\n\texample.com/lib v0.0.0\n)\n\nreplace example.com/lib => ../lib\n",
		map[string]string{"go.sum": m.GoSum(dep), "main.go": "package main\n\nimport (\n\t\"example.com/dep\"\n\t\"example.com/lib\"\n)\n\nfunc main() { println(dep.N, lib.Where()) }\n",
			".git/config": "[core]\n", "sub/sub.go": "package sub\n"})
	must(t, err)
	tmp := filepath.Join(m.Root, "tmp")
	must(t, os.MkdirAll(tmp, 0o777))
	for _, key := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(key, tmp)
	}
	t.Setenv("GOFLAGS", "-toolexec="+filepath.Join(m.Root, "no-such-program")) // nothing of this process's environment counts
	root, err := exec.Command("go", "env", "GOROOT").Output()
	must(t, err)
	exe := map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]
	return &lab{t: t, m: m, dir: dir, in: Input{Dir: dir, Local: []string{dir, filepath.Join(filepath.Dir(dir), "lib")}, Keep: keep, Build: gocmd.Build{
		Go: filepath.Join(strings.TrimSpace(string(root)), "bin", "go"+exe), Proxy: gocmd.FileURL(filepath.Join(m.GOMODCACHE, "cache", "download")),
		GOOS: "windows", GOARCH: "amd64", Trimpath: true, SystemRoot: os.Getenv("SYSTEMROOT")}}}
}

// tree is what lies below a directory, with modes, times and content.
func (l *lab) tree() map[string]string {
	l.t.Helper()
	out := make(map[string]string)
	must(l.t, filepath.WalkDir(l.m.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		out[path] = fi.Mode().String()
		if path != filepath.Join(l.m.Root, "tmp") {
			out[path] += fi.ModTime().String()
		}
		if fi.Mode().IsRegular() {
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			out[path] += fmt.Sprintf("%x", sha256.Sum256(b))
		}
		return nil
	}))
	return out
}

// run builds, and wants everything to be as it was before, caches and directory for temporary files included.
func (l *lab) run(ctx context.Context) (*Result, error) {
	l.t.Helper()
	before := l.tree()
	r, err := Run(ctx, l.in)
	if after := l.tree(); !maps.Equal(before, after) {
		for path := range after {
			if before[path] != after[path] {
				l.t.Errorf("changed: %s: %q, was %q", path, after[path], before[path])
			}
		}
		l.t.Errorf("there were %d entries, and are %d", len(before), len(after))
	}
	return r, err
}

// TestRebuild compiles the standard library for Windows once, and then builds what is reproducible and what is not.
func TestRebuild(t *testing.T) {
	keep, err := state.NewScratch("keep")
	must(t, err)
	defer func() { must(t, keep.Close()) }()
	l := newLab(t, keep)
	r, err := l.run(t.Context())
	must(t, err)
	if !r.Same() || r.Reason != "" || r.Parts != nil || r.Files[0].Host != "windows/amd64" || r.Files[0].Program.Package != "example.com/app" || r.Files[0].Program.Format != "PE" {
		t.Errorf("with -trimpath: %+v %+v", r, r.Files[0].Program)
	}
	if len(r.Files[1].Modules) != 2 || r.Files[1].Modules[0].Sum == "" || r.Files[1].Modules[1].Replace == nil {
		t.Errorf("modules: %+v", r.Files[1].Modules)
	}

	// The other build has to be a real one: what is stamped into it by the place differs.
	l.in.Build.Trimpath = false
	if r, err = l.run(t.Context()); err != nil || r.Same() || !strings.Contains(r.Reason, "without -trimpath") || len(r.Parts) == 0 {
		t.Errorf("without -trimpath: %v, %+v", err, r)
	}
	l.in.Build.Trimpath = true

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.run(ctx); err == nil {
		t.Error("the context does not end it")
	}
	l.in.Dir = filepath.Join(l.dir, "sub")
	if _, err := l.run(t.Context()); err == nil || !strings.Contains(err.Error(), "main package") {
		t.Errorf("a library: %v", err)
	}
	l.in.Dir = l.dir
	l.in.Build.Tags = "a -toolexec=x"
	if _, err := l.run(t.Context()); err == nil || !strings.Contains(err.Error(), "no build has a setting") {
		t.Errorf("hostile tags: %v", err)
	}
	l.in.Build.Tags = ""

	// A workspace: the replacement by its go.work counts, and go.work.sum with it.
	work := filepath.Join(filepath.Dir(l.dir), "go.work")
	must(t, os.WriteFile(work, []byte("go 1.21\n\nuse (\n\t./app\n\t./lib\n)\n"), 0o666))
	l.in.Work = work
	if r, err := l.run(t.Context()); err != nil || !r.Same() {
		t.Errorf("in a workspace: %v", err)
	}
	l.in.Work = ""

	l.withoutCompiler()
	must(t, os.WriteFile(filepath.Join(l.dir, "main.go"), []byte("package main\n\nfunc main() { nothing() }\n"), 0o666))
	if _, err := l.run(t.Context()); err == nil || !strings.Contains(err.Error(), "main.go:3") || strings.Contains(err.Error(), "godoctor-rebuild") {
		t.Errorf("what does not compile: %v", err)
	}
	must(t, os.WriteFile(filepath.Join(l.dir, "main.go"), []byte("package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.N) }\n"), 0o666))
	must(t, os.Remove(l.m.CachePath(cachetest.Module{Path: "example.com/dep", Version: "v1.2.0"}, "zip")))
	if _, err := l.run(t.Context()); err == nil || !strings.Contains(err.Error(), "godoctor repair --project") {
		t.Errorf("without the zip: %v", err)
	}
}

// withoutCompiler builds what imports "C" without cgo, and with it where there is no C compiler. That is no build, and it is said what is
// missing. What comes of it with one, .ci/rebuild tests.
func (l *lab) withoutCompiler() {
	l.t.Helper()
	text := "package main\n\n// static int seven(void) { return 7; }\nimport \"C\"\n\nfunc main() { println(C.seven()) }\n"
	must(l.t, os.WriteFile(filepath.Join(l.dir, "main.go"), []byte(text), 0o666))
	wants := func(words ...string) {
		l.t.Helper()
		_, err := l.run(l.t.Context())
		if err == nil {
			l.t.Errorf("it was built; want %q", words)
			return
		}
		for _, w := range words {
			if !strings.Contains(err.Error(), w) {
				l.t.Errorf("got %v; want %q", err, w)
			}
		}
		if strings.Contains(err.Error(), "godoctor-rebuild") {
			l.t.Errorf("it names a directory of ours: %v", err)
		}
	}
	wants("the build failed", "cgo is off", "--cgo", "build constraints exclude all Go files")
	l.in.Build.Cgo, l.in.Build.Path = true, filepath.Join(l.m.Root, "no-such-directory")
	wants("the build failed", "cgo runs a C compiler and there is none in PATH", "install one, or leave --cgo out", "not found")
	l.in.Build.Cgo, l.in.Build.Path = false, ""
}

// TestFailed: whichever of the two builds fails, the error names the files of the project and no directory of ours.
func TestFailed(t *testing.T) {
	for _, name := range names {
		b := &gocmd.Build{Scratch: filepath.Join(t.TempDir(), name)}
		source := filepath.Join(b.Scratch, "source")
		err := failed(fmt.Errorf("%s:3: undefined: nothing; %s is no package", filepath.Join(source, "main.go"), source), b)
		if want := "the build failed: main.go:3: undefined: nothing; the copy of its source is no package"; err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestNextSecond: no two builds with cgo in one second, and no waiting for who has stopped.
func TestNextSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, late := range []time.Duration{0, time.Nanosecond, 300 * time.Millisecond, 999 * time.Millisecond} {
			time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second + late)))
			before := time.Now()
			must(t, nextSecond(t.Context()))
			if after := time.Now(); after.Unix() != before.Unix()+1 || after.Sub(before) > 1005*time.Millisecond {
				t.Errorf("%s in a second: %s later", late, after.Sub(before))
			}
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		why := fmt.Errorf("enough")
		cancel(why)
		if err := nextSecond(ctx); err != why {
			t.Error(err)
		}
	})
}
