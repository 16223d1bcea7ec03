package related

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/scan/goenv"
	"godoctor/scan/tree"
)

func TestPlaces(t *testing.T) {
	stores := []string{StoreRelated, StoreGopathSrc, StoreGopathPkg, StoreAbandoned}
	seen := map[string]bool{}
	for _, p := range Places() {
		if p.Name == "" || seen[p.Name] {
			t.Errorf("place %q: the name is empty or there twice", p.Name)
		}
		seen[p.Name] = true
		if !strings.HasSuffix(p.Doc, ".") || p.Find == nil || !slices.Contains(stores, p.Store) {
			t.Errorf("place %q: %+v", p.Name, p)
		}
	}
}

func TestEmptyHome(t *testing.T) {
	h := newHome(t)
	h.want(h.find())
	h.want(Find(Input{Environ: []string{"TMPDIR=" + h.tmp}, GOOS: "linux"}))
	h.want(Find(Input{Environ: []string{"HOME=relative", "XDG_CACHE_HOME=.", "TMPDIR=x", "GOPLSCACHE=y", "GOENV_GOPATH_PREFIX=."}, GOOS: "linux"}))
}

// Each place alone in an otherwise empty home.
func TestEachPlace(t *testing.T) {
	telemetry := func(h *home) string {
		dir := h.input().Env.Value("GOTELEMETRYDIR")
		return strings.Replace(filepath.ToSlash(dir), filepath.ToSlash(h.dir), "$HOME", 1)
	}
	mod := func(rel string) func(*home) string {
		return func(h *home) string { h.modCache(rel); return "$HOME/" + rel }
	}
	build := func(rel string) func(*home) string {
		return func(h *home) string { h.buildCache(rel); return "$HOME/" + rel }
	}
	file := func(rel, root string) func(*home) string {
		return func(h *home) string { h.file(rel); return "$HOME/" + root }
	}
	for _, c := range []struct {
		name, env string
		make      func(*home) string
	}{
		{"gopls", "", file(".cache/gopls/0a1b2c3d/x/y", ".cache/gopls")},
		{"gopls", "XDG_CACHE_HOME=$HOME/c", file("c/gopls/0a1b2c3d/x/y", "c/gopls")},
		{"gopls", "GOPLSCACHE=$HOME/elsewhere", file("elsewhere/0a1b2c3d/x/y", "elsewhere")},
		{"goimports", "", file(".cache/goimports/index-name-0-x", ".cache/goimports")},
		{"staticcheck", "", build(".cache/staticcheck")},
		{"staticcheck", "STATICCHECK_CACHE=$HOME/s", build("s")},
		{"golangci-lint", "", build(".cache/golangci-lint")},
		{"golangci-lint", "GOLANGCI_LINT_CACHE=$HOME/g", build("g")},
		{"tinygo", "", file(".cache/tinygo/pkg-x.bc", ".cache/tinygo")},
		{"telemetry", "", func(h *home) string {
			h.file(strings.Replace(telemetry(h), "$HOME/", "", 1) + "/local/go@x.count")
			return telemetry(h)
		}},
		{"sumdb", "", file("go/pkg/sumdb/sum.golang.org/latest", "go/pkg/sumdb")},
		{"modcache", "GOMODCACHE=$HOME/m", mod("go/pkg/mod")},
		{"modcache", "GOPATH=$HOME/a:$HOME/b", mod("b/pkg/mod")},
		{"modcache", "GOPATH=$HOME/a", mod("go/pkg/mod")},
		{"buildcache", "GOCACHE=$HOME/b", build(".cache/go-build")},
		{"buildcache", "XDG_CACHE_HOME=$HOME/c", build(".cache/go-build")},
		{"goenv", "GOPATH=$HOME/go/1.22.0", mod("go/1.21.5/pkg/mod")},
		{"goenv", "GOENV_GOPATH_PREFIX=$HOME/p", mod("p/1.21.5/pkg/mod")},
		{"asdf", "", mod(".asdf/installs/golang/1.21.5/packages/pkg/mod")},
		{"asdf", "ASDF_DATA_DIR=$HOME/d", mod("d/installs/golang/1.21.5/packages/pkg/mod")},
		{"mise", "", mod(".local/share/mise/installs/go/1.21.5/packages/pkg/mod")},
		{"mise", "MISE_DATA_DIR=$HOME/d", mod("d/installs/go/1.21.5/packages/pkg/mod")},
		{"mise", "", mod(".local/share/rtx/installs/go/1.21.5/packages/pkg/mod")},
		{"gvm", "", mod(".gvm/pkgsets/go1.21.5/global/pkg/mod")},
		{"gopath-src", "", file("go/src/example.com/m/m.go", "go/src")},
		{"gopath-src", "GOPATH=$HOME", file("src/example.com/m/m.go", "src")},
		{"gopath-pkg", "", file("go/pkg/linux_amd64_race/example.com/m.a", "go/pkg/linux_amd64_race")},
		{"gopath-pkg", "", file("go/pkg/dep/sources/x", "go/pkg/dep")},
		{"gopath-pkg", "GOMODCACHE=$HOME/m", file("go/pkg/mod/notes.txt", "go/pkg/mod")},
	} {
		t.Run(c.name+" "+c.env, func(t *testing.T) {
			var h *home
			if c.env == "" {
				h = newHome(t)
			} else {
				h = newHome(t, strings.ReplaceAll(c.env, ":", string(filepath.ListSeparator)))
			}
			path := c.make(h)
			roots := h.find()
			h.want(roots, c.name+" "+path)
			h.measure(roots, nil)
			if len(roots) == 1 && !roots[0].SizeKnown {
				t.Error("the size is not known")
			}
		})
	}
}

