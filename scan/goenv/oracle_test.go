package goenv

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// A sameCase is a combination of environment, GOENV file and go.env. In it "$HOME" and its kin are the
// places of the world.
type sameCase struct {
	name   string
	env    []string
	user   string            // the default GOENV file
	goenv  string            // go.env of a tree of its own, which GOROOT then names
	files  map[string]string // others, below $ROOT
	dir    string            // working directory, instead of $WORK
	wants  map[string]Origin // origins to assert beside those of "always"
	values map[string]string
}

var sameCases = []sameCase{
	{name: "nothing set", wants: map[string]Origin{"GOPATH": OriginDefault, "GOMODCACHE": OriginDefault, "GOCACHE": OriginDefault, "GOROOT": OriginDerived, "GOPROXY": OriginGoroot, "GOVERSION": OriginDerived, "GOENV": OriginDefault}},
	{name: "environment beats file", env: []string{"GOFLAGS=-mod=mod"}, user: "GOFLAGS=-mod=vendor\n", wants: map[string]Origin{"GOFLAGS": OriginEnvironment}, values: map[string]string{"GOFLAGS": "-mod=mod"}},
	{name: "empty environment is unset", env: []string{"GOFLAGS="}, user: "GOFLAGS=-mod=vendor\n", wants: map[string]Origin{"GOFLAGS": OriginFile}},
	{name: "file beats go.env", user: "GOPROXY=off\n", wants: map[string]Origin{"GOPROXY": OriginFile}},
	{name: "empty in file hides go.env", user: "GOPROXY=\nGOSUMDB=\n", wants: map[string]Origin{"GOPROXY": OriginDefault, "GOSUMDB": OriginDefault}, values: map[string]string{"GOPROXY": ""}},
	{name: "last line of the file counts", user: "GOPROXY=direct\nGOPROXY=off\n", wants: map[string]Origin{"GOPROXY": OriginFile}, values: map[string]string{"GOPROXY": "off"}},
	{name: "first line of go.env counts", goenv: "GOPROXY=direct\nGOPROXY=off\n", wants: map[string]Origin{"GOPROXY": OriginGoroot, "GOROOT": OriginEnvironment}, values: map[string]string{"GOPROXY": "direct"}},
	{name: "go.env sets other keys", goenv: "GOFLAGS=-v\nGOPATH=$ROOT/distro\nGOFIPS140=latest\n", wants: map[string]Origin{"GOFLAGS": OriginGoroot, "GOPATH": OriginGoroot, "GOMODCACHE": OriginDerived, "GOFIPS140": OriginGoroot}},
	{name: "go.env empty", goenv: "# nothing\n", wants: map[string]Origin{"GOPROXY": OriginDefault, "GOSUMDB": OriginDefault}},
	{name: "goroot in go.env is not heard", goenv: "GOROOT=/nowhere\nGOPROXY=off\n", wants: map[string]Origin{"GOROOT": OriginEnvironment}},
	{name: "go.env of the file's goroot", env: []string{"GOROOT=$GOROOT"}, user: "GOROOT=$ROOT/other\n", files: map[string]string{"other/go.env": "GOPROXY=off\n"}, wants: map[string]Origin{"GOROOT": OriginEnvironment, "GOPROXY": OriginGoroot}, values: map[string]string{"GOPROXY": "off"}},
	{name: "goroot from the file", user: "GOROOT=$GOROOT/./\n", wants: map[string]Origin{"GOROOT": OriginFile}},
	{name: "goroot from the environment uncleaned", env: []string{"GOROOT=$GOROOT/./"}, wants: map[string]Origin{"GOROOT": OriginEnvironment}},
	{name: "goenv off", env: []string{"GOENV=off"}, user: "GOPROXY=off\n", wants: map[string]Origin{"GOENV": OriginEnvironment, "GOPROXY": OriginGoroot}},
	{name: "goenv named", env: []string{"GOENV=$ROOT/my"}, user: "GOPROXY=off\n", files: map[string]string{"my": "GOPRIVATE=example.test\n"}, wants: map[string]Origin{"GOPRIVATE": OriginFile, "GONOPROXY": OriginDerived, "GOPROXY": OriginGoroot}},
	{name: "goenv named relative", env: []string{"GOENV=my"}, files: map[string]string{"work/my": "GOBIN=/b\n"}, wants: map[string]Origin{"GOBIN": OriginFile}},
	{name: "goenv missing", env: []string{"GOENV=$ROOT/none"}, wants: map[string]Origin{"GOENV": OriginEnvironment}},
	{name: "goenv a directory", env: []string{"GOENV=$HOME"}, wants: map[string]Origin{"GOENV": OriginEnvironment}},
	{name: "goenv in the file", user: "GOENV=/x\nGODEBUG=a=1\n", wants: map[string]Origin{"GOENV": OriginDefault, "GODEBUG": OriginDefault}},
	{name: "garbage file", user: "\x00\xff\n=\n==\nfoo\nGOPROXXY=off\n GOPROXY=direct\n# c\n#GOBIN=/x\nGOBIN=/b\n"},
	{name: "crlf stays in the value", user: "GOBIN=/b\r\nGOPRIVATE=a\r\n", values: map[string]string{"GOBIN": "/b\r"}},
	{name: "invalid utf-8 value", user: "GOPRIVATE=\xffa\n", wants: map[string]Origin{"GOPRIVATE": OriginFile}},
	{name: "no newline at the end", user: "GOPRIVATE=a", values: map[string]string{"GOPRIVATE": "a"}},
	{name: "value with equals and blanks", user: "GOFLAGS= -tags=a,b   -v \n", values: map[string]string{"GOFLAGS": " -tags=a,b   -v "}},
	{name: "private in the environment", env: []string{"GOPRIVATE=*.corp.test"}, user: "GONOSUMDB=none\n", wants: map[string]Origin{"GONOPROXY": OriginDerived, "GONOSUMDB": OriginFile}},
	{name: "gopath of several entries", env: []string{"GOPATH=$ROOT/a:$ROOT/b"}, wants: map[string]Origin{"GOPATH": OriginEnvironment, "GOMODCACHE": OriginDerived}},
	{name: "gopath first entry empty", env: []string{"GOPATH=:$ROOT/b"}, values: map[string]string{"GOMODCACHE": ""}},
	{name: "gopath equal to goroot", env: []string{"GOPATH=$GOROOT"}, wants: map[string]Origin{"GOPATH": OriginEnvironment}},
	{name: "default gopath equal to goroot", env: []string{"GOROOT=$HOME/go"}, files: map[string]string{"home/go/go.env": "GOPROXY=off\n"}, values: map[string]string{"GOPATH": "", "GOMODCACHE": ""}},
	{name: "modcache relative", env: []string{"GOMODCACHE=rel"}, values: map[string]string{"GOMODCACHE": "rel"}},
	{name: "modcache tilde", user: "GOMODCACHE=~/m\n", wants: map[string]Origin{"GOMODCACHE": OriginFile}},
	{name: "modcache empty", env: []string{"GOMODCACHE="}, wants: map[string]Origin{"GOMODCACHE": OriginDefault}},
	{name: "gocache off", env: []string{"GOCACHE=off"}, wants: map[string]Origin{"GOCACHE": OriginEnvironment}},
	{name: "gocache relative", env: []string{"GOCACHE=rel"}, values: map[string]string{"GOCACHE": "off"}, wants: map[string]Origin{"GOCACHE": OriginEnvironment}},
	{name: "gocache in the file", user: "GOCACHE=$ROOT/c\n", wants: map[string]Origin{"GOCACHE": OriginFile}},
	{name: "no home", env: []string{"HOME"}, values: map[string]string{"GOPATH": "", "GOMODCACHE": "", "GOCACHE": "off", "GOENV": "", "GOTELEMETRY": "off"}},
	{name: "home relative", env: []string{"HOME=rel"}, files: map[string]string{"work/rel/.config/go/env": "GOBIN=/b\n"}, values: map[string]string{"GOPATH": "", "GOMODCACHE": "rel/go/pkg/mod"}},
	{name: "home with a colon", env: []string{"HOME=/a:b"}, values: map[string]string{"GOPATH": ""}},
	{name: "xdg directories", env: []string{"XDG_CONFIG_HOME=$ROOT/x", "XDG_CACHE_HOME=$ROOT/y"}, files: map[string]string{"x/go/env": "GOBIN=/b\n", "x/go/telemetry/mode": "on 2026-01-02\n"}, values: map[string]string{"GOBIN": "/b"}},
	{name: "xdg relative", env: []string{"XDG_CONFIG_HOME=x", "XDG_CACHE_HOME=y"}, values: map[string]string{"GOENV": "", "GOCACHE": "off"}},
	{name: "telemetry off", files: map[string]string{"home/.config/go/telemetry/mode": "off\n"}, values: map[string]string{"GOTELEMETRY": "off"}},
	{name: "other target", env: []string{"GOOS=windows", "GOARCH=arm64"}, wants: map[string]Origin{"GOOS": OriginEnvironment, "GOARM64": OriginDefault}, values: map[string]string{"GOEXE": ".exe", "CGO_ENABLED": "0"}},
	{name: "target in the file", user: "GOOS=darwin\nGOARCH=amd64\nGOAMD64=v3\n", wants: map[string]Origin{"GOOS": OriginFile, "GOAMD64": OriginFile}, values: map[string]string{"CC": "clang"}},
	{name: "arm", env: []string{"GOARCH=arm", "GOARM=6"}, values: map[string]string{"GOARM": "6"}},
	{name: "386", env: []string{"GOARCH=386"}},
	{name: "mips", env: []string{"GOARCH=mipsle"}},
	{name: "mips64", env: []string{"GOARCH=mips64"}},
	{name: "ppc64", env: []string{"GOARCH=ppc64le"}},
	{name: "riscv64", env: []string{"GOARCH=riscv64"}},
	{name: "loong64 has no key", env: []string{"GOARCH=loong64"}},
	{name: "wasm", env: []string{"GOOS=js", "GOARCH=wasm", "GOWASM=satconv"}},
	{name: "cgo set to one", env: []string{"CGO_ENABLED=1", "CC=/bin/false"}, wants: map[string]Origin{"CGO_ENABLED": OriginEnvironment, "CC": OriginEnvironment}},
	{name: "cgo set to nonsense", env: []string{"CGO_ENABLED=yes"}, user: "CGO_ENABLED=1\n", wants: map[string]Origin{"CGO_ENABLED": OriginDerived}, values: map[string]string{"CGO_ENABLED": "0"}},
	{name: "cc in the file does not count", user: "CC=/bin/false\n", values: map[string]string{"CGO_ENABLED": "0"}, wants: map[string]Origin{"CC": OriginFile, "CGO_ENABLED": OriginDerived}},
	{name: "cc in the environment counts", env: []string{"CC=/bin/false"}, values: map[string]string{"CGO_ENABLED": "1"}},
	{name: "gcc in path", files: map[string]string{"bin/gcc": "#!/bin/false\n"}, values: map[string]string{"CGO_ENABLED": "1"}},
	{name: "gcc in a relative path entry", env: []string{"PATH=tools:$BIN"}, files: map[string]string{"work/tools/gcc": "#!/bin/false\n"}, values: map[string]string{"CGO_ENABLED": "0"}},
	{name: "gccgo in path", files: map[string]string{"bin/gccgo": "#!/bin/false\n"}, wants: map[string]Origin{"GCCGO": OriginDerived}},
	{name: "gccgo by path", env: []string{"GCCGO=$ROOT/bin/go"}, wants: map[string]Origin{"GCCGO": OriginEnvironment}},
	{name: "gccgo missing", user: "GCCGO=nowhere\n", wants: map[string]Origin{"GCCGO": OriginFile}},
	{name: "gccgo in an empty path entry", env: []string{"PATH=:$BIN"}, files: map[string]string{"work/gccgo": "#!/bin/false\n"}},
	{name: "c flags quoted", env: []string{`CGO_CFLAGS=-O1  '-DA=b c' "-DX='y'"`, "CGO_LDFLAGS= ", "PKG_CONFIG=pkgconf --static"}, wants: map[string]Origin{"CGO_CFLAGS": OriginEnvironment}},
	{name: "c flags with both quotes", env: []string{`CGO_CPPFLAGS=-D'a"b  -v`}},
	{name: "tools", env: []string{"AR=llvm-ar", "CXX=clang++", "GOAUTH=off", "GOCACHEPROG=", "GOVCS=public:git", "GOINSECURE=x.test", "GODEBUG=http2client=0"}, user: "GOTMPDIR=$ROOT/tmp\nGOAUTH=netrc\n"},
	{name: "computed keys are not heard", env: []string{"GOVERSION=go9", "GOHOSTOS=plan9", "GOEXE=.x", "GOMOD=/x", "GOTELEMETRY=on"}, user: "GOTOOLDIR=/x\nGOHOSTARCH=mips\n", wants: map[string]Origin{"GOVERSION": OriginDerived}},
	{name: "experiment", env: []string{"GOEXPERIMENT=nogreenteagc"}, wants: map[string]Origin{"GOEXPERIMENT": OriginEnvironment}},
	{name: "toolchain in the file", env: []string{"GOTOOLCHAIN"}, user: "GOTOOLCHAIN=local\n", wants: map[string]Origin{"GOTOOLCHAIN": OriginFile}},
	{name: "in a module", files: map[string]string{"work/go.mod": "module m\n", "work/sub/x": ""}, dir: "work/sub", wants: map[string]Origin{"GOMOD": OriginDerived}},
	{name: "go.mod a directory", files: map[string]string{"work/go.mod/x": "", "go.mod": "module m\n"}},
	{name: "in a module with modules off", env: []string{"GO111MODULE=off"}, files: map[string]string{"work/go.mod": "module m\n", "work/go.work": "go 1.21\n"}, values: map[string]string{"GOMOD": ""}},
	{name: "auto without a module", env: []string{"GO111MODULE=auto"}, values: map[string]string{"GOMOD": ""}},
	{name: "auto in a module", env: []string{"GO111MODULE=auto"}, files: map[string]string{"work/go.mod": "module m\n"}},
	{name: "go.mod in the temporary root", env: []string{"TMPDIR=$WORK"}, files: map[string]string{"work/go.mod": "module m\n"}, values: map[string]string{"GOMOD": os.DevNull}},
	{name: "in a workspace", files: map[string]string{"go.work": "go 1.21\nuse ./work\n", "work/go.mod": "module m\n"}, wants: map[string]Origin{"GOWORK": OriginDerived}},
	{name: "workspace off in the file", user: "GOWORK=off\n", files: map[string]string{"work/go.work": "go 1.21\n"}, values: map[string]string{"GOWORK": "off"}, wants: map[string]Origin{"GOWORK": OriginFile}},
	{name: "workspace auto", env: []string{"GOWORK=auto"}, files: map[string]string{"work/go.work": "go 1.21\n"}, wants: map[string]Origin{"GOWORK": OriginDerived}},
	{name: "workspace named", env: []string{"GOWORK=$ROOT/w/go.work"}, files: map[string]string{"w/go.work": "go 1.21\n"}, wants: map[string]Origin{"GOWORK": OriginEnvironment}},
	{name: "no workspace around goroot", goenv: "GOPROXY=off\n", files: map[string]string{"go.work": "go 1.21\n", "tree/go.work": "go 1.21\n", "tree/src/x": ""}, dir: "tree/src", values: map[string]string{"GOWORK": ""}},
}

