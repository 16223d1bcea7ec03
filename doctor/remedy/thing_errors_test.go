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
	"time"

	"godoctor/doctor/plan"
	"godoctor/scan/cachetest"
	"godoctor/scan/meter"
)

// cloned makes a machine with a clone, and an item of it.
func cloned(t *testing.T) (m *cachetest.Machine, dir string, it plan.Item) {
	t.Helper()
	m = madeIn(t, quick(t))
	dir, err := m.VCS("git3", "https://vcs.example.com/r", 5000, long)
	if err != nil {
		t.Fatal(err)
	}
	return m, dir, plan.Item{Part: plan.VCS, Name: filepath.Base(dir), Dir: stampOf(t, dir)}
}

// A thing that somebody began to use and that cannot be put back has failed, with both reasons.
func TestThingNotPutBack(t *testing.T) {
	m, dir, it := cloned(t)
	asked, renames := 0, 0
	r := remover(t, m, Options{
		Uses: func(context.Context, string) string {
			asked++
			return map[bool]string{true: "git (pid 7)"}[asked > 1]
		},
		Before: func(op, _ string) error {
			if op == "rename" {
				renames++
			}
			return map[bool]error{true: syscall.EIO}[renames > 1]
		}})
	o := one(t, r, it)
	wantLeft(t, o, plan.Failed, "git (pid 7) began to use it meanwhile", dir+".info")
	if !errors.Is(o.Err, syscall.EIO) || !strings.Contains(o.Err.Error(), "could not be put back") || len(mustGlob(t, dir+tempMark+"*")) != 1 {
		t.Errorf("%+v", o)
	}
	gopls := filepath.Join(m.Home, ".cache", "gopls")
	write(t, filepath.Join(gopls, "x"), "1")
	renames = 0
	r.opt.Uses, r.opt.Places = nil, []string{gopls}
	r.opt.Programs = func() []string {
		if renames > 0 {
			return []string{filepath.Join(gopls, "x")}
		}
		return nil
	}
	o = one(t, r, besideItem(t, plan.Related, "gopls", gopls))
	wantLeft(t, o, plan.Failed, "was started from it meanwhile")
	if !errors.Is(o.Err, syscall.EIO) || !strings.Contains(o.Err.Error(), "could not be put back") || len(mustGlob(t, gopls+tempMark+"*")) != 1 {
		t.Errorf("%+v", o)
	}
}

