package check

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/process"
	"godoctor/scan/system"
)

// holds lets a recorded process hold the lock on a file.
func (l *lab) holds(file string, h system.Holder) {
	l.sys.Holders = func(files ...string) (list []system.Holder, err error) {
		for _, f := range files {
			if f == file {
				h.File = f
				list = append(list, h)
			}
		}
		return list, nil
	}
}

func nobodyHolds(l *lab) { l.holds("", system.Holder{}) }

const lockSilence = "go waits without a word: TestLockSilence"

// lockCases are locks, network file systems, and open files (C34 to C36).
var lockCases = []labCase{{
	id:   "lock-held",
	name: "a version, by another program",
	damage: func(l *lab) {
		l.holds(l.CachePath(l.mod, "lock"), system.Holder{PID: 7, Command: "backup", Kind: "FLOCK", Started: time.Now().Add(-3 * time.Hour)})
	},
	twin: func(l *lab) { // it is unpacking
		l.holds(l.CachePath(l.mod, "lock"), system.Holder{PID: 7, Command: "go", Kind: "FLOCK", Started: time.Now().Add(-time.Minute)})
	},
	silent:   lockSilence,
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.CachePath(l.mod, "lock")} },
	detail:   []string{"process 7 (backup), which started 3 hours ago"},
	fix:      "wait",
	cure:     nobodyHolds,
}, {
	id:   "lock-held",
	name: "cache/lock, by a go command that hangs",
	damage: func(l *lab) {
		l.holds(filepath.Join(l.GOMODCACHE, "cache", "lock"), system.Holder{PID: 7, Command: "go", Kind: "FLOCK", Shared: true, Started: time.Now().Add(-10 * time.Minute)})
	},
	twin: func(l *lab) { // an editor: its locks and go's do not meet
		l.holds(filepath.Join(l.project, "go.mod"), system.Holder{PID: 7, Command: "vi", Kind: "POSIX"})
	},
	silent:   lockSilence,
	severity: finding.Warning,
	detail:   []string{"process 7 (go), which started 10 minutes ago"},
	fix:      "wait",
	cure:     nobodyHolds,
}, {
	id:   "lock-held",
	name: "trim.txt, from another container",
	damage: func(l *lab) {
		must(l.t, l.BuildCacheFiles(time.Now(), time.Time{}))
		for i := range 256 {
			must(l.t, os.MkdirAll(filepath.Join(l.GOCACHE, string("0123456789abcdef"[i/16])+string("0123456789abcdef"[i%16])), 0o777))
		}
		l.holds(filepath.Join(l.GOCACHE, "trim.txt"), system.Holder{Kind: "FLOCK"})
	},
	twin:     func(l *lab) { l.holds(filepath.Join(l.project, "go.sum"), system.Holder{Kind: "FLOCK", Shared: true}) },
	silent:   lockSilence,
	severity: finding.Warning,
	detail:   []string{"a process that cannot be seen from here holds"},
	fix:      "wait",
	cure:     nobodyHolds,
}, {
	id:   "lock-held",
	name: "go.mod on NFS",
	damage: func(l *lab) {
		l.mounted(l.Projects, func(m *system.Mount) { m.Type = "nfs4" })
		l.holds(filepath.Join(l.project, "go.mod"), system.Holder{PID: 7, Command: "vi", Kind: "POSIX"})
	},
	silent:   lockSilence,
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: filepath.Join(l.project, "go.mod")} },
	fix:      "wait",
	cure:     nobodyHolds,
}, {
	id:       "no-file-locks",
	name:     "caches on NFS",
	damage:   func(l *lab) { l.mounted(l.GOMODCACHE, func(m *system.Mount) { m.Point, m.Type = "/home", "nfs4" }) },
	twin:     func(l *lab) { l.mounted(l.Home, func(m *system.Mount) { m.Point, m.Type = "/home", "btrfs" }) },
	silent:   "it works as long as the locks do",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOMODCACHE} },
	detail:   []string{"GOMODCACHE", "lies on /home, mounted as nfs4"},
	fix:      FixElsewhere,
	cure:     func(l *lab) { l.mounted(l.Home, func(m *system.Mount) { m.Type = "ext4" }) },
}, {
	id:   "no-file-locks",
	name: "a project in a shared folder",
	damage: func(l *lab) {
		l.mounted(l.Projects, func(m *system.Mount) { m.Point, m.Type = "/media/sf_src", "vboxsf" })
		l.sys.TryLock = func(file string) error {
			return &fs.PathError{Op: "flock", Path: file, Err: os.NewSyscallError("flock", syscall.ENOLCK)}
		}
	},
	silent:   "it needs such a file system",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.project} },
	detail:   []string{"go cannot lock its files", "go.mod cannot be locked"},
	fix:      FixElsewhere,
	cure:     func(l *lab) { l.mounted(l.Home, func(m *system.Mount) { m.Type = "ext4" }) },
}, {
	id:       "no-file-locks",
	name:     "a sandbox",
	damage:   func(l *lab) { l.mounted(l.Home, func(m *system.Mount) { m.Point, m.Type = "/", "9p" }) },
	silent:   "it works",
	severity: finding.Note,
	target:   func(l *lab) finding.Target { return finding.Target{Path: l.GOMODCACHE} },
	fix:      FixElsewhere,
	cure:     func(l *lab) { l.mounted(l.Home, func(m *system.Mount) { m.Type = "overlay" }) },
}, {
	id:   "open-files",
	name: "fails",
	damage: func(l *lab) {
		l.sys.CPUs = 4
		l.sys.OpenFiles = func() (soft, hard uint64, err error) { return 16, 16, nil }
	},
	twin: func(l *lab) {
		l.sys.CPUs = 4
		l.sys.OpenFiles = func() (soft, hard uint64, err error) { return 80, 80, nil }
	},
	goes:      []string{"sh", "-c", "ulimit -n 12 && GOCACHE=$HOME/c go build"},
	says:      "…: too many open files",
	severity:  finding.Error,
	target:    func(*lab) finding.Target { return finding.Target{Path: "RLIMIT_NOFILE"} },
	detail:    []string{"16 files may be open at once, and go runs 4 compilers"},
	fix:       FixEnvironment,
	incurable: "the limit is that of the shell which the case starts",
}, {
	id:   "open-files",
	name: "has little",
	damage: func(l *lab) {
		l.set("GOFLAGS", "-p=50 -mod=mod")
		l.sys.OpenFiles = func() (soft, hard uint64, err error) { return 256, 256, nil }
	},
	twin: func(l *lab) {
		l.sys.OpenFiles = func() (soft, hard uint64, err error) { return 0, 0, system.ErrUnknown }
	},
	goes:      []string{"sh", "-c", "ulimit -n 15 && GOCACHE=$HOME/c go build"},
	says:      "…: too many open files",
	severity:  finding.Warning,
	detail:    []string{"256 files", "50 compilers", "264 leave room"},
	fix:       FixEnvironment,
	incurable: "likewise",
}}

