package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
)

var modesMixed = &Check{
	ID:       "modes-mixed",
	Title:    "some modules in the cache can be written into, others not",
	Severity: finding.Note,
	Cost:     Walk,
	Covers:   []string{"C31"},
	Says: []string{
		"rm: cannot remove '…': Permission denied",
		"tar: …: Cannot open: File exists",
		"tar: …: Cannot unlink: Permission denied",
	},
	Help: Help{
		Why: "Go makes the directories of modules read-only, so that nobody edits by accident what is compiled: rm -rf fails on them, and " +
			"so does tar when a CI job unpacks a saved cache over one that is there. With -modcacherw in GOFLAGS directories that are " +
			"made from then on can be written into; those that exist stay as they are, so that a cache can be of both kinds.",
		Look: "find \"$(go env GOMODCACHE)\" -maxdepth 4 -name '*@*' -type d -printf '%M %p\\n' | sort | head, and go env GOFLAGS.",
		Do: "Nothing has to be done for go. Remove modules with godoctor clean or go clean -modcache, which can; where another program " +
			"has to, set GOFLAGS=-modcacherw before the cache is filled. In CI restore a cache once, before anything has run go.",
		See: []string{"https://go.dev/ref/mod#module-cache", "actions/setup-go#424"},
	},
	Run: func(p *Pass) {
		c := p.Inventory.ModCache
		if c == nil || p.System.GOOS == "windows" {
			return
		}
		var open, closed []string
		opens, closes := 0, 0
		for i := range c.Versions {
			v := &c.Versions[i]
			if p.Err() != nil {
				return
			}
			if !v.Parts.Has(modcache.HasDir|modcache.HasZiphash) || v.Parts.Has(modcache.HasPartial) || v.Toolchain {
				continue
			}
			e, err := p.System.Entry(v.Dir)
			switch {
			case err != nil || !e.Mode.IsDir():
			case e.Mode&0o200 != 0:
				opens++
				open = fewVersions(open, v)
			default:
				closes++
				closed = fewVersions(closed, v)
			}
		}
		if opens == 0 || closes == 0 {
			return
		}
		flags := p.Setting("GOFLAGS")
		now := "go makes them read-only now: GOFLAGS has no -modcacherw"
		if goenv.BoolFlag(flags.Value, "-modcacherw") {
			now = fmt.Sprintf("go makes them writable now: -modcacherw in GOFLAGS, from %s", from(flags))
		}
		p.Report(finding.Finding{
			Detail: fmt.Sprintf("%d can be written into (%s), %d cannot (%s). %s", opens, strings.Join(open, ", "), closes, strings.Join(closed, ", "), now),
			Target: finding.Target{Path: c.Root},
			Fixes: []finding.Fix{{ID: "remove-with-go", Title: "nothing for go; remove modules with godoctor clean or go clean -modcache, not with rm -rf",
				Argv: []string{"godoctor", "clean"}}},
		})
	},
}

// fewVersions keeps three names of module versions.
func fewVersions(list []string, v *modcache.Version) []string {
	if len(list) < 3 {
		list = append(list, v.Path+"@"+v.Version)
	}
	return list
}