func mustGlob(t *testing.T, pattern string) []string {
	t.Helper()
	list, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// What changes between the first look and the lock is left.
func TestChangedUnderTheLock(t *testing.T) {
	m, dir, it := cloned(t)
	a := mod("example.com/a", "v1.0.0")
	half := aged(t, write(t, m.CachePath(a, "zip")+"123.tmp", "half"))
	change := ""
	r := remover(t, m, Options{Before: func(op, path string) error {
		if op == "create" {
			return errors.Join(os.Rename(change, change+".old"), os.WriteFile(change, []byte("other"), 0o600))
		}
		t.Errorf("%s %s", op, path)
		return nil
	}})
	for path, it := range map[string]plan.Item{dir: it, half: leftoverItem(t, m, half), m.CachePath(mod("example.com/a", "v1.1.0"), "zip"): item(t, m, "example.com/a", "v1.1.0", plan.Version)} {
		change = path
		for _, lock := range []string{dir + ".lock", m.CachePath(a, "lock"), m.CachePath(mod("example.com/a", "v1.1.0"), "lock")} {
			if err := os.Remove(lock); err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
		}
		o := one(t, r, it)
		wantLeft(t, o, plan.Skipped, errChanged.Error(), path, path+".old")
		if o.Busy {
			t.Errorf("%+v", o)
		}
	}
	wantRoots(t, "changed", m.Root, r)
}

// What goes beside a clone is a file, and counts; that it is not there is no error.
func TestCloneInfo(t *testing.T) {
	for _, info := range []string{"file", "none", "directory"} {
		m, dir, it := cloned(t)
		disk, _ := diskOf(t, dir)
		if more, _ := diskOf(t, dir+".info"); info == "file" {
			disk += more
		} else if err := os.Remove(dir + ".info"); err != nil {
			t.Fatal(err)
		}
		if info == "directory" {
			write(t, filepath.Join(dir+".info", "x"), "mine")
		}
		o := one(t, remover(t, m, Options{}), it)
		if o.Disk != disk || exists(t, dir) || (o.Err != nil) != (info == "directory") || info == "directory" && (o.Result != plan.Failed || !errors.Is(o.Err, errForeign) || !exists(t, filepath.Join(dir+".info", "x"))) {
			t.Errorf("%s: %+v, want %d", info, o, disk)
		}
		if info == "directory" {
			continue
		}
		wantDone(t, o, dir+".info")
	}
}

// A half-unpacked directory frees what it and its mark occupy; where it cannot be renamed or made durable the mark stays.
func TestPartialFails(t *testing.T) {
	for _, op := range []string{"rename", "sync", "remove", ""} {
		m := madeIn(t, quick(t))
		p := mod("example.com/p", "v1.0.0")
		if err := m.PartialDownload(p); err != nil {
			t.Fatal(err)
		}
		mark := m.CachePath(p, "partial")
		disk, _ := diskOf(t, m.Dir(p))
		more, _ := diskOf(t, mark)
		r := remover(t, m, Options{Before: func(asked, path string) error {
			if asked == op && (asked != "remove" || path == mark) {
				return syscall.EIO
			}
			return nil
		}})
		o := one(t, r, leftoverItem(t, m, mark))
		switch op {
		case "":
			wantDone(t, o, mark, m.Dir(p))
			if o.Disk != disk+more {
				t.Errorf("freed %d, want %d", o.Disk, disk+more)
			}
		case "remove":
			if o.Result != plan.Failed || !errors.Is(o.Err, syscall.EIO) || o.Disk != disk || !exists(t, mark) || exists(t, m.Dir(p)) {
				t.Errorf("%+v, want %d", o, disk)
			}
		default:
			wantLeft(t, o, plan.Failed, "", mark)
		}
	}
}

// A mark that nothing was unpacked for goes alone, whether or not any module of that host was unpacked.
func TestPartialAlone(t *testing.T) {
	m := madeIn(t, quick(t))
	r := remover(t, m, Options{})
	for _, path := range []string{"example.com/none", "other.example/none"} {
		mark := write(t, m.CachePath(mod(path, "v1.0.0"), "partial"), "x")
		disk, _ := diskOf(t, mark)
		o := one(t, r, leftoverItem(t, m, mark))
		wantDone(t, o, mark)
		if o.Disk != disk {
			t.Errorf("%s: freed %d, want %d", path, o.Disk, disk)
		}
	}
}

// A directory that go was unpacking goes also where nothing else of its module was downloaded; its name says of what it is.
func TestLeftoverWithoutDownload(t *testing.T) {
	m := madeIn(t, quick(t))
	r := remover(t, m, Options{})
	dir := filepath.Join(m.GOMODCACHE, "example.com", "x@v1.0.0.tmp-12")
	write(t, filepath.Join(dir, "x.go"), "package x")
	young := leftoverItem(t, m, dir)
	wantLeft(t, one(t, r, young), plan.Skipped, errYoung.Error(), dir)
	aged(t, dir)
	disk, _ := diskOf(t, dir)
	o := one(t, r, leftoverItem(t, m, dir))
	wantDone(t, o, dir)
	if o.Disk != disk || len(traces(t, m.GOMODCACHE)) > 0 {
		t.Errorf("freed %d, want %d", o.Disk, disk)
	}
	ours := filepath.Join(m.GOMODCACHE, "example.com", "x@v1.0.0.tmp-godoctor-1-1")
	write(t, filepath.Join(ours, "x.go"), "package x")
	wantDone(t, one(t, r, leftoverItem(t, m, ours)), ours)
	for _, name := range []string{"cache/download/example.com/a/list1.tmp", "example.com/a@v1.0.0-!.tmp-1", "example.com/a.tmp-1", "cache/download/!/@v/list1.tmp",
		"cache/download/example.com/a/@v/v1.0.0-!.zip1.tmp", "cache/download/example.com/a/@v/v1.0.0-!.partial",
		"cache/download/example.com/a/@v/v1.0.0-aXzip1.tmp", "cache/download/example.com/a/@v/v1.0.0_zip1.tmp"} {
		wantLeft(t, one(t, r, plan.Item{Part: plan.Leftover, Name: name}), plan.Failed, errNotNamed.Error())
	}
	// What was renamed away by an earlier run and is locked now is left.
	a := mod("example.com/a", "v1.0.0")
	hidden := m.CachePath(a, "zip") + ".godoctor-1-1.tmp"
	rename(t, m.CachePath(a, "zip"), hidden)
	it := leftoverItem(t, m, hidden)
	lock, err := opened(t, filepath.Dir(hidden)).lock("v1.0.0.lock")
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	o = one(t, r, it)
	wantLeft(t, o, plan.Skipped, "lock", hidden)
	if !o.Busy {
		t.Errorf("%+v", o)
	}
}

// Entries that are gone are no failure, and frees nothing; once the context has ended no more go.
func TestEntriesGone(t *testing.T) {
	m := madeIn(t, quick(t))
	names := []string{"0a" + strings.Repeat("00", 31) + "-a", "0a" + strings.Repeat("11", 31) + "-a", "0a" + strings.Repeat("22", 31) + "-d"}
	var disk int64
	for _, name := range names[:2] {
		n, _ := diskOf(t, aged(t, write(t, filepath.Join(m.GOCACHE, "0a", name), "12345")))
		disk += n
	}
	r := both(t, m, Options{Workers: 1})
	it := plan.Item{Part: plan.Entry, Name: "0a", Names: names}
	ctx, cancel := context.WithCancel(t.Context())
	r.disk.before = func(string, string) error {
		cancel()
		return nil
	}
	var out []plan.Outcome
	each := func(_ int, o plan.Outcome) { out = append(out, o) }
	r.Remove(ctx, []plan.Item{it}, each)
	if len(out) != 1 || out[0] != (plan.Outcome{Result: plan.Done, Disk: disk / 2}) || !exists(t, filepath.Join(m.GOCACHE, "0a", names[1])) {
		t.Errorf("%+v, want %d", out, disk/2)
	}
	o := one(t, r, it)
	wantDone(t, o, filepath.Join(m.GOCACHE, "0a", names[1]))
	if o.Disk != disk/2 {
		t.Errorf("%+v, want %d", o, disk/2)
	}
	wantLeft(t, one(t, r, it), plan.Skipped, "not there any more")
	r.disk.before = func(string, string) error { return syscall.EIO }
	for _, name := range names[:2] {
		aged(t, write(t, filepath.Join(m.GOCACHE, "0a", name), "12345"))
	}
	o = one(t, r, it)
	wantLeft(t, o, plan.Failed, "2 of 3 entries could not be removed", filepath.Join(m.GOCACHE, "0a", names[0]))
	if !errors.Is(o.Err, syscall.EIO) {
		t.Errorf("%+v", o)
	}
	r.dropEntry("0a/" + names[0]) // it fails, and is not told
	if err := os.Remove(filepath.Join(m.GOCACHE, "0b")); err != nil {
		t.Fatal(err)
	}
	r.dropEntry("0b/0b" + strings.Repeat("00", 31) + "-a")
	wantRoots(t, "dropped", m.Root, r)
	r.disk.before, r.opt.Meter = nil, new(meter.Meter)
	r.dropEntry("0a/" + names[2])
	r.dropEntry("0a/" + names[0])
	if s := r.opt.Meter.Sample(); s.Entries != 1 || s.Bytes != disk/2 || exists(t, filepath.Join(m.GOCACHE, "0a", names[0])) || !exists(t, filepath.Join(m.GOCACHE, "0a", names[1])) {
		t.Errorf("%+v, want %d", s, disk/2)
	}
}

// A program's directory frees what it and the program occupy; what fails of it is told, and what went counts.
func TestProgramFrees(t *testing.T) {
	for _, fails := range []string{"", "program", "directory"} {
		f := opened(t, quick(t))
		name := "0a-d"
		dir := f.child(name)
		program := write(t, filepath.Join(dir, "x"), strings.Repeat("x", 9000))
		all, _ := diskOf(t, dir)
		part, _ := diskOf(t, program)
		f.disk = &disk{before: func(_, path string) error {
			if fails == "program" && path == program || fails == "directory" && path == dir {
				return syscall.EIO
			}
			return nil
		}}
		r := &Remover{opt: Options{Now: func() time.Time { return time.Now().Add(2 * graceAge) }}}
		freed, err := r.unlinkEntry(f, name)
		want := map[string]int64{"": all, "program": 0, "directory": part}[fails]
		if freed != want || errors.Is(err, syscall.EIO) != (fails != "") || exists(t, dir) != (fails != "") || exists(t, program) != (fails == "program") {
			t.Errorf("%q fails: %d, %v, want %d", fails, freed, err, want)
		}
	}
}