// Where the system is another one, the user's cache directory is another, too.
func TestOtherSystems(t *testing.T) {
	h := newHome(t, "LOCALAPPDATA=$HOME/AppData/Local")
	h.buildCache("Library/Caches/go-build")
	h.file("Library/Caches/gopls/0a1b2c3d/x")
	h.buildCache("AppData/Local/go-build")
	in := Input{Environ: h.env, Home: h.dir, GOOS: "darwin", BuildCache: h.path("b")}
	h.want(Find(in), "gopls $HOME/Library/Caches/gopls", "buildcache $HOME/Library/Caches/go-build")
	in.GOOS = "windows"
	h.want(Find(in), "buildcache $HOME/AppData/Local/go-build")
}

// The current caches are no roots, by whatever name, and nor is what lies in them.
func TestCurrentCaches(t *testing.T) {
	h := newHome(t)
	h.modCache("go/pkg/mod")
	h.buildCache(".cache/go-build")
	h.want(h.find())

	for _, setting := range []string{"GOMODCACHE=$HOME/link", "GOPATH=$HOME/linked"} {
		h := newHome(t, setting, "GOCACHE=$HOME/buildlink")
		h.modCache("go/pkg/mod")
		h.buildCache(".cache/go-build")
		must(t, os.Symlink(h.path("go/pkg/mod"), h.path("link")))
		must(t, os.Symlink(h.path("go"), h.path("linked")))
		must(t, os.Symlink(h.path(".cache/go-build"), h.path("buildlink")))
		h.want(h.find())
	}

	h = newHome(t, "GOCACHE=$HOME/.cache")
	h.buildCache(".cache")
	h.file(".cache/gopls/0a1b2c3d/x")
	h.want(h.find())
}

// A cache that is moved by a setting of this process only is still that of the settings file.
func TestOverridden(t *testing.T) {
	h := newHome(t, "GOENV=$HOME/settings", "GOMODCACHE=$HOME/new", "GOCACHE=$HOME/newbuild")
	text := h.expand("GOMODCACHE=$HOME/mod1\nGOCACHE=$HOME/build1\n")
	must(t, os.WriteFile(h.path("settings"), []byte(text), 0o644))
	h.modCache("mod1")
	h.buildCache("build1")
	roots := h.find()
	h.want(roots, "modcache $HOME/mod1", "buildcache $HOME/build1")
	if len(roots) > 0 && !strings.Contains(roots[0].What, "line 1 of") {
		t.Errorf("the settings file is not named: %q", roots[0].What)
	}
}

// A name alone makes no cache, and a variable does not make one of a home directory.
func TestNotByName(t *testing.T) {
	h := newHome(t, "GOMODCACHE=$HOME/m", "GOCACHE=$HOME/b", "GOPLSCACHE=$HOME", "STATICCHECK_CACHE=$HOME", "GOPATH=$HOME/gopath")
	h.file("go/pkg/mod/somebody/work.go")
	h.file(".cache/go-build/my-scripts/build.sh")
	h.file(".asdf/installs/golang/1.21.5/packages/pkg/mod/x")
	h.file("go/1.21.5/pkg/mod/x")
	h.file("$TMP/go-build-scripts/build.sh")
	h.file("$TMP/go-buildX1/x")
	h.file("$TMP/go-link-/x")
	h.file("$TMP/gopls-report/x")
	h.file("$TMP/go-build42") // a file where a directory belongs
	h.file(".cache/gopls")
	must(t, os.MkdirAll(h.path(".cache/go-build/00"), 0o755))
	must(t, os.MkdirAll(h.path(".cache/go-build/ff"), 0o755))
	h.want(h.find())
}

