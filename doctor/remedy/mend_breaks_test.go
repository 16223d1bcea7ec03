//go:build unix

package remedy_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/scan/cachetest"
)

// What breaks at one place of a repair is told, and the version is as it was: at once, or once the next run has begun.
func TestMendBreaks(t *testing.T) {
	for _, c := range []struct {
		name   string
		before func(l *sickbay, op, path string) error
		want   error
		later  bool // the next run puts it back
	}{
		{"what go has brought cannot be made durable", func(l *sickbay, op, path string) error {
			return failsIf(op == "sync" && path == l.GOMODCACHE && l.once())
		}, syscall.EIO, false},
		{"the directory cannot be made writable", func(l *sickbay, op, path string) error {
			return failsIf(op == "chmod" && path == l.file("dir") && l.once())
		}, syscall.EIO, false},
		{"there is no room in the staging", func(l *sickbay, op, path string) error {
			if op == "create" && filepath.Base(path) == "lock" {
				must(l.t, os.WriteFile(filepath.Join(filepath.Dir(path), "proxy"), nil, 0o600))
			}
			return nil
		}, syscall.ENOTDIR, false},
		{"there is no room for go", func(l *sickbay, op, path string) error {
			if op == "create" && filepath.Base(path) == "lock" {
				must(l.t, os.WriteFile(filepath.Join(filepath.Dir(path), "scratch"), nil, 0o600))
			}
			return nil
		}, syscall.ENOTDIR, false},
		{"go fails, and what it has brought cannot be renamed", func(l *sickbay, op, path string) error { return l.backFails(op, 1) }, syscall.EIO, true},
		{"go fails, and the way back too", func(l *sickbay, op, path string) error { return l.backFails(op, 4) }, syscall.EIO, true},
		{"go fails, and the last of the way back", func(l *sickbay, op, path string) error { return l.backFails(op, 6) }, syscall.EIO, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newSickbay(t)
			l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
			l.write(l.file("zip"), "old")
			must(t, os.Chmod(l.file("dir"), 0o555))
			was := l.state()
			l.before = func(op, path string) error { return c.before(l, op, path) }
			out := l.mendWith(t.Context(), gives(right(l)), l.known(plan.FixFetch))[0]
			l.before = nil
			if out.Result != plan.Failed || !errors.Is(out.Err, c.want) {
				t.Errorf("%+v", out)
			}
			if now := l.state(); (now == was) == c.later {
				t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
			}
			l.session().Close()
			if now := l.state(); now != was {
				t.Errorf("after the next run: it was\n%.2000s\nand is\n%.2000s", was, now)
			}
			l.tidy()
		})
	}
}

func failsIf(is bool) error {
	if is {
		return syscall.EIO
	}
	return nil
}

// once is true the first time.
func (l *sickbay) once() bool { l.met++; return l.met == 1 }

// backFails fails the installing, and the nth rename from then on.
func (l *sickbay) backFails(op string, n int) error {
	switch {
	case op == "install":
		l.met = 1
		return syscall.EIO
	case op == "rename" && l.met > 0:
		if l.met++; l.met == n+1 {
			return syscall.EIO
		}
	}
	return nil
}

// Whose lock somebody holds is busy, and stays as it is.
func TestMendLocked(t *testing.T) {
	l := newSickbay(t)
	l.write(l.file("ziphash"), wrongHash)
	was := l.state()
	lock, err := os.OpenFile(l.file("lock"), os.O_RDWR, 0)
	must(t, err)
	must(t, syscall.Flock(int(lock.Fd()), syscall.LOCK_EX))
	out := l.mendWith(t.Context(), nil, l.known(plan.FixZiphash))[0]
	lock.Close()
	if out.Result != plan.Skipped || !out.Busy || l.state() != was {
		t.Errorf("%+v", out)
	}
	l.tidy()
}

// Who stops when all was gathered stops before anything is touched; who stops while go installs has what it was.
func TestMendStoppedOnTheWay(t *testing.T) {
	for _, late := range []bool{false, true} {
		l := newSickbay(t)
		l.write(l.file("mod"), "old")
		l.remove(l.file("zip"))
		was := l.state()
		ctx, cancel := context.WithCancel(t.Context())
		fetch := func(ctx context.Context, m module.Version, ext, hash, to string, proved func(string) error) error {
			err := gives(right(l))(ctx, m, ext, hash, to, proved)
			if !late {
				cancel()
			}
			return err
		}
		installing := false
		l.before = func(op, _ string) error {
			if installing = installing || op == "install"; op == "install" {
				cancel()
			}
			return nil
		}
		out := l.mendWith(ctx, fetch, l.known(plan.FixMod))[0]
		cancel()
		if out.Result != plan.Untouched && (!late || out.Result == plan.Done) || installing != late || l.state() != was {
			t.Errorf("late %v: %+v, installing %v: it was\n%.2000s\nand is\n%.2000s", late, out, installing, was, l.state())
		}
		l.tidy()
	}
}

