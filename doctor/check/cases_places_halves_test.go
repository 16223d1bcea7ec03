package check

import (
	"os"
	"path/filepath"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
)

// four installs four more modules that nothing needs, and gives all five.
func (l *lab) four() []cachetest.Module {
	l.t.Helper()
	mods := []cachetest.Module{l.mod}
	for _, name := range []string{"a", "b", "c", "d"} {
		m := cachetest.Module{Path: "example.com/" + name, Version: "v1.0.0", GoMod: "module example.com/" + name + "\n",
			Files: map[string]string{"x.go": "package x\n"}}
		must(l.t, l.Publish(m))
		must(l.t, l.Install(m))
		mods = append(mods, m)
	}
	return mods
}

// halfCases are module caches of two halves, and of two kinds (C30, C31).
var halfCases = []labCase{{
	id:   "modcache-half-deleted",
	name: "rm -rf pkg/mod/cache",
	damage: func(l *lab) {
		l.four()
		must(l.t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache")))
		l.set("GOPROXY", "off")
	},
	twin: func(l *lab) { // godoctor clean --sources
		for _, m := range l.four() {
			must(l.t, cachetest.Remove(l.Dir(m)))
		}
	},
	goes:     []string{"go", "list", "-deps"}, // the sources are there, and go wants the network
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOMODCACHE} },
	detail:   []string{"of 5 module versions the sources are there without their downloads", "0 are whole"},
	fix:      "download",
	cure: func(l *lab) {
		l.set("GOPROXY", l.GOPROXY)
		for _, m := range l.four()[1:] {
			must(l.t, l.Install(m))
		}
		if out, err := l.run("go", "mod", "download"); err != nil {
			l.t.Errorf("go mod download: %v\n%s", err, out)
		}
	},
}, {
	id:   "modcache-half-deleted",
	name: "go clean -modcache that stopped",
	damage: func(l *lab) {
		for _, m := range l.four() { // what root has made stayed: the downloads of two
			must(l.t, cachetest.Remove(l.Dir(m)))
			if m.Path > "example.com/b" {
				must(l.t, os.RemoveAll(filepath.Dir(l.CachePath(m, "zip"))))
			}
		}
		l.sudo(false, filepath.Join(l.GOMODCACHE, "cache", "download", "example.com", "a", "@v"))
	},
	silent:   "it needs directories of another user: TestCleanStops has it where the tests run as root",
	severity: finding.Warning,
	detail:   []string{"of 2 the zip is there and not unpacked", "Parts belong to another user"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "modes-mixed",
	name: "with -modcacherw once",
	damage: func(l *lab) {
		l.permissions()
		l.set("GOFLAGS", "-modcacherw")
		l.newer()
		if out, err := l.run("go", "mod", "download", "example.com/dep@v1.3.0"); err != nil {
			l.t.Fatalf("go mod download: %v\n%s", err, out)
		}
		l.set("GOFLAGS", "")
		l.dir = l.Root
	},
	twin:     func(l *lab) { l.four() },
	goes:     []string{"rm", "-r", "-f", "home/go/pkg/mod/example.com/dep@v1.2.0"},
	says:     "rm: cannot remove '…': Permission denied",
	severity: finding.Note,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOMODCACHE} },
	detail:   []string{"1 can be written into (example.com/dep@v1.3.0), 1 cannot (example.com/dep@v1.2.0)", "GOFLAGS has no -modcacherw"},
	fix:      "remove-with-go",
	cure: func(l *lab) {
		must(l.t, os.RemoveAll(l.Dir(cachetest.Module{Path: "example.com/dep", Version: "v1.3.0"})))
		l.humble = false
		must(l.t, cachetest.Remove(l.Dir(l.mod)))
	},
}, {
	id:   "modes-mixed",
	name: "with -modcacherw now",
	damage: func(l *lab) {
		mods := l.four()
		l.goenv("GOFLAGS=-mod=mod -modcacherw")
		must(l.t, os.Chmod(l.Dir(mods[1]), 0o755))
	},
	silent:   "go works with both",
	severity: finding.Note,
	detail:   []string{"1 can be written into (example.com/a@v1.0.0), 4 cannot", "writable now", "env:1"},
	fix:      "remove-with-go",
	cure:     func(l *lab) { must(l.t, os.Chmod(filepath.Join(l.GOMODCACHE, "example.com", "a@v1.0.0"), 0o555)) },
}}

// TestCleanStops: what go clean -modcache says when it may not remove a part, where there can be one.
func TestCleanStops(t *testing.T) {
	l := newLab(t)
	l.permissions()
	l.four()
	dir := filepath.Join(l.GOMODCACHE, "cache", "download", "example.com", "a", "@v")
	must(t, os.Chmod(dir, 0o755))
	if err := os.Chown(dir, 65533, 65533); err != nil {
		if os.Getuid() == 0 {
			t.Fatal(err)
		}
		return // this user can make nothing that is not its own
	}
	out, err := l.run("go", "clean", "-modcache")
	if err == nil || !matches(modcacheHalfDeleted.Says[0], out) {
		t.Errorf("go clean -modcache: %v\n%s", err, out)
	}
	must(t, os.Chown(dir, 0, 0))
	if _, err := os.Stat(filepath.Join(dir, "v1.0.0.zip")); err != nil {
		t.Errorf("what it stopped at is gone: %v", err)
	}
}

// TestTarOverACache: what tar says when a saved cache is unpacked over one that is there.
func TestTarOverACache(t *testing.T) {
	l := newLab(t)
	l.permissions()
	l.dir = l.GOMODCACHE
	tar := filepath.Join(l.Tmp, "cache.tar")
	if out, err := l.run("tar", "-cf", tar, "."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := l.run("tar", "-xf", tar)
	if err == nil || !matches(modesMixed.Says[1], out) {
		t.Errorf("tar: %v\n%s", err, out)
	}
	if !quoted[modesMixed.Says[1]] {
		t.Error("it is not among the quotes")
	}
}
