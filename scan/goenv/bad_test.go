package goenv

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestCaches is about the settings that name the two caches, good and bad.
func TestCaches(t *testing.T) {
	for _, c := range []struct {
		name       string
		env        []string
		user       string
		mod, build string // the directories, or
		modErr     error  // the errors
		buildErr   error
		says       string // a part of the message
	}{
		{name: "defaults", mod: "$HOME/go/pkg/mod", build: "$HOME/.cache/go-build"},
		{name: "set", env: []string{"GOMODCACHE=$ROOT/m/", "GOCACHE=$ROOT/c"}, mod: "$ROOT/m", build: "$ROOT/c"},
		{name: "several gopaths", env: []string{"GOPATH=$ROOT/a:$ROOT/b"}, mod: "$ROOT/a/pkg/mod", build: "$HOME/.cache/go-build"},
		{name: "relative", env: []string{"GOMODCACHE=m", "GOCACHE=c"}, modErr: ErrRelative, buildErr: ErrRelative, says: `unset GOCACHE in the environment`},
		{name: "relative in the file", user: "GOPROXY=off\nGOMODCACHE=m\nGOCACHE=c\n", modErr: ErrRelative, buildErr: ErrRelative, says: "line 3"},
		{name: "tilde", env: []string{"GOMODCACHE=~/m", "GOCACHE=~/c"}, modErr: ErrRelative, buildErr: ErrRelative},
		{name: "gopath tilde", env: []string{"GOPATH=~/go"}, modErr: ErrRelative, build: "$HOME/.cache/go-build"},
		{name: "gopath relative", env: []string{"GOPATH=rel"}, modErr: ErrRelative, build: "$HOME/.cache/go-build"},
		{name: "off", env: []string{"GOCACHE=off"}, mod: "$HOME/go/pkg/mod", buildErr: ErrBuildCacheOff, says: "1.12"},
		{name: "no home", env: []string{"HOME"}, modErr: ErrNoHome, buildErr: ErrNoHome},
		{name: "no home but set", env: []string{"HOME", "GOMODCACHE=$ROOT/m", "GOCACHE=$ROOT/c"}, mod: "$ROOT/m", build: "$ROOT/c"},
		{name: "home relative", env: []string{"HOME=rel"}, modErr: ErrRelative, buildErr: ErrRelative},
		{name: "empty is unset", env: []string{"GOMODCACHE=", "GOCACHE="}, mod: "$HOME/go/pkg/mod", build: "$HOME/.cache/go-build"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			e := w.load(w.prepare(sameCase{env: c.env, user: c.user}))
			mod, modErr := e.ModCache()
			build, buildErr := e.BuildCache()
			if mod != w.expand(c.mod) || !errors.Is(modErr, c.modErr) {
				t.Errorf("ModCache: %q, %v; want %q, %v", mod, modErr, w.expand(c.mod), c.modErr)
			}
			if build != w.expand(c.build) || !errors.Is(buildErr, c.buildErr) {
				t.Errorf("BuildCache: %q, %v; want %q, %v", build, buildErr, w.expand(c.build), c.buildErr)
			}
			if c.says != "" && !strings.Contains(buildErr.Error(), c.says) {
				t.Errorf("BuildCache: %v does not say %q", buildErr, c.says)
			}
			if modErr != nil {
				wantProblem(t, e, "GOMODCACHE", modErr.Error())
			}
			if buildErr != nil {
				wantProblem(t, e, "GOCACHE", buildErr.Error())
			}
		})
	}
	w := newWorld(t)
	if _, err := w.load(w.input("GOPATH=:/x")).ModCache(); err == nil || !strings.Contains(err.Error(), "first entry of GOPATH") {
		t.Errorf("an empty first entry: %v", err)
	}
}

// TestBrickedGoroot is C57: a line in the GOENV file that no go command can take out again.
func TestBrickedGoroot(t *testing.T) {
	w := newWorld(t)
	e := w.load(w.prepare(sameCase{user: "GOPROXY=off\nGOROOT=/nonexistent\n"}))
	s, ok := e.Lookup("GOROOT")
	if !ok || s.Value != "/nonexistent" || s.Origin != OriginFile || s.Line != 2 {
		t.Errorf("GOROOT is %+v", s)
	}
	p := wantProblem(t, e, "GOROOT", "no go command starts", "remove line 2")
	if p.Line != 2 || p.File != filepath.Join(w.home, ".config/go/env") {
		t.Errorf("the problem is at %s:%d", p.File, p.Line)
	}
	wantProblem(t, e, "GOSUMDB", "no GOROOT/go.env found: the default GOSUMDB is not known")
	if _, ok := problemWith(e, "GOPROXY"); ok {
		t.Errorf("GOPROXY is set, yet %+v", e.Problems)
	}
	if e.GoVersion() == "" {
		t.Error("the go command in PATH still has a version")
	}
}

