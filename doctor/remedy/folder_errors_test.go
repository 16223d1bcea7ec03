//go:build unix

package remedy

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// changesOf are the operations of a folder that change the disk: each under the name by which the hook is asked.
func changesOf(f *folder) map[string]func() error {
	return map[string]func() error{
		"rename a": func() error { return f.rename("a", f, "b") },
		"remove a": func() error { return f.unlink("a") },
		"remove d": func() error { return f.rmdir("d") },
		"mkdir n":  func() error { return f.mkdir("n", 0o700) },
		"chmod .":  func() error { return f.chmod(0o500) },
		"chmod d":  func() error { return f.thaw("d", 0o700) },
		"sync .":   f.sync,
		"create n": func() error { _, err := f.create("n", 0o600); return err },
		"lock l":   func() error { _, err := f.lock("l"); return err },
	}
}

// folderOf makes a directory with a file, a directory, a link, a fifo and a sticky directory in it.
func folderOf(t *testing.T) *folder {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a"), "twelve bytes")
	for _, err := range []error{os.Mkdir(filepath.Join(dir, "d"), 0o751), os.Symlink("d", filepath.Join(dir, "link")), syscall.Mkfifo(filepath.Join(dir, "fifo"), 0o600),
		os.Mkdir(filepath.Join(dir, "s"), 0o777), os.Chmod(filepath.Join(dir, "s"), 0o777|os.ModeSticky), os.Chmod(filepath.Join(dir, "d"), 0o751)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	f := opened(t, dir)
	f.disk = new(disk)
	return f
}

// Nothing changes the disk before the hook was asked; what it returns is returned, with operation and path, and nothing is changed.
func TestAskedBefore(t *testing.T) {
	f := folderOf(t)
	was := tree(t, f.path)
	for what, do := range changesOf(f) {
		op, name, _ := strings.Cut(what, " ")
		asked := ""
		f.disk.before = func(op, path string) error {
			rel, _ := filepath.Rel(f.path, path)
			asked = op + " " + rel
			return syscall.EIO
		}
		err := do()
		var at *fs.PathError
		if !errors.Is(err, syscall.EIO) || !errors.As(err, &at) || at.Op != op || at.Path != f.child(name) {
			t.Errorf("%s: %v", what, err)
		}
		if op == "lock" {
			op = "create"
		}
		if asked != op+" "+name {
			t.Errorf("%s: asked %q", what, asked)
		}
	}
	if err := f.syncAll(); !errors.Is(err, syscall.EIO) {
		t.Error(err)
	}
	sameTree(t, "asked", was, tree(t, f.path))
}

// Whatever the kernel refuses is said, with operation and path: here every descriptor is closed.
func TestClosedFolder(t *testing.T) {
	f := folderOf(t)
	was := tree(t, f.path)
	f.close()
	all := changesOf(f)
	for what, do := range map[string]func() error{
		"lstat a": func() error { _, err := f.lstat("a"); return err },
		"stat .":  func() error { _, err := f.self(); return err },
		"open d":  func() error { _, err := f.open("d"); return err },
		"read a":  func() error { _, err := f.read("a"); return err },
		"names .": func() error { _, err := f.names(1); return err },
		"seek .":  f.rewind,
		"all .":   f.syncAll,
	} {
		all[what] = do
	}
	for what, do := range all {
		_, name, _ := strings.Cut(what, " ")
		err := do()
		var at *fs.PathError
		if err == nil || gone(err) || !errors.As(err, &at) || at.Path != f.child(name) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := mountOf(-1); !errors.Is(err, syscall.EBADF) {
		t.Error(err)
	}
	sameTree(t, "closed", was, tree(t, f.path))
	(*folder)(nil).close()
}

// What lies in a folder is told as it is, links and fifos as other; only directories are opened, and only files read.
func TestFolderKinds(t *testing.T) {
	f := folderOf(t)
	kinds := map[string]kind{"a": file, "d": directory, "link": other, "fifo": other, "s": directory}
	list, err := f.names(100)
	if err != nil || len(list) != len(kinds) {
		t.Fatal(list, err)
	}
	for _, e := range list {
		st, err := f.lstat(e.name)
		if err != nil || st.kind != kinds[e.name] || e.kind != kinds[e.name] {
			t.Errorf("%s: %v, %v, %v", e.name, e.kind, st.kind, err)
		}
		d, err := f.open(e.name)
		if (err == nil) != (kinds[e.name] == directory) || err != nil && !errors.Is(err, errLink) {
			t.Errorf("open %s: %v", e.name, err)
		}
		d.close()
		r, err := f.read(e.name)
		if (err == nil) != (kinds[e.name] == file) {
			t.Errorf("read %s: %v", e.name, err)
		}
		if err == nil {
			r.Close()
		} else if !strings.Contains(err.Error(), f.child(e.name)) {
			t.Errorf("read %s: %v", e.name, err)
		}
	}
	if list, err := f.names(100); len(list) > 0 || err == nil {
		t.Error(list, err)
	}
	if list, err := f.names(100); f.rewind() != nil || len(list) > 0 || err == nil {
		t.Error(list, err)
	}
	if list, err := f.names(100); len(list) != len(kinds) || err != nil {
		t.Error("anew:", list, err)
	}
	a, _ := f.lstat("a")
	if a.size != 12 || a.disk <= 0 || a.disk%512 != 0 || a.links != 1 || a.uid != os.Geteuid() || a.freed() != a.disk {
		t.Errorf("%+v", a)
	}
	if err := os.Link(f.child("a"), f.child("twin")); err != nil {
		t.Fatal(err)
	}
	if a, _ = f.lstat("a"); a.links != 2 || a.freed() != 0 {
		t.Errorf("%+v", a)
	}
	d, _ := f.lstat("d")
	s, _ := f.lstat("s")
	if d.mode != 0o751 || s.mode != 0o777|fs.ModeSticky || s.strangers() {
		t.Errorf("%v, %v", d.mode, s.mode)
	}
	for _, name := range []string{"a", "link", "none", "fifo"} {
		g, err := openFolder(f.child(name), nil)
		if err == nil || g != nil || !strings.Contains(err.Error(), f.child(name)) {
			t.Errorf("%s is opened: %v", name, err)
		}
	}
}

// A rename replaces nothing, whatever is there, and what is made is new.
func TestNothingIsReplaced(t *testing.T) {
	f := folderOf(t)
	write(t, f.child("d/x"), "mine")
	was := tree(t, f.path)
	for _, pair := range [][2]string{{"a", "link"}, {"a", "d"}, {"d", "s"}, {"s", "d"}, {"link", "a"}} {
		if err := f.rename(pair[0], f, pair[1]); !errors.Is(err, errThere) || !strings.Contains(err.Error(), f.child(pair[0])) {
			t.Errorf("%q: %v", pair, err)
		}
	}
	for _, name := range []string{"a", "d", "link", "fifo"} {
		if w, err := f.create(name, 0o600); err == nil {
			w.Close()
			t.Errorf("%s is created anew", name)
		}
	}
	if err := f.mkdir("d", 0o700); !errors.Is(err, fs.ErrExist) {
		t.Error(err)
	}
	if err := f.rmdir("d"); err == nil {
		t.Error("what is not empty went")
	}
	sameTree(t, "replaced", was, tree(t, f.path))
}

// Only one holds a lock, and on nothing but a file.
func TestLockFile(t *testing.T) {
	f := folderOf(t)
	first, err := f.lock("l")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.lock("l"); !errors.Is(err, errBusy) || !strings.Contains(err.Error(), f.child("l")) {
		t.Error(err)
	}
	first.Close()
	again, err := f.lock("l")
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
	for _, name := range []string{"d", "link", "fifo"} {
		l, err := f.lock(name)
		if err == nil {
			l.Close()
			t.Errorf("%s is locked", name)
		}
		if errors.Is(err, syscall.EBADF) || errors.Is(err, errBusy) || !strings.Contains(err.Error(), f.child(name)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	f.disk.before = func(op, path string) error { return os.Mkdir(path, 0o700) } // somebody else is faster
	if l, err := f.lock("new"); err == nil {
		l.Close()
		t.Error("a directory is locked")
	}
}
