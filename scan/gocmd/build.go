package gocmd

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A Build is one build of a program out of a copy of its sources, in a directory of ours: a project is never built where it
// stands. go build runs no code of what it builds; what else it could be made to run is taken away. GOENV is off and GOFLAGS
// empty, so no -toolexec, no C compiler and no program of a cache comes from a settings file; nothing is downloaded, no other
// toolchain is taken, no version control is asked. With Cgo the C compiler in PATH runs, with the flags that cmd/go allows.
type Build struct {
	Go      string // the go command, absolute
	Dir     string // of the main package, in the copy
	Scratch string // a directory of ours for this build: home, temporary files, module cache
	Cache   string // the build cache, ours too
	Proxy   string // file:// of a module cache's download directory; "": there is none
	Work    string // the go.work file of the copy; "": none

	GOOS, GOARCH string
	Set          []string // other settings that change what is compiled, such as GOAMD64=v3; of those in Settings
	Tags         string
	Trimpath     bool
	Vendor       bool // -mod=vendor instead of -mod=readonly
	Cgo          bool
	Path         string // PATH, for the C compiler
	SystemRoot   string // of Windows
}

// Limits of one build. What go says is little, unless it lists packages.
const (
	buildSays = 4 << 20
	buildTime = 20 * time.Minute
)

// BuildSettings are the settings that Build.Set may hold: they choose instructions and experiments.
var BuildSettings = []string{"GO386", "GOAMD64", "GOARM", "GOARM64", "GOEXPERIMENT", "GOFIPS140", "GOMIPS", "GOMIPS64", "GOPPC64", "GORISCV64", "GOWASM"}

// Flags are the flags of go build.
func (b *Build) Flags() []string {
	flags := []string{"-mod=readonly", "-buildvcs=false"}
	if b.Vendor {
		flags[0] = "-mod=vendor"
	}
	if b.Trimpath {
		flags = append(flags, "-trimpath")
	}
	if b.Tags != "" {
		flags = append(flags, "-tags="+b.Tags)
	}
	return flags
}

// Environ are the settings that were made and that change what is built.
func (b *Build) Environ() []string {
	cgo := "CGO_ENABLED=0"
	if b.Cgo {
		cgo = "CGO_ENABLED=1"
	}
	return append([]string{cgo, "GOOS=" + b.GOOS, "GOARCH=" + b.GOARCH}, b.Set...)
}

var settingWord = regexp.MustCompile(`^[A-Za-z0-9_.,]*$`)

// call makes the call of a go command.
func (b *Build) call(args ...string) (*call, error) {
	for i, s := range append([]string{"GOOS=" + b.GOOS, "GOARCH=" + b.GOARCH, "tags=" + b.Tags}, b.Set...) {
		if k, v, _ := strings.Cut(s, "="); !settingWord.MatchString(v) || i > 2 && !slices.Contains(BuildSettings, k) {
			return nil, fmt.Errorf("no build has a setting %q", s)
		}
	}
	proxy, work, path := b.Proxy, b.Work, filepath.Dir(b.Go)
	if proxy == "" {
		proxy = "off"
	}
	if work == "" {
		work = "off"
	}
	if b.Cgo {
		path = b.Path
	}
	in := func(name string) string { return filepath.Join(b.Scratch, name) }
	env := append(b.Environ(), "PATH="+path, "HOME="+b.Scratch, "USERPROFILE="+b.Scratch, "LocalAppData="+b.Scratch, "AppData="+b.Scratch,
		"TMPDIR="+in("tmp"), "TMP="+in("tmp"), "TEMP="+in("tmp"), "GOCACHE="+b.Cache, "GOMODCACHE="+in("mod"), "GOPATH="+in("gopath"),
		"GOENV=off", "GOFLAGS=", "GOPROXY="+proxy, "GONOPROXY=none", "GOSUMDB=off", "GOVCS=*:off", "GOAUTH=off", "GOTOOLCHAIN=local", "GO111MODULE=on",
		"GOWORK="+work, "GIT_TERMINAL_PROMPT=0")
	if b.SystemRoot != "" {
		env = append(env, "SYSTEMROOT="+b.SystemRoot)
	}
	return &call{path: b.Go, args: args, env: env, dir: b.Dir, limit: buildSays, time: buildTime}, nil
}

// Standard compiles what the program needs of the standard library into the build cache, and nothing else.
func (b *Build) Standard(ctx context.Context) error {
	list, err := b.call(append(append([]string{"list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}"}, b.Flags()...), ".")...)
	if err != nil {
		return err
	}
	out, err := list.run(ctx)
	if err != nil {
		return err
	}
	args := append([]string{"build"}, b.Flags()...)
	for _, p := range strings.Fields(string(out)) {
		if p != "unsafe" {
			args = append(args, p)
		}
	}
	build, err := b.call(args...)
	if err == nil {
		_, err = build.run(ctx)
	}
	return err
}

// Run builds the package in Dir into a file.
func (b *Build) Run(ctx context.Context, output string) error {
	c, err := b.call(append(append([]string{"build"}, b.Flags()...), "-o", output, ".")...)
	if err == nil {
		_, err = c.run(ctx)
	}
	return err
}
