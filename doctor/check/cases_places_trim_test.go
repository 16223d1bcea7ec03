package check

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
)

// used puts entries into the build cache that were used last so long ago, and a trim.txt.
func (l *lab) used(trimmed time.Duration, ago ...time.Duration) {
	l.t.Helper()
	now := time.Now()
	must(l.t, l.BuildCacheFiles(now.Add(-trimmed), time.Time{}))
	for i, d := range ago {
		must(l.t, l.BuildEntry(cachetest.BuildEntry{Package: "p", GoVersion: "go1.26.8", Size: 1000, Seed: uint64(i), Used: now.Add(-d)}))
	}
	l.set("GOCACHE", l.GOCACHE)
}

const day = 24 * time.Hour

// trimCases are caches that another program keeps, that are not trimmed, or cleaned too much (C37 to C39).
var trimCases = []labCase{{
	id:       "gocacheprog-broken",
	name:     "not there",
	damage:   func(l *lab) { l.goenv("GOCACHEPROG=" + filepath.Join(l.Home, "none") + " -x") },
	twin:     func(l *lab) { l.program(0o755); l.set("GOCACHEPROG", "'"+filepath.Join(l.Home, "a program")+"' -x") },
	goes:     []string{"go", "build"},
	says:     "error starting GOCACHEPROG program …: …: no such file or directory",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: "GOCACHEPROG", File: l.goenvFile(), Line: 1} },
	detail:   []string{"does not exist"},
	fix:      FixSetting,
}, {
	id:       "gocacheprog-broken",
	name:     "not in PATH",
	damage:   func(l *lab) { l.goenv("GOCACHEPROG=go-cacher-that-nobody-has") },
	twin:     func(l *lab) { l.set("GOCACHEPROG", "go") },
	goes:     []string{"go", "build"},
	says:     "error starting GOCACHEPROG program …: executable file not found in $PATH",
	severity: finding.Error,
	detail:   []string{"is in no directory of PATH"},
	fix:      FixSetting,
}, {
	id:       "gocacheprog-broken",
	name:     "no program",
	damage:   func(l *lab) { l.program(0o644); l.set("GOCACHEPROG", "'"+filepath.Join(l.Home, "a program")+"'") },
	goes:     []string{"go", "build"},
	says:     "error starting GOCACHEPROG program …: …: permission denied",
	severity: finding.Error,
	detail:   []string{"may not be executed"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHEPROG", "") },
}, {
	id:       "gocacheprog-broken",
	name:     "blank",
	damage:   func(l *lab) { l.set("GOCACHEPROG", " ") },
	goes:     []string{"go", "build"},
	says:     "error starting GOCACHEPROG program …: exec: no command",
	severity: finding.Error,
	detail:   []string{"names no program"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHEPROG", "") },
}, {
	id:       "gocacheprog-broken",
	name:     "quotes",
	damage:   func(l *lab) { l.set("GOCACHEPROG", "'a b") },
	goes:     []string{"go", "build"},
	says:     "GOCACHEPROG args: unterminated … string",
	severity: finding.Error,
	detail:   []string{"unterminated"},
	fix:      FixEnvironment,
	cure:     func(l *lab) { l.set("GOCACHEPROG", "") },
}, {
	id:       "buildcache-never-trimmed",
	name:     "restored by CI",
	damage:   func(l *lab) { l.used(3*time.Hour, time.Hour, 6*day, 40*day) },
	twin:     func(l *lab) { l.used(23*time.Hour, time.Hour, 5*day+20*time.Hour) }, // between two trims
	goes:     []string{"go", "list"},
	severity: finding.Note,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOCACHE} },
	detail:   []string{"3 hours ago, and 4 entries"},
	fix:      "remove-trim",
}, {
	id:   "buildcache-never-trimmed",
	name: "large",
	damage: func(l *lab) {
		l.used(3*time.Hour, 10*day)
		list, err := filepath.Glob(filepath.Join(l.GOCACHE, "??", "*-d"))
		must(l.t, err)
		old := time.Now().Add(-10 * day)
		must(l.t, os.Truncate(list[0], 2<<30)) // it takes no room
		must(l.t, os.Chtimes(list[0], old, old))
	},
	twin:     func(l *lab) { l.used(time.Minute, 10*day) }, // it is trimming
	silent:   "go says nothing of it",
	severity: finding.Warning,
	detail:   []string{"2048 MiB"},
	fix:      "remove-trim",
}, {
	id:   "cache-cleaned-under-build",
	name: "cron",
	damage: func(l *lab) {
		l.sys.Etc = filepath.Join(l.Root, "etc")
		l.write(filepath.Join(l.sys.Etc, "cron.daily", "tidy"), "#!/bin/sh\nset -e\nrm -rf "+l.GOCACHE+"/*\n")
	},
	twin: func(l *lab) {
		l.sys.Etc = filepath.Join(l.Root, "etc")
		l.write(filepath.Join(l.sys.Etc, "cron.daily", "tidy"), "#!/bin/sh\ngodoctor clean --auto --build --older-than 5d\nrm -rf /var/tmp/x\ngo clean -testcache\n")
	},
	silent:   "it needs a removal at the right moment",
	severity: finding.Note,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.Root, "etc", "cron.daily", "tidy"), Line: 3}
	},
	detail: []string{"removes the build cache", "rm -rf"},
	fix:    "clean-with-care",
	cure:   func(l *lab) { l.write(filepath.Join(l.sys.Etc, "cron.daily", "tidy"), "") },
}, {
	id:   "cache-cleaned-under-build",
	name: "a timer of the user",
	damage: func(l *lab) {
		l.sys.Etc = ""
		dir := filepath.Join(l.Home, ".config", "systemd", "user")
		l.write(filepath.Join(dir, "tidy.timer"), "[Timer]\nOnCalendar=daily\n")
		l.write(filepath.Join(dir, "tidy.service"), "[Service]\nExecStart=go clean -cache -modcache\n")
	},
	silent:   "it needs a removal at the right moment",
	severity: finding.Note,
	detail:   []string{"tidy.timer starts", "removes the module cache"},
	fix:      "clean-with-care",
	cure:     func(l *lab) { must(l.t, os.RemoveAll(filepath.Join(l.Home, ".config", "systemd"))) },
}}

