package goenv

import (
	"slices"
	"sync"
	"testing"
)

// TestLoad uses what others use, from many goroutines at once.
func TestLoad(t *testing.T) {
	w := newWorld(t)
	e := Load(w.input("GOPATH=$ROOT/a:$ROOT/b"))
	if e.Goroot() != realGoroot(t) || e.GoVersion() == "" || len(e.Gopaths()) != 2 {
		t.Errorf("GOROOT %q, GOVERSION %q, GOPATH %q", e.Goroot(), e.GoVersion(), e.Gopaths())
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, s := range e.Settings() {
				s.Overrides = append(s.Overrides, Source{})
				if e.Value(s.Key) != s.Value {
					t.Errorf("%s changed", s.Key)
				}
			}
			e.ModCache()
			e.BuildCache()
		})
	}
	wg.Wait()
}

// TestLoadNothing gives no environment and no directory at all.
func TestLoadNothing(t *testing.T) {
	e := load(Input{}, machine{goos: "linux", goarch: "amd64"})
	if len(e.Settings()) < 40 || e.Value("GOOS") != "linux" {
		t.Errorf("%d settings", len(e.Settings()))
	}
	// A relative file must not be looked for below the directory of this process.
	e = load(Input{Environ: []string{"GOENV=load_test.go"}}, machine{goos: "linux", goarch: "amd64"})
	wantProblem(t, e, "GOENV", "does not exist")
}

// TestOtherSystems walks through the rules of the systems that this test does not run on.
func TestOtherSystems(t *testing.T) {
	for goos, c := range map[string]struct {
		env  []string
		want map[string]string
	}{
		"windows": {[]string{`USERPROFILE=C:\u`, `AppData=C:\u\r`, `LocalAppData=C:\u\l`, `Path=C:\none`, "GoFlags=-v"},
			map[string]string{"GOEXE": ".exe", "GOFLAGS": "-v", "CC": "gcc"}},
		"darwin": {[]string{"HOME=/none/h", "PATH=/none/bin"},
			map[string]string{"GOCACHE": "/none/h/Library/Caches/go-build", "GOENV": "/none/h/Library/Application Support/go/env", "CC": "clang", "GOPATH": "/none/h/go", "GOMODCACHE": "/none/h/go/pkg/mod"}},
	} {
		e := load(Input{Environ: c.env}, machine{goos: goos, goarch: "arm64"})
		for key, want := range c.want {
			if got := e.Value(key); got != want {
				t.Errorf("%s: %s is %q, want %q", goos, key, got, want)
			}
		}
		if _, err := e.BuildCache(); err != nil {
			t.Errorf("%s: %v", goos, err)
		}
		if !slices.ContainsFunc(e.Settings(), func(s Setting) bool { return s.Key == "GOARM64" }) {
			t.Errorf("%s: no GOARM64", goos)
		}
	}
}

// TestPorts keeps the table of ports and that of the architecture keys together.
func TestPorts(t *testing.T) {
	for goos, archs := range ports {
		for arch := range archs {
			if key := archKey(arch); key != "" {
				if _, ok := archDefaults[key]; !ok || !knownKeys[key] {
					t.Errorf("%s/%s: %s has no default or is not known", goos, arch, key)
				}
			}
		}
	}
	for target, want := range map[[2]string]bool{{"linux", "amd64"}: true, {"linux", "ppc64"}: false, {"aix", "ppc64"}: true,
		{"plan9", "amd64"}: false, {"js", "wasm"}: false, {"foo", "amd64"}: false, {"openbsd", "ppc64"}: false, {"windows", "arm64"}: true} {
		if got := cgoSupported(target[0], target[1]); got != want {
			t.Errorf("%v: %v", target, got)
		}
	}
}
