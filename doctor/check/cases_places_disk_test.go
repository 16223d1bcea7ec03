package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
	"godoctor/scan/system"
)

// disk puts what lies below a directory on a file system of its own.
func (l *lab) disk(dir string, s system.Space) {
	was := l.sys.Space
	l.sys.Space = func(path string) (system.Space, error) {
		if path == dir || strings.HasPrefix(path, dir+string(filepath.Separator)) {
			return s, nil
		}
		return was(path)
	}
}

// roomy is a machine with room for everything: that which runs the tests may have none. Nor do its cron tables count.
func (l *lab) roomy() {
	l.sys.Spool = ""
	l.sys.OpenFiles = func() (soft, hard uint64, err error) { return 1 << 20, 1 << 20, nil }
	l.sys.Space = func(path string) (system.Space, error) {
		return system.Space{Dir: "/", Total: 1 << 40, Free: 1 << 39, Inodes: 1 << 24, Device: 1}, nil
	}
}

// mounted changes how what lies below a directory is mounted.
func (l *lab) mounted(dir string, change func(*system.Mount)) {
	was := l.sys.Mount
	l.sys.Mount = func(path string) (system.Mount, error) {
		m, err := was(path)
		if path == dir || strings.HasPrefix(path, dir+string(filepath.Separator)) {
			change(&m)
		}
		return m, err
	}
}

const fullDisk = "it needs a file system that is full: the texts were heard by hand, on a tmpfs of 300 KiB"