func TestLeftovers(t *testing.T) {
	h := newHome(t, "GOTMPDIR=$TMP/gotmp")
	h.file("$TMP/go-build123/b001/x.a")
	h.file("$TMP/gotmp/go-build456/b001/x.a")
	h.file("$TMP/go-link-789/go.o")
	h.file("$TMP/gopls-4711.log")
	h.file("$TMP/godoctor-demo-ABCDEF234567/x")
	h.file("$TMP/other/x")
	h.file("$TMP/other.txt")
	h.buildCache("$TMP/go-build")
	must(t, os.Symlink(h.dir, filepath.Join(h.tmp, "go-build999")))
	age(t, h.path("$TMP/go-build123"), 50*time.Hour)
	roots := h.find()
	h.want(roots, "leftovers $TMP/go-build123", "leftovers $TMP/gotmp/go-build456", "leftovers $TMP/go-link-789",
		"leftovers $TMP/gopls-4711.log", "leftovers $TMP/godoctor-demo-ABCDEF234567", "buildcache $TMP/go-build")
	for _, r := range roots {
		if old := r.Age > 49*time.Hour; old != strings.HasSuffix(r.Path, "123") {
			t.Errorf("%s is said to be %v old", r.Path, r.Age)
		}
	}
	res := h.measure(roots, nil)
	if res.Odds != 0 || len(res.Odd) != 0 || res.Unread != 0 {
		t.Errorf("what is beside the leftovers is in the result: %+v", res)
	}
	m := newMachine(h.input())
	m.uid++
	if list := findLeftovers(m); filepath.Separator == '/' && len(list) != 0 {
		t.Errorf("what another user owns was found: %+v", list)
	}
}

// Roots in roots, caches in roots, second names across roots: each byte is counted once.
func TestEachByteOnce(t *testing.T) {
	h := newHome(t, strings.ReplaceAll("GOPATH=$HOME/go:$HOME/go/src/second", ":", string(filepath.ListSeparator)),
		"GOMODCACHE=$HOME/go/src/modcache", "GOCACHE=$HOME/b", "GOTMPDIR=$HOME/go/src/tmp")
	h.file("go/src/example.com/a/a.go")
	h.file("go/src/second/src/b/b.go")
	h.file("go/src/tmp/go-build77/b001/x")
	h.file("go/pkg/linux_amd64/a.a")
	h.modCache("go/src/second/pkg/mod")
	current := h.modCache("go/src/modcache")
	must(t, os.Link(h.path("go/pkg/linux_amd64/a.a"), h.path("go/src/second/src/b/linked.a")))
	must(t, os.Symlink("..", h.path("go/src/loop")))
	roots := h.find()
	h.want(roots, "gopath-src $HOME/go/src", "gopath-src $HOME/go/src/second/src", "modcache $HOME/go/src/second/pkg/mod",
		"gopath-pkg $HOME/go/pkg/linux_amd64", "leftovers $HOME/go/src/tmp/go-build77")
	id, err := identify(current)
	must(t, err)
	h.measure(roots, []tree.ID{id}, current)
	for _, r := range roots {
		switch {
		case !r.SizeKnown:
			t.Errorf("%s is not measured", r.Path)
		case r.Path == h.path("go/src") && len(r.Holds) != 4:
			t.Errorf("%s holds %q", r.Path, r.Holds)
		case r.Path == h.path("go/src/second/src") && r.Size.Files != 2:
			t.Errorf("the hard link is not paid by the first place: %+v", r.Size)
		}
	}
}

// Links lead people's caches elsewhere; two of them lead to one root.
func TestLinks(t *testing.T) {
	h := newHome(t, strings.ReplaceAll("GOPATH=$HOME/go:$HOME/again", ":", string(filepath.ListSeparator)))
	h.file("big/gopls/0a1b2c3d/x")
	h.file("big/src/m.go")
	must(t, os.MkdirAll(h.path(".cache"), 0o755))
	must(t, os.MkdirAll(h.path("go/pkg"), 0o755))
	must(t, os.Symlink(h.path("go"), h.path("again")))
	must(t, os.Symlink(h.path("big/gopls"), h.path(".cache/gopls")))
	must(t, os.Symlink(h.path("big/src"), h.path("go/src")))
	must(t, os.Symlink(h.path("big"), h.path("go/pkg/linux_amd64")))
	must(t, os.Symlink(h.path("nowhere"), h.path(".cache/staticcheck")))
	must(t, os.Symlink("golangci-lint", h.path(".cache/golangci-lint")))
	roots := h.find()
	h.want(roots, "gopls $HOME/.cache/gopls", "gopath-src $HOME/go/src", "golangci-lint $HOME/.cache/golangci-lint")
	if roots[0].Real != h.path("big/gopls") || roots[1].Problem == "" {
		t.Errorf("got %+v", roots)
	}
	h.measure(roots, nil)
}

