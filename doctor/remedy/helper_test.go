package remedy

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
)

// quick is a directory on a file system in memory, if there is one: where thousands of changes are made durable.
func quick(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "remedy")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// machine makes a machine below a directory.
func machine(t testing.TB, dir string) *cachetest.Machine {
	t.Helper()
	m, err := cachetest.New(filepath.Join(dir, "m"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.RemoveAll() })
	return m
}

// tree describes everything below a path, by name: kind, permissions, inode and content. Links are not followed.
func tree(t testing.TB, root string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		s := fmt.Sprintf("%v %d ", fi.Mode(), plan.StampOf(fi).Inode)
		switch {
		case fi.Mode()&fs.ModeSymlink != 0:
			to, err := os.Readlink(path)
			if err != nil {
				return err
			}
			s += to
		case fi.Mode().IsRegular():
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			s += fmt.Sprintf("%x", sha256.Sum256(b))
		}
		out[rel] = s
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sameTree compares two descriptions.
func sameTree(t testing.TB, what string, was, now map[string]string) {
	t.Helper()
	for name, s := range was {
		if now[name] != s {
			t.Errorf("%s: %s is %q, was %q", what, name, now[name], s)
		}
	}
	for name := range now {
		if _, ok := was[name]; !ok {
			t.Errorf("%s: %s is new", what, name)
		}
	}
}

// states describes the three parts of a version that go together, with inodes and content.
func states(t testing.TB, m *cachetest.Machine, path, version string) string {
	t.Helper()
	var s strings.Builder
	for _, part := range partsOf(t, m, path, version) {
		if !exists(t, part) {
			s.WriteString("- ")
			continue
		}
		fmt.Fprintf(&s, "%v ", tree(t, part))
	}
	return s.String()
}

// partsOf are the paths of zip, .ziphash and extracted directory.
func partsOf(t testing.TB, m *cachetest.Machine, path, version string) [3]string {
	t.Helper()
	n, err := plan.Places(module.Version{Path: path, Version: version})
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(m.GOMODCACHE, filepath.FromSlash(name)) }
	return [3]string{at(n.Zip), at(n.Ziphash), at(n.Dir)}
}

// locks are the lock files of a module cache with their inodes.
func locks(t testing.TB, m *cachetest.Machine) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for name, s := range tree(t, m.GOMODCACHE) {
		if strings.HasSuffix(name, ".lock") {
			out[name] = s
		}
	}
	return out
}

// traces are the names of this package's that are left in a cache, but for the quarantine.
func traces(t testing.TB, root string) (out []string) {
	t.Helper()
	for name := range tree(t, root) {
		if strings.Contains(filepath.Base(name), "godoctor-") {
			out = append(out, name)
		}
	}
	return out
}

// sentinels makes trees beside the caches that nothing may touch, and returns what is to be called at the end.
func sentinels(t testing.TB, m *cachetest.Machine) (check func()) {
	t.Helper()
	var roots []string
	for _, dir := range []string{m.Projects, filepath.Join(m.GOPATH, "src"), filepath.Join(m.Home, "docs@v1.0.0"), filepath.Join(m.GOPATH, "pkg", "sumdb")} {
		write(t, filepath.Join(dir, "sentinel", "file"), "mine")
		roots = append(roots, dir)
	}
	was := make([]map[string]string, len(roots))
	for i, dir := range roots {
		was[i] = tree(t, dir)
	}
	return func() {
		t.Helper()
		for i, dir := range roots {
			sameTree(t, dir, was[i], tree(t, dir))
		}
	}
}
