package check

import (
	"os"
	"path/filepath"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
	"godoctor/scan/system"
)

// sudo makes the checks think that user 1000 owns the machine, but for what root has made: these paths. Nobody else may
// write into them, and where private is set not read them either; that holds for what is run as well.
func (l *lab) sudo(private bool, paths ...string) {
	l.t.Helper()
	l.permissions()
	l.stolen = make(map[string]os.FileMode)
	for _, path := range paths {
		fi, err := os.Lstat(path)
		must(l.t, err)
		l.stolen[path] = fi.Mode().Perm()
		mode := fi.Mode().Perm() &^ 0o222
		if private {
			mode = 0
		}
		must(l.t, os.Chmod(path, mode))
	}
	l.as(1000)
	was := l.sys.Entry
	l.sys.Entry = func(path string) (system.Entry, error) {
		e, err := was(path)
		if _, ok := l.stolen[path]; ok && err == nil {
			e.UID, e.GID, e.Mode = 0, 0, e.Mode|0o200
		}
		return e, err
	}
}

// giveBack is what sudo chown -R does.
func giveBack(l *lab) {
	for path, mode := range l.stolen {
		os.Chmod(path, mode)
		delete(l.stolen, path)
	}
}

// newer publishes another version of what the project needs, which the cache does not have.
func (l *lab) newer() {
	l.t.Helper()
	l.set("GOSUMDB", "off")
	must(l.t, l.Publish(cachetest.Module{Path: "example.com/dep", Version: "v1.3.0", GoMod: "module example.com/dep\n\ngo 1.20\n",
		Files: map[string]string{"dep.go": "package dep\n\nfunc Name() string { return \"new\" }\n"}}))
}

// versions is the @v directory of what the project needs.
func (l *lab) versions() string { return filepath.Dir(l.CachePath(l.mod, "zip")) }

// filled fills the machine's own build cache with what go list puts there, and gives the outputs.
func (l *lab) filled() (outputs []string) {
	l.t.Helper()
	l.set("GOCACHE", l.GOCACHE)
	if out, err := l.run("go", "list", "-deps"); err != nil {
		l.t.Fatalf("go list: %v\n%s", err, out)
	}
	outputs, err := filepath.Glob(filepath.Join(l.GOCACHE, "??", "*-d"))
	must(l.t, err)
	if len(outputs) < 10 {
		l.t.Fatalf("the build cache has %d outputs", len(outputs))
	}
	return outputs
}

// ownerCases are caches with parts of others in them (C28 to C31).
var ownerCases = []labCase{{
	id:       "buildcache-owner",
	name:     "root's, closed",
	damage:   func(l *lab) { l.sudo(true, l.filled()...) },
	twin:     func(l *lab) { l.filled(); l.as(1000) },
	goes:     []string{"go", "list", "-deps"},
	says:     "open …-d: permission denied",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOCACHE} },
	detail:   []string{"not to user 1000 but to root", "go fails"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "buildcache-owner",
	name: "root's, of the standard library",
	damage: func(l *lab) {
		l.write("p.go", "package main\n\nimport \"bytes\"\n\nfunc main() { println(bytes.MinRead) }\n")
		l.sudo(true, l.filled()...)
	},
	goes:     []string{"go", "list", "-deps"},
	says:     "package … is not in std",
	severity: finding.Error,
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "buildcache-owner",
	name: "root's, readable",
	damage: func(l *lab) {
		l.sudo(false, l.filled()...)
	},
	goes:     []string{"go", "list", "-deps"}, // works
	severity: finding.Note,
	detail:   []string{"they can be read"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "buildcache-owner",
	name: "seen by root",
	damage: func(l *lab) {
		l.sudo(true, l.filled()[:3]...)
		l.sys.UID, l.sys.GID = 0, 0
	},
	twin:     func(l *lab) { l.filled(); l.as(0) }, // root in root's own
	silent:   "it is user 1000 who would see it",
	severity: finding.Error,
	detail:   []string{"3 entries belong not to user 1000 but to root"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:       "buildcache-owner",
	name:     "closed to their owner",
	damage:   func(l *lab) { l.sudo(true, l.filled()[0]); l.sys.Entry = system.This().Entry; l.as(1000) },
	silent:   "as with root's",
	severity: finding.Error,
	detail:   []string{"1 entry is closed to user 1000 by their permissions"},
	fix:      FixOpen,
}, {
	id:       "modcache-owner",
	name:     "versions of a module",
	damage:   func(l *lab) { l.newer(); l.sudo(false, l.versions()) },
	twin:     func(l *lab) { l.as(1000) },
	goes:     []string{"go", "get", "example.com/dep@v1.3.0"},
	says:     "open ….lock: permission denied",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOMODCACHE} },
	detail:   []string{"1 entry belongs not to user 1000 but to root", "/@v"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "modcache-owner",
	name: "above modules",
	damage: func(l *lab) {
		l.newer()
		l.sudo(false, filepath.Dir(l.Dir(l.mod)))
	},
	goes:     []string{"go", "get", "example.com/dep@v1.3.0"},
	says:     "unzip …: mkdir …: permission denied",
	severity: finding.Warning,
	detail:   []string{"example.com"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "modcache-owner",
	name: "downloads",
	damage: func(l *lab) {
		must(l.t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "download", "example.com")))
		l.sudo(false, filepath.Join(l.GOMODCACHE, "cache", "download"))
	},
	goes:     []string{"go", "list", "-deps"},
	says:     "writing go.mod cache: mkdir …: permission denied",
	severity: finding.Error,
	detail:   []string{"no module can be added"},
	fix:      FixTakeOver,
	cure:     giveBack,
}, {
	id:   "modcache-owner",
	name: "read-only, its own user",
	damage: func(l *lab) {
		l.sudo(false, l.GOMODCACHE)
		l.sys.Entry = system.This().Entry
		l.as(1000)
	},
	silent:   "as with the others",
	severity: finding.Error,
	detail:   []string{"closed to user 1000 by their permissions"},
	fix:      FixOpen,
}, {
	id:   "modcache-owner",
	name: "read-only file system",
	damage: func(l *lab) {
		l.as(1000)
		l.sys.Mount = func(path string) (system.Mount, error) {
			return system.Mount{Point: path, Type: "ext4", ReadOnly: true}, nil
		}
	},
	silent:   "it needs a mount, and go is silent as long as nothing is missing",
	severity: finding.Note,
	detail:   []string{"mounted read-only"},
	fix:      FixElsewhere,
	cure:     func(l *lab) { l.sys.Mount = system.This().Mount },
}}

func TestCacheDirs(t *testing.T) {
	for entries, want := range map[int64]int{0: 257, 19999: 257, 40000: 65, 1 << 40: 33} {
		if first, rest := cacheDirs("/c", entries); len(first) != want || len(first)+len(rest) != 257 || first[1] != filepath.Join("/c", "00") {
			t.Errorf("of %d entries %d directories are looked at first, %d later", entries, len(first), len(rest))
		}
	}
}