// program writes a program that does nothing.
func (l *lab) program(mode os.FileMode) {
	file := filepath.Join(l.Home, "a program")
	l.write(file, "#!/bin/sh\n")
	must(l.t, os.Chmod(file, mode))
}

// TestGocacheprogEnds: what go says of a program that starts and is none for it.
func TestGocacheprogEnds(t *testing.T) {
	l := newLab(t)
	l.program(0o755)
	l.set("GOCACHEPROG", "'"+filepath.Join(l.Home, "a program")+"'")
	if out, err := l.run("go", "build"); err == nil || !matches("GOCACHEPROG exited pre-Close with … pending requests", out) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestRemovedUnderBuild: what the compiler says when an entry goes away between two looks of the go command.
func TestRemovedUnderBuild(t *testing.T) {
	if !quoted[cacheCleaned.Says[0]] {
		t.Error("the compiler's words are not among the quotes")
	}
	l := newLab(t)
	l.write("p.go", "package p\n\nimport \"example.com/dep\"\n\nvar Name = dep.Name()\n")
	gone := filepath.Join(l.Home, "ab", "cd-d")
	l.write(filepath.Join(l.Home, "importcfg"), "packagefile example.com/dep="+gone+"\n")
	out, err := l.run("go", "tool", "compile", "-p", "p", "-importcfg", filepath.Join(l.Home, "importcfg"), "-o", filepath.Join(l.Tmp, "p.a"), "p.go")
	if err == nil || !matches(cacheCleaned.Says[0], out) {
		t.Errorf("compile: %v\n%s", err, out)
	}
	out, err = l.run("go", "tool", "link", "-importcfg", filepath.Join(l.Home, "importcfg"), "-o", filepath.Join(l.Tmp, "p"), gone)
	if err == nil || !matches(cacheCleaned.Says[1], out) {
		t.Errorf("link: %v\n%s", err, out)
	}
}

func TestCleans(t *testing.T) {
	for command, want := range map[string]string{
		"go clean -cache": "the build cache",
		"cd /x && /usr/local/go/bin/go clean -i -modcache": "the module cache",
		"go1.25.3 clean --fuzzcache":                       "what fuzzing found",
		"go clean -testcache":                              "",
		"go clean ./... && cargo -cache":                   "",
		"mango clean -cache":                               "",
		"rm -rf $HOME/go/pkg/mod":                          "a cache of go",
		"rm -r /mod/cache":                                 "the module cache",
		"rm -rf \"$(go env GOCACHE)\"":                     "a cache of go",
		"rm -rf ${GOCACHE}/":                               "a cache of go",
		"find ~/.cache/go-build -atime +7 -delete":         "a cache of go",
		"find ~/.cache/go-build -atime +7":                 "",
		"du -sh ~/go/pkg/mod":                              "",
		"rm -rf /tmp/go-build123":                          "",
		"rm -rf node_modules; tar -cf x ~/gopath":          "",
		"/usr/bin/find /bc -type f -delete":                "the build cache",
	} {
		if got := cleans(command, "/mod", "/bc"); got != want {
			t.Errorf("%q cleans %q, want %q", command, got, want)
		}
	}
}
