//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package verify

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"godoctor/scan/cachetest"
)

// What somebody holds the lock of is being worked on, however old it looks.
func TestLitterLocked(t *testing.T) {
	m := newMachine(t)
	mod := cachetest.Module{Path: "example.com/a", Version: "v1.2.0", Fetched: usedThen, Files: map[string]string{"a.go": "package a\n"}}
	must(t, m.Install(mod))
	must(t, os.WriteFile(m.CachePath(mod, "zip")+"123.tmp", nil, 0o666))
	clone, err := m.VCS("git3", "https://vcs.example/r", 10, usedThen)
	must(t, err)
	must(t, os.Remove(filepath.Join(clone, "HEAD")))
	list := filepath.Join(filepath.Dir(m.CachePath(mod, "mod")), "list")
	must(t, os.WriteFile(list, make([]byte, 7), 0o666))
	if got := litterOf(t, m); len(got) != 3 {
		t.Fatalf("%q", got)
	}
	for _, lock := range []string{m.CachePath(mod, "lock"), clone + ".lock", list} {
		f, err := os.OpenFile(lock, os.O_RDWR|os.O_CREATE, 0o666)
		must(t, err)
		defer f.Close()
		must(t, syscall.Flock(int(f.Fd()), syscall.LOCK_EX))
	}
	if got := litterOf(t, m); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