// What may not be read is a root with a Problem, or unreadable in the walk. To root nothing is closed;
// there the test proves that it is found and measured whole.
func TestUnreadable(t *testing.T) {
	h := newHome(t, "GOMODCACHE=$HOME/m")
	h.file(".cache/gopls/0a1b2c3d/x")
	h.modCache("go/pkg/mod")
	h.file("go/src/shut/x")
	for _, rel := range []string{".cache", "go/pkg/mod/cache", "go/src/shut"} {
		must(t, os.Chmod(h.path(rel), 0))
		defer os.Chmod(h.path(rel), 0o755)
	}
	roots := h.find()
	if os.Getuid() == 0 {
		h.want(roots, "gopls $HOME/.cache/gopls", "modcache $HOME/go/pkg/mod", "gopath-src $HOME/go/src")
		if res := h.measure(roots, nil); res.Unread != 0 {
			t.Errorf("as root: %+v", res.Unreadable)
		}
		return
	}
	problems := 0
	for _, r := range roots {
		if r.Problem != "" {
			problems++
			if !strings.Contains(r.Problem, "permission denied") || !strings.HasPrefix(r.Path, h.path(".cache")) {
				t.Errorf("%s: %s", r.Path, r.Problem)
			}
		}
	}
	if problems == 0 {
		t.Errorf("nothing is said of %q", h.path(".cache"))
	}
	res := Measure(t.Context(), roots, nil, 2, nil)
	if res.Unread != 2 {
		t.Errorf("unreadable: %+v", res.Unreadable)
	}
}

// Names that are hostile to a terminal, to a list or to a shell are names like any other.
func TestHostileNames(t *testing.T) {
	h := newHome(t, "GOPATH=$HOME/\x1b[31m\u202ea b;rm -rf $x\xff")
	rel := "\x1b[31m\u202ea b;rm -rf $x\xff"
	h.file(rel + "/src/a\nb/x.go")
	h.file(rel + "/pkg/linux_amd64/\x1b]0;x\x07.a")
	h.modCache(".asdf/installs/golang/\x1b[2J/packages/pkg/mod")
	roots := h.find()
	if len(roots) != 3 {
		t.Errorf("found %q", h.list(roots))
	}
	for _, r := range roots {
		if strings.ContainsAny(r.What, "\x1b\u202e") {
			t.Errorf("%q would reach a terminal", r.What)
		}
	}
	h.measure(roots, nil)
}

// Measuring can be stopped; then nothing is called known that is not.
func TestStopped(t *testing.T) {
	h := newHome(t)
	h.file("go/src/m/m.go")
	ctx, cancel := stopped()
	defer cancel()
	roots := h.find()
	res := Measure(ctx, roots, nil, 1, nil)
	if !res.Interrupted || roots[0].SizeKnown {
		t.Errorf("%+v, %+v", res, roots)
	}
}

// What is gone before it is measured is not there, and that is no complaint.
func TestGone(t *testing.T) {
	h := newHome(t)
	h.file("$TMP/go-build1/x")
	h.file("go/src/m/m.go")
	roots := h.find()
	must(t, os.RemoveAll(h.path("$TMP/go-build1")))
	must(t, os.RemoveAll(h.path("go/src")))
	res := Measure(t.Context(), roots, nil, 1, nil)
	for _, r := range roots {
		if r.SizeKnown || res.Unread != 0 {
			t.Errorf("%+v, %+v", r, res)
		}
	}
}

// A GOPATH that is the GOROOT has no src of its own.
func TestGopathIsGoroot(t *testing.T) {
	h := newHome(t)
	for _, f := range []string{"VERSION", "src/runtime/r.go", "pkg/linux_amd64/x.a"} {
		h.file("sdk/" + f)
	}
	h.env = append(h.env, h.expand("GOROOT=$HOME/sdk"), h.expand("GOPATH=$HOME/sdk"))
	in := h.input()
	in.Env = goenv.Load(goenv.Input{Environ: h.env, Dir: h.dir})
	h.want(Find(in))
}

// In the temporary directory others may put links, which are not followed.
func TestTempLink(t *testing.T) {
	h := newHome(t, "GOCACHE=$HOME/b")
	h.buildCache("mine")
	must(t, os.Symlink(h.path("mine"), filepath.Join(h.tmp, "go-build")))
	must(t, os.Symlink(h.path("mine"), filepath.Join(h.tmp, "go-build1")))
	h.want(h.find())
}
