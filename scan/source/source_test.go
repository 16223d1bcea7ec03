package source

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

var files = map[string]string{
	"go.mod":          "module m\n\ngo 1.20\n",
	"a.go":            "package m\n\nimport (\n\t\"fmt\"\n\t_ \"m/sub\"\n)\n\nvar _ = fmt.Sprint\n",
	"a_test.go":       "package m\n\nimport _ \"m/only\"\n",
	"b_windows.go":    "package m\n",
	"c.go":            "package m\n\nimport \"C\"\n",
	"d.go":            "//go:build never && !linux\n\npackage m\n",
	"e.go":            "//go:build go1.23\n\npackage m\n",
	"sub/x.go":        "// A comment.\n\n//go:build windows\n\npackage sub\n",
	"vendor/v/v.go":   "package v\n",
	"testdata/t/t.go": "package t\n",
	"_x/x.go":         "package x\n",
	"nested/go.mod":   "module m/nested\n",
	"nested/n.go":     "package nested\n",
	"empty/README":    "",
}

func TestModule(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files)
	target := Target{GOOS: "linux", GOARCH: "amd64", Go: "go1.22.3"}
	list, err := target.Module(t.Context(), dir, 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range list {
		rel, _ := filepath.Rel(dir, p.Dir)
		line := fmt.Sprint(rel, " takes ", p.Files, " not ", p.Ignored)
		for _, i := range p.Imports {
			line += fmt.Sprintf(" %s:%d", i.Path, i.Line)
		}
		got = append(got, line)
	}
	want := []string{". takes [a.go] not [b_windows.go c.go d.go e.go] fmt:4 m/sub:5", "sub takes [] not [x.go]"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, why := range map[string]string{
		"b_windows.go": "its name is that of a file for another system: b_windows.go",
		"c.go":         `it imports "C", and cgo is off`,
		"d.go":         "line 1 says //go:build never && !linux",
		"e.go":         "line 1 says //go:build go1.23",
		"sub/x.go":     "line 3 says //go:build windows",
	} {
		if got := target.Why(filepath.Join(dir, filepath.Dir(name)), filepath.Base(name)); got != why {
			t.Errorf("%s is excluded because %q, want %q", name, got, why)
		}
	}
	if _, err := target.Module(t.Context(), dir, 1); !errors.Is(err, ErrMany) {
		t.Errorf("a limit of one directory: %v", err)
	}
}

// TestAgainstGo asks the real go for the same.
func TestAgainstGo(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files)
	for _, target := range []Target{
		{GOOS: "linux", GOARCH: "amd64"},
		{GOOS: "windows", GOARCH: "arm64"},
		{GOOS: "linux", GOARCH: "386", Tags: []string{"never"}},
		{GOOS: "darwin", GOARCH: "arm64", Tags: []string{"never", "x"}},
	} {
		cmd := exec.Command("go", "list", "-e", "-tags="+strings.Join(target.Tags, ","), "-f", "{{.GoFiles}} {{.IgnoredGoFiles}}", ".", "./sub")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOOS="+target.GOOS, "GOARCH="+target.GOARCH, "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off", "GOTOOLCHAIN=local")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		list, err := target.Module(t.Context(), dir, 100)
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		for _, p := range list {
			fmt.Fprintln(&got, p.Files, p.Ignored)
		}
		if got.String() != string(out) {
			t.Errorf("%+v:\n%s\nand go says\n%s", target, got.String(), out)
		}
	}
}
