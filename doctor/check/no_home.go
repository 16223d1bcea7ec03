package check

import (
	"errors"
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var noHome = &Check{
	ID:       "no-home",
	Title:    "there is no home directory, and go does not know where its caches are",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C26"},
	Says: []string{
		"module cache not found: neither GOMODCACHE nor GOPATH is set",
		"build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined",
	},
	Help: Help{
		Why: "The places of both caches come from the home directory where no setting names them. cron, systemd services, su without a " +
			"dash, sandboxes and containers start programs without HOME.",
		Look: "env | grep -E 'HOME|GOPATH|GOMODCACHE|GOCACHE' in that service or container.",
		Do: "Set HOME there (in a systemd unit: Environment=HOME=%h, or User= with a home directory), or both GOMODCACHE and GOCACHE " +
			"to directories that the user may write into. go env -w does not help: its file is looked for in the home directory too.",
		See: []string{"https://go.dev/ref/mod#environment-variables"},
	},
	Run: func(p *Pass) {
		var lack []string
		if _, err := p.Env.ModCache(); errors.Is(err, goenv.ErrNoHome) {
			lack = append(lack, "GOMODCACHE")
		}
		if _, err := p.Env.BuildCache(); errors.Is(err, goenv.ErrNoHome) {
			lack = append(lack, "GOCACHE")
		}
		if len(lack) == 0 {
			return
		}
		home := "HOME"
		switch p.System.GOOS {
		case "windows":
			home = "USERPROFILE and LocalAppData"
		case "plan9":
			home = "home"
		}
		places := strings.Join(lack, " and ")
		p.Report(finding.Finding{
			Detail: fmt.Sprintf("%s: not set. It is what the default of %s is made from, which no setting names", home, places),
			Target: finding.Target{Path: lack[0]},
			Fixes: []finding.Fix{
				{ID: FixEnvironment, Title: "set " + home + " where the environment is made: the service, the container, the cron table"},
				{ID: FixEnvironment, Title: "or set " + places + " there, to directories that " + userName(p.System.UID) + " may write into"},
			},
		})
	},
}
