//go:build unix

package remedy_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// What stands in the place of a lock file goes if it holds nothing; a file stays the file that others may have locked, and a directory
// with something in it stays.
func TestMendOddLocks(t *testing.T) {
	for what, c := range map[string]struct {
		do   func(lock string) error
		done bool
	}{
		"nothing":           {func(string) error { return nil }, true},
		"a link":            {func(lock string) error { return os.Symlink("v1.2.0.zip", lock) }, true},
		"a pipe":            {func(lock string) error { return syscall.Mkfifo(lock, 0o666) }, true},
		"a directory":       {func(lock string) error { return os.Mkdir(lock, 0o777) }, true},
		"a full directory":  {func(lock string) error { return os.MkdirAll(filepath.Join(lock, "mine"), 0o777) }, false},
		"a file with lines": {func(lock string) error { return os.WriteFile(lock, []byte("mine\n"), 0o666) }, true},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			l.remove(l.file("lock"))
			must(t, c.do(l.file("lock")))
			before, _ := os.Lstat(l.file("lock"))
			was := l.state()
			out := l.mendWith(t.Context(), nil, l.known(plan.FixOdd))[0]
			if (out.Result == plan.Done) != c.done || (out.Err == nil) != c.done || !c.done && !errors.Is(out.Err, syscall.ENOTEMPTY) {
				t.Errorf("%+v", out)
			}
			after, err := os.Lstat(l.file("lock"))
			if err != nil || after.Mode().IsRegular() != c.done {
				t.Errorf("%v, %v", after, err)
			}
			if before != nil && before.Mode().IsRegular() && !os.SameFile(before, after) {
				t.Error("it is another file")
			}
			if now := l.state(); now != was {
				t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
			}
			l.tidy()
		})
	}
}

// A version whose names lead through links or files is left alone, and so is what they lead to.
func TestMendOddPaths(t *testing.T) {
	for _, where := range []string{"example.com", "cache/download/example.com", "cache/download/example.com/!sick/@v"} {
		for _, link := range []bool{true, false} {
			l := newSickbay(t)
			l.write(l.file("ziphash"), wrongHash)
			at := filepath.Join(l.GOMODCACHE, filepath.FromSlash(where))
			away := filepath.Join(l.Home, "away")
			must(t, os.Chmod(at, 0o755))
			must(t, os.Rename(at, away))
			if link {
				must(t, os.Symlink(away, at))
			} else {
				l.write(at, "mine")
				must(t, os.Chmod(l.GOMODCACHE, 0o755))
			}
			was := l.state()
			out := l.mendWith(t.Context(), gives(right(l)), l.known(plan.FixZiphash))[0]
			if out.Result == plan.Done || out.Err == nil {
				t.Errorf("%s: %+v", where, out)
			}
			if now := l.state(); now != was {
				t.Errorf("%s: it was\n%.2000s\nand is\n%.2000s", where, was, now)
			}
			if fi, err := os.Lstat(at); err != nil || fi.Mode().IsDir() {
				t.Errorf("%s: %v, %v", where, fi, err)
			}
			l.tidy()
		}
	}
}

// A zip that is replaced once it was hashed is not unpacked: not if it looks another, and not if it is gone.
func TestMendZipChanges(t *testing.T) {
	for what, change := range map[string]func(l *sickbay, zip string){
		"longer":   func(l *sickbay, zip string) { l.write(zip, string(l.zipOf(l.mod))+"\x00") },
		"its time": func(l *sickbay, zip string) { l.longAgo(zip) },
		"another file": func(l *sickbay, zip string) {
			fi, err := os.Stat(zip)
			must(l.t, err)
			must(l.t, os.WriteFile(zip+"x", l.zipOf(l.mod), 0o666))
			must(l.t, os.Chtimes(zip+"x", fi.ModTime(), fi.ModTime()))
			must(l.t, os.Rename(zip+"x", zip))
		},
		"gone": func(l *sickbay, zip string) { l.remove(zip) },
	} {
		l := newSickbay(t)
		l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
		l.write(l.file("info"), "old")
		fetch := func(ctx context.Context, m module.Version, ext, hash, to string, proved func(string) error) error {
			change(l, l.file("zip")) // of the three files the zip was proved first
			return gives(right(l))(ctx, m, ext, hash, to, proved)
		}
		out := l.mendWith(t.Context(), fetch, l.known(plan.FixUnpack, plan.FixInfo))[0]
		if out.Result == plan.Done || !strings.Contains(out.Err.Error(), "changed") {
			t.Errorf("%s: %+v", what, out)
		}
		for part, want := range map[string]string{"info": "old", "dir": "package sick // edited\n"} {
			file := l.file(part)
			if part == "dir" {
				file += "/sick.go"
			}
			if b, err := os.ReadFile(file); string(b) != want {
				t.Errorf("%s: %s is %q, %v", what, part, b, err)
			}
		}
		l.tidy()
	}
}

// Without a quarantine nothing is put aside, and so nothing is mended that something is in the way of; what is not there at all is.
func TestMendWithoutQuarantine(t *testing.T) {
	l := newSickbay(t)
	l.write(l.file("ziphash"), wrongHash)
	for _, part := range []string{"zip", "ziphash", "dir"} {
		if part == "dir" {
			l.remove(l.Dir(l.other))
			continue
		}
		l.remove(l.CachePath(l.other, part))
	}
	must(t, os.Chmod(l.GOMODCACHE, 0o755))
	other := l.known(plan.FixFetch)
	other.Module, other.Version, other.ModHash = l.other.Path, l.other.Version, ""
	var err error
	other.Hash, err = l.other.Sum()
	must(t, err)
	l.before = func(op, path string) error {
		if strings.Contains(path, "quarantine") {
			return syscall.ENOSPC
		}
		return nil
	}
	was := l.state()
	out := l.mendWith(t.Context(), gives(map[string]string{"zip": string(l.zipOf(l.other))}), l.known(plan.FixZiphash), other)
	if out[0].Result != plan.Failed || !strings.Contains(out[0].Err.Error(), "what is wrong has to be put aside first") {
		t.Errorf("%+v", out[0])
	}
	if out[1].Result != plan.Done || out[1].Kept != "" {
		t.Errorf("%+v", out[1])
	}
	if now := l.state(); now != was {
		t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
	}
	l.tidy()
}

// A directory that nobody may write goes into the quarantine and comes back with the permissions that it had.
func TestMendKeepsModes(t *testing.T) {
	for _, mode := range []os.FileMode{0o555, 0o755, 0o500} {
		l := newSickbay(t)
		l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
		must(t, os.Chmod(l.file("dir"), mode))
		st := l.known(plan.FixUnpack)
		st.Keep = true
		fails := true
		l.before = func(op, path string) error {
			if fails && op == "install" {
				return syscall.EIO
			}
			return nil
		}
		of := func() os.FileMode {
			fi, err := os.Lstat(l.file("dir"))
			must(t, err)
			return fi.Mode().Perm()
		}
		if _, out := l.mend(t.Context(), &plan.Repair{Steps: []plan.Step{st}}, false); out[0].Result != plan.Failed || of() != mode {
			t.Errorf("%v: %+v, and is %v", mode, out, of())
		}
		fails = false
		run, out := l.mend(t.Context(), &plan.Repair{Steps: []plan.Step{st}}, false)
		if out[0].Result != plan.Done || of() != 0o555 {
			t.Errorf("%v: %+v, and is %v", mode, out, of())
		}
		if err := l.undo(run); err != nil || of() != mode {
			t.Errorf("%v: %v, and is %v", mode, err, of())
		}
	}
}
