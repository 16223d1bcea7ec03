package gocmd

import (
	"slices"
	"strings"
	"testing"
)

// TestBuildEnvironment: a build gets an environment made from nothing, in which everything that could run another program,
// reach a network or write elsewhere is set.
func TestBuildEnvironment(t *testing.T) {
	t.Setenv("GOFLAGS", "-toolexec=/bin/evil")
	t.Setenv("CC", "/bin/evil")
	b := Build{Go: "/go/bin/go", Dir: "/copy", Scratch: "/scratch", Cache: "/cache", GOOS: "windows", GOARCH: "amd64", Set: []string{"GOAMD64=v3"}, Tags: "a,b", Trimpath: true, Path: "/bin"}
	c, err := b.call("build")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"GOENV=off", "GOFLAGS=", "GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOWORK=off", "CGO_ENABLED=0", "GOAMD64=v3", "GOCACHE=/cache", "GOVCS=*:off", "GOAUTH=off"} {
		if !slices.Contains(c.env, want) {
			t.Errorf("%s is not set", want)
		}
	}
	for _, kv := range c.env {
		if strings.Contains(kv, "evil") || strings.HasPrefix(kv, "CC=") || strings.HasPrefix(kv, "GOCACHEPROG=") || kv == "PATH=/bin" {
			t.Errorf("%s is set", kv)
		}
	}
	if want := []string{"-mod=readonly", "-buildvcs=false", "-trimpath", "-tags=a,b"}; !slices.Equal(b.Flags(), want) {
		t.Errorf("flags %q, want %q", b.Flags(), want)
	}
	for _, hostile := range []func(*Build){
		func(b *Build) { b.Tags = "a -toolexec=x" }, func(b *Build) { b.GOOS = "linux\nCC=x" }, func(b *Build) { b.GOARCH = "a b" },
		func(b *Build) { b.Set = []string{"GOAMD64=v1\x00"} }, func(b *Build) { b.Set = []string{"GOFLAGS=-x"} },
	} {
		x := b
		if hostile(&x); x.Run(t.Context(), "/out") == nil || !strings.Contains(x.Run(t.Context(), "/out").Error(), "no build has a setting") {
			t.Errorf("%+v is built", x)
		}
	}
}