// TestLockSilence: a go command that waits for a lock says nothing, and goes on when it is free; the check tells who
// has it.
func TestLockSilence(t *testing.T) {
	l := newLab(t)
	f, err := os.OpenFile(filepath.Join(l.project, "go.mod"), os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	must(t, lockWhole(f))
	type answer struct {
		out string
		err error
	}
	done := make(chan answer, 1)
	go func() {
		out, err := l.run("go", "list", "-m")
		done <- answer{out, err}
	}()
	select {
	case a := <-done:
		t.Fatalf("it did not wait: %v\n%s", a.err, a.out)
	case <-time.After(700 * time.Millisecond):
	}
	if list, err := l.sys.Holders(f.Name()); !errors.Is(err, system.ErrUnknown) {
		found := l.check("lock-held")
		if len(list) == 0 || len(found) != 1 || found[0].Target.Path != f.Name() || !strings.Contains(found[0].Detail, "(check.test), which started") {
			t.Errorf("%+v, %+v", list, found)
		}
	} else if held, known := process.Held(f.Name()); !held || !known {
		t.Error("nobody holds it")
	}
	must(t, f.Close())
	select {
	case a := <-done:
		if a.err != nil || strings.TrimSpace(a.out) != "example.com/p" {
			t.Errorf("it said %q, %v", a.out, a.err)
		}
	case <-time.After(time.Minute): // a guard, no measure
		t.Fatal("it still waits")
	}
	if list := l.check("lock-held"); len(list) > 0 {
		t.Errorf("now %+v", list)
	}
}

func TestFlagNumber(t *testing.T) {
	for flags, want := range map[string]int{"": 0, "-p=4": 4, "-pkgdir=4": 0, "--p=3 -p=2": 2, "-p=x": 0, "-p=0x10": 16, "-p=4 -p=x": 0, "-p=-1": 0, "'": 0} {
		if got := flagNumber(flags, "-p"); got != want {
			t.Errorf("flagNumber(%q) = %d", flags, got)
		}
	}
}
