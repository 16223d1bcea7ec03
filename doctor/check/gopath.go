package check

import (
	"fmt"
	"os"
	"path/filepath"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var gopathCheck = &Check{
	ID:       "gopath",
	Title:    "go refuses GOPATH, or takes it otherwise than it was meant",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C63"},
	Says: []string{
		`GOPATH entry is relative; must be absolute path: "…"`,
		"GOPATH entry cannot start with shell metacharacter '~': \"…\"",
		"warning: both GOPATH and GOROOT are the same directory (…)",
		"go: warning: ignoring go.mod in $GOPATH …",
	},
	Help: Help{
		Why: "Every entry of GOPATH has to be absolute: a tilde that no shell has expanded, as in quotes, a service or a container, and " +
			"a relative path stop every go command. A GOPATH that is GOROOT mixes what you download with the release. A go.mod file in " +
			"the directory GOPATH itself is passed over. Of several entries only the first holds the module cache, the checksum " +
			"database and what go install installs.",
		Look: "'godoctor env GOPATH' says where it comes from.",
		Do:   "Take GOPATH away: the default is go in the home directory. Or write it out. Move the go.mod file into a directory of its own.",
		See:  []string{"https://pkg.go.dev/cmd/go#hdr-GOPATH_environment_variable"},
	},
	Run: func(p *Pass) {
		s := p.Setting("GOPATH")
		if why := badGopath(s.Raw); why != "" {
			if s.Origin != goenv.OriginFile { // else goenv-bricks says so
				p.Report(finding.Finding{Title: "go refuses GOPATH, and does not start",
					Detail: fmt.Sprintf("GOPATH is %s, set by %s: %s", shown("GOPATH", s.Raw), p.origin(s), why),
					Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
			}
			return
		}
		list := p.Env.Gopaths()
		if root := p.Env.Goroot(); len(list) == 1 && root != "" && filepath.Clean(s.Value) == filepath.Clean(root) {
			p.ReportAs(finding.Warning, finding.Finding{Title: "GOPATH and GOROOT are the same directory",
				Detail: fmt.Sprintf("both are %s; GOPATH is set by %s", shown("GOPATH", root), p.origin(s)),
				Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
		}
		for _, dir := range list {
			file := filepath.Join(dir, "go.mod")
			if fi, err := os.Stat(file); err == nil && fi.Mode().IsRegular() {
				p.ReportAs(finding.Warning, finding.Finding{Title: "a go.mod file in the directory GOPATH is passed over",
					Detail: fmt.Sprintf("go ignores %s, for %s is GOPATH", file, dir), Target: finding.Target{File: file},
					Fixes: []finding.Fix{{ID: "move-module", Title: "move the module into a directory of its own, below this one or elsewhere"}}})
			}
		}
		if len(list) > 1 {
			p.ReportAs(finding.Note, finding.Finding{Title: "GOPATH has several entries",
				Detail: fmt.Sprintf("only the first, %s, holds the caches and what go install makes; set by %s", list[0], p.origin(s)), Target: at(s)})
		}
	},
}
