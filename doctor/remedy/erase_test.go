//go:build unix

package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"godoctor/scan/meter"
)

// An erased is what became of what an erasure was to delete.
type erased struct {
	freed int64
	err   error
	told  int
}

// erase deletes something in a folder.
func erase(ctx context.Context, f *folder, name string, keep bool, m *meter.Meter) (e erased) {
	job := (&Remover{opt: Options{Workers: 3, Meter: m}}).newErasure(ctx)
	job.add(f, name, func(freed int64, err error) { e = erased{freed, err, e.told + 1} }).keep = keep
	job.wait()
	return e
}

// diskOf is what a tree occupies, and how many names it has, without names that have a twin.
func diskOf(t *testing.T, root string) (disk, names int64) {
	t.Helper()
	for name := range tree(t, root) {
		var st syscall.Stat_t
		if err := syscall.Lstat(filepath.Join(root, name), &st); err != nil {
			t.Fatal(err)
		}
		if names++; st.Nlink == 1 || st.Mode&syscall.S_IFMT == syscall.S_IFDIR {
			disk += int64(st.Blocks) * 512
		}
	}
	return disk, names
}

// bigTree makes a tree with more names than are listed at once.
func bigTree(t *testing.T) *folder {
	t.Helper()
	f := opened(t, quick(t))
	for i := range 1500 {
		write(t, f.child("big/many/f"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676))), "text")
	}
	for _, name := range []string{"big/a/b/c/d/x", "big/a/b/y", "big/z", "big/e/x"} {
		write(t, f.child(name), string(make([]byte, 5000)))
	}
	if err := errors.Join(os.Mkdir(f.child("big/empty"), 0o700), os.Link(f.child("big/z"), f.child("twin"))); err != nil {
		t.Fatal(err)
	}
	return f
}

// What is freed is counted to the byte, for who asked and for the meter: every directory, and every file that has no other name.
func TestFreedIsExact(t *testing.T) {
	f, m := bigTree(t), new(meter.Meter)
	disk, names := diskOf(t, f.child("big"))
	e := erase(t.Context(), f, "big", false, m)
	if s := m.Sample(); e != (erased{disk, nil, 1}) || s.Bytes != disk || s.Entries != names || exists(t, f.child("big")) {
		t.Errorf("%+v, meter %+v: want %d bytes of %d names", e, m.Sample(), disk, names)
	}
	if disk, _ = diskOf(t, f.child("twin")); disk == 0 {
		t.Error("the twin is empty")
	}
	if e := erase(t.Context(), f, "big", false, m); e != (erased{0, nil, 1}) {
		t.Errorf("what is not there: %+v", e)
	}
	if e := erase(t.Context(), f, "twin", false, m); e != (erased{disk, nil, 1}) || exists(t, f.child("twin")) {
		t.Errorf("a file: %+v, want %d", e, disk)
	}
}

// What fails is said, once, with what was freed all the same; everything else goes, but for the directories above.
func TestOneFails(t *testing.T) {
	for _, c := range []struct{ op, path string }{
		{"remove", "big/many/fabc"}, {"remove", "big/a/b/c/d/x"}, {"remove", "big/a/b/c"}, {"remove", "big/empty"}, {"remove", "big"}, {"chmod", "big/e"},
	} {
		f := bigTree(t)
		if err := os.Chmod(f.child("big/e"), 0o500); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(f.child("big/e"), 0o700) }) // else it can be left
		f.disk = &disk{before: func(op, path string) error {
			if op == c.op && path == f.child(c.path) || path == f.child("none") {
				return syscall.EIO
			}
			return nil
		}}
		was, _ := diskOf(t, f.child("big"))
		e := erase(t.Context(), f, "big", false, nil)
		if !errors.Is(e.err, syscall.EIO) || e.told != 1 || e.freed <= 0 {
			t.Errorf("%v: %+v", c, e)
		}
		now, _ := diskOf(t, f.child("big"))
		if was-now != e.freed {
			t.Errorf("%v: %d freed, it says %d", c, was-now, e.freed)
		}
		for name := range tree(t, f.child("big")) {
			if rel, err := filepath.Rel(filepath.Join("big", name), c.path); name != "e/x" && (err != nil || !filepath.IsLocal(rel)) {
				t.Errorf("%v: %s is left", c, name)
			}
		}
	}
}

