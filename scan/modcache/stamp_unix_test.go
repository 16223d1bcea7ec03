//go:build unix

package modcache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/scan/regular"
)

// Where there is a time of change, putting the old size and time of modification back hides nothing.
func TestStampSeesRestoredTimes(t *testing.T) {
	v := stamped(t, mod("example.com/sly", "v1.0.0", nil))[0]
	for _, name := range []string{filepath.Join(v.Dir, "a.go"), v.Zip} {
		before := stampOf(t, v)
		fi, err := os.Stat(name)
		must(t, err)
		tick()
		data, err := os.ReadFile(name)
		must(t, err)
		data[3] ^= 1
		must(t, os.WriteFile(name, data, 0o644))
		must(t, os.Chtimes(name, fi.ModTime(), fi.ModTime()))
		if now, err := os.Stat(name); err != nil || now.Size() != fi.Size() || !now.ModTime().Equal(fi.ModTime()) {
			t.Fatalf("the test does not restore: %v, %v", now, err)
		}
		if stampOf(t, v).Sum == before.Sum {
			t.Errorf("%s: other content, the same stamp", name)
		}
	}
}

// What is no file is part of the stamp by its kind, and neither followed nor waited for.
func TestStampOddEntries(t *testing.T) {
	v := stamped(t, mod("example.com/odd", "v1.0.0", nil))[0]
	name := filepath.Join(v.Dir, "a.go")
	for _, put := range []func() error{
		func() error { return os.Symlink("deep/er/b.go", name) },
		func() error { return os.Symlink(".", name) },
		func() error { return syscall.Mkfifo(name, 0o644) },
		func() error { return os.Link(filepath.Join(v.Dir, "deep", "er", "b.go"), name) },
	} {
		before := stampOf(t, v)
		tick()
		must(t, errors.Join(os.Remove(name), put()))
		if stampOf(t, v).Sum == before.Sum {
			t.Error("replaced, and the stamp is the same")
		}
	}
	for _, ext := range []string{".zip", ".lock"} {
		name := strings.TrimSuffix(v.Zip, ".zip") + ext
		must(t, os.Rename(v.Zip, v.Zip+"x"))
		must(t, os.RemoveAll(name))
		must(t, os.Symlink(v.Zip+"x", name))
		if _, err := newStamper().version(t.Context(), v); !errors.Is(err, regular.ErrNot) {
			t.Errorf("a link in the place of %s: %v", ext, err)
		}
		must(t, os.Remove(name))
		must(t, os.Rename(v.Zip+"x", v.Zip))
	}
}

// What may not be looked at has no stamp; root may look at everything.
func TestStampDenied(t *testing.T) {
	v := stamped(t, mod("example.com/shut", "v1.0.0", nil))[0]
	shut := filepath.Join(v.Dir, "deep")
	must(t, os.Chmod(shut, 0))
	defer os.Chmod(shut, 0o755)
	s, err := newStamper().version(t.Context(), v)
	if denied := errors.Is(err, fs.ErrPermission) && s.IsZero(); denied == (os.Getuid() == 0) {
		t.Errorf("got %+v, %v", s, err)
	}
}
