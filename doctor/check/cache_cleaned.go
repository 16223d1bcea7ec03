package check

import (
	"fmt"
	"regexp"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	"godoctor/scan/schedule"
)

var cacheCleaned = &Check{
	ID:       "cache-cleaned-under-build",
	Title:    "a scheduled job removes go's caches, whatever runs meanwhile",
	Severity: finding.Note,
	Cost:     Read,
	Covers:   []string{"C39"},
	Says: []string{
		"could not import … (open …-d: no such file or directory)",
		"link: cannot open file …: open …-d: no such file or directory",
	},
	Help: Help{
		Why: "A build opens files of the build cache minutes after it has looked for them, and takes no lock meanwhile. go clean -cache, " +
			"rm -rf, or a cleaner that goes by age takes them away under it. The same holds for the module cache. Nothing is damaged: " +
			"the next build makes what is missing.",
		Look: "crontab -l, /etc/crontab, /etc/cron.*, systemctl --user list-timers; on CI machines what the agent does between jobs.",
		Do: "Build again. Let the job run godoctor clean --auto --budget 20GiB instead, which leaves alone what running processes may use; " +
			"go itself removes what the build cache has not used for five days.",
		See: []string{"golang/go#31948"},
	},
	Run: func(p *Pass) {
		config, _ := goenv.UserConfigDir(p.Environ)
		mod, _ := p.Env.ModCache()
		build, _ := p.Env.BuildCache()
		seen := make(map[finding.Target]bool)
		for _, j := range schedule.Look(schedule.Input{Etc: p.System.Etc, Spool: p.System.Spool, Config: config}) {
			what := cleans(j.Command, mod, build)
			at := finding.Target{File: j.File, Line: j.Line}
			if what == "" || seen[at] {
				continue
			}
			seen[at] = true
			by := ""
			if j.By != j.File {
				by = ", which " + j.By + " starts"
			}
			p.Report(finding.Finding{
				Detail: fmt.Sprintf("%s:%d%s, removes %s: %s", j.File, j.Line, by, what, j.Command[:min(len(j.Command), 200)]),
				Target: at,
				Fixes: []finding.Fix{{ID: "clean-with-care", Title: "let it run godoctor clean --auto with --budget or --older-than",
					Argv: []string{"godoctor", "clean", "--auto", "--build", "--older-than", "5d"}}},
			})
		}
	},
}

var (
	goClean = regexp.MustCompile(`\bgo[0-9.]*\s+clean\b[^;&|]*\s-{1,2}(cache|modcache|fuzzcache)\b`)
	removes = regexp.MustCompile(`\brm\s+-|\bfind\b.*\s-(delete|exec\s+rm)\b|\btmpwatch\b|\btmpreaper\b`)
	caches  = regexp.MustCompile(`\bgo/pkg/mod\b|\.cache/go-build\b|go\s+env\s+GO(MOD)?CACHE|\$\{?GO(MOD)?CACHE\b`)
)

// cleans says what of go's caches a command removes; "" if nothing that one can see.
func cleans(command, mod, build string) string {
	if m := goClean.FindStringSubmatch(command); m != nil {
		return map[string]string{"cache": "the build cache", "modcache": "the module cache", "fuzzcache": "what fuzzing found"}[m[1]]
	}
	if !removes.MatchString(command) {
		return ""
	}
	switch {
	case mentions(command, build):
		return "the build cache"
	case mentions(command, mod):
		return "the module cache"
	case caches.MatchString(command):
		return "a cache of go"
	}
	return ""
}

// mentions reports whether a command names a path, or one below it.
func mentions(command, path string) bool {
	if path == "" {
		return false
	}
	for from := 0; ; {
		at := strings.Index(command[from:], path)
		if at < 0 {
			return false
		}
		from += at + len(path)
		before, after := command[:from-len(path)], command[from:]
		if (before == "" || strings.ContainsAny(before[len(before)-1:], " \"'=")) && (after == "" || strings.ContainsAny(after[:1], " /\"';&|*")) {
			return true
		}
	}
}
