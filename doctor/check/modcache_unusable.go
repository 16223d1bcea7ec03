package check

import (
	"errors"
	"fmt"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var modcacheUnusable = &Check{
	ID:       "modcache-unusable",
	Title:    "go cannot make its module cache",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C25"},
	Says: []string{
		"GOMODCACHE entry is relative; must be absolute path: …",
		"could not create module cache: … is not a directory",
		"could not create module cache: mkdir …: file exists",
		"could not create module cache: stat …: not a directory",
		"could not create module cache: mkdir …: permission denied",
	},
	Help: Help{
		Why: "GOMODCACHE is where go keeps downloaded modules: a setting, else pkg/mod below the first entry of GOPATH, else " +
			"go/pkg/mod in the home directory. It has to be an absolute path, and a directory or one that can be made. " +
			"\"file exists\" is what go says of a link whose target is missing: a disk that is not mounted, a directory that was removed.",
		Look: "go env GOMODCACHE, and ls -ld of that path and of each one above it.",
		Do: "Take the setting away (go env -u GOMODCACHE, or where the environment is made), or make the way clear: mount the disk, " +
			"move the file away, remove the link.",
		See: []string{"https://go.dev/ref/mod#module-cache"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOMODCACHE")
		dir, err := p.Env.ModCache()
		switch {
		case errors.Is(err, goenv.ErrRelative) && s.Origin != goenv.OriginDerived && s.Origin != goenv.OriginDefault:
			p.Report(finding.Finding{Detail: fmt.Sprintf("GOMODCACHE is %q (%s), and has to be an absolute path", s.Value, from(s)),
				Target: at(s), Fixes: []finding.Fix{unset(s)}})
			return
		case err != nil:
			return // no-home, or GOPATH, which has checks of its own
		}
		w := p.wayTo(dir)
		if w.obstacle == noObstacle || w.there {
			return // what is there and cannot be written into: modcache-owner
		}
		p.Report(finding.Finding{Detail: fmt.Sprintf("GOMODCACHE is %s (%s): %s", dir, from(s), p.describe(w, dir)),
			Target: at(s), Fixes: p.clear(w, s)})
	},
}
