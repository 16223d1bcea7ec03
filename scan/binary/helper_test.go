package binary

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/scan/goenv"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A world is a made-up machine with a GOBIN.
type world struct {
	t   *testing.T
	m   *cachetest.Machine
	env []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	m, err := cachetest.New(filepath.Join(t.TempDir(), "machine"))
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	w := &world{t: t, m: m, env: m.Environ()}
	w.set("PATH", filepath.Join(m.Root, "nothing"))
	return w
}

// set changes a variable of what Find is told. The go command keeps its own.
func (w *world) set(key, value string) {
	w.env = slices.DeleteFunc(w.env, func(kv string) bool { return strings.HasPrefix(kv, key+"=") })
	w.env = append(w.env, key+"="+value)
}

func (w *world) find(dirs ...string) *Found {
	w.t.Helper()
	env := goenv.Load(goenv.Input{Environ: w.env, Dir: w.m.Home})
	return Find(context.Background(), Input{Env: env, Environ: w.env, Dirs: dirs})
}

// one finds a binary by its path.
func (w *world) one(f *Found, path string) Binary {
	w.t.Helper()
	for _, b := range f.Binaries {
		if b.Path == path {
			return b
		}
	}
	w.t.Errorf("%q was not found", path)
	return Binary{}
}

func (w *world) bin(name string) string { return filepath.Join(w.m.GOBIN, name) }

// write makes an executable file in GOBIN.
func (w *world) write(name string, data []byte) string {
	w.t.Helper()
	must(w.t, os.WriteFile(w.bin(name), data, 0o755))
	return w.bin(name)
}

// goRun runs the real go on the machine, with the build cache that this test was built with: compiling
// package runtime anew would take longer than all tests together.
func goRun(t *testing.T, m *cachetest.Machine, dir, env string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(append(m.Environ(), "GOCACHE="+warmCache(t)), strings.Fields(env)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

var warmCacheOnce = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	return strings.TrimSpace(string(out)), err
})

func warmCache(t *testing.T) string {
	t.Helper()
	dir, err := warmCacheOnce()
	must(t, err)
	return dir
}

// programs are real ones, built once: installed from a module version, built in a directory, built for
// Windows, built with tags and linker flags.
type programs struct {
	tool, devel, cross, tagged []byte
	toolSum, depSum            string
}

var (
	builtOnce sync.Once
	built     *programs
)

// build makes the programs. Every test that needs one asks for all: the go command is started five times
// in all.
func build(t *testing.T) *programs {
	t.Helper()
	builtOnce.Do(func() {
		w := newWorld(t)
		p := &programs{}
		dep := cachetest.Module{Path: "example.com/dep", Version: "v1.2.3", GoMod: "module example.com/dep\n\ngo 1.21\n",
			Files: map[string]string{"dep.go": "package dep\n\nconst N = 7\n"}}
		tool := cachetest.Module{Path: "example.com/tool", Version: "v1.0.0",
			GoMod: "module example.com/tool\n\ngo 1.21\n\nrequire example.com/dep v1.2.3\n",
			Files: map[string]string{"cmd/hello/main.go": "package main\n\nimport \"example.com/dep\"\n\nfunc main() { println(dep.N) }\n"}}
		var err error
		p.toolSum, err = tool.Sum()
		must(t, err)
		p.depSum, err = dep.Sum()
		must(t, err)
		sum, err := dep.GoModSum()
		must(t, err)
		tool.Files["go.sum"] = "example.com/dep v1.2.3 " + p.depSum + "\nexample.com/dep v1.2.3/go.mod " + sum + "\n"
		p.toolSum, err = tool.Sum()
		must(t, err)
		must(t, w.m.Publish(dep, tool))
		get := func(name string) []byte {
			data, err := os.ReadFile(w.bin(name))
			must(t, err)
			return data
		}
		exe := ""
		if runtime.GOOS == "windows" {
			exe = ".exe"
		}
		goRun(t, w.m, w.m.Home, "", "install", "example.com/tool/cmd/hello@v1.0.0")
		p.tool = get("hello" + exe)
		goRun(t, w.m, w.m.Home, "GOFLAGS=-tags=a,b", "install", "-ldflags=-s", "example.com/tool/cmd/hello@v1.0.0")
		p.tagged = get("hello" + exe)
		dir := filepath.Join(w.m.Projects, "local")
		must(t, os.MkdirAll(dir, 0o755))
		must(t, os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/local\n\ngo 1.21\n"), 0o644))
		must(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644))
		goRun(t, w.m, dir, "", "build", "-buildvcs=false", "-o", w.bin("devel"), ".")
		p.devel = get("devel")
		goRun(t, w.m, dir, "GOOS="+other+" GOARCH=amd64", "build", "-buildvcs=false", "-o", w.bin("cross"), ".")
		p.cross = get("cross")
		built = p
	})
	if built == nil {
		t.Fatal("the programs could not be built")
	}
	return built
}

// other is a system that this is not.
var other = map[bool]string{false: "windows", true: "linux"}[runtime.GOOS == "windows"]