// TestSameAsGo compares every key with what the real go prints, in exactly the same environment.
func TestSameAsGo(t *testing.T) {
	if len(sameCases) < 40 {
		t.Fatalf("%d cases are too few", len(sameCases))
	}
	for _, c := range sameCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			in := w.prepare(c)
			e := w.load(in)
			compare(t, w.goEnv(in), e)
			for key, origin := range c.wants {
				if s, _ := e.Lookup(key); s.Origin != origin {
					t.Errorf("origin of %s is %q, want %q", key, s.Origin, origin)
				}
			}
			for key, value := range c.values {
				if got := e.Value(key); got != value {
					t.Errorf("%s is %q, want %q", key, got, value)
				}
			}
		})
	}
}

// prepare makes the files of a case and returns its input.
func (w *world) prepare(c sameCase) Input {
	w.t.Helper()
	for name, content := range c.files {
		w.write(name, content, 0o755)
	}
	if c.user != "" {
		w.write("home/.config/go/env", c.user, 0o644)
	}
	env := slices.Clone(c.env)
	if c.goenv != "" {
		w.write("tree/go.env", c.goenv, 0o644)
		env = append(env, "GOROOT=$ROOT/tree")
	}
	in := w.input(env...)
	if c.dir != "" {
		in.Dir = filepath.Join(w.root, c.dir)
	}
	return in
}

