//go:build unix

package sum

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// What is no regular file is listed, never opened or followed; nothing waits for a fifo.
func TestOdd(t *testing.T) {
	zip, dir := zipOf(t, map[string]string{"a.go": "a", "b.go": "b", "d/c.go": "c", "e/x": "x"})
	outside := put(t, t.TempDir(), map[string]string{"x": "x", "b.go": "b"})
	at := func(name string) string { return filepath.Join(dir, name) }
	check(t, os.Remove(at("a.go")))
	check(t, syscall.Mkfifo(at("a.go"), 0o666))
	check(t, os.Remove(at("b.go")))
	check(t, os.Symlink(filepath.Join(outside, "b.go"), at("b.go")))
	check(t, os.RemoveAll(at("e")))
	check(t, os.Symlink(outside, at("e")))
	check(t, os.Symlink("nowhere", at("z")))
	r := hashOf(t, Job{Zip: zip, Dir: dir})
	want := "replaced a.go 1 -1\nreplaced b.go 1 -1\nadded e -1 -1\nmissing e/x 1 -1\nadded z -1 -1\n"
	odd := []Odd{{"a.go", fs.ModeNamedPipe}, {"b.go", fs.ModeSymlink}, {"e", fs.ModeSymlink}, {"z", fs.ModeSymlink}}
	for how, h := range map[string]*Hashed{"as here": r.Dir, "os.Root": byRoot(t, dir, Job{})} {
		rest, err := H1(prefix+"/", h.Contents)
		if h.H1 != "" || !errors.Is(h.Err, ErrOdd) || !slices.Equal(h.Odd, odd) || h.Odds != 4 || h.Files != 1 || err != nil || h.Rest != rest {
			t.Errorf("%s: %+v", how, h)
		}
	}
	if got := told(r.Changes); got != want || r.Same || r.Zip.Err != nil {
		t.Errorf("changes:\n%swant:\n%s", got, want)
	}
	for _, name := range []string{"a.go", "b.go", "z"} {
		if _, err := FromDir(t.Context(), dir, name, 100); err != ErrOdd {
			t.Errorf("%s: %v", name, err)
		}
	}
	if b, err := FromDir(t.Context(), dir, "e/x", 100); err == nil {
		t.Errorf("a link was followed: %q", b)
	}
	link := filepath.Join(t.TempDir(), "link")
	check(t, os.Symlink(dir, link))
	if r := hashOf(t, Job{Dir: link}); r.Dir.Err != ErrNotDir {
		t.Errorf("a link instead of the directory: %+v", r.Dir)
	}
	if r := hashOf(t, Job{Zip: at("a.go")}); r.Zip.Err == nil {
		t.Error("a fifo instead of the zip")
	}
}

// Between the list and the open a file becomes something else.
func TestReplacedMeanwhile(t *testing.T) {
	dir := put(t, t.TempDir(), map[string]string{"fifo": "x", "link": "x", "file": "x", "gone": "x", "d/x": "x"})
	for how, open := range map[string]func(string) (folder, error){"as here": openFolder, "os.Root": openRooted} {
		f, err := open(dir)
		check(t, err)
		r := f.reader(make([]byte, 1<<12))
		for name, change := range map[string]func(string) error{
			"fifo": func(name string) error { return syscall.Mkfifo(name, 0o666) },
			"link": func(name string) error { return os.Symlink("file", name) },
			"gone": func(string) error { return nil },
			"d":    func(name string) error { return os.Symlink(".", name) },
		} {
			check(t, os.RemoveAll(filepath.Join(dir, name)))
			check(t, change(filepath.Join(dir, name)))
		}
		for name, want := range map[string]error{"fifo": ErrOdd, "link": ErrOdd, "gone": fs.ErrNotExist, "d/file": ErrNotDir, "file": nil} {
			size, err := r.open(name)
			if !errors.Is(err, want) {
				t.Errorf("%s: %s: %v", how, name, err)
			}
			if err == nil {
				if size != 1 {
					t.Errorf("%s: %s has %d bytes", how, name, size)
				}
				r.shut()
			}
		}
		r.close()
		f.close()
	}
}

// Names that the go command never makes, and dirhash takes.
func TestOddNames(t *testing.T) {
	dir := put(t, t.TempDir(), map[string]string{"back\\slash": "1", "a\tb": "2", "bad\xff\xfe": "3", "esc\x1b[0m": "4", "a:b": "5", "\xe2\x80\xae": "6"})
	asDirhash(t, dir, hashOf(t, Job{Dir: dir}).Dir)
	asDirhash(t, dir, byRoot(t, dir, Job{}))
	check(t, os.WriteFile(filepath.Join(dir, "new\nline"), []byte("x"), 0o666))
	if h := hashOf(t, Job{Dir: dir}).Dir; !errors.Is(h.Err, ErrNewline) || h.Faulty != 1 || h.Files != 6 {
		t.Errorf("a newline: %+v", h)
	}
}

// An ordinary user may not read everything; root may.
func TestUnreadable(t *testing.T) {
	zip, dir := zipOf(t, map[string]string{"a": "a", "b/c": "c", "b/d": "d", "e": "e"})
	check(t, os.Chmod(filepath.Join(dir, "a"), 0))
	check(t, os.Chmod(filepath.Join(dir, "b"), 0))
	t.Cleanup(func() { check(t, os.Chmod(filepath.Join(dir, "b"), 0o777)) })
	r := hashOf(t, Job{Zip: zip, Dir: dir})
	if os.Getuid() == 0 {
		if !r.Same {
			t.Errorf("root: %s", told(r.Changes))
		}
		return
	}
	var faults string
	for _, f := range r.Dir.Faults {
		faults += fmt.Sprintln(f.Name, errors.Is(f.Err, fs.ErrPermission))
	}
	if faults != "a true\nb/ true\n" || told(r.Changes) != "unknown a 1 -1\nunknown b/c 1 -1\nunknown b/d 1 -1\n" || r.Dir.H1 != "" {
		t.Errorf("%s%s%+v", faults, told(r.Changes), r.Dir)
	}
}
