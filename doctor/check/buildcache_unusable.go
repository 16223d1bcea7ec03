package check

import (
	"errors"
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var buildcacheUnusable = &Check{
	ID:       "buildcache-unusable",
	Title:    "go cannot use its build cache",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C27"},
	Says: []string{
		"build cache is disabled by GOCACHE=off, but required as of Go 1.12",
		"build cache is required, but could not be located: GOCACHE is not an absolute path",
		"failed to initialize build cache at …: mkdir …: permission denied",
		"failed to initialize build cache at …: mkdir …: not a directory",
		"failed to initialize build cache at …: mkdir …: file exists",
		"failed to initialize build cache at …: mkdir …: read-only file system",
	},
	Help: Help{
		Why: "No build works without GOCACHE, and it has to be an absolute path that this user may write into. It is a setting, else " +
			"go-build in the user's cache directory, on Linux ~/.cache. In a container that runs with --user, HOME is often /, and " +
			"/.cache cannot be made; in one that was built as root, the directory belongs to root.",
		Look: "go env GOCACHE, and ls -ld of that path and of each one above it.",
		Do: "Take a wrong setting away. In containers set HOME or GOCACHE to a directory that the user may write into. Give a directory " +
			"that root made back to its user.",
		See: []string{"golang/go#26280", "https://pkg.go.dev/cmd/go#hdr-Build_and_test_caching"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOCACHE")
		dir, err := p.Env.BuildCache()
		switch {
		case errors.Is(err, goenv.ErrNoHome):
			return // no-home
		case err != nil:
			fix := unset(s)
			if s.Origin == goenv.OriginDefault { // of a home directory that is a relative path
				fix = finding.Fix{ID: FixEnvironment, Title: "set HOME to an absolute path where the environment is made"}
			}
			p.Report(finding.Finding{Detail: fmt.Sprintf("%v (from %s)", err, from(s)), Target: at(s), Fixes: []finding.Fix{fix}})
			return
		}
		w := p.wayTo(dir)
		if w.obstacle == noObstacle {
			return
		}
		f := finding.Finding{Detail: fmt.Sprintf("GOCACHE is %s (%s): %s", dir, from(s), p.describe(w, dir)),
			Target: at(s), Fixes: p.clear(w, s)}
		if p.Home == "/" && p.System.UID > 0 && s.Origin == goenv.OriginDefault {
			f.Detail += ". The home directory is /: a container that runs with a user number which it has no account for"
			f.Fixes = []finding.Fix{
				{ID: FixEnvironment, Title: "set HOME, or GOCACHE, to a directory that " + userName(p.System.UID) + " may write into, where the container is started"}}
		}
		p.Report(f)
	},
}