func compare(t *testing.T, want map[string]string, e *Env) {
	t.Helper()
	var keys []string
	for _, s := range e.Settings() {
		keys = append(keys, s.Key)
		if s.Origin == "" {
			t.Errorf("%s has no origin", s.Key)
		}
		if v, ok := want[s.Key]; !ok {
			t.Errorf("go env does not print %s", s.Key)
		} else if got := asJSON(t, s.Value); got != v {
			t.Errorf("%s is %q (%s), go says %q", s.Key, got, s.Origin, v)
		}
	}
	if !slices.IsSorted(keys) {
		t.Errorf("keys are not sorted: %q", keys)
	}
	for key := range want {
		if !slices.Contains(keys, key) {
			t.Errorf("%s is missing", key)
		}
	}
}

// TestSameAsGoDerivedGoroot runs a copy of the go command in trees of its own, because only then GOROOT
// follows from the place of the binary.
func TestSameAsGoDerivedGoroot(t *testing.T) {
	w := newWorld(t)
	binary, err := os.ReadFile(filepath.Join(realGoroot(t), "bin", "go"+exeSuffix(runtime.GOOS)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tree := range []string{"opt", "home/go"} {
		w.write(tree+"/pkg/tool/x", "", 0o644)
		w.write(tree+"/go.env", "GOPROXY=off\n", 0o644)
		w.write(tree+"/bin/sub/x", "", 0o644)
		if err := os.WriteFile(filepath.Join(w.root, tree, "bin", "go"), binary, 0o755); err != nil {
			t.Fatal(err)
		}
		os.Remove(filepath.Join(w.bin, "go"))
		if err := os.Symlink(filepath.Join(w.root, tree, "bin", "go"), filepath.Join(w.bin, "go")); err != nil {
			t.Fatal(err)
		}
		in := w.input()
		e := w.load(in)
		compare(t, w.goEnv(in), e)
		if want := filepath.Join(w.root, tree); e.Goroot() != want {
			t.Errorf("GOROOT is %q, want %q", e.Goroot(), want)
		}
	}
}
