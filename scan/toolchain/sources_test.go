package toolchain

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTable holds the table and the files against each other.
func TestTable(t *testing.T) {
	files, err := filepath.Glob("source_*.go")
	must(t, err)
	var want, got []string
	for _, f := range files {
		want = append(want, strings.TrimSuffix(strings.TrimPrefix(f, "source_"), ".go"))
	}
	for _, s := range Sources() {
		got = append(got, strings.ReplaceAll(s.Name, "-", ""))
		if s.Doc == "" || s.Find == nil || s.Name == "" || strings.ContainsAny(s.Doc, "\n") {
			t.Errorf("source %q lacks something: %+v", s.Name, s)
		}
		if !slices.ContainsFunc(layouts, func(l layout) bool { return l.source == s.Name }) {
			t.Errorf("source %q has no layout in this test", s.Name)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the table has %q, the files are %q", got, want)
	}
	if len(slices.Compact(got)) != len(Sources()) {
		t.Errorf("a name repeats in %q", got)
	}
}

// A layout is what one source leaves on a machine.
type layout struct {
	source  string
	what    string
	root    string // of the tree
	version string // in VERSION; "" is go1.26.8
	goos    string
	env     []string
	make    func(w *world) // what else there is
	parts   []string       // directories that belong to the tree and stand elsewhere
	also    []string       // must be in Also, exactly these
	owner   string
	free    bool // removable
	problem string
}

var layouts = []layout{
	{source: "modcache", root: "~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64", owner: "go command", free: true},
	{source: "modcache", what: "broken off", root: "~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64", free: true, owner: "go command",
		make: func(w *world) {
			w.write("~/go/pkg/mod/cache/download/golang.org/toolchain/@v/v0.0.1-go1.26.8.linux-amd64.partial", "", 0o644)
			w.tree("~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64.tmp-123", "go1.26.8")
		}, problem: "incomplete"},
	{source: "sdk", root: "~/sdk/go1.26.8", owner: "golang.org/dl", free: true, make: func(w *world) {
		w.write("~/sdk/go1.26.8/.unpacked-success", "", 0o644)
		w.write("~/sdk/go1.26.8/go1.26.8.linux-amd64.tar.gz", "archive", 0o644)
	}},
	{source: "sdk", what: "broken off", root: "~/sdk/go1.26.8", owner: "golang.org/dl", problem: "incomplete", make: func(w *world) {
		w.write("~/sdk/go1.26.8/go1.26.8.linux-amd64.tar.gz", "archive", 0o644)
	}},
	{source: "sdk", what: "gotip", root: "~/sdk/gotip", version: "devel go1.28-0123abc", owner: "golang.org/dl"},
	{source: "goland", root: "~/go/sdk/go1.26.8", owner: "GoLand"},
	{source: "goland", what: "sdk without a marker", root: "~/sdk/go1.26.8", owner: "GoLand"},
	{source: "mise", root: "~/.local/share/mise/installs/go/1.26.8", owner: "mise", make: func(w *world) {
		w.link("~/.local/share/mise/installs/go/1.26", "./1.26.8")
		w.link("~/.local/share/mise/installs/go/latest", "./1.26.8")
	}, also: []string{"mise $HOME/.local/share/mise/installs/go/1.26", "mise $HOME/.local/share/mise/installs/go/latest"}},
	{source: "mise", what: "older layout elsewhere", root: "/data/m/installs/go/1.26.8/go", env: []string{"MISE_DATA_DIR=$ROOT/data/m"}, owner: "mise"},
	{source: "asdf", root: "~/.asdf/installs/golang/1.26.8/go", owner: "asdf", make: func(w *world) {
		w.write("~/.asdf/installs/golang/1.26.8/packages/pkg/mod/x", "", 0o644)
	}},
	{source: "goenv", root: "~/.goenv/versions/1.26.8", owner: "goenv"},
	{source: "gvm", root: "~/.gvm/gos/go1.26.8", owner: "gvm"},
	{source: "g", root: "~/.g/versions/1.26.8", owner: "g", make: func(w *world) { w.link("~/.g/go", "$HOME/.g/versions/1.26.8") },
		also: []string{"g $HOME/.g/go"}},
	{source: "g", what: "stefanmaric", root: "~/.go/.versions/1.26.8", owner: "g"},
	{source: "gobrew", root: "~/.gobrew/versions/1.26.8/go", owner: "gobrew", make: func(w *world) {
		w.link("~/.gobrew/current/go", "$HOME/.gobrew/versions/1.26.8/go")
	}, also: []string{"gobrew $HOME/.gobrew/current/go"}},
	{source: "gimme", root: "~/.gimme/versions/go1.26.8.linux.amd64", owner: "gimme"},
	{source: "homebrew", root: "/opt/homebrew/Cellar/go/1.26.8/libexec", goos: "darwin", owner: "Homebrew",
		env: []string{"PATH=$ROOT/opt/homebrew/bin"}, make: func(w *world) {
			w.link("/opt/homebrew/Cellar/go/1.26.8/bin/go", "../libexec/bin/go")
			w.link("/opt/homebrew/bin/go", "../Cellar/go/1.26.8/bin/go")
			w.tree("/opt/homebrew/Cellar/gopls/1.0.0/libexec", "go1.1.1")
		}, also: []string{"path $ROOT/opt/homebrew/bin/go"}},
	{source: "homebrew", what: "go@1.22", root: "/home/linuxbrew/.linuxbrew/Cellar/go@1.22/1.22.12/libexec", version: "go1.22.12", owner: "Homebrew"},
	{source: "macports", root: "/opt/local/lib/go", goos: "darwin", owner: "package manager"},
	{source: "scoop", root: "~/scoop/apps/go/1.26.8", goos: "windows", owner: "Scoop", make: func(w *world) {
		w.link("~/scoop/apps/go/current", "$HOME/scoop/apps/go/1.26.8")
	}, also: []string{"scoop $HOME/scoop/apps/go/current"}},
	{source: "snap", root: "/snap/go/10954", owner: "snap", make: func(w *world) { w.link("/snap/go/current", "10954") },
		also: []string{"snap $ROOT/snap/go/current"}},
	{source: "nix", root: "/nix/store/0c5xa1q3kv1l4fsiwyjz6yl5hwpspmr1-go-1.26.8/share/go", owner: "Nix", env: []string{"PATH=$ROOT/run/current-system/sw/bin"},
		make: func(w *world) {
			store := "/nix/store/0c5xa1q3kv1l4fsiwyjz6yl5hwpspmr1-go-1.26.8"
			w.link(store+"/bin/go", "../share/go/bin/go")
			w.link("/run/current-system/sw/bin/go", "$ROOT"+store+"/bin/go")
			w.tree("/nix/store/zzz-go-md2man-2.0.7/share/go", "go1.1.1")
		}, also: []string{"path $ROOT/run/current-system/sw/bin/go"}},
	{source: "conda", root: "~/miniforge3/envs/x/go", owner: "conda", env: []string{"CONDA_PREFIX=$HOME/miniforge3/envs/x"}},
	{source: "bazel", root: "~/.cache/bazel/_bazel_u/0123456789abcdef0123456789abcdef/external/rules_go++go_sdk+main___download_0", owner: "Bazel"},
	{source: "setup-go", root: "/opt/hostedtoolcache/go/1.26.8/x64", owner: "setup-go",
		make: func(w *world) { w.write("/opt/hostedtoolcache/go/1.26.8/x64.complete", "", 0o644) }},
	{source: "setup-go", what: "unfinished", root: "/ci/tc/go/1.26.8/arm64", owner: "setup-go", problem: "incomplete", env: []string{"RUNNER_TOOL_CACHE=$ROOT/ci/tc"}},
	{source: "debian", root: "/usr/lib/go-1.26", version: "go1.26.8-1ubuntu2", owner: "package manager", env: []string{"PATH=$ROOT/usr/bin"},
		make: func(w *world) {
			must(w.t, os.MkdirAll(w.at("/usr/share/go-1.26"), 0o755))
			for _, name := range []string{"src", "VERSION"} {
				must(w.t, os.Rename(w.at("/usr/lib/go-1.26/"+name), w.at("/usr/share/go-1.26/"+name)))
				w.link("/usr/lib/go-1.26/"+name, "../../share/go-1.26/"+name)
			}
			w.link("/usr/lib/go", "go-1.26")
			w.link("/usr/bin/go", "../lib/go/bin/go")
		}, parts: []string{"/usr/share/go-1.26/src"}, also: []string{"debian $ROOT/usr/lib/go", "path $ROOT/usr/bin/go"}},
	{source: "fedora", root: "/usr/lib/golang", version: "go1.26.8 (Red Hat 1.26.8-1.el10)", owner: "package manager", env: []string{"PATH=$ROOT/usr/bin"},
		make: func(w *world) {
			w.link("/etc/alternatives/go", "$ROOT/usr/lib/golang/bin/go")
			w.link("/usr/bin/go", "$ROOT/etc/alternatives/go")
		}, also: []string{"path $ROOT/usr/bin/go"}},
	{source: "suse", root: "/usr/lib64/go/1.26", owner: "package manager"},
	{source: "arch", root: "/usr/lib/go", owner: "package manager", env: []string{"PATH=$ROOT/usr/bin"},
		make: func(w *world) { w.link("/usr/bin/go", "../lib/go/bin/go") }, also: []string{"path $ROOT/usr/bin/go"}},
	{source: "official", root: "/usr/local/go", owner: ownerHand},
	{source: "official", what: "with a version", root: "/usr/local/go1.26.8", owner: ownerHand},
	{source: "official", what: "Windows installer", root: "/C/Program Files/Go", goos: "windows", env: []string{"PROGRAMFILES=$ROOT/C/Program Files"}, owner: ownerHand},
	{source: "hand", root: "~/.local/go", owner: ownerHand},
	{source: "hand", what: "in the place of GOPATH, which has a module cache", root: "~/go", owner: ownerHand},
	{source: "goroot", root: "/srv/odd/place", env: []string{"GOROOT=$ROOT/srv/odd/place"}, owner: ownerHand},
	{source: "path", root: "/srv/odd/place", env: []string{"PATH=$ROOT/nothing:$ROOT/srv/odd/place/bin"}, owner: ownerHand,
		also: []string{"path $ROOT/srv/odd/place/bin/go"}},
}

// TestSources makes what each manager leaves and finds it, with its version, its source and its size.
func TestSources(t *testing.T) {
	for _, l := range layouts {
		t.Run(strings.TrimSpace(l.source+" "+l.what), func(t *testing.T) {
			w := newWorld(t)
			if l.goos != "" {
				w.goos = l.goos
			}
			version := l.version
			if version == "" {
				version = "go1.26.8"
			}
			w.env = l.env
			w.tree(l.root, version)
			if l.make != nil {
				l.make(w)
			}
			f := w.find()
			if len(f.Toolchains) != 1 || len(f.Unreadable) > 0 {
				t.Fatalf("found %+v, unreadable %v", f.Toolchains, f.Unreadable)
			}
			l.check(t, w, w.one(f, l.root), version)
			l.checkSize(t, w, f)
		})
	}
}

func (l *layout) check(t *testing.T, w *world, got *Toolchain, version string) {
	if got.Source != l.source || got.Version != version || got.VersionFile != version || got.Owner != l.owner || got.Removable != l.free {
		t.Errorf("got %+v", *got)
	}
	if got.GOOS != w.goos || got.GOARCH != w.arch || got.Time.IsZero() {
		t.Errorf("platform %s/%s, time %v", got.GOOS, got.GOARCH, got.Time)
	}
	var also []string
	for _, a := range l.also {
		also = append(also, w.say(a))
	}
	slices.Sort(also)
	if s := slices.Sorted(slices.Values(got.Also)); !slices.Equal(s, also) {
		t.Errorf("also %q, want %q", s, also)
	}
	problems := 1 // bin/go is made up
	if l.problem != "" {
		problems++
	}
	if len(got.Problems) != problems || !has(got.Problems, "bin/go says nothing of itself") || !has(got.Problems, l.problem) {
		t.Errorf("problems %q", got.Problems)
	}
	if l.env != nil && strings.HasPrefix(l.env[0], "PATH=") && !got.Active {
		t.Errorf("not active: %q", got.Why)
	}
}

func (l *layout) checkSize(t *testing.T, w *world, f *Found) {
	got := &f.Toolchains[0]
	dirs := []string{got.Root}
	for _, p := range l.parts {
		dirs = append(dirs, w.at(p))
	}
	want := du(t, dirs...)
	if l.source == "modcache" {
		f.Sizes(t.Context(), nil, 1)
		if got.SizeKnown || !f.SetSize(got.Root, want) {
			t.Errorf("measured what the walk of the module cache has")
		}
	}
	var counted int64
	f.Sizes(t.Context(), func(_, bytes int64) { counted += bytes }, 1)
	if !got.SizeKnown || got.Size != want || l.source != "modcache" && counted < want.Bytes {
		t.Errorf("size %+v, counted %d, want %+v", got.Size, counted, want)
	}
}
