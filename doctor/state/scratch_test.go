package state

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestScratch copies what a build reads and nothing else, forgets what is named and nothing else, and leaves nothing.
func TestScratch(t *testing.T) {
	from, tmp := t.TempDir(), t.TempDir()
	for _, key := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(key, tmp)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{"go.mod": "module x\n", "sub/a.go": "package sub\n", ".git/config": "secret", "sub/.git/x": "x", "ro/b": "b"} {
		must(os.MkdirAll(filepath.Join(from, filepath.Dir(name)), 0o777))
		must(os.WriteFile(filepath.Join(from, name), []byte(text), 0o444))
	}
	links := os.Symlink("go.mod", filepath.Join(from, "link")) == nil // Windows asks for a permission
	s, err := NewScratch("test")
	must(err)
	if fi, err := os.Stat(s.Dir); err != nil || fi.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/' {
		t.Errorf("the directory is open to others: %v, %v", fi.Mode(), err)
	}
	to, err := s.Mkdir("one")
	must(err)
	must(s.Copy(t.Context(), map[string]string{from: to}))
	must(s.CopyFiles(t.Context(), map[string]string{filepath.Join(from, "go.mod"): filepath.Join(to, "deep", "go.work"), filepath.Join(from, "nothing"): filepath.Join(to, "no")}))
	files, err := s.Files(to)
	must(err)
	want := 4
	if links {
		want++
		if l, err := os.Readlink(filepath.Join(to, "link")); err != nil || l != "go.mod" {
			t.Errorf("the link leads to %q, %v", l, err)
		}
	}
	if len(files) != want || !files[filepath.Join(to, "sub", "a.go")] || !files[filepath.Join(to, "deep", "go.work")] {
		t.Errorf("copied: %v", files)
	}
	for f := range files {
		if strings.Contains(f, ".git") {
			t.Errorf("%s is copied", f)
		}
	}
	if links { // a directory that is named by a link, as replace lines may
		alias := filepath.Join(t.TempDir(), "alias")
		must(os.Symlink(from, alias))
		by, err := s.Mkdir("two")
		must(err)
		must(s.Copy(t.Context(), map[string]string{alias: by}))
		if files, err := s.Files(by); err != nil || len(files) != want-1 || !files[filepath.Join(by, "sub", "a.go")] {
			t.Errorf("copied by way of a link: %v, %v", files, err)
		}
	}
	must(s.Forget(to, map[string]bool{filepath.Join(to, "go.mod"): true}))
	if files, err := s.Files(to); err != nil || len(files) != 1 {
		t.Errorf("left: %v, %v", files, err)
	}
	if err := s.Forget(from, nil); err == nil {
		t.Error("it forgets what is not its own")
	}
	if _, err := os.Stat(filepath.Join(from, "go.mod")); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Copy(ctx, map[string]string{from: to}); err == nil {
		t.Error("the context does not end a copy")
	}
	must(os.Chmod(to, 0o500)) // as the go command leaves what it unpacks
	must(s.Close())
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
