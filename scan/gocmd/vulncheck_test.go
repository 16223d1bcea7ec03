package gocmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVulncheck: the program gets an environment in which go writes and fetches nothing, and its words come back.
func TestVulncheck(t *testing.T) {
	bin, dir := t.TempDir(), t.TempDir()
	if _, err := Vulncheck(t.Context(), []string{"PATH=" + dir + string(filepath.ListSeparator) + "relative"}, nil, dir); !errors.Is(err, ErrNoVulncheck) {
		t.Fatalf("it is not installed, and %v", err)
	}
	const script = "#!/bin/sh\necho \"$GOFLAGS|$GOPROXY|$GOTOOLCHAIN|$CGO_ENABLED|$HOME|$*|$PWD\"\n"
	if err := os.WriteFile(filepath.Join(bin, "govulncheck"), []byte(script), 0o777); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=/usr/bin:/bin", "HOME=/h", "GOFLAGS=-mod=mod", "GOPROXY=https://proxy.example.com", "CGO_ENABLED=1", "GOTOOLCHAIN=auto"}
	out, err := Vulncheck(t.Context(), env, []string{bin}, dir)
	if err != nil {
		t.Fatal(err)
	}
	real, _ := filepath.EvalSymlinks(dir)
	if got, want := strings.TrimSpace(string(out)), "-mod=readonly|off|local|0|/h|-json ./...|"; got != want+dir && got != want+real {
		t.Errorf("it was called as %q", got)
	}
}
