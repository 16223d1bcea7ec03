package check

import (
	"fmt"
	"path/filepath"

	"godoctor/doctor/finding"
)

var tempdirUnusable = &Check{
	ID:       "tempdir-unusable",
	Title:    "go cannot work in the directory for temporary files",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C33"},
	Says: []string{
		"creating work dir: stat …: no such file or directory",
		"creating work dir: mkdir …: permission denied",
		"creating work dir: mkdir …: not a directory",
		"fork/exec …go-build…: permission denied",
	},
	Help: Help{
		Why: "Go builds in a directory that it makes below GOTMPDIR, or below TMPDIR, or /tmp. It has to exist: go does not make it. " +
			"go run, go test and go generate also start programs there, which a file system that is mounted noexec does not allow; " +
			"hardened servers mount /tmp so.",
		Look: "go env GOTMPDIR, echo $TMPDIR, ls -ld of that directory, and findmnt -T of it for noexec.",
		Do: "Make the directory, or set GOTMPDIR to one on another file system: go env -w GOTMPDIR=/var/tmp. It is used by go alone; other " +
			"programs keep TMPDIR.",
		See: []string{"https://pkg.go.dev/cmd/go#hdr-Environment_variables"},
	},
	Run: func(p *Pass) {
		own := p.goTemp()
		p.tempdir(own, true)
		if other := p.osTemp(); own.key == "GOTMPDIR" && other.dir != own.dir {
			p.tempdir(other, false)
		}
	},
}

// tempdir reports what is wrong with a directory for temporary files. One that go itself does not use is used by tests and
// by compilers.
func (p *Pass) tempdir(t tempPlace, gos bool) {
	name := t.key
	if name == "" {
		name = "the system's default"
	}
	f := finding.Finding{Target: at(t.set)}
	w := p.wayTo(t.dir)
	switch {
	case t.dir == "":
		f.Detail = "none of TMP, TEMP and USERPROFILE is set"
	case !w.there && w.obstacle == noObstacle:
		f.Detail = fmt.Sprintf("%s (%s) does not exist", t.dir, name)
		f.Fixes = []finding.Fix{{ID: FixMakeTarget, Title: "make " + t.dir, Argv: p.unixOnly("mkdir", "-p", t.dir)}}
	case w.obstacle != noObstacle:
		f.Detail = fmt.Sprintf("%s (%s): %s", t.dir, name, p.describe(w, t.dir))
	case gos && p.noexec(t.dir):
		f.Detail = fmt.Sprintf("%s (%s) lies on a file system that is mounted noexec: go build works, go run and go test do not", t.dir, name)
	default:
		return
	}
	switch {
	case t.key == "GOTMPDIR":
		f.Fixes = append(f.Fixes, unset(t.set))
	case gos:
		if dir := p.goodTemp(); dir != "" {
			f.Fixes = append(f.Fixes, finding.Fix{ID: FixSetting, Title: "let go use " + dir + " instead", Argv: setting("GOTMPDIR", dir),
				Undo: "go env -u GOTMPDIR"})
		}
	default:
		f.Title = "the directory for temporary files cannot be used"
		f.Detail += ". Go has GOTMPDIR, but tests and the C compiler do not"
		f.Fixes = append(f.Fixes, finding.Fix{ID: FixEnvironment, Title: "set " + t.set.Key + " to another directory where the environment is made"})
		p.ReportAs(finding.Warning, f)
		return
	}
	p.Report(f)
}

// noexec reports whether programs in a directory cannot be started.
func (p *Pass) noexec(dir string) bool {
	mount, err := p.System.Mount(dir)
	return err == nil && mount.NoExec
}

// goodTemp is a directory that could be GOTMPDIR; "" if none is known.
func (p *Pass) goodTemp() string {
	list := []string{"/var/tmp", "/tmp"}
	if p.System.GOOS == "windows" {
		list = nil
	}
	if p.Home != "" && filepath.IsAbs(p.Home) {
		list = append(list, filepath.Join(p.Home, ".cache"), p.Home)
	}
	for _, dir := range list {
		if w := p.wayTo(dir); w.there && w.obstacle == noObstacle && !p.noexec(dir) {
			return dir
		}
	}
	return ""
}
