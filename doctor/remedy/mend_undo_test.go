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

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
)

// mendedOnce is a sickbay where a version was mended and what was there waits, with that run; was and is are its states before and now.
func mendedOnce(t *testing.T) (l *sickbay, of *state.Run, was, is string) {
	t.Helper()
	l = newSickbay(t)
	l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
	l.write(l.file("zip"), "old")
	l.write(l.file("mod"), "old")
	l.write(l.file("info"), "old")
	was = l.state()
	st := l.known(plan.FixFetch, plan.FixMod, plan.FixInfo)
	st.Keep = true
	s := l.session()
	of = s.Mend(t.Context(), []plan.Step{st}, remedy.Mender{Installer: l.installer(), Fetch: gives(right(l))}, func(_ int, o plan.Outcome) {
		if o.Result != plan.Done || o.Kept == "" || o.Err != nil {
			t.Fatalf("%+v", o)
		}
	})
	s.Close()
	return l, of, was, l.state()
}

// undo takes a run back, and gives what is said of its only item.
func (l *sickbay) undo(of *state.Run) (said error) {
	l.t.Helper()
	s := l.session()
	defer s.Close()
	s.Undo(l.t.Context(), of, l.installer(), func(_ int, err error) { said = err })
	return said
}

// What a repair has put aside comes back over what it has brought, all five parts, and what it has brought goes, with the index that
// go has made of it.
func TestMendUndoWhole(t *testing.T) {
	l, of, was, _ := mendedOnce(t)
	must(t, l.BuildCacheFiles(longAgo(), longAgo()))
	entry := strings.Repeat("0a", 32) + "-a"
	file := filepath.Join(l.GOCACHE, "0a", entry)
	must(t, os.MkdirAll(filepath.Dir(file), 0o777))
	must(t, os.WriteFile(file, nil, 0o666))
	var asked []string
	l.options = func(o *remedy.Options) {
		o.GoCache = l.GOCACHE
		o.Index = func(dir string) []string { asked = append(asked, dir); return []string{"0a/" + entry} }
	}
	if err := l.undo(of); err != nil {
		t.Error(err)
	}
	if now := l.state(); now != was {
		t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
	}
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) || len(asked) != 1 || asked[0] != "example.com/!sick@v1.2.0" {
		t.Errorf("the index: %v, asked for %q", err, asked)
	}
	l.tidy()
	if err := l.undo(of); err == nil {
		t.Error("it came back twice")
	}
	if now := l.state(); now != was {
		t.Errorf("twice: it was\n%.2000s\nand is\n%.2000s", was, now)
	}
}

// What somebody uses, or holds the lock of, is not exchanged; nor what is another version than the history says.
func TestMendUndoRefuses(t *testing.T) {
	l, of, _, is := mendedOnce(t)
	l.gate = func(context.Context) remedy.Users { return func(string, string) string { return "go (pid 1)" } }
	if err := l.undo(of); err == nil || !strings.Contains(err.Error(), "go (pid 1) uses it") {
		t.Error(err)
	}
	l.gate = nil
	lock, err := os.OpenFile(l.file("lock"), os.O_RDWR, 0)
	must(t, err)
	must(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	if err := l.undo(of); err == nil || !strings.Contains(err.Error(), "holds its lock") {
		t.Error(err)
	}
	lock.Close()
	forged := *of
	for _, item := range []state.RunItem{{Module: l.other.Path, Version: l.mod.Version}, {Module: l.mod.Path, Version: "v1.2.1"}} {
		item.Result, item.Kept = "done", of.Items[0].Kept
		forged.Items = []state.RunItem{item}
		if err := l.undo(&forged); err == nil || !strings.Contains(err.Error(), "it changed since") {
			t.Errorf("%+v: %v", item, err)
		}
	}
	forged.Items = []state.RunItem{of.Items[0]}
	for kept, result := range map[string]string{"20260101-000000-001/99": "done", "../x/1": "done", of.Items[0].Kept: "failed"} {
		forged.Items[0].Kept, forged.Items[0].Result = kept, result
		if err := l.undo(&forged); err == nil && result == "done" {
			t.Errorf("%q came back", kept)
		}
	}
	download := filepath.Dir(l.file("zip"))
	must(t, os.Rename(download, download+"x"))
	must(t, os.Symlink(download+"x", download))
	if err := l.undo(of); err == nil || !strings.Contains(err.Error(), "a link to one") {
		t.Errorf("through a link: %v", err)
	}
	must(t, os.Remove(download))
	must(t, os.Rename(download+"x", download))
	manifest := filepath.Join(filepath.Dir(l.GOMODCACHE), ".godoctor", "quarantine", filepath.FromSlash(of.Items[0].Kept), "manifest.json")
	must(t, os.WriteFile(manifest, []byte("{}"), 0o600))
	if err := l.undo(of); err == nil || !strings.Contains(err.Error(), "manifest.json") {
		t.Error(err)
	}
	if now := l.state(); now != is {
		t.Errorf("it was\n%.2000s\nand is\n%.2000s", is, now)
	}
	l.tidy()
}

// Where go clean has taken everything away meanwhile, what was put aside comes back all the same.
func TestMendUndoAfterClean(t *testing.T) {
	for _, c := range []struct{ above, all bool }{{}, {above: true}, {true, true}} {
		l, of, was, _ := mendedOnce(t)
		all := c.all
		l.remove(l.file("dir"))
		if c.above {
			l.remove(filepath.Join(l.GOMODCACHE, "example.com"))
			must(t, os.Chmod(l.GOMODCACHE, 0o755))
		}
		if all {
			l.remove(filepath.Join(l.GOMODCACHE, "cache", "download", "example.com"))
			must(t, os.Chmod(l.GOMODCACHE, 0o755))
		}
		if err := l.undo(of); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
		if now := l.state(); now != was && !all { // .ziphash, which was right, was not put aside
			t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
		}
		for _, part := range []string{"zip", "dir"} {
			if _, err := os.Lstat(l.file(part)); err != nil {
				t.Error(err)
			}
		}
		l.tidy()
	}
}

// Each change of the disk fails in turn: what was mended stays, or what was there before is back, and never a part of both.
func TestMendUndoFaults(t *testing.T) {
	l, of, was, is := mendedOnce(t)
	for at := 1; ; at++ {
		n, hit := 0, ""
		l.before = func(op, path string) error {
			if n++; n == at {
				hit = op + " " + filepath.Base(path)
				return syscall.EIO
			}
			return nil
		}
		err := l.undo(of)
		l.before = nil
		if hit == "" {
			if err != nil || at < 11 {
				t.Errorf("%d changes: %v", at-1, err)
			}
			return
		}
		now := l.state()
		if strings.HasPrefix(hit, "rename") && !errors.Is(err, syscall.EIO) {
			t.Errorf("%s: %v", hit, err)
		}
		if now != is && now != was && !strings.Contains(err.Error(), "could not be put back") {
			t.Fatalf("%s: %v: it is neither\n%.1000s\nnor\n%.1000s\nbut\n%.1000s", hit, err, is, was, now)
		}
		if now != is {
			l, of, was, is = mendedOnce(t)
		}
	}
}
