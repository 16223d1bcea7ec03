package toolchain

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// A choice is a machine, and which Go runs on it.
var choices = []struct {
	name    string
	env     []string // PATH is /usr/bin unless it is said here
	make    func(w *world)
	root    string // "": none
	local   string // "": as root; "-": none
	shim    string
	target  string // the toolchain that GOTOOLCHAIN names
	why     string
	problem string
	others  map[string]string // what is said of other toolchains
}{
	{name: "the first in PATH", env: []string{"PATH=$ROOT/usr/local/go/bin:$ROOT/opt/go/bin"}, root: "/usr/local/go", why: "the first go in PATH",
		make: func(w *world) {
			w.tree("/usr/local/go", "go1.26.8")
			w.tree("/opt/go", "go1.27.4")
			w.tree("~/.goenv/versions/1.25.1", "go1.25.1")
		},
		others: map[string]string{"/opt/go": "comes behind", "~/.goenv/versions/1.25.1": "no program in PATH leads to it"}},
	{name: "a link into another tree", root: "/usr/local/go", env: []string{"PATH=$ROOT/odd/bin"}, make: func(w *world) {
		w.tree("/usr/local/go", "go1.26.8")
		w.write("/odd/pkg/tool/x", "", 0o644)
		w.link("/odd/bin/go", "../../usr/local/go/bin/go")
	}},
	{name: "nothing in PATH", why: "no go command in PATH", make: func(w *world) { w.tree("/usr/local/go", "go1.26.8") },
		others: map[string]string{"/usr/local/go": "no program in PATH"}},
	{name: "relative entries do not count", env: []string{"PATH=:.:usr/local/go/bin"}, why: "no go command in PATH", make: func(w *world) { w.tree("/usr/local/go", "go1.26.8") }},
	{name: "not executable", why: "no go command", make: func(w *world) {
		w.tree("/usr/local/go", "go1.26.8")
		must(w.t, os.Chmod(w.at("/usr/local/go/bin/go"), 0o644))
		w.link("/usr/bin/go", "../local/go/bin/go")
	}},
	{name: "something else called go", local: "-", why: "no toolchain could be found behind it", make: func(w *world) { w.write("/usr/bin/go", "game", 0o755) }},
	{name: "GOROOT of another tree", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOROOT=$ROOT/opt/go"}, root: "/usr/local/go",
		problem: "GOROOT names go1.25.1", make: func(w *world) { w.tree("/usr/local/go", "go1.26.8"); w.tree("/opt/go", "go1.25.1") },
		others: map[string]string{"/opt/go": "GOROOT names it, but PATH has no go command of it"}},
	{name: "GOROOT of nothing", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOROOT=$ROOT/gone"}, root: "/usr/local/go",
		problem: "is not a directory, and no go command starts", make: func(w *world) { w.tree("/usr/local/go", "go1.26.8") }},
	{name: "GOROOT without a Go", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOROOT=$ROOT/usr"}, root: "/usr/local/go",
		problem: "is not a go tree", make: func(w *world) { w.tree("/usr/local/go", "go1.26.8") }},

	{name: "snap", shim: "snap", root: "/snap/go/7", make: func(w *world) {
		w.tree("/snap/go/7", "go1.26.8")
		w.link("/snap/go/current", "7")
		w.write("/usr/lib/snapd/snap", "snap", 0o755)
		w.link("/usr/bin/snap", "../lib/snapd/snap")
		w.link("/usr/bin/go", "snap")
	}},
	{name: "asdf", shim: "asdf", root: "~/.asdf/installs/golang/1.25.1/go", why: ".tool-versions says 1.25.1", make: func(w *world) {
		w.write("/usr/bin/go", "#!/usr/bin/env bash\n# asdf-plugin: golang 1.26.8\nexec asdf exec \"go\" \"$@\"\n", 0o755)
		w.write("~/.tool-versions", "# mine\nnodejs 20\ngolang 1.25.1 1.26.8\n", 0o644)
		w.tree("~/.asdf/installs/golang/1.25.1/go", "go1.25.1")
		w.tree("~/.asdf/installs/golang/1.26.8/go", "go1.26.8")
	}, others: map[string]string{"~/.asdf/installs/golang/1.26.8/go": "no program in PATH leads to it"}},
	{name: "asdf by its variable, not installed", shim: "asdf", local: "-", env: []string{"PATH=$ROOT/usr/bin", "ASDF_GOLANG_VERSION=1.2.3"}, why: "ASDF_GOLANG_VERSION says 1.2.3, which is not installed",
		make: func(w *world) { w.write("/usr/bin/go", "#!/bin/sh\nexec asdf exec go\n", 0o755) }},
	{name: "goenv", shim: "goenv", root: "~/.goenv/versions/1.26.8", why: "version says 1.26", make: func(w *world) {
		w.write("/usr/bin/go", "#!/usr/bin/env bash\nset -e\nexport GOENV_ROOT=\"$HOME/.goenv\"\nexec \"$HOME/.goenv/libexec/goenv\" exec \"go\" \"$@\"\n", 0o755)
		w.write("~/.goenv/version", "1.26\n", 0o644)
		for _, v := range []string{"1.26.8", "1.26.7", "1.27.1"} {
			w.tree("~/.goenv/versions/"+v, "go"+v)
		}
	}},
	{name: "goenv says system", env: []string{"PATH=$HOME/.goenv/shims:$ROOT/usr/local/go/bin"}, root: "/usr/local/go", make: func(w *world) {
		w.write("~/.goenv/shims/go", "#!/bin/sh\nexec goenv exec go\n", 0o755)
		w.write("~/.goenv/version", "system\n", 0o644)
		w.tree("/usr/local/go", "go1.26.8")
	}},
	{name: "mise", shim: "mise", root: "~/.local/share/mise/installs/go/1.27.1", why: "config.toml says latest", make: func(w *world) {
		w.write("/usr/local/bin/mise", "mise", 0o755)
		w.link("/usr/bin/go", "../local/bin/mise")
		w.write("~/.config/mise/config.toml", "[settings]\ngo = \"1.0\"\n\n[tools]\nnode = \"20\"\ngo = [\"latest\", \"1.26\"]\n", 0o644)
		for _, v := range []string{"1.26.8", "1.27.1"} {
			w.tree("~/.local/share/mise/installs/go/"+v, "go"+v)
		}
	}},
	{name: "scoop", shim: "scoop", root: "~/scoop/apps/go/1.26.8", make: func(w *world) {
		w.tree("~/scoop/apps/go/1.26.8", "go1.26.8")
		w.link("~/scoop/apps/go/current", "1.26.8")
		w.write("/usr/bin/go", "shim", 0o755)
		w.write("/usr/bin/go.shim", "path = \"$HOME/scoop/apps/go/current/bin/go\"\n", 0o644)
	}},
	{name: "a script of somebody", shim: "script", root: "/usr/local/go", why: "a guess", make: func(w *world) {
		w.tree("/usr/local/go", "go1.26.8")
		w.write("/usr/bin/go", "#!/bin/sh\nexport GOFLAGS=-mod=mod\nexec \"$ROOT/usr/local/go/bin/go\" \"$@\"\n", 0o755)
	}},

	{name: "GOTOOLCHAIN local", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=local"}, root: "/usr/local/go", make: both},
	{name: "GOTOOLCHAIN auto", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=auto"}, root: "/usr/local/go", make: both,
		others: map[string]string{cached: "runs where GOTOOLCHAIN or a go.mod asks for go1.27.4", foreignCached: "no go command of this machine asks for this platform"}},
	{name: "GOTOOLCHAIN local+path", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=local+path"}, root: "/usr/local/go", make: both},
	{name: "GOTOOLCHAIN names the local one", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=go1.26.8+auto"}, root: "/usr/local/go", why: "what GOTOOLCHAIN", make: both},
	{name: "GOTOOLCHAIN names a cached one", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=go1.27.4"}, root: cached, local: "/usr/local/go", target: "go1.27.4",
		why: "switches to go1.27.4, which is in the module cache", make: both, others: map[string]string{"/usr/local/go": "switches to go1.27.4"}},
	{name: "GOTOOLCHAIN names one that is not here", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=go1.25.0"}, local: "/usr/local/go", target: "go1.25.0",
		why: "not installed and would be downloaded", make: both},
	{name: "GOTOOLCHAIN by PATH alone", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=go1.27.4+path"}, local: "/usr/local/go", target: "go1.27.4",
		problem: "no \"go1.27.4\" in PATH", make: both},
	{name: "GOTOOLCHAIN that PATH has", env: []string{"PATH=$ROOT/usr/local/go/bin:$HOME/bin", "GOTOOLCHAIN=go1.24.1+path"}, local: "/usr/local/go", root: "~/other", target: "go1.24.1",
		make: func(w *world) { both(w); w.tree("~/other", "go1.24.1"); w.link("~/bin/go1.24.1", "../other/bin/go") }},
	{name: "GOTOOLCHAIN is nonsense", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=bash"}, local: "/usr/local/go", problem: "GOTOOLCHAIN=bash of the environment is invalid", make: both},
	{name: "GOTOOLCHAIN with a bad ending", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=go1.27.4+x"}, local: "/usr/local/go", problem: "is invalid", make: both},
	{name: "GOTOOLCHAIN of go.env", env: []string{"PATH=$ROOT/usr/local/go/bin"}, root: cached, local: "/usr/local/go", target: "go1.27.4", why: "go.env switches to",
		make: func(w *world) {
			both(w)
			w.write("/usr/local/go/go.env", "# x\nGOTOOLCHAIN=go1.27.4\nGOTOOLCHAIN=local\n", 0o644)
		}},
	{name: "GOTOOLCHAIN without modules", env: []string{"PATH=$ROOT/usr/local/go/bin", "GOTOOLCHAIN=go1.27.4", "GO111MODULE=off"}, root: "/usr/local/go", make: both},
	{name: "GOTOOLCHAIN before its time", env: []string{"PATH=$ROOT/opt/go/bin", "GOTOOLCHAIN=go1.27.4"}, root: "/opt/go", why: "does not heed it",
		make: func(w *world) { both(w); w.tree("/opt/go", "go1.20.14") }},
	{name: "a named program", env: []string{"PATH=$ROOT/usr/local/go/bin:$HOME/bin"}, root: "/usr/local/go", make: func(w *world) {
		w.tree("/usr/local/go", "go1.26.8")
		w.tree("~/.gvm/gos/go1.24.1", "go1.24.1")
		w.link("~/bin/go1.24.1", "../.gvm/gos/go1.24.1/bin/go")
	}, others: map[string]string{"~/.gvm/gos/go1.24.1": "runs as"}},
}

const (
	cached        = "~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64"
	foreignCached = "~/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.27.4.darwin-arm64"
)

// both makes a Go of the system and two in the module cache.
func both(w *world) {
	w.tree("/usr/local/go", "go1.26.8")
	w.tree(cached, "go1.27.4")
	w.goos, w.arch = "darwin", "arm64"
	w.tree(foreignCached, "go1.27.4")
	w.goos, w.arch = "linux", "amd64"
}

func TestChoice(t *testing.T) {
	for _, c := range choices {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if w.env = c.env; c.env == nil {
				w.env = []string{"PATH=$ROOT/usr/bin"}
			}
			c.make(w)
			f := w.find()
			got := f.Choice
			root, local := c.root, c.local
			if local == "" {
				local = root
			}
			if root = w.place(root); got.Root != root || got.Local != w.place(local) || got.Shim != c.shim || got.Name != c.target || !strings.Contains(got.Why, c.why) {
				t.Errorf("choice %+v", got)
			}
			if c.problem == "" && len(got.Problems) > 0 || c.problem != "" && !has(got.Problems, c.problem) {
				t.Errorf("problems %q", got.Problems)
			}
			for i, tc := range f.Toolchains {
				if tc.Active != (tc.Root == root) || tc.Why == "" || tc.Active && (i > 0 || tc.Removable) {
					t.Errorf("toolchain %d: %+v", i, tc)
				}
			}
			for p, why := range c.others {
				if tc := w.one(f, p); !strings.Contains(tc.Why, why) {
					t.Errorf("%s: %q, want %q", p, tc.Why, why)
				}
			}
		})
	}
}

// place is at, for places that may be none.
func (w *world) place(p string) string {
	if p == "" || p == "-" {
		return ""
	}
	return w.at(p)
}

// The programs of golang.org/dl stand for the tree of their name in ~/sdk, as their build info says.
func TestWrapper(t *testing.T) {
	w := newWorld(t)
	w.goos, w.arch = runtime.GOOS, runtime.GOARCH
	w.write("/dl/go.mod", "module golang.org/dl\n\ngo 1.21\n", 0o644)
	w.write("/dl/go1.24.1/main.go", "package main\n\nfunc main() {}\n", 0o644)
	exe := w.at("~/bin/go1.24.1")
	if runtime.GOOS == "windows" {
		exe += ".exe"
	}
	cmd := exec.Command(filepath.Join(testGoroot(t), "bin", "go"), "build", "-o", exe, "./go1.24.1")
	cmd.Dir = w.at("/dl")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOROOT="+testGoroot(t))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	w.tree("/usr/local/go", "go1.26.8")
	list := string(os.PathListSeparator)
	w.env = []string{"PATH=" + w.at("/usr/local/go/bin") + list + w.at("~/bin"), "GOTOOLCHAIN=go1.24.1"}
	f := w.find()
	if f.Choice.Root != "" || !has(f.Choice.Problems, `leads to no toolchain: run "go1.24.1 download"`) {
		t.Errorf("without a tree: %+v", f.Choice)
	}
	w.tree("~/sdk/go1.24.1", "go1.24.1")
	w.write("~/sdk/go1.24.1/.unpacked-success", "", 0o644)
	f = w.find()
	if got := f.Toolchains[0]; got.Root != w.at("~/sdk/go1.24.1") || !got.Active || got.Source != "sdk" || got.Removable || !has(got.Also, "path "+exe) {
		t.Errorf("got %+v, choice %+v", got, f.Choice)
	}
	w.env = w.env[:1]
	f = w.find()
	if got := w.one(f, "~/sdk/go1.24.1"); got.Active || !got.Removable || !strings.Contains(got.Why, "runs as") {
		t.Errorf("got %+v", got)
	}
}