// A go.mod file that a proxy says it has brought, and has not, is none.
func TestMendFetchedNothing(t *testing.T) {
	l := newSickbay(t)
	l.write(l.file("mod"), "old")
	l.remove(l.file("zip"))
	was := l.state()
	fetch := func(_ context.Context, _ module.Version, _, _, to string, proved func(string) error) error {
		return proved(to)
	}
	if out := l.mendWith(t.Context(), fetch, l.known(plan.FixMod))[0]; !errors.Is(out.Err, os.ErrNotExist) || l.state() != was {
		t.Errorf("%+v", out)
	}
	l.tidy()
}

// An .info that is not there is fetched where a step needs the network anyhow, and stays; where it cannot be had, or needs none, one is
// made up for go, and does not.
func TestMendInfo(t *testing.T) {
	for _, c := range []struct {
		network, has bool
		text         string
	}{{true, true, `{"Version":"v1.2.0","Time":"2020-01-01T00:00:00Z"}`}, {true, false, ""}, {false, true, ""}} {
		l := newSickbay(t)
		l.write(l.file("zip"), "old")
		l.remove(l.file("info"))
		st := l.known(plan.FixFetch)
		st.NeedsNetwork = c.network
		texts := right(l)
		texts["info"] = `{"Version":"v1.2.0","Time":"2020-01-01T00:00:00Z"}`
		if !c.has {
			delete(texts, "info")
		}
		if out := l.mendWith(t.Context(), gives(texts), st)[0]; out.Result != plan.Done || out.Err != nil {
			t.Errorf("%+v: %+v", c, out)
		}
		if b, err := os.ReadFile(l.file("info")); strings.TrimSpace(string(b)) != c.text || (err == nil) != (c.text != "") {
			t.Errorf("%+v: %q, %v", c, b, err)
		}
		l.tidy()
	}
}

// The record of a toolchain is asked for once it was fetched and there is a network: of nothing else.
func TestMendRecords(t *testing.T) {
	for _, c := range []struct {
		fix   string
		fetch bool
	}{{plan.FixUnpack, true}, {plan.FixMod, true}, {plan.FixFetch, true}} { // and none of them is a toolchain
		l := newSickbay(t)
		l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
		l.write(l.file("mod"), "old")
		s := l.session()
		var out plan.Outcome
		s.Mend(t.Context(), []plan.Step{l.known(c.fix, plan.FixMod)}, remedy.Mender{Installer: l.installer(), Fetch: gives(right(l))}, func(_ int, o plan.Outcome) { out = o })
		s.Close()
		if out.Result != plan.Done || len(s.Notes) > 0 || len(l.proxy.Requests()) > 0 {
			t.Errorf("%s: %+v, %q, %s", c.fix, out, s.Notes, fmt.Sprint(l.proxy.Requests()))
		}
	}
}

// Where the directory is gone with those of all others, a wrong zip is put aside all the same, and all comes anew.
func TestMendWithNoDirectories(t *testing.T) {
	l := newSickbay(t)
	l.write(l.file("zip"), "old")
	l.remove(filepath.Join(l.GOMODCACHE, "example.com"))
	must(t, os.Chmod(l.GOMODCACHE, 0o755))
	st := l.known(plan.FixFetch)
	st.Keep = true
	s := l.session()
	var out plan.Outcome
	run := s.Mend(t.Context(), []plan.Step{st}, remedy.Mender{Installer: l.installer(), Fetch: gives(right(l))}, func(_ int, o plan.Outcome) { out = o })
	s.Close()
	if out.Result != plan.Done || out.Err != nil || out.Kept == "" {
		t.Errorf("%+v", out)
	}
	if _, err := os.Lstat(l.file("dir")); err != nil {
		t.Error(err)
	}
	if err := l.undo(run); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(l.file("zip")); string(b) != "old" {
		t.Errorf("%q, %v", b, err)
	}
	l.tidy()
}

// A go.mod file whose hash nobody knows is that of the zip that was proved, not one that is made up.
func TestMendModOfTheZip(t *testing.T) {
	l := newSickbay(t)
	l.mod = cachetest.Module{Path: "example.com/wants", Version: "v1.0.0", GoMod: "module example.com/wants\n\ngo 1.20\n", Files: map[string]string{"a.go": "package a\n"}}
	must(t, l.Install(l.mod))
	st := l.known(plan.FixMod)
	st.ModHash = ""
	want, err := os.ReadFile(l.file("mod"))
	must(t, err)
	l.write(l.file("mod"), "module example.com/wants\n")
	if out := l.mendWith(t.Context(), nil, st)[0]; out.Result != plan.Done || out.Err != nil {
		t.Errorf("%+v", out)
	}
	if now, err := os.ReadFile(l.file("mod")); string(now) != string(want) || !strings.Contains(string(now), "go 1.20") {
		t.Errorf("%q, want %q, %v", now, want, err)
	}
	l.tidy()
}