// What somebody else removes meanwhile is no error, and frees nothing here; a directory that may stay, stays empty.
func TestGoneMeanwhile(t *testing.T) {
	f := bigTree(t)
	f.disk = &disk{before: func(op, path string) error {
		switch path {
		case f.child("big/a/b/y"), f.child("big/empty"), f.child("twin"):
			return os.RemoveAll(path)
		case f.child("big"):
			return syscall.EACCES
		}
		return nil
	}}
	all, _ := diskOf(t, f.child("big"))
	var less int64
	for _, name := range []string{"big/a/b/y", "big/empty"} {
		n, _ := diskOf(t, f.child(name))
		less += n
	}
	var st syscall.Stat_t
	if err := syscall.Lstat(f.child("big"), &st); err != nil {
		t.Fatal(err)
	}
	if e := erase(t.Context(), f, "big", true, nil); e != (erased{all - less - int64(st.Blocks)*512, nil, 1}) {
		t.Errorf("%+v, want %d", e, all-less)
	}
	if list, err := os.ReadDir(f.child("big")); err != nil || len(list) > 0 {
		t.Error(list, err)
	}
	if e := erase(t.Context(), f, "twin", false, nil); e != (erased{0, nil, 1}) {
		t.Errorf("%+v", e)
	}
}

// A directory that its owner can neither read nor enter goes all the same; what cannot be opened is said.
func TestFrozen(t *testing.T) {
	f := opened(t, quick(t))
	for _, mode := range []os.FileMode{0, 0o300, 0o500, 0o600} {
		write(t, f.child("dir/sub/x"), "1")
		if err := errors.Join(os.Chmod(f.child("dir/sub"), mode), os.Chmod(f.child("dir"), mode)); err != nil {
			t.Fatal(err)
		}
		if e := erase(t.Context(), f, "dir", false, nil); e.err != nil || e.freed <= 0 || exists(t, f.child("dir")) {
			t.Errorf("%v: %+v", mode, e)
		}
	}
	write(t, f.child("dir/x"), "1")
	here := *f
	here.disk = &disk{before: func(op, path string) error {
		if path != f.child("dir") || op != "chmod" {
			t.Errorf("%s %s", op, path)
		}
		return errors.Join(syscall.EIO, os.Rename(path, path+".away"), os.Symlink("dir.away", path))
	}}
	if err := os.Chmod(f.child("dir"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(f.child("dir.away"), 0o700) })
	if e := erase(t.Context(), &here, "dir", false, nil); !errors.Is(e.err, errLink) || !errors.Is(e.err, syscall.EIO) || e.freed != 0 {
		t.Errorf("%+v", e)
	}
}

// Once the context has ended nothing more is removed, and it is said that something is left: also where it ends with the last file.
func TestErasureEnds(t *testing.T) {
	f := opened(t, t.TempDir())
	write(t, f.child("dir/only"), "1")
	write(t, f.child("file"), "1")
	ctx, cancel := context.WithCancel(t.Context())
	f.disk = &disk{before: func(string, string) error {
		cancel()
		return nil
	}}
	e := erase(ctx, f, "dir", false, nil)
	if !errors.Is(e.err, errLeft) || e.freed <= 0 || exists(t, f.child("dir/only")) || !exists(t, f.child("dir")) {
		t.Errorf("%+v", e)
	}
	write(t, f.child("more/a"), "1")
	write(t, f.child("more/b"), "1")
	write(t, f.child("more/c"), "1")
	soon, stop := context.WithCancel(t.Context())
	f.disk.before = func(string, string) error {
		stop()
		return nil
	}
	if e := erase(soon, f, "more", false, nil); e.err != errLeft || len(mustGlob(t, f.child("more/*"))) != 2 {
		t.Errorf("%+v", e)
	}
	for _, name := range []string{"dir", "file"} {
		if e := erase(ctx, f, name, false, nil); e != (erased{0, errLeft, 1}) || !exists(t, f.child(name)) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}
