package gocache

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"godoctor/scan/tree"
)

// module is what the real go command builds: p with a test that opens a file, v with a fact for vet,
// x a program without imports.
var module = map[string]string{
	"go.mod":      "module example.com/m\n\ngo 1.24\n",
	"p/p.go":      "package p\n\nfunc Add(a, b int) int { return a + b }\n",
	"p/p_test.go": "package p\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestAdd(t *testing.T) {\n\tos.ReadFile(\"p.go\")\n\tif Add(1, 2) != 3 {\n\t\tt.Fatal()\n\t}\n}\n",
	"v/v.go":      "package v\n\nfunc Die() { panic(1) }\n",
	"x/x.go":      "package main\n\nfunc main() { println(7) }\n",
}

// gocmd runs the real go command in a module, with a cache of its own.
type gocmd struct{ dir, cache string }

func (g gocmd) run(t *testing.T, env string, args ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = g.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOENV=off", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local",
		"GOCACHEPROG=", "GODEBUG=", "GOEXPERIMENT=", "CGO_ENABLED=0", "GOOS="+runtime.GOOS, "GOARCH="+runtime.GOARCH)
	if g.cache != "" {
		cmd.Env = append(cmd.Env, "GOCACHE="+g.cache)
	}
	if env != "" {
		cmd.Env = append(cmd.Env, strings.Fields(env)...)
	}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, errs.String()[max(0, errs.Len()-2000):])
	}
	return out.String(), errs.String()
}

// seed spares compiling package testing and all it needs into the fresh cache, which takes longer than
// all tests together. The go command tells the IDs of the actions that it needs, and those entries are
// copied from the cache that this test itself was built with.
func seed(t *testing.T, g gocmd) {
	t.Helper()
	warm := gocmd{dir: g.dir}
	bin := filepath.Join(t.TempDir(), "p.test")
	_, ids := warm.run(t, "GODEBUG=gocachehash=1", "test", "-c", "-vet=off", "-o", bin, "./p")
	from, _ := warm.run(t, "", "env", "GOCACHE")
	from = strings.TrimSpace(from)
	done := make(map[string]bool)
	for _, hex := range regexp.MustCompile(`\b[0-9a-f]{64}\b`).FindAllString(ids, -1) {
		if done[hex] {
			continue
		}
		done[hex] = true
		name := hex[:2] + "/" + hex + "-a"
		text, err := os.ReadFile(filepath.Join(from, name))
		if err != nil || len(text) != actionSize {
			continue
		}
		out := string(text[3+2*idSize+1:][:2*idSize])
		out = out[:2] + "/" + out + "-d"
		if data, err := os.ReadFile(filepath.Join(from, out)); err == nil {
			put(t, g.cache, name, string(text))
			put(t, g.cache, out, string(data))
		}
	}
}

// TestReal lets the real go command fill a cache and asserts that what it made is told apart.
func TestReal(t *testing.T) {
	g := gocmd{dir: t.TempDir(), cache: t.TempDir()}
	for name, text := range module {
		age(t, time.Hour, put(t, g.dir, name, text)) // go caches no test that read a file just written
	}
	seed(t, g)
	g.run(t, "", "build", "./p")
	g.run(t, "GOOS=windows GOARCH=amd64", "build", "./p")
	g.run(t, "", "vet", "./v")
	g.run(t, "", "run", "./x")
	g.run(t, "", "test", "-vet=off", "./p")
	if out, _ := g.run(t, "", "test", "-vet=off", "./p"); !strings.Contains(out, "(cached)") {
		t.Fatalf("the second go test was not cached: %s", out)
	}
	version, _ := g.run(t, "", "env", "GOVERSION")
	version = cleanVersion(strings.TrimSpace(version))

	s, c := lookAt(t, g.cache)
	if !c.Looks || !c.Exact || !c.LastTrimmedKnown || time.Since(c.TrimTime) > time.Hour || len(c.Aliens) != 0 {
		t.Errorf("looks %v (%s), exact %v, trimmed %v, aliens %v", c.Looks, c.Reason, c.Exact, c.TrimTime, c.Aliens)
	}
	if n := countFiles(t, g.cache, "-a"); c.Actions != n {
		t.Errorf("%d actions, want %d", c.Actions, n)
	}
	if n := countFiles(t, g.cache, "-d"); c.Outputs != n {
		t.Errorf("%d outputs, want %d", c.Outputs, n)
	}
	if c.Stores[Test].Size != (tree.Size{}) {
		t.Errorf("the first look knows of test results: %+v", c.Stores[Test])
	}
	realHeaders(t, headers(t, s, du(t, g.cache)), version)
}

func realHeaders(t *testing.T, c *Cache, version string) {
	t.Helper()
	for _, want := range []struct {
		kind, version, goos string
		min                 int64
	}{
		{KindArchive, version, runtime.GOOS, 100}, // package testing needs as many
		{KindArchive, version, "windows", 2},      // -a and -d
		{KindExecutable, version, runtime.GOOS, 2},
		{KindSources, version, runtime.GOOS, 1},
		{KindMessage, version, "windows", 1},
		{KindMessage, version, runtime.GOOS, 50},
		{KindTestLog, "", "", 2},
		{KindTestResult, "", "", 2},
		{KindVet, "", "", 2},
		{KindIndex, "", "", 2},
	} {
		if n, _ := find(c, want.kind, want.version, want.goos); n < want.min {
			t.Errorf("%d entries of %q %s %s, want at least %d", n, want.kind, want.version, want.goos, want.min)
		}
	}
	for _, kind := range []string{KindDamaged, KindDangling, KindAlien, KindUnclassed, KindOther, KindObject, KindLinked} {
		wantEntries(t, c, kind, 0)
	}
	test := c.Stores[Test]
	if test.Items < 4 || test.Size.Bytes < 2*actionSize || test.Size.Files != test.Items {
		t.Errorf("store test: %+v", test)
	}
	for _, g := range c.Groups {
		if g.GoVersion != "" && g.GoVersion != version {
			t.Errorf("version %q of a cache that only %s has used", g.GoVersion, version)
		}
	}
	if t.Failed() {
		for _, g := range c.Groups {
			t.Logf("%+v", g)
		}
	}
}

func countFiles(t *testing.T, root, suffix string) int64 {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(root, "[0-9a-f][0-9a-f]", "*"+suffix))
	if err != nil {
		t.Fatal(err)
	}
	return int64(len(names))
}
