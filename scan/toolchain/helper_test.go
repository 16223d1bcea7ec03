package toolchain

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// A world is a whole made-up machine: its file system begins at root.
type world struct {
	t    *testing.T
	root string
	home string
	env  []string
	goos string
	arch string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	w := &world{t: t, root: root, home: filepath.Join(root, "home", "u"), goos: "linux", arch: "amd64"}
	must(t, os.MkdirAll(w.home, 0o755))
	return w
}

// at is a place of the world: "~" is its home, all else is below its root.
func (w *world) at(p string) string {
	if rest, ok := strings.CutPrefix(p, "~"); ok {
		return filepath.Join(w.home, filepath.FromSlash(rest))
	}
	return filepath.Join(w.root, filepath.FromSlash(p))
}

// say replaces the places in a text.
func (w *world) say(s string) string {
	return strings.NewReplacer("$ROOT", w.root, "$HOME", w.home).Replace(s)
}

func (w *world) write(p, text string, mode os.FileMode) string {
	w.t.Helper()
	file := w.at(p)
	must(w.t, os.MkdirAll(filepath.Dir(file), 0o755))
	must(w.t, os.WriteFile(file, []byte(w.say(text)), mode))
	must(w.t, os.Chmod(file, mode))
	return file
}

// link makes p a link to a target, which is relative to p's directory or begins with $ROOT.
func (w *world) link(p, target string) {
	w.t.Helper()
	must(w.t, os.MkdirAll(filepath.Dir(w.at(p)), 0o755))
	must(w.t, os.Symlink(w.say(target), w.at(p)))
}

// tree makes a Go tree whose bin/go says nothing of itself, so that VERSION speaks.
func (w *world) tree(p, version string) string {
	w.t.Helper()
	exe := ""
	if w.goos == "windows" {
		exe = ".exe"
	}
	w.write(p+"/VERSION", version+"\ntime 2025-08-08T17:33:23Z\n", 0o644)
	w.write(p+"/bin/go"+exe, "made up: "+version+"\n", 0o755)
	w.write(p+"/pkg/tool/"+w.goos+"_"+w.arch+"/compile"+exe, "compile\n", 0o755)
	w.write(p+"/src/runtime/runtime.go", "package runtime\n", 0o644)
	return w.at(p)
}

// real makes a tree around a hard link to the go command of this test run.
func (w *world) real(p, version string) string {
	w.t.Helper()
	w.goos, w.arch = runtime.GOOS, runtime.GOARCH
	dir := w.tree(p, version)
	name := "go"
	if runtime.GOOS == "windows" {
		name = "go.exe"
	}
	file := filepath.Join(dir, "bin", name)
	must(w.t, os.Remove(file))
	must(w.t, os.Link(w.ownGo(name), file))
	return dir
}

// ownGo is the go command of this test run, at a place of the world where no source looks: copied where it
// cannot be linked (another file system, another owner).
func (w *world) ownGo(name string) string {
	w.t.Helper()
	file := w.at("/own-" + name)
	from := filepath.Join(testGoroot(w.t), "bin", name)
	if exists(file) || os.Link(from, file) == nil {
		return file
	}
	text, err := os.ReadFile(from)
	must(w.t, err)
	must(w.t, os.WriteFile(file, text, 0o755))
	return file
}

// testGoroot is where the go command that runs these tests stands.
func testGoroot(t *testing.T) string {
	t.Helper()
	dir, err := ownGoroot()
	must(t, err)
	return dir
}

var ownGoroot = sync.OnceValues(func() (string, error) {
	return filepath.EvalSymlinks(goenv.Load(goenv.Input{Environ: os.Environ()}).Goroot())
})

func (w *world) input() Input {
	env := []string{"HOME=" + w.home, "USERPROFILE=" + w.home, "GOENV=off", "GOMODCACHE=" + w.at("~/go/pkg/mod")}
	for _, kv := range w.env {
		env = append(env, w.say(kv))
	}
	return Input{
		Env: goenv.Load(goenv.Input{Environ: env, Dir: w.root}), Environ: env, Home: w.home,
		GOOS: w.goos, GOARCH: w.arch, ModCache: w.at("~/go/pkg/mod"), Root: w.root, Now: day(2026, 11, 22),
	}
}

func (w *world) find() *Found {
	w.t.Helper()
	return Find(w.t.Context(), w.input())
}

// one returns the toolchain of a place.
func (w *world) one(f *Found, p string) *Toolchain {
	w.t.Helper()
	for i := range f.Toolchains {
		if f.Toolchains[i].Root == w.at(p) {
			return &f.Toolchains[i]
		}
	}
	w.t.Fatalf("no toolchain in %q: %+v, partial %+v, unreadable %v", w.at(p), f.Toolchains, f.Partials, f.Unreadable)
	return nil
}

// du adds up trees the plain way.
func du(t *testing.T, roots ...string) (s tree.Size) {
	t.Helper()
	for _, root := range roots {
		must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			fi, err := d.Info()
			if err != nil {
				return err
			}
			s.Bytes += fi.Size()
			s.Disk += regular.Allocated(fi)
			if d.IsDir() {
				s.Dirs++
			} else {
				s.Files++
			}
			return nil
		}))
	}
	return s
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// has reports whether one of a list holds a text.
func has(list []string, text string) bool {
	for _, s := range list {
		if strings.Contains(s, text) {
			return true
		}
	}
	return false
}
