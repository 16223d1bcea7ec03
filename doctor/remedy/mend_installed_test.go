//go:build unix

package remedy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
)

// odd is an installer that runs the real go command and a line of a shell script behind it.
func (l *sickbay) odd(script string) remedy.Installer {
	l.t.Helper()
	in := l.installer()
	file := filepath.Join(l.Root, "go")
	must(l.t, os.WriteFile(file, fmt.Appendf(nil, "#!/bin/sh\n%q \"$@\"\nstatus=$?\n%s\nexit $status\n", in.Go, script), 0o700))
	in.Go = file
	return in
}

// What go has installed is compared with what was proved. Where it is another, or nothing, the old state comes back, what came goes,
// and it is said which; the version beside it is mended.
func TestMendInstalledOther(t *testing.T) {
	for _, c := range []struct {
		name, script, says string
		fixes              []string
	}{
		{"a file of the directory", "chmod u+w %[1]s/sick.go; echo >> %[1]s/sick.go", "the directory that go has installed has the hash", []string{plan.FixUnpack}},
		{"a file more", "chmod u+w %[1]s; touch %[1]s/more.go", "the directory that go has installed has the hash", []string{plan.FixFetch}},
		{"no directory", "mv %[1]s %[1]s.away", "the directory that go has installed has the hash", []string{plan.FixUnpack}},
		{"the zip that go was to read", "chmod u+w %[2]szip; echo >> %[2]szip", "changed", []string{plan.FixUnpack}},
		{"the zip that came", "chmod u+w %[2]szip; : > %[2]szip", "zip", []string{plan.FixFetch}},
		{"no zip", "rm -f %[2]szip", "no such file", []string{plan.FixFetch}},
		{"the go.mod file", "chmod u+w %[2]smod; echo '// x' >> %[2]smod", "the go.mod file that go has written", []string{plan.FixFetch, plan.FixMod}},
		{"no go.mod file", "rm -f %[2]smod", "the go.mod file that go has written", []string{plan.FixFetch, plan.FixMod}},
		{"the .info", "chmod u+w %[2]sinfo; echo '{\"Version\":\"v1.2.1\"}' > %[2]sinfo", "want v1.2.0", []string{plan.FixFetch, plan.FixInfo}},
		{"no .info", "rm -f %[2]sinfo", "no such file", []string{plan.FixFetch, plan.FixInfo}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			st := l.known(c.fixes...)
			l.write(l.file("dir")+"/sick.go", "package sick // edited\n")
			for part, fix := range map[string]string{"zip": plan.FixFetch, "mod": plan.FixMod, "info": plan.FixInfo} {
				if st.Has(fix) {
					l.write(l.file(part), "old")
				}
			}
			l.write(l.CachePath(l.other, "ziphash"), wrongHash)
			second := l.known(plan.FixZiphash)
			second.Module, second.Version, second.ModHash = l.other.Path, l.other.Version, ""
			var err error
			second.Hash, err = l.other.Sum()
			must(t, err)
			was := l.state()
			s := l.session()
			var out [2]plan.Outcome
			script := fmt.Sprintf(c.script+"\n:", quote(l.file("dir")), quote(strings.TrimSuffix(l.file("zip"), "zip")))
			s.Mend(t.Context(), []plan.Step{st, second}, remedy.Mender{Installer: l.odd(script), Fetch: gives(right(l))},
				func(i int, o plan.Outcome) { out[i] = o })
			s.Close()
			if out[0].Err == nil || !strings.Contains(out[0].Err.Error(), c.says) || out[0].Result == plan.Done || out[0].Kept != "" {
				t.Errorf("%+v, want %q", out[0], c.says)
			}
			if now := l.state(); now != was && c.name != "the zip that go was to read" { // that one somebody has changed
				t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, now)
			}
			if out[1].Result != plan.Done || out[1].Err != nil {
				t.Errorf("the other: %+v", out[1])
			}
			if s.Proved(l.mod.ID()) != "" || s.Proved(l.other.ID()) != second.Hash {
				t.Errorf("proved: %q, %q", s.Proved(l.mod.ID()), s.Proved(l.other.ID()))
			}
			l.remove(l.file("dir") + ".away")
			l.tidy()
		})
	}
}

