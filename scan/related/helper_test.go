package related

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// A home is a made-up home directory with a temporary directory beside it.
type home struct {
	t        *testing.T
	dir, tmp string
	env      []string
}

func newHome(t *testing.T, env ...string) *home {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	must(t, err)
	h := &home{t: t, dir: filepath.Join(root, "home"), tmp: filepath.Join(root, "tmp")}
	must(t, os.MkdirAll(h.dir, 0o755))
	must(t, os.MkdirAll(h.tmp, 0o755))
	h.env = []string{"HOME=" + h.dir, "USERPROFILE=" + h.dir, "TMPDIR=" + h.tmp, "PATH=" + filepath.Join(root, "bin"), "GOTOOLCHAIN=local"}
	for _, kv := range env {
		h.env = append(h.env, h.expand(kv))
	}
	return h
}

func (h *home) expand(s string) string {
	return strings.NewReplacer("$HOME", h.dir, "$TMP", h.tmp).Replace(s)
}

func (h *home) path(rel string) string {
	if strings.HasPrefix(rel, "$") {
		return filepath.FromSlash(h.expand(rel))
	}
	return filepath.Join(h.dir, filepath.FromSlash(rel))
}

// file makes a file with some content.
func (h *home) file(rel string) string {
	h.t.Helper()
	p := h.path(rel)
	must(h.t, os.MkdirAll(filepath.Dir(p), 0o755))
	must(h.t, os.WriteFile(p, []byte(strings.Repeat("x", 5000)), 0o644))
	return p
}

// modCache makes what passes for a module cache.
func (h *home) modCache(rel string) string {
	h.t.Helper()
	h.file(rel + "/cache/download/example.com/m/@v/v1.0.0.mod")
	h.file(rel + "/example.com/m@v1.0.0/m.go")
	return h.path(rel)
}

// buildCache makes what passes for a build cache.
func (h *home) buildCache(rel string) string {
	h.t.Helper()
	for _, hex := range []string{"00", "7a", "ff"} {
		h.file(rel + "/" + hex + "/" + strings.Repeat(hex, 32) + "-d")
	}
	readme := "This directory holds cached build artifacts from the Go build system.\n"
	must(h.t, os.WriteFile(filepath.Join(h.path(rel), "README"), []byte(readme), 0o644))
	return h.path(rel)
}

// input is what Find gets. The system is linux, so that the places are the same wherever the test runs.
func (h *home) input() Input {
	return Input{
		Env:     goenv.Load(goenv.Input{Environ: h.env, Dir: h.dir}),
		Environ: h.env, Home: h.dir, GOOS: "linux",
	}
}

func (h *home) find() []Root {
	h.t.Helper()
	return Find(h.input())
}

// list writes roots down as "name path", the home directory left out.
func (h *home) list(roots []Root) []string {
	h.t.Helper()
	var list []string
	for _, r := range roots {
		p := strings.NewReplacer(h.dir, "$HOME", h.tmp, "$TMP").Replace(r.Path)
		list = append(list, r.Name+" "+filepath.ToSlash(p))
		if r.What == "" || r.Store == "" || r.Problem == "" && (r.Real == "" || r.Changed.IsZero()) {
			h.t.Errorf("%s: %+v is not filled in", p, r)
		}
	}
	slices.Sort(list)
	return list
}

func (h *home) want(roots []Root, want ...string) {
	h.t.Helper()
	slices.Sort(want)
	if got := h.list(roots); !slices.Equal(got, want) {
		h.t.Errorf("found\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// oracle adds trees up in the plainest way: WalkDir and Lstat, each inode once, what lies below except
// left out.
func oracle(t *testing.T, except []string, roots ...string) tree.Size {
	t.Helper()
	var sum tree.Size
	var seen []fs.FileInfo
	for _, root := range roots {
		must(t, filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // it is counted as far as it can be seen
			}
			if p != root && slices.Contains(except, p) {
				return filepath.SkipDir
			}
			fi, err := os.Lstat(p)
			must(t, err)
			if slices.ContainsFunc(seen, func(o fs.FileInfo) bool { return os.SameFile(o, fi) }) {
				return nil
			}
			seen = append(seen, fi)
			sum.Bytes += fi.Size()
			sum.Disk += regular.Allocated(fi)
			if fi.IsDir() {
				sum.Dirs++
			} else {
				sum.Files++
			}
			return nil
		}))
	}
	return sum
}

// measure measures and compares the sum with the oracle over the whole trees.
func (h *home) measure(roots []Root, skip []tree.ID, except ...string) *tree.Result {
	h.t.Helper()
	res := Measure(context.Background(), roots, skip, 2, nil)
	var sum tree.Size
	var paths []string
	for _, r := range roots {
		if r.SizeKnown {
			sum = sum.Add(r.Size)
			paths = append(paths, r.Real)
		}
	}
	if want := oracle(h.t, except, paths...); sum != want {
		h.t.Errorf("sum %+v, want %+v", sum, want)
	}
	return res
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// age makes everything below a directory look as old as said.
func age(t *testing.T, dir string, d time.Duration) {
	t.Helper()
	then := time.Now().Add(-d)
	must(t, filepath.WalkDir(dir, func(p string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Chtimes(p, then, then)
	}))
}

// stopped is a context that has ended.
func stopped() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx, cancel
}
