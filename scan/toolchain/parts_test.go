package toolchain

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// thisGoroot is that of the go command that runs the tests.
func thisGoroot(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// TestWhole: the Go that runs the tests is whole and of one release.
func TestWhole(t *testing.T) {
	root := thisGoroot(t)
	if list := Lacks(root, runtime.GOOS, runtime.GOARCH); len(list) > 0 {
		t.Errorf("%s lacks %q", root, list)
	}
	if x := Mingled(root); x.Mixed() {
		t.Errorf("%s is mixed: %+v", root, x)
	}
}

func TestLacks(t *testing.T) {
	root := t.TempDir()
	if got := Lacks(root, "linux", "amd64"); !slices.Equal(got, []string{"pkg/tool/linux_amd64", "pkg/include", "src"}) {
		t.Errorf("of nothing: %q", got)
	}
	for _, file := range []string{"pkg/tool/linux_amd64/compile", "pkg/tool/linux_amd64/asm", "pkg/include/textflag.h", "src/runtime/a.go"} {
		put(t, filepath.Join(root, file), time.Now())
	}
	if got := Lacks(root, "linux", "amd64"); !slices.Equal(got, []string{"pkg/tool/linux_amd64/link", "src/internal/abi"}) {
		t.Errorf("of a part: %q", got)
	}
}

func put(t *testing.T, file string, when time.Time) {
	t.Helper()
	text := ""
	if filepath.Base(file) == "VERSION" {
		text = "go1.26.8\ntime 2026-08-28T16:20:06Z\n"
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, when, when); err != nil {
		t.Fatal(err)
	}
}

// TestMingled: what is older than the release was left by another one; what a person touched, and what lies where no archive
// was unpacked, is not.
func TestMingled(t *testing.T) {
	released := time.Date(2026, time.August, 28, 16, 20, 6, 0, time.UTC)
	root := t.TempDir()
	file := func(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
	put(t, file("VERSION"), released)
	put(t, file("src/fmt/print.go"), released)
	put(t, file("src/fmt/edited.go"), released.Add(time.Hour))
	put(t, file("src/fmt/testdata/old.go"), released.Add(-time.Hour))
	put(t, file("src/cmd/old.go"), released.Add(-time.Hour))
	put(t, file("src/fmt/README"), released.Add(-time.Hour))
	if x := Mingled(root); x.Mixed() {
		t.Errorf("healthy: %+v", x)
	}
	put(t, file("src/fmt/old.go"), released.Add(-time.Hour))
	if x := Mingled(root); !slices.Equal(x.Left, []string{"src/fmt/old.go"}) || !x.Mixed() {
		t.Errorf("an older file: %+v", x)
	}
	put(t, file("VERSION"), released.Add(time.Hour)) // a copy
	if x := Mingled(root); x.Mixed() {
		t.Errorf("a copy: %+v", x)
	}
	put(t, file("src/runtime/map.go"), released)
	put(t, file("src/runtime/map_swiss.go"), released.Add(time.Minute)) // an older release unpacked over a newer one
	if x := Mingled(root); !slices.Equal(x.Left, []string{"src/runtime/map.go"}) {
		t.Errorf("rivals: %+v", x)
	}
}
