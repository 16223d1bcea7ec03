//go:build unix

package remedy

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

func opened(t testing.TB, dir string) *folder {
	t.Helper()
	f, err := openFolder(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	return f
}

// Where the kernel promises nothing, what is opened is no link and on the same mount all the same, and a rename looks first.
func TestOlderKernels(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "sub", "x"), "x")
	write(t, filepath.Join(dir, "file"), "mine")
	write(t, filepath.Join(dir, "other"), "theirs")
	if err := os.Symlink("sub", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	f := opened(t, dir)
	for name, want := range map[string]error{"link": errLink, "file": errLink, "none": fs.ErrNotExist, "sub": nil} {
		fd, err := openCompared(f.fd(), name, f.mount)
		if !errors.Is(err, want) || (err == nil) != (fd >= 0) {
			t.Errorf("%s: %d, %v", name, fd, err)
		}
		if err == nil {
			os.NewFile(uintptr(fd), name).Close()
		}
	}
	var other mount
	if fd, err := openCompared(f.fd(), "sub", other); !errors.Is(err, errMount) || fd != -1 {
		t.Errorf("another mount: %d, %v", fd, err)
	}
	if err := renameIfFree(f.fd(), "file", f.fd(), "other"); !errors.Is(err, errThere) {
		t.Error(err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "other")); string(b) != "theirs" {
		t.Error("it is overwritten")
	}
	if err := renameIfFree(f.fd(), "file", f.fd(), "free"); err != nil {
		t.Error(err)
	}
	if b, _ := os.ReadFile(filepath.Join(dir, "free")); string(b) != "mine" {
		t.Error("it is not there")
	}
}