// What go has brought in the place of nothing, and is not what was proved, does not stay: go would use it. What else it has brought is
// as it should be, and may.
func TestMendInstalledOtherAnew(t *testing.T) {
	for _, c := range []struct {
		name, script string
		fixes        []string
		gone         string // parts
	}{
		{"the directory", "chmod u+w %[1]s/sick.go; echo >> %[1]s/sick.go", []string{plan.FixFetch}, "dir"},
		{"the zip", "chmod u+w %[2]szip; : > %[2]szip", []string{plan.FixFetch}, "zip ziphash dir"},
		{"the zip, and no directory", "chmod -R u+w %[1]s/..; rm -rf $(dirname %[1]s); chmod u+w %[2]szip; : > %[2]szip", []string{plan.FixFetch}, "zip ziphash dir"},
		{"the go.mod file", "chmod u+w %[2]smod; echo '// x' >> %[2]smod", []string{plan.FixFetch, plan.FixMod}, "mod"},
		{"the .info", "chmod u+w %[2]sinfo; echo '{}' > %[2]sinfo", []string{plan.FixFetch, plan.FixInfo}, "info"},
	} {
		for _, whole := range []bool{true, false} {
			t.Run(fmt.Sprint(c.name, ", whole=", whole), func(t *testing.T) {
				t.Parallel()
				l := newSickbay(t)
				for _, part := range []string{"zip", "ziphash", "mod", "info", "dir"} {
					l.remove(l.file(part))
				}
				if whole { // not even where it would lie
					l.remove(filepath.Join(l.GOMODCACHE, "example.com"))
					l.remove(filepath.Join(l.GOMODCACHE, "cache", "download", "example.com"))
					must(t, os.Chmod(l.GOMODCACHE, 0o755))
				}
				script := fmt.Sprintf(c.script+"\n:", quote(l.file("dir")), quote(strings.TrimSuffix(l.file("zip"), "zip")))
				s := l.session()
				var out plan.Outcome
				s.Mend(t.Context(), []plan.Step{l.known(c.fixes...)}, remedy.Mender{Installer: l.odd(script), Fetch: gives(right(l))},
					func(_ int, o plan.Outcome) { out = o })
				s.Close()
				if out.Result != plan.Failed || out.Kept != "" {
					t.Errorf("%+v", out)
				}
				for _, part := range []string{"zip", "ziphash", "mod", "info", "dir"} {
					_, err := os.Lstat(l.file(part))
					if want := slices.Contains(strings.Fields(c.gone), part); (err != nil) != want {
						t.Errorf("%s: %v", part, err)
					}
				}
				l.tidy()
			})
		}
	}
}

// Where what go has brought cannot be taken away, that is told too.
func TestMendInstalledOtherStays(t *testing.T) {
	l := newSickbay(t)
	for _, part := range []string{"zip", "ziphash", "dir"} {
		l.remove(l.file(part))
	}
	installed := false
	l.before = func(op, path string) error {
		installed = installed || op == "install"
		return failsIf(installed && op == "rename")
	}
	script := fmt.Sprintf("chmod u+w %[1]s/sick.go; echo >> %[1]s/sick.go", quote(l.file("dir")))
	s := l.session()
	var out plan.Outcome
	s.Mend(t.Context(), []plan.Step{l.known(plan.FixFetch)}, remedy.Mender{Installer: l.odd(script), Fetch: gives(right(l))}, func(_ int, o plan.Outcome) { out = o })
	s.Close()
	if out.Result != plan.Failed || !errors.Is(out.Err, syscall.EIO) || !strings.Contains(out.Err.Error(), "it stays there") {
		t.Errorf("%+v", out)
	}
}

// quote makes one word of a path, for a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// A go command that ends without a word has installed nothing: where nothing was, nothing is, and it is a failure.
func TestMendInstalledNothing(t *testing.T) {
	for _, there := range []bool{true, false} {
		l := newSickbay(t)
		for _, part := range []string{"zip", "ziphash", "mod", "info", "lock", "dir"} {
			l.remove(l.file(part))
		}
		if !there { // nor is the directory of its files
			l.remove(filepath.Dir(filepath.Dir(l.file("zip"))))
		}
		in := l.installer()
		in.Go = filepath.Join(l.Root, "go")
		must(t, os.WriteFile(in.Go, []byte("#!/bin/sh\nexit 1\n"), 0o700))
		s := l.session()
		var out plan.Outcome
		s.Mend(t.Context(), []plan.Step{l.known(plan.FixMod, plan.FixInfo)}, remedy.Mender{Installer: in, Fetch: gives(right(l))},
			func(_ int, o plan.Outcome) { out = o })
		s.Close()
		if out.Result == plan.Done || out.Err == nil {
			t.Errorf("%+v", out)
		}
		l.tidy()
		if list, _ := filepath.Glob(filepath.Join(filepath.Dir(l.file("zip")), "v*")); len(list) > 1 { // the lock may be there
			t.Errorf("left: %q", list)
		}
	}
}

// While somebody holds the lock, what was put aside cannot come back: that is said, and the next run ends it. Where the lock is let
// go in time it comes back at once.
func TestMendBackIsLocked(t *testing.T) {
	for _, soon := range []bool{true, false} {
		t.Run(fmt.Sprint("soon=", soon), func(t *testing.T) {
			t.Parallel()
			l := newSickbay(t)
			sick(t, "a truncated zip").damage(l)
			was, r := l.state(), l.plan()
			var lock *os.File
			l.before = func(op, _ string) (err error) {
				if op != "install" {
					return nil
				}
				if lock, err = os.OpenFile(l.file("lock"), os.O_RDWR, 0); err == nil {
					err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX)
				}
				if soon {
					time.AfterFunc(200*time.Millisecond, func() { lock.Close() })
				}
				return err
			}
			in := l.installer()
			in.Go = filepath.Join(l.Root, "go")
			must(t, os.WriteFile(in.Go, []byte("#!/bin/sh\nexit 1\n"), 0o700))
			s := l.session()
			var out plan.Outcome
			s.Mend(t.Context(), r.Steps, remedy.Mender{Installer: in, Fetch: gives(right(l))}, func(_ int, o plan.Outcome) { out = o })
			s.Close()
			if waits := strings.Contains(fmt.Sprint(out.Err), "the old state waits in the quarantine"); out.Result == plan.Done || waits == soon {
				t.Errorf("%+v", out)
			}
			if (l.state() == was) != soon {
				t.Errorf("it was\n%.2000s\nand is\n%.2000s", was, l.state())
			}
			lock.Close()
			l.before = nil
			l.session().Close()
			if now := l.state(); now != was {
				t.Errorf("after the next run: it was\n%.2000s\nand is\n%.2000s", was, now)
			}
			l.tidy()
		})
	}
}
