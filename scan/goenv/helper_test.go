package goenv

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A world is a home directory, a working directory and a PATH of their own, so that no test sees the
// settings of the person who runs it.
type world struct {
	t    *testing.T
	root string
	home string
	dir  string
	bin  string
}

// newWorld makes a world whose PATH holds a link to the real go and nothing else: without a C compiler
// "go env" is quick, and says CGO_ENABLED=0 everywhere.
func newWorld(t *testing.T) *world {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, root: root, home: filepath.Join(root, "home"), dir: filepath.Join(root, "work"), bin: filepath.Join(root, "bin")}
	for _, d := range []string{w.home, w.dir, w.bin, filepath.Join(root, "tmp")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(realGoroot(t), "bin", "go"+exeSuffix(runtime.GOOS)), filepath.Join(w.bin, "go"+exeSuffix(runtime.GOOS))); err != nil {
		t.Fatal(err)
	}
	return w
}

// expand puts the places of the world into a text.
func (w *world) expand(s string) string {
	return strings.NewReplacer("$ROOT", w.root, "$HOME", w.home, "$WORK", w.dir, "$BIN", w.bin,
		"$GOROOT", realGoroot(w.t)).Replace(s)
}

// write makes a file in the world. A name that begins with "/" in the test is one below root.
func (w *world) write(name, content string, mode os.FileMode) string {
	w.t.Helper()
	file := filepath.Join(w.root, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(w.expand(content)), mode); err != nil {
		w.t.Fatal(err)
	}
	return file
}

// input is the ordinary environment of the world with changes: "KEY=value", or "KEY" to take it away.
func (w *world) input(changes ...string) Input {
	env := []string{"HOME=$HOME", "PATH=$BIN", "TMPDIR=$ROOT/tmp", "GOTOOLCHAIN=local"}
	for _, c := range changes {
		key, _, set := strings.Cut(c, "=")
		env = slices.DeleteFunc(env, func(kv string) bool { return strings.HasPrefix(kv, key+"=") })
		if set {
			env = append(env, c)
		}
	}
	for i := range env {
		env[i] = w.expand(env[i])
	}
	return Input{Environ: env, Dir: w.dir}
}

// load is Load on a machine without well-known places.
func (w *world) load(in Input) *Env {
	return load(in, machine{goos: runtime.GOOS, goarch: runtime.GOARCH})
}

// goEnv asks the real go.
func (w *world) goEnv(in Input) map[string]string {
	w.t.Helper()
	cmd := exec.Command(filepath.Join(w.bin, "go"), "env", "-json")
	// The variable is the mark of go's telemetry process: with it, go starts none, which would write below
	// the home directory while the test takes it away. It has no part in any setting.
	cmd.Env, cmd.Dir = append(slices.Clone(in.Environ), "GO_TELEMETRY_CHILD=2"), in.Dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		w.t.Fatalf("go env: %v\n%s", err, stderr.String())
	}
	m := map[string]string{}
	if err := json.Unmarshal(out, &m); err != nil {
		w.t.Fatal(err)
	}
	delete(m, "GOGCCFLAGS")
	return m
}

// asJSON is what a raw value becomes on its way through "go env -json".
func asJSON(t *testing.T, raw string) string {
	t.Helper()
	data, err := json.Marshal(raw)
	if err != nil {
		t.Fatal(err)
	}
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// realGoroot is the tree of the go that runs this test.
var realGorootOnce = sync.OnceValues(func() (string, error) {
	file, err := exec.LookPath(filepath.Join(os.Getenv("GOROOT"), "bin", "go"))
	if err != nil {
		file, err = exec.LookPath("go")
	}
	if err != nil {
		return "", err
	}
	file, err = filepath.EvalSymlinks(file)
	return filepath.Dir(filepath.Dir(file)), err
})

func realGoroot(t *testing.T) string {
	t.Helper()
	root, err := realGorootOnce()
	if err != nil {
		t.Fatalf("the go that runs this test was not found: %v", err)
	}
	return root
}

// problemWith returns the first problem of a key whose message has all the words.
func problemWith(e *Env, key string, words ...string) (Problem, bool) {
	for _, p := range e.Problems {
		if p.Key == key && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(p.Message, w) }) {
			return p, true
		}
	}
	return Problem{}, false
}

func wantProblem(t *testing.T, e *Env, key string, words ...string) Problem {
	t.Helper()
	p, ok := problemWith(e, key, words...)
	if !ok {
		t.Errorf("no problem of %q with %q in %+v", key, words, e.Problems)
	}
	return p
}
