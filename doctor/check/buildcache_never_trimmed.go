package check

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/gocache"
)

const (
	trimAge   = 5*24*time.Hour + time.Hour // cache.trimLimit and mtimeInterval
	trimSlack = time.Hour                  // of times that were rounded, or a clock that was set
	trimTakes = 30 * time.Minute           // trim.txt is written first
	trimWorth = 1 << 30                    // bytes that are worth a warning
)

var buildcacheNeverTrimmed = &Check{
	ID:       "buildcache-never-trimmed",
	Title:    "go does not remove old entries from the build cache",
	Severity: finding.Warning,
	Cost:     Walk,
	Covers:   []string{"C38"},
	Help: Help{
		Why: "At the end of a build go removes what the build cache has not used for five days, and notes the time in trim.txt: it does so " +
			"once in 24 hours. A CI job which saves the build cache with its trim.txt and restores both each time is never 24 hours old " +
			"when it builds, so that nothing is removed and the saved cache grows with each run.",
		Look: "The time in $(go env GOCACHE)/trim.txt (date -d @$(cat ...)), and find \"$(go env GOCACHE)\" -mtime +6 | wc -l.",
		Do: "Leave trim.txt out of what is saved: the next build trims then. Or remove what is old before saving: godoctor clean --build " +
			"--older-than 5d --yes.",
		See: []string{"golang/go#29561"},
	},
	Run: func(p *Pass) {
		c := p.Inventory.BuildCache
		if c == nil || !c.Looks {
			return
		}
		old := false
		for _, g := range c.Groups {
			old = old || g.Age == gocache.AgeOld || g.Age == gocache.AgeVeryOld
		}
		if !old || !c.LastTrimmedKnown {
			return // without trim.txt the next build trims
		}
		if since := p.Now.Sub(c.TrimTime); since < trimTakes {
			return // it may be at it
		}
		before := c.TrimTime.Add(-trimAge - trimSlack).UnixNano()
		list, err := gocache.Entries(p, c.Root, false, func(e *gocache.Entry) bool { return e.Mtime < before })
		if errors.Is(err, gocache.ErrForeign) || len(list) == 0 {
			return
		}
		var bytes int64
		for i := range list {
			bytes += list[i].Bytes
		}
		s := finding.Note
		if bytes >= trimWorth {
			s = finding.Warning
		}
		trim := filepath.Join(c.Root, "trim.txt")
		p.ReportAs(s, finding.Finding{
			Detail: fmt.Sprintf("trim.txt says that go removed old entries %s ago, and %d entries (%s) are there that it would have removed: the file was "+
				"restored from somewhere else together with them", age(p.Now.Sub(c.TrimTime)), len(list), room(bytes)),
			Target: finding.Target{Path: c.Root},
			Fixes: []finding.Fix{
				{ID: "remove-trim", Title: "remove " + trim + ", and leave it out of what is saved: the next build removes what is old", Argv: p.unixOnly("rm", trim), Bytes: bytes},
				{ID: FixFreeSpace, Title: "or remove what is old now", Argv: []string{"godoctor", "clean", "--build", "--older-than", "5d"}, Bytes: bytes},
			},
		})
	},
}
