package check

import (
	"os"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/scan/system"
)

// closed makes a directory that nobody may write into.
func (l *lab) closed(elem ...string) string {
	l.t.Helper()
	dir := filepath.Join(elem...)
	must(l.t, os.MkdirAll(dir, 0o777))
	must(l.t, os.Chmod(dir, 0o555))
	return dir
}

func (l *lab) moved(old, new string) {
	l.t.Helper()
	must(l.t, os.Rename(old, new))
}

// cacheCases are caches that go cannot make (C25 to C27).
var cacheCases = []labCase{{
	id:       "modcache-unusable",
	name:     "relative",
	damage:   func(l *lab) { l.goenv("GOMODCACHE=mod") },
	twin:     func(l *lab) { l.goenv("GOMODCACHE=" + filepath.Join(l.Home, "another")) },
	goes:     []string{"go", "list", "-deps"},
	says:     "GOMODCACHE entry is relative; must be absolute path: …",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: "GOMODCACHE", File: l.goenvFile(), Line: 1} },
	detail:   []string{`"mod"`},
	fix:      FixSetting,
}, {
	id:   "modcache-unusable",
	name: "a file",
	damage: func(l *lab) {
		l.moved(l.GOMODCACHE, l.GOMODCACHE+".aside")
		l.write(l.GOMODCACHE, "")
	},
	goes:     []string{"go", "list", "-deps"},
	says:     "could not create module cache: … is not a directory",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "GOMODCACHE"} },
	detail:   []string{"is no directory"},
	fix:      FixMoveAway,
}, {
	id:   "modcache-unusable",
	name: "below a file",
	damage: func(l *lab) {
		l.write(filepath.Join(l.Home, "disk"), "")
		l.set("GOMODCACHE", filepath.Join(l.Home, "disk", "mod"))
	},
	goes:     []string{"go", "list", "-deps"},
	says:     "could not create module cache: stat …: not a directory",
	severity: finding.Error,
	detail:   []string{"above it, is no directory"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOMODCACHE", "") },
}, {
	id:   "modcache-unusable",
	name: "a dead link",
	damage: func(l *lab) {
		l.moved(l.GOMODCACHE, l.GOMODCACHE+".aside")
		must(l.t, os.Symlink("../../disk/mod", l.GOMODCACHE))
	},
	twin: func(l *lab) {
		l.moved(l.GOMODCACHE, filepath.Join(l.Home, "disk"))
		must(l.t, os.Symlink("../../disk", l.GOMODCACHE))
	},
	goes:     []string{"go", "list", "-deps"},
	says:     "could not create module cache: mkdir …: file exists",
	severity: finding.Error,
	detail:   []string{"is a link to", filepath.Join("home", "disk", "mod")},
	fix:      FixMakeTarget,
}, {
	id:   "modcache-unusable",
	name: "above it closed",
	damage: func(l *lab) {
		l.permissions()
		l.set("GOMODCACHE", filepath.Join(l.closed(l.Home, "other"), "mod"))
	},
	twin:     func(l *lab) { l.set("GOMODCACHE", filepath.Join(l.Home, "not", "yet", "there")) },
	goes:     []string{"go", "list", "-deps"},
	says:     "could not create module cache: mkdir …: permission denied",
	severity: finding.Error,
	detail:   []string{"may not write into it"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOMODCACHE", "") },
}, {
	id:       "no-home",
	damage:   func(l *lab) { l.set("HOME", "") },
	twin:     func(l *lab) { l.set("HOME", ""); l.set("GOPATH", l.GOPATH); l.set("GOCACHE", l.GOCACHE) },
	goes:     []string{"go", "list", "-deps"},
	says:     "module cache not found: neither GOMODCACHE nor GOPATH is set",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "GOMODCACHE"} },
	detail:   []string{"HOME: not set", "GOMODCACHE and GOCACHE"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("HOME", l.Home) },
}, {
	id:   "no-home",
	name: "build cache",
	damage: func(l *lab) {
		l.set("HOME", "")
		l.set("GOPATH", l.GOPATH)
		l.env = append(l.env, "GOCACHE=") // not the warm one of the tests
	},
	goes:     []string{"go", "build"},
	says:     "build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "GOCACHE"} },
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHE", warm()) },
}, {
	id:       "buildcache-unusable",
	name:     "off",
	damage:   func(l *lab) { l.set("GOCACHE", "off") },
	goes:     []string{"go", "build"},
	says:     "build cache is disabled by GOCACHE=off, but required as of Go 1.12",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "GOCACHE"} },
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHE", "") },
}, {
	id:       "buildcache-unusable",
	name:     "relative",
	damage:   func(l *lab) { l.goenv("", "GOCACHE=cache"); l.env = append(l.env, "GOCACHE=") },
	goes:     []string{"go", "build"},
	says:     "build cache is required, but could not be located: GOCACHE is not an absolute path",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: "GOCACHE", File: l.goenvFile(), Line: 2} },
	detail:   []string{`"cache"`},
	fix:      FixSetting,
	cure:     func(l *lab) { l.goenv(""); l.set("GOCACHE", "") },
}, {
	id:   "buildcache-unusable",
	name: "closed",
	damage: func(l *lab) {
		l.permissions()
		l.set("GOCACHE", l.closed(l.Home, "cache"))
	},
	goes:     []string{"go", "build"},
	says:     "failed to initialize build cache at …: mkdir …: permission denied",
	severity: finding.Error,
	detail:   []string{"has the mode", "may not write into it"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHE", "") },
}, {
	id:   "buildcache-unusable",
	name: "a home that is the root",
	damage: func(l *lab) { // docker run --user 1000
		l.set("HOME", "/")
		l.as(1000)
		l.sys.Access = func(dir string) error { return os.ErrPermission }
	},
	silent:   "it would need another user, and a / without .cache",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "GOCACHE"} },
	detail:   []string{"The home directory is /"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHE", filepath.Join(l.Home, "cache")); l.permissions() },
}, {
	id:       "buildcache-unusable",
	name:     "a file",
	damage:   func(l *lab) { l.write(filepath.Join(l.Home, "c"), ""); l.set("GOCACHE", filepath.Join(l.Home, "c")) },
	goes:     []string{"go", "build"},
	says:     "failed to initialize build cache at …: mkdir …: not a directory",
	severity: finding.Error,
	detail:   []string{"is no directory"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHE", "") },
}, {
	id:   "buildcache-unusable",
	name: "a dead link",
	damage: func(l *lab) {
		must(l.t, os.Symlink(filepath.Join(l.Home, "none"), filepath.Join(l.Home, "c")))
		l.set("GOCACHE", filepath.Join(l.Home, "c"))
	},
	goes:     []string{"go", "build"},
	says:     "failed to initialize build cache at …: mkdir …: file exists",
	severity: finding.Error,
	detail:   []string{"is a link to"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHE", "") },
}, {
	id:   "buildcache-unusable",
	name: "read-only",
	damage: func(l *lab) {
		was := l.sys.Mount
		l.sys.Mount = func(path string) (system.Mount, error) {
			if path == l.GOCACHE {
				return system.Mount{Point: l.GOCACHE, Type: "squashfs", ReadOnly: true}, nil
			}
			return was(path)
		}
	},
	silent:   "it needs a mount; read-only file system is what mkdir(2) says of one",
	severity: finding.Error,
	detail:   []string{"mounted read-only"},
	fix:      FixElsewhere,
	cure:     func(l *lab) { l.set("GOCACHE", filepath.Join(l.Home, "c")) },
}}