// diskCases are full disks and directories for temporary files (C32, C33).
var diskCases = []labCase{{
	id:   "disk-full",
	name: "bytes",
	damage: func(l *lab) {
		l.roomy()
		l.disk(l.GOCACHE, system.Space{Total: 20 << 30, Free: 63 << 20, Inodes: -1, Device: 2})
		for i := range 3 {
			must(l.t, l.BuildEntry(cachetest.BuildEntry{Package: "old", GoVersion: "go1.26.8", Size: 1 << 20, Seed: uint64(i),
				Used: time.Now().Add(-9 * 24 * time.Hour)}))
		}
		must(l.t, l.BuildCacheFiles(time.Now(), time.Time{}))
	},
	silent:   fullDisk,
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOCACHE} },
	detail:   []string{"the file system of GOCACHE", "has 63 MiB free of 20 GiB"},
	fix:      FixFreeSpace,
	cure:     (*lab).roomy,
}, {
	id:   "disk-full",
	name: "inodes",
	damage: func(l *lab) {
		l.roomy()
		l.disk(l.Home, system.Space{Total: 1 << 40, Free: 1 << 39, Inodes: 99, Device: 2})
	},
	silent:   fullDisk,
	severity: finding.Error,
	detail:   []string{"GOCACHE, GOMODCACHE", "99 more files"},
	fix:      FixElsewhere, // there is nothing to remove
	cure:     (*lab).roomy,
}, {
	id:   "disk-full",
	name: "leftovers",
	damage: func(l *lab) {
		l.roomy()
		_, err := l.Leftovers(l.mod)
		must(l.t, err)
		l.disk(l.GOMODCACHE, system.Space{Total: 1 << 40, Free: 1 << 29, Inodes: -1, Device: 2})
	},
	twin: func(l *lab) {
		l.roomy()
		l.disk(l.GOMODCACHE, system.Space{Total: 512 << 20, Free: 200 << 20, Inodes: 20000, Device: 2}) // a small one
		l.disk(l.GOCACHE, system.Space{Total: 1 << 30, Free: 0, Inodes: 0, Device: 3})
		l.mounted(l.GOCACHE, func(m *system.Mount) { m.ReadOnly = true })
	},
	silent:   fullDisk,
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOMODCACHE} },
	detail:   []string{"nearly full", "512 MiB free of 1024 GiB"},
	fix:      FixFreeSpace,
	cure:     (*lab).roomy,
}, {
	id:   "disk-full",
	name: "a small /tmp",
	damage: func(l *lab) {
		l.roomy()
		l.disk(l.Tmp, system.Space{Total: 64 << 20, Free: 60 << 20, Inodes: -1, Device: 2})
	},
	silent:   fullDisk,
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.Tmp} },
	detail:   []string{"TMPDIR"},
	fix:      FixSetting,
}, {
	id:       "tempdir-unusable",
	name:     "not there",
	damage:   func(l *lab) { l.set("TMPDIR", filepath.Join(l.Home, "tmp")) },
	goes:     []string{"go", "build"},
	says:     "creating work dir: stat …: no such file or directory",
	severity: finding.Error,
	target:   func(*lab) finding.Target { return finding.Target{Path: "TMPDIR"} },
	detail:   []string{"does not exist"},
	fix:      FixMakeTarget,
}, {
	id:   "tempdir-unusable",
	name: "GOTMPDIR",
	damage: func(l *lab) {
		l.write(filepath.Join(l.Home, "t"), "")
		l.goenv("GOTMPDIR=" + filepath.Join(l.Home, "t"))
	},
	twin:     func(l *lab) { l.goenv("GOTMPDIR=" + l.Tmp) },
	goes:     []string{"go", "build"},
	says:     "creating work dir: mkdir …: not a directory",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: "GOTMPDIR", File: l.goenvFile(), Line: 1} },
	detail:   []string{"is no directory"},
	fix:      FixSetting,
}, {
	id:       "tempdir-unusable",
	name:     "closed",
	damage:   func(l *lab) { l.permissions(); l.set("TMPDIR", l.closed(l.Home, "t")) },
	goes:     []string{"go", "build"},
	says:     "creating work dir: mkdir …: permission denied",
	severity: finding.Error,
	detail:   []string{"may not write into it"},
	fix:      FixSetting,
	cure:     func(l *lab) { l.set("TMPDIR", l.Tmp) },
}, {
	id:   "tempdir-unusable",
	name: "noexec",
	damage: func(l *lab) {
		l.mounted(l.Tmp, func(m *system.Mount) { m.NoExec = true })
	},
	silent:   "it needs a mount; heard by hand, on a tmpfs that is mounted noexec",
	severity: finding.Error,
	detail:   []string{"go build works, go run and go test do not"},
	fix:      FixSetting,
}, {
	id:   "tempdir-unusable",
	name: "of tests",
	damage: func(l *lab) {
		l.goenv("GOTMPDIR=" + l.Tmp)
		l.set("TMPDIR", filepath.Join(l.Home, "none"))
	},
	goes:     []string{"go", "list"}, // works
	severity: finding.Warning,
	detail:   []string{"tests and the C compiler do not"},
	fix:      FixMakeTarget,
}}

// TestTempDir: which directory it is, on Windows too.
func TestTempDir(t *testing.T) {
	l := newLab(t)
	for _, c := range []struct {
		goos     string
		env      []string
		key, dir string
	}{
		{"linux", nil, "", "/tmp"},
		{"linux", []string{"TMPDIR=/a/../b"}, "TMPDIR", "/b"},
		{"linux", []string{"TMPDIR=/a", "GOTMPDIR=/g"}, "GOTMPDIR", "/g"},
		{"linux", []string{"TMPDIR=rel"}, "TMPDIR", filepath.Join(l.dir, "rel")},
		{"windows", []string{"TEMP=/t", "USERPROFILE=/u"}, "TEMP", "/t"},
		{"windows", []string{"temp=/t", "TMP=/m"}, "TMP", "/m"},
		{"windows", nil, "", ""},
	} {
		l.env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.Home}, c.env...)
		l.sys.GOOS = c.goos
		p := &Pass{Machine: l.look()}
		if got := p.goTemp(); got.key != c.key || got.dir != c.dir {
			t.Errorf("%s %q: %+v", c.goos, c.env, got)
		}
	}
}
