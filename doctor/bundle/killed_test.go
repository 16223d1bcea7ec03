package bundle

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
)

// broken makes a bundle that is broken off when the step begins.
func (l *lab) broken(target, step string) string {
	l.t.Helper()
	ctx, cancel := context.WithCancel(l.t.Context())
	defer cancel()
	in := l.named(target)
	in.Stage = func(what string) {
		if what == step {
			cancel()
		}
	}
	if _, err := Make(ctx, in); !errors.Is(err, context.Canceled) {
		l.t.Fatalf("broken off at %q: got %v", step, err)
	}
	if _, err := os.Lstat(in.Target); err == nil {
		l.t.Fatalf("broken off at %q: there is a bundle", step)
	}
	return filepath.Join(l.out, "."+target+".godoctor")
}

// named is a making of the project, of a module of it by its name, and of a toolchain.
func (l *lab) named(target string) *Making {
	in := l.making(target)
	in.Modules, in.Toolchains = []module.Version{id(beta)}, []module.Version{id(tool)}
	return in
}

// files are what the proxy was asked for of the files of versions, and how often.
func (l *lab) files() map[string]int {
	out := make(map[string]int)
	for _, r := range l.proxy.Requests() {
		if e := filepath.Ext(r.Path); e == ".zip" || e == ".mod" || e == ".info" {
			out[r.Path]++
		}
	}
	return out
}

// TestBrokenOffAgain breaks a making off several times, one of them before it takes anything over: nothing that had come is fetched
// again, and the bundle is as any other.
func TestBrokenOffAgain(t *testing.T) {
	for _, target := range []string{"dir", "bundle.tar"} {
		l := newLab(t)
		_, err := Make(t.Context(), l.named("whole"))
		check(t, err)
		for path, n := range l.files() {
			if n != 1 {
				t.Errorf("%s: %s was asked for %d times with nothing in the way", target, path, n)
			}
		}
		l.proxy.Forget()
		l.broken(target, "rehearsing")
		was := l.files()
		if len(was) != 9 {
			t.Fatalf("%s: asked for %v", target, was)
		}
		for _, step := range []string{"reading go.mod files", "asking the checksum database", "writing proofs", "reading go.mod files",
			"fetching", "writing"} {
			l.broken(target, step)
		}
		made, err := Make(t.Context(), l.named(target))
		check(t, err)
		if is := l.files(); made.Fetched != 0 || made.Reused != 3 || len(is) != len(was) {
			t.Errorf("%s: got %+v, asked for %v", target, made, is)
		}
		for path, n := range l.files() {
			if n != was[path] {
				t.Errorf("%s: %s was asked for %d times, and %d before", target, path, n, was[path])
			}
		}
		b, r := l.checked(filepath.Join(l.out, target))
		whole, _ := l.checked(filepath.Join(l.out, "whole"))
		if !r.OK() || b.SHA256 != whole.SHA256 {
			t.Errorf("%s: it is another bundle: %v", target, r.First())
		}
		if entries, err := os.ReadDir(l.out); err != nil || len(entries) != 2 {
			t.Errorf("%s: left beside the bundles: %v %v", target, entries, err)
		}
	}
}