// TestNoGo is a machine without any go.
func TestNoGo(t *testing.T) {
	w := newWorld(t)
	e := w.load(w.input("PATH=$ROOT/empty", "GOFLAGS=-v"))
	if e.Goroot() != "" || e.GoVersion() != "" || e.Value("GOTOOLDIR") != "" {
		t.Errorf("GOROOT %q, GOVERSION %q", e.Goroot(), e.GoVersion())
	}
	if dir, err := e.ModCache(); err != nil || dir != filepath.Join(w.home, "go/pkg/mod") {
		t.Errorf("ModCache: %q, %v", dir, err)
	}
	if e.Value("GOFLAGS") != "-v" || e.Value("GOOS") != runtime.GOOS {
		t.Error("the environment counts without a go as well")
	}
	wantProblem(t, e, "GOROOT", "no go command", "install go")
}

// TestGoElsewhere is a go that is installed at a common place, and not in PATH.
func TestGoElsewhere(t *testing.T) {
	w := newWorld(t)
	e := load(w.input("PATH=$ROOT/empty"), machine{goos: runtime.GOOS, goarch: runtime.GOARCH, places: []string{filepath.Join(w.root, "no"), realGoroot(t)}})
	if e.Goroot() != realGoroot(t) || !strings.HasPrefix(e.GoVersion(), "go1.") {
		t.Errorf("GOROOT %q, GOVERSION %q", e.Goroot(), e.GoVersion())
	}
	wantProblem(t, e, "GOROOT", "no go command in PATH")
	// GOROOT alone is enough to find it.
	e = w.load(w.input("PATH=$ROOT/empty", "GOROOT=$GOROOT"))
	if e.GoVersion() == "" {
		t.Errorf("no version: %+v", e.Problems)
	}
}

// TestForeignGo is a program in PATH that is called go: a wrapper script, or something else entirely.
func TestForeignGo(t *testing.T) {
	w := newWorld(t)
	w.write("shims/go", "#!/bin/sh\nexec something \"$@\"\n", 0o755)
	w.write("games/go", "\x7fELF garbage", 0o755)
	e := w.load(w.input("PATH=$ROOT/shims:$ROOT/games:$BIN"))
	wantProblem(t, e, "GOROOT", "shims/go", "a script")
	wantProblem(t, e, "GOROOT", "games/go", "not a go command")
	if e.Goroot() != realGoroot(t) {
		t.Errorf("GOROOT is %q", e.Goroot())
	}
	w.write("noexec/go", "#!/bin/sh\n", 0o644)
	e = w.load(w.input("PATH=$ROOT/noexec:$BIN"))
	if _, ok := problemWith(e, "GOROOT"); ok {
		t.Errorf("a file without x bit is no program: %+v", e.Problems)
	}
}

// TestVersionFile is a GOROOT whose VERSION is not what the go command says.
func TestVersionFile(t *testing.T) {
	w := newWorld(t)
	w.write("tree/VERSION", "go1.2.3\ntime x\n", 0o644)
	e := w.load(w.prepare(sameCase{goenv: "GOPROXY=off\n"}))
	wantProblem(t, e, "GOVERSION", "go1.2.3")
	if e.GoVersion() == "go1.2.3" {
		t.Error("the binary counts, not the file")
	}
	// Without a binary the file is what there is.
	w.write("tree/bin/go", "garbage", 0o755)
	w.write("tree/pkg/tool/x", "", 0o644)
	e = w.load(w.input("PATH=$ROOT/tree/bin"))
	if e.GoVersion() != "go1.2.3" || e.Goroot() != filepath.Join(w.root, "tree") {
		t.Errorf("GOVERSION %q, GOROOT %q", e.GoVersion(), e.Goroot())
	}
}

// TestBadSettingsFile is about files that are not what they should be.
func TestBadSettingsFile(t *testing.T) {
	w := newWorld(t)
	wantProblem(t, w.load(w.input("GOENV=$HOME")), "GOENV", "a directory, not a regular file")
	wantProblem(t, w.load(w.input("GOENV=$ROOT/none")), "GOENV", "does not exist")
	if e := w.load(w.input()); len(e.Problems) != 0 {
		t.Errorf("nothing is wrong, yet %+v", e.Problems)
	}
	w.write("big", "GOBIN=/b\n"+strings.Repeat("#\n", maxSettingsFile/2), 0o644)
	e := w.load(w.input("GOENV=$ROOT/big"))
	wantProblem(t, e, "GOENV", "larger than 1 MiB")
	if e.Value("GOBIN") != "" {
		t.Error("a part of a file was believed")
	}
	w.write("lines", strings.Repeat("x\n", 500), 0o644)
	e = w.load(w.input("GOENV=$ROOT/lines"))
	if len(e.Problems) != maxFaults+1 || !strings.Contains(e.Problems[maxFaults].Message, "480 more lines") {
		t.Errorf("%d problems, last %+v", len(e.Problems), e.Problems[len(e.Problems)-1])
	}
	if err := os.Symlink(filepath.Join(w.root, "loop"), filepath.Join(w.root, "loop")); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, w.load(w.input("GOENV=$ROOT/loop")), "GOENV", "cannot be read")
}

