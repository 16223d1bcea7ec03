//go:build unix

package remedy

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"godoctor/doctor/plan"
)

// strange is a directory that belongs to another user.
func strange(t *testing.T, dir string) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return "/usr/bin" // root's
	}
	write(t, filepath.Join(dir, "x"), "1")
	if err := os.Chown(dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	return dir
}

// What is another user's is left, unless a person has said that it is shared.
func TestBesideStranger(t *testing.T) {
	m := madeIn(t, quick(t))
	root := strange(t, filepath.Join(m.Home, ".cache", "gopls"))
	r := remover(t, m, Options{Places: []string{root}, Before: func(string, string) error { return syscall.EIO }})
	o := one(t, r, besideItem(t, plan.Related, "gopls", root))
	wantLeft(t, o, plan.Failed, "belongs to user", root)
	f := opened(t, root)
	if err := r.owned(f); err == nil || !strings.Contains(err.Error(), "belongs to user") {
		t.Error(err)
	}
	r.opt.Shared = true
	if err := r.owned(f); err != nil {
		t.Error(err)
	}
	if o = one(t, r, besideItem(t, plan.Related, "gopls", root)); !errors.Is(o.Err, syscall.EIO) {
		t.Errorf("%+v", o)
	}
}

// What somebody uses is left, and told of once.
func TestBesideUsed(t *testing.T) {
	m := madeIn(t, quick(t))
	gopls := filepath.Join(m.Home, ".cache", "gopls")
	write(t, filepath.Join(gopls, "x"), "1")
	r := remover(t, m, Options{Places: []string{gopls}, Uses: func(_ context.Context, dir string) string {
		if dir == gopls {
			return "gopls (pid 7)"
		}
		return ""
	}})
	var out []plan.Outcome
	r.Remove(t.Context(), []plan.Item{besideItem(t, plan.Related, "gopls", gopls)}, func(_ int, o plan.Outcome) { out = append(out, o) })
	if len(out) != 1 || !out[0].Busy || out[0].Undone {
		t.Fatalf("%+v", out)
	}
	wantLeft(t, out[0], plan.Skipped, "gopls (pid 7) uses it", gopls)
}

// A project, or a repository anywhere near the top, keeps a tool's cache and one that no setting names; so does a link on the way.
func TestBesideProject(t *testing.T) {
	for _, name := range []string{"go.mod", "go.work", ".git/HEAD", "a/.hg/x", "a/b/.svn/x", "a/CVS/x"} {
		m := madeIn(t, quick(t))
		dir := filepath.Join(m.Home, "place")
		write(t, filepath.Join(dir, "cache", "download", "x"), "1")
		write(t, filepath.Join(dir, filepath.FromSlash(name)), "mine")
		r := remover(t, m, Options{Places: []string{dir}})
		was := tree(t, dir)
		wantRefused(t, one(t, r, besideItem(t, plan.Related, "place", dir)), dir)
		wantRefused(t, one(t, r, besideItem(t, plan.Abandoned, "place", dir)), dir)
		sameTree(t, name, was, tree(t, dir))
	}
	m := madeIn(t, quick(t))
	dir := filepath.Join(m.Home, "far", "place")
	write(t, filepath.Join(dir, "x"), "1")
	link := filepath.Join(m.Home, "near")
	if err := os.Symlink("far", link); err != nil {
		t.Fatal(err)
	}
	at := filepath.Join(link, "place") // a link above it is resolved, as the one to a home directory may be
	disk, _ := diskOf(t, dir)
	o := one(t, remover(t, m, Options{Places: []string{at}}), besideItem(t, plan.Related, "place", at))
	wantDone(t, o, dir)
	if o.Disk != disk {
		t.Errorf("freed %d, want %d", o.Disk, disk)
	}
}

// A file of a tool that lies where nothing can be renamed fails; a toolchain and archives are never emptied where they are.
func TestBesideInPlace(t *testing.T) {
	m := madeIn(t, quick(t))
	sdk, pkg, index := filepath.Join(m.Home, "sdk", "go1.20"), filepath.Join(m.GOPATH, "pkg", "linux_386"), filepath.Join(m.Home, "index")
	old := filepath.Join(m.Home, "old", "mod")
	write(t, filepath.Join(sdk, ".unpacked-success"), "")
	write(t, filepath.Join(pkg, "p.a"), "")
	write(t, index, "1")
	write(t, filepath.Join(old, "cache", "download", "x"), "1")
	var fails error
	r := remover(t, m, Options{SDK: filepath.Dir(sdk), Gopath: []string{m.GOPATH}, Places: []string{index, old}, Before: func(op, path string) error {
		if op == "rename" || path == index {
			return fails
		}
		return nil
	}})
	for _, fails = range []error{syscall.EROFS, syscall.EACCES, syscall.ENAMETOOLONG, syscall.EIO} {
		for _, it := range []plan.Item{besideItem(t, plan.SDK, "go1.20", sdk), besideItem(t, plan.Archive, "linux_386", pkg), besideItem(t, plan.Related, "index", index)} {
			o := one(t, r, it)
			wantLeft(t, o, plan.Failed, "", it.Root)
			if !errors.Is(o.Err, fails) {
				t.Errorf("%s: %+v", it.Part, o)
			}
		}
	}
	if !exists(t, filepath.Join(sdk, ".unpacked-success")) || !exists(t, filepath.Join(pkg, "p.a")) {
		t.Error("they were emptied")
	}
	wantLeft(t, one(t, r, besideItem(t, plan.Abandoned, "old", old)), plan.Failed, "", filepath.Join(old, "cache", "download", "x"))
	fails = syscall.EROFS
	if o := one(t, r, besideItem(t, plan.Abandoned, "old", old)); o.Result != plan.Done || exists(t, old) {
		t.Errorf("%+v", o) // the directory may go: here only renames are refused
	}
}

// A walk goes as deep as it is told, in lists of any length, and its errors and those of the disk are told.
func TestEach(t *testing.T) {
	f := bigTree(t)
	count := func(depth int) (n int) {
		if err := f.rewind(); err != nil {
			t.Fatal(err)
		}
		if err := f.each(depth, func(*folder, entry) error { n++; return nil }); err != nil {
			t.Error(err)
		}
		return n
	}
	for depth, want := range map[int]int{1: 2, 2: 7, 3: 1509, 4: 1511, 64: 1513} {
		if n := count(depth); n != want {
			t.Errorf("%d deep: %d, want %d", depth, n, want)
		}
	}
	stop := errors.New("stop")
	for _, name := range []string{"twin", "big", "x", "fabc"} {
		if err := f.rewind(); err != nil {
			t.Fatal(err)
		}
		if err := f.each(9, func(_ *folder, e entry) error {
			if e.name == name {
				return stop
			}
			return nil
		}); err != stop {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.Symlink("big", f.child("link")); err != nil {
		t.Fatal(err)
	}
	if n := count(2); n != 8 {
		t.Errorf("with a link: %d", n)
	}
	closed := opened(t, f.path)
	closed.close()
	if err := closed.each(1, func(*folder, entry) error { return nil }); err == nil {
		t.Error("what cannot be read is taken for empty")
	}
	for _, look := range []func(*folder) error{looksModCache, looksAbandoned} {
		if err := look(closed); err == nil || !strings.Contains(err.Error(), f.path) {
			t.Error(err)
		}
	}
}
