package check

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"godoctor/doctor/finding"
)

var clockWrong = &Check{
	ID:       "clock-wrong",
	Title:    "the clock seems to be behind",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C72"},
	Says: []string{
		"x509: certificate has expired or is not yet valid: current time … is before …",
	},
	Help: Help{
		Why: "Certificates are good from one day to another, by the clock of this machine. A clock that stood still (a virtual machine that " +
			"was suspended, a board without a battery) makes every https request fail; and go's build cache throws away by its time.",
		Look: "date; godoctor takes files that were written later than now for a sign. 'godoctor proxy' compares with the clocks of servers.",
		Do:   "Set the clock: timedatectl set-ntp true, or whatever keeps it here. In a virtual machine restart the guest tools.",
	},
	Run: func(p *Pass) {
		files := []string{filepath.Join(p.Env.Goroot(), "VERSION"), p.Env.Value("GOENV"), p.Env.Value("GOCACHE"),
			filepath.Join(p.Env.Value("GOMODCACHE"), "cache", "download"), filepath.Join(p.Env.Value("GOMODCACHE"), "cache", "lock")}
		for _, q := range p.Projects[:min(len(p.Projects), 50)] {
			files = append(files, q.File, q.SumFile)
		}
		var ahead []string
		var newest time.Time
		for _, file := range files {
			fi, err := os.Stat(file)
			if err != nil || !filepath.IsAbs(file) || !fi.ModTime().After(p.Now.Add(25*time.Hour)) {
				continue // a day for zones that somebody mixed up
			}
			ahead = append(ahead, file)
			if fi.ModTime().After(newest) {
				newest = fi.ModTime()
			}
		}
		if len(ahead) < 2 {
			return // one file proves nothing: it may come out of an archive
		}
		p.Report(finding.Finding{
			Target: finding.Target{Path: ahead[0]},
			Detail: fmt.Sprintf("it says %s, and %s were written later, the last %s", p.Now.UTC().Format(time.RFC3339), firstFew(ahead),
				newest.UTC().Format(time.RFC3339)),
			Fixes: []finding.Fix{{ID: "set-clock", Title: "set the clock"}},
		})
	},
}
