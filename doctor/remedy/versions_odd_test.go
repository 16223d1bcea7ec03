//go:build unix

package remedy

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
	"godoctor/doctor/usage"
)

// Where the context ends while a group goes out of sight, the next group is not begun, and its locks are free.
func TestEndsBetweenGroups(t *testing.T) {
	m := machine(t, quick(t))
	items := versions(t, m, "example.com/a", groupMax+2, plan.Version)
	ctx, cancel := context.WithCancel(t.Context())
	r := remover(t, m, Options{Gate: func(context.Context) Users {
		cancel()
		return func(string, string) string { return "" }
	}})
	was := states(t, m, items[groupMax].Module, items[groupMax].Version)
	r.Remove(ctx, items, func(i int, o plan.Outcome) { t.Errorf("%d: %+v", i, o) })
	if len(r.pending) != groupMax || states(t, m, items[groupMax].Module, items[groupMax].Version) != was {
		t.Errorf("%d are out of sight", len(r.pending))
	}
	wantRoots(t, "ended", m.Root, r)
}

// An entry is the one of the plan or it is not: every part of its stamp counts, and nothing is the same as nothing.
func TestSame(t *testing.T) {
	st := stat{kind: file, inode: 1, mtime: 2, size: 3}
	want := plan.Stamp{Inode: 1, Mtime: 2, Size: 3}
	dir := stat{kind: directory, inode: 1, mtime: 2, size: 9}
	for _, c := range []struct {
		what string
		st   stat
		err  error
		want plan.Stamp
		k    kind
		is   error
	}{
		{"same", st, nil, want, file, nil},
		{"a directory has no size", dir, nil, want, directory, nil},
		{"kind", st, nil, want, directory, errChanged},
		{"inode", st, nil, plan.Stamp{Inode: 2, Mtime: 2, Size: 3}, file, errChanged},
		{"time", st, nil, plan.Stamp{Inode: 1, Mtime: 3, Size: 3}, file, errChanged},
		{"size", st, nil, plan.Stamp{Inode: 1, Mtime: 2, Size: 4}, file, errChanged},
		{"new", st, nil, plan.Stamp{}, file, errChanged},
		{"gone", stat{}, fs.ErrNotExist, want, file, fs.ErrNotExist},
		{"unreadable", stat{}, syscall.EIO, want, file, syscall.EIO},
		{"unreadable nothing", stat{}, syscall.EIO, plan.Stamp{}, file, syscall.EIO},
		{"nothing", stat{}, fs.ErrNotExist, plan.Stamp{}, file, nil},
	} {
		if err := same(c.st, c.err, c.want, c.k); !errors.Is(err, c.is) || (err == nil) != (c.is == nil) {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// A version is known as go's by its zip, its .ziphash or its .info, each of which is enough if it is a file.
func TestStrangers(t *testing.T) {
	all := []string{"zip", "ziphash", "info"}
	for _, only := range append(all, "", "link") {
		m := madeIn(t, quick(t))
		a := mod("example.com/a", "v1.0.0")
		for _, ext := range append(all, "lock") {
			if ext != only {
				if err := os.Remove(m.CachePath(a, ext)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if only == "link" {
			if err := os.Symlink("v1.1.0.info", m.CachePath(a, "info")); err != nil {
				t.Fatal(err)
			}
		}
		o := one(t, remover(t, m, Options{}), item(t, m, a.Path, a.Version, plan.Version))
		if only == "" || only == "link" {
			wantLeft(t, o, plan.Failed, errStranger.Error(), m.Dir(a))
			if exists(t, m.CachePath(a, "lock")) {
				t.Error("a lock file was made for what is not go's")
			}
			continue
		}
		wantDone(t, o, m.Dir(a))
	}
}

// A version that was never extracted goes with what there is of it; its sources alone do not go.
func TestNeverExtracted(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("alone.example/a", "v1.0.0")
	if err := m.Install(a); err != nil {
		t.Fatal(err)
	}
	top := filepath.Join(m.GOMODCACHE, "alone.example")
	if err := filepath.WalkDir(top, func(path string, _ fs.DirEntry, err error) error { return errors.Join(err, os.Chmod(path, 0o755)) }); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(top); err != nil {
		t.Fatal(err)
	}
	r := remover(t, m, Options{Index: func(string) []string { t.Error("it has no index"); return nil }})
	it := item(t, m, a.Path, a.Version, plan.Sources)
	wantLeft(t, one(t, r, it), plan.Skipped, "", m.CachePath(a, "zip"), m.CachePath(a, "ziphash"))
	it.Part = plan.Version
	was, _ := diskOf(t, m.CachePath(a, "zip"))
	hash, _ := diskOf(t, m.CachePath(a, "ziphash"))
	o := one(t, r, it)
	wantDone(t, o, m.CachePath(a, "zip"), m.CachePath(a, "ziphash"), top)
	if o.Disk != was+hash {
		t.Errorf("freed %d, want %d", o.Disk, was+hash)
	}
}

// What a removal frees is what the parts that went occupied.
func TestVersionFrees(t *testing.T) {
	for part, exts := range map[plan.Part][]string{plan.Sources: {"dir"}, plan.Zip: {"zip"}, plan.Version: {"dir", "zip", "ziphash"}, plan.Forget: {"dir", "zip", "ziphash", "mod", "info"}} {
		m := madeIn(t, quick(t))
		a := mod("example.com/a", "v1.0.0")
		var disk int64
		at := func(ext string) string {
			if ext == "dir" {
				return m.Dir(a)
			}
			return m.CachePath(a, ext)
		}
		for _, ext := range exts {
			n, _ := diskOf(t, at(ext))
			disk += n
		}
		o := one(t, remover(t, m, Options{}), item(t, m, a.Path, a.Version, part))
		wantDone(t, o)
		if o.Disk != disk {
			t.Errorf("%s: %d, want %d", part, o.Disk, disk)
		}
		for _, ext := range []string{"dir", "zip", "ziphash", "mod", "info", "lock"} {
			if exists(t, at(ext)) == strings.Contains(" "+strings.Join(exts, " ")+" ", " "+ext+" ") {
				t.Errorf("%s: %s is there: %v", part, ext, exists(t, at(ext)))
			}
		}
	}
}

// A directory without write permission is made writable to be moved, and has its permissions again wherever it ends: also if others
// change them meanwhile they stay as they are then.
func TestPermissionsComeBack(t *testing.T) {
	f := opened(t, t.TempDir())
	if err := os.Mkdir(f.child("d"), 0o555); err != nil {
		t.Fatal(err)
	}
	mode := func() fs.FileMode {
		st, err := f.lstat("d")
		if err != nil {
			t.Fatal(err)
		}
		return st.mode
	}
	v := &vault{isDir: "d", dirMode: 0o555}
	if err := (*vault)(nil).ready(f, "d"); err != nil || v.ready(f, "other") != nil || mode() != 0o555 {
		t.Errorf("%v, %v", mode(), err)
	}
	if err := v.ready(f, "d"); err != nil || mode() != 0o755 {
		t.Errorf("%v, %v", mode(), err)
	}
	if err := (*vault)(nil).restored(f, "d"); err != nil || v.restored(f, "other") != nil || mode() != 0o755 {
		t.Errorf("%v, %v", mode(), err)
	}
	if err := v.restored(f, "d"); err != nil || mode() != 0o555 {
		t.Errorf("%v, %v", mode(), err)
	}
	if err := os.Chmod(f.child("d"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := v.restored(f, "d"); err != nil || mode() != 0o700 {
		t.Errorf("others changed it: %v, %v", mode(), err)
	}
	w := &vault{isDir: "d", dirMode: 0o700}
	if err := errors.Join(w.ready(f, "d"), w.restored(f, "d")); err != nil || mode() != 0o700 {
		t.Errorf("it can be written: %v, %v", mode(), err)
	}
	if err := os.Symlink("d", f.child("link")); err != nil {
		t.Fatal(err)
	}
	v.isDir = "link"
	if a, b := v.ready(f, "link"), v.restored(f, "link"); !errors.Is(a, errLink) || !errors.Is(b, errLink) || mode() != 0o700 {
		t.Error(a, b)
	}
	v.isDir = "none"
	if a, b := v.ready(f, "none"), v.restored(f, "none"); !gone(a) || b != nil {
		t.Error(a, b)
	}
	if err := f.write("x", func() {}); err == nil || exists(t, f.child("x")) {
		t.Error("what JSON cannot say is written")
	}
	f.disk = &disk{before: func(op, _ string) error { return map[string]error{"sync": syscall.EIO}[op] }}
	if err := f.write("x", 1); !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), f.child("x")) {
		t.Error(err)
	}
}

// What was quarantined is said to be of later use by its size, and is no longer in anybody's way; what cannot be marked as whole there is
// put back at once, for the next run would do so; a rename into itself is refused.
func TestKeptOutcome(t *testing.T) {
	for _, bad := range []error{syscall.ENOSPC, syscall.EIO, nil} {
		m := madeIn(t, quick(t))
		r := remover(t, m, Options{Before: func(op, path string) error {
			if filepath.Base(path) == doneFile {
				return bad
			}
			return nil
		}})
		it := item(t, m, "example.com/a", "v1.0.0", plan.Version)
		it.Tier, it.Disk = usage.Hold, 12345
		was := states(t, m, it.Module, it.Version)
		o := one(t, r, it)
		if bad == nil && (o.Result != plan.Done || o.Later != 12345 || o.Disk != 0 || o.Kept == "" || o.Err != nil) {
			t.Errorf("%+v", o)
		}
		held, err := r.Quarantined()
		if now := states(t, m, it.Module, it.Version); bad != nil && (o.Result != plan.Failed || o.Later+o.Disk != 0 || o.Kept != "" || !errors.Is(o.Err, bad) || now != was || len(held) > 0 || err != nil) {
			t.Errorf("%v: %+v; %s, was %s; %+v, %v", bad, o, now, was, held, err)
		}
		wantRoots(t, "kept", m.Root, r)
	}
	f := folderOf(t)
	d, err := f.open("d")
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if err := f.rename("d", d, "x"); !errors.Is(err, syscall.EINVAL) {
		t.Error(err)
	}
}