// A quarantine that others can look into or write is none of ours.
func TestOurs(t *testing.T) {
	f := opened(t, t.TempDir())
	for mode, good := range map[fs.FileMode]bool{0o700: true, 0o755: false, 0o770: false, 0o702: false, 0o710: false} {
		name := strings.TrimPrefix(mode.String(), "-")
		if err := os.Mkdir(f.child(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(f.child(name), mode); err != nil {
			t.Fatal(err)
		}
		d, err := f.ours(name)
		if (err == nil) != good || (d != nil) != good {
			t.Errorf("%v: %v", mode, err)
		}
		d.close()
	}
	if _, err := f.ours("none"); !gone(err) {
		t.Error(err)
	}
}

// Without a module cache there is no quarantine, nothing to sweep, and nothing to bring back.
func TestNoModuleCache(t *testing.T) {
	m := made(t)
	if err := m.BuildCacheFiles(long, long); err != nil {
		t.Fatal(err)
	}
	r, err := Open(Options{Home: m.Home, GoCache: m.GOCACHE})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.quarantine(); !errors.Is(err, errNoModule) {
		t.Error(err)
	}
	if list, err := r.Quarantined(); len(list) > 0 || !errors.Is(err, errNoModule) {
		t.Errorf("%v, %v", list, err)
	}
	if _, err := r.Restore("20261126-214501/1"); err == nil {
		t.Error("it came back")
	}
	r.Sweep(t.Context(), []module.Version{{Path: "example.com/a", Version: "v1.0.0"}}, func(m module.Version, _ int64, err error) {
		if m.Path != "" || !errors.Is(err, errNoModule) {
			t.Errorf("%v, %v", m, err)
		}
	})
}

// Names of entries lead nowhere but to entries; what is purged is named, and nothing goes once the context has ended.
func TestPurgeNames(t *testing.T) {
	r := remover(t, made(t), Options{})
	for _, name := range []string{"", "1", "../1", "20261126-214501/..", "20261126-214501/01", "20261126-214501/0", "20261126-214501/1/2", "/1", "20261126-214501/1"} {
		var told error
		r.Purge(t.Context(), []string{name}, func(_ string, _ int64, err error) { told = err })
		if told == nil {
			t.Errorf("%q is purged", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.Purge(ctx, []string{"20261126-214501/1"}, func(string, int64, error) { t.Error("after the end") })
	r.SweepThings(ctx, make([]plan.Item, 2), func(*plan.Item, int64, error) { t.Error("after the end") })
	h := Held{Made: long}
	if h.Overdue(long.Add(HoldFor-1)) || !h.Overdue(long.Add(HoldFor)) {
		t.Error("seven days")
	}
	for _, pair := range [][2]string{{"a/2", "a/10"}, {"a/9", "b/1"}, {"a/10", "b/2"}} {
		if natural(pair[0], pair[1]) >= 0 || natural(pair[1], pair[0]) <= 0 {
			t.Errorf("%q is not in order", pair)
		}
	}
}

// An entry goes once it is older than a day, to the nanosecond; a time that says nothing keeps it.
func TestOld(t *testing.T) {
	now := time.Now()
	r := &Remover{opt: Options{Now: func() time.Time { return now }}}
	for age, want := range map[time.Duration]bool{graceAge: false, graceAge + 1: true, graceAge - 1: false, -graceAge * 2: false} {
		if got := r.old(stat{mtime: now.Add(-age).UnixNano()}); got != want {
			t.Errorf("%v: %v", age, got)
		}
	}
	if r.old(stat{}) || r.old(stat{mtime: -1}) {
		t.Error("a time before all times")
	}
}

// What a directory of a program has in it but the program keeps it; what became of entries is said as it is.
func TestEntriesOutcome(t *testing.T) {
	f := opened(t, t.TempDir())
	r := &Remover{opt: Options{Now: func() time.Time { return time.Now().Add(2 * graceAge) }}}
	write(t, f.child("two-d/a"), "1")
	write(t, f.child("two-d/b"), "2")
	write(t, f.child("sub-d/dir/x"), "1")
	write(t, f.child("wrong-a/x"), "1")
	write(t, f.child("one-d/program"), "12345")
	write(t, f.child("file-a"), "1")
	if err := os.Symlink("file-a", f.child("link-a")); err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string]bool{"two-d": false, "sub-d": false, "wrong-a": false, "link-a": false, "none-a": false, "one-d": true} {
		if _, err := r.unlinkEntry(f, name); (err == nil) != good || exists(t, f.child(name)) == good && name != "none-a" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if freed, err := r.unlinkEntry(f, "file-a"); err != nil || freed == 0 {
		t.Errorf("%d, %v", freed, err)
	}
	for want, e := range map[plan.Result]*entries{plan.Failed: {errs: []error{errForeign}, removed: 1, names: []string{"x"}}, plan.Done: {removed: 1, young: true, left: 1},
		plan.Skipped: {young: true, left: 1}, plan.Untouched: {}} {
		if o := e.outcome(); o.Result != want {
			t.Errorf("%+v: %v", e, o.Result)
		}
	}
	if o := (&entries{left: 2}).outcome(); o.Result != plan.Skipped || o.Err == nil || errors.Is(o.Err, errYoung) {
		t.Errorf("%+v", o)
	}
}

// What lies at the top of a cache that nobody points to is known by name and kind; everything else keeps the whole.
func TestTops(t *testing.T) {
	for e, want := range map[entry]bool{{"cache", directory}: true, {"example.com", directory}: true, {"github.com", directory}: true, {"gopkg.in@v1.0.0", directory}: true,
		{"cache", file}: false, {"example.com", file}: false, {"documents", directory}: false, {"Example.com", directory}: false, {"example.com", other}: false} {
		if got := isModTop(e); got != want {
			t.Errorf("%+v: %v", e, got)
		}
	}
	for e, want := range map[entry]bool{{"0a", directory}: true, {"fuzz", directory}: true, {"README", file}: true, {"trim.txt", file}: true, {"0a", file}: false, {"fuzz", file}: false,
		{"0A", directory}: false, {"0ab", directory}: false, {"README", directory}: false, {"notes.txt", file}: false, {"README", other}: false} {
		if got := isBuildTop(e); got != want {
			t.Errorf("%+v: %v", e, got)
		}
	}
	for path, want := range map[string]bool{"/a/b": true, "/a/b/c": true, "/a": false, "/a/bc": false, "/": false, "/a/b/../c": false} {
		if got := within(path, "/a/b"); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

// An item whose place is not clean and absolute lies nowhere.
func TestBesideParent(t *testing.T) {
	r := remover(t, made(t), Options{})
	for _, root := range []string{"", "x", "../x", "/x/../y", "/x/"} {
		if f, _, err := r.besideParent(&plan.Item{Root: root}); f != nil || !errors.Is(err, ErrRoot) {
			t.Errorf("%q: %v", root, err)
		}
	}
	if _, _, err := r.besideParent(&plan.Item{Root: filepath.Join(t.TempDir(), "none", "x")}); !gone(err) {
		t.Error(err)
	}
	if err := pathError("op", "path", nil); err != nil {
		t.Error(err)
	}
	have := &fs.PathError{Op: "stat", Path: "mine", Err: errBusy}
	if err := pathError("op", "path", have); err != error(have) {
		t.Error(err)
	}
}