// TestBrokenOffDamaged goes on where what was left is not what it was, as after a power failure, and where it is readable to nobody
// else: a web server is to read the bundle.
func TestBrokenOffDamaged(t *testing.T) {
	l := newLab(t)
	at := l.broken("dir", "rehearsing")
	damaged := map[string]string{
		"example.com/!beta/@v/v0.1.0-!r!c1.zip":                   "",
		"example.com/gamma/@v/v1.1.0.mod":                         "module example.com/gamma\n\nrequire evil.example.com v1.0.0\n",
		"example.com/gamma/@v/v1.1.0.info":                        `{"Version":"v1.1`,
		"golang.org/toolchain/@v/v0.0.1-go1.99.1.linux-amd64.zip": "PK\x03\x04",
	}
	for name, text := range damaged {
		check(t, os.WriteFile(filepath.Join(at, "tree", filepath.FromSlash(name)), []byte(text), 0o644))
	}
	check(t, os.Chmod(filepath.Join(at, "tree", "example.com", "gamma", "@v", "v1.1.0.zip"), 0o600))
	was := l.files()
	made, err := Make(t.Context(), l.named("dir"))
	check(t, err)
	for path, n := range l.files() {
		if _, bad := damaged[strings.TrimPrefix(path, "/")]; (n > was[path]) != bad {
			t.Errorf("%s was asked for %d times, and %d before", path, n, was[path])
		}
	}
	if made.Reused != 1 {
		t.Errorf("got %+v", made)
	}
	if _, r := l.checked(filepath.Join(l.out, "dir")); !r.OK() {
		t.Error(r.First())
	}
	fi, err := os.Stat(filepath.Join(l.out, "dir", "example.com", "gamma", "@v", "v1.1.0.zip"))
	if err != nil || fi.Mode().Perm()&0o044 != 0o044 {
		t.Errorf("others cannot read the zip: %v %v", fi, err)
	}
}

// TestBrokenOffFinished is a run that was killed when the bundle had its name: the next one says so, and clears what is left. What
// is at work is left alone.
func TestBrokenOffFinished(t *testing.T) {
	l := newLab(t)
	at := l.broken("dir", "writing")
	_, err := Make(t.Context(), l.making("other"))
	check(t, err)
	check(t, os.Rename(filepath.Join(l.out, "other"), filepath.Join(l.out, "dir")))
	lock, err := os.OpenFile(filepath.Join(at, "lock"), os.O_RDWR, 0)
	check(t, err)
	check(t, fetch.TryLock(lock))
	_, err = Make(t.Context(), l.making("dir"))
	wantErr(t, err, ErrThere, "remove it, or name another one")
	if _, err := os.Stat(filepath.Join(at, "tree")); err != nil {
		t.Errorf("what is at work is gone: %v", err)
	}
	check(t, lock.Close())
	_, err = Make(t.Context(), l.making("dir"))
	wantErr(t, err, ErrThere, "has just finished it", "bundle verify")
	if entries, err := os.ReadDir(l.out); err != nil || len(entries) != 1 {
		t.Errorf("left beside the bundle: %v %v", entries, err)
	}
	if _, r := l.checked(filepath.Join(l.out, "dir")); !r.OK() {
		t.Error(r.First())
	}
	_, err = Make(t.Context(), l.making("dir"))
	wantErr(t, err, ErrThere, "already: remove it, or name another one")
}

// TestNameTaken is a bundle whose name somebody has given to something else while it was made: that stays as it is.
func TestNameTaken(t *testing.T) {
	dir := t.TempDir()
	made, tree := filepath.Join(dir, "made.tar"), filepath.Join(dir, "tree")
	check(t, os.WriteFile(made, []byte("made"), 0o644))
	check(t, os.MkdirAll(filepath.Join(tree, "godoctor"), 0o755))
	file, full, link := filepath.Join(dir, "file"), filepath.Join(dir, "full"), filepath.Join(dir, "link")
	check(t, os.WriteFile(file, []byte("somebody's"), 0o644))
	check(t, os.MkdirAll(filepath.Join(full, "somebody"), 0o755))
	check(t, os.Symlink("nowhere", link))
	for _, from := range []string{made, tree} {
		for _, to := range []string{file, full, link} {
			wantErr(t, nameAs(from, to), ErrThere, "came while")
		}
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "somebody's" {
		t.Errorf("%q, %v", text, err)
	}
	for from, to := range map[string]string{made: filepath.Join(dir, "a.tar"), tree: filepath.Join(dir, "a")} {
		check(t, nameAs(from, to))
		if _, err := os.Lstat(to); err != nil {
			t.Error(err)
		}
	}
}