// TestBadValues is about values that go refuses or misunderstands.
func TestBadValues(t *testing.T) {
	for _, c := range []struct{ set, key, says string }{
		{"GOPATH=rel", "GOPATH", `"rel" is relative`},
		{"GOPATH=/a:~/b", "GOPATH", "tilde"},
		{"GOPATH=$GOROOT", "GOPATH", "same directory"},
		{"GO111MODULE=foo", "GO111MODULE", `"foo"`},
		{"GOAMD64=v9", "GOAMD64", "v4"},
		{"GOOS=foo", "GOARCH", "foo/"},
		{"GOWORK=rel/go.work", "GOWORK", "relative"},
		{"GOWORK=/none/go.work", "GOWORK", "cannot be found"},
		{"GOFLAGS=-mod vendor", "GOFLAGS", `"vendor"`},
		{"GOFLAGS='-x", "GOFLAGS", "unterminated"},
		{"GOTOOLCHAIN=bogus", "GOTOOLCHAIN", "bogus"},
		{"GOTOOLCHAIN=go1.26.0+x", "GOTOOLCHAIN", "+auto"},
		{"GOFIPS140=on", "GOFIPS140", "latest"},
		{"CGO_ENABLED=yes", "CGO_ENABLED", "neither"},
		{"CGO_CFLAGS='-x", "CGO_CFLAGS", "unterminated"},
		{"CC=./gcc", "CC", "relative"},
		{"CXX='g++", "CXX", "split"},
		{"GOBIN=bin", "GOBIN", "relative"},
		{"GOTMPDIR=/none/x", "GOTMPDIR", "not a directory"},
		{"GOROOT=/none/x", "GOROOT", "unset it"},
		{"XDG_CONFIG_HOME=x", "GOENV", "relative"},
	} {
		t.Run(c.set, func(t *testing.T) {
			w := newWorld(t)
			p := wantProblem(t, w.load(w.input(c.set)), c.key, c.says)
			if p.Line != 0 || p.Message == "" || strings.ToUpper(p.Message[:1]) == p.Message[:1] && !strings.HasPrefix(p.Message, "GO") && !strings.HasPrefix(p.Message, "CGO") && p.Message[0] != '"' {
				t.Errorf("problem %+v", p)
			}
		})
	}
}

// TestOverrides is about the sources that lose.
func TestOverrides(t *testing.T) {
	w := newWorld(t)
	e := w.load(w.prepare(sameCase{
		env: []string{"GOPROXY=direct"}, user: "GOPROXY=a\nGOPROXY=b\nGOSUMDB=\n", goenv: "GOPROXY=c\nGOSUMDB=x\n"}))
	s, _ := e.Lookup("GOPROXY")
	var got []string
	for _, o := range s.Overrides {
		got = append(got, string(o.Origin)+" "+o.Value)
	}
	if want := "goenv-file b,goenv-file a,goroot c"; strings.Join(got, ",") != want {
		t.Errorf("overrides are %q, want %q", got, want)
	}
	if p := wantProblem(t, e, "GOSUMDB", "hides"); p.Line != 3 {
		t.Errorf("the problem is in line %d", p.Line)
	}
	s.Overrides[0].Value = "changed"
	if again, _ := e.Lookup("GOPROXY"); again.Overrides[0].Value != "b" {
		t.Error("a caller could change the Env")
	}
}

// TestUnprinted is about keys that "go env" answers for and does not list.
func TestUnprinted(t *testing.T) {
	w := newWorld(t)
	e := w.load(w.input("CGO_CFLAGS_ALLOW=.*", "FOO=x"))
	if e.Value("FC") != "gfortran" || e.Value("CGO_CFLAGS_ALLOW") != ".*" {
		t.Errorf("FC %q", e.Value("FC"))
	}
	for _, key := range []string{"FOO", "GOGCCFLAGS", "CGO_LDFLAGS_ALLOW", "PATH"} {
		if s, ok := e.Lookup(key); ok {
			t.Errorf("%s is %+v", key, s)
		}
	}
}

func TestGopaths(t *testing.T) {
	w := newWorld(t)
	got := w.load(w.input("GOPATH=/a::/b")).Gopaths()
	if strings.Join(got, " ") != "/a /b" {
		t.Errorf("%q", got)
	}
	if got := w.load(w.input("HOME")).Gopaths(); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
