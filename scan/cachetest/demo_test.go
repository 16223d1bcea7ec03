package cachetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var demoNow = time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)

// TestDemo builds the demonstration machine twice and compares everything, modification times
// included; then it lets the real go command work on it without a network.
func TestDemo(t *testing.T) {
	root := filepath.Join(t.TempDir(), "demo")
	m, err := Demo(root, demoNow)
	must(t, err)
	first := tree(t, root, true)
	checkDemoSize(t, m)
	must(t, m.RemoveAll())

	m, err = Demo(root, demoNow)
	must(t, err)
	t.Cleanup(func() { must(t, m.RemoveAll()) })
	if second := tree(t, root, true); !slices.Equal(first, second) {
		t.Error("two machines of the same moment differ")
		diffTrees(t, first, second)
	}

	dir := filepath.Join(m.Projects, "wordcount")
	if out := goRun(t, m, dir, "GOPROXY=off", "mod", "verify"); !strings.Contains(out, "all modules verified") {
		t.Errorf("go mod verify says %q", out)
	}
	goRun(t, m, dir, "GOPROXY=off", "build", "./...")
	for _, row := range demoProjects {
		dir := filepath.Join(m.Projects, filepath.FromSlash(row.name))
		goRun(t, m, dir, "GOPROXY=off", "mod", "tidy", "-diff")
	}
	if out, err := goTry(m, filepath.Join(m.Projects, "infra", "deployer"), "GOPROXY=off", "mod", "verify"); err == nil {
		t.Errorf("the edited version was not found: %s", out)
	}
}

// checkDemoSize keeps the demonstration small, and its contents what Demo promises.
func checkDemoSize(t *testing.T, m *Machine) {
	t.Helper()
	var files, dirs, zips int
	var bytes int64
	err := filepath.WalkDir(m.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if d.IsDir() {
			dirs++
			return nil
		}
		files++
		bytes += (info.Size() + 4095) &^ 4095
		if info.ModTime().After(demoNow) {
			t.Errorf("%q is from the future: %v", path, info.ModTime())
		}
		if strings.HasPrefix(path, m.GOMODCACHE) && strings.HasSuffix(path, ".zip") {
			zips++
		}
		return nil
	})
	must(t, err)
	versions := 0
	for _, row := range demoModules {
		versions += len(strings.Fields(row.versions))
	}
	t.Logf("%d files, %d directories, %.1f MB on disk, %d modules, %d versions, %d zips",
		files, dirs, float64(bytes)/1e6, len(demoModules), versions, zips)
	if files > 8000 || bytes > 60e6 {
		t.Errorf("%d files and %d bytes: at most 8,000 and 60 MB", files, bytes)
	}
	if _, err := os.Stat(filepath.Join(m.GOMODCACHE, "golang.org", "toolchain@v0.0.1-go1.25.5.linux-amd64", "bin", "go")); err != nil {
		t.Error(err)
	}
}

func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		m, err := Demo(filepath.Join(b.TempDir(), "demo"), demoNow)
		if err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		if err := m.RemoveAll(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
}
