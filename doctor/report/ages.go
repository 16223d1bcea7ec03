package report

import (
	"time"

	"godoctor/scan"
	"godoctor/scan/gocache"
	"godoctor/scan/modcache"
	"godoctor/scan/tree"
)

// A Span is a stretch of time up to now.
type Span struct {
	Words string
	Up    time.Duration // what is younger, and in no shorter span; 0: no limit
}

const day = 24 * time.Hour

// Spans are those that module versions are told apart by; the last is for what has no time.
var Spans = [...]Span{{"last 24 hours", day}, {"7 days", 7 * day}, {"30 days", 30 * day}, {"3 months", 91 * day},
	{"half a year", 183 * day}, {"a year", 365 * day}, {"older", 0}, {"not known", 0}}

// NumSpans is how many there are.
const NumSpans = len(Spans)

// ahead is how far from now a time in the future may lie: clocks differ.
const ahead = time.Hour

// spanOf is the index of the span that a time lies in.
func spanOf(at, now time.Time) int {
	if at.IsZero() || at.Sub(now) > ahead {
		return NumSpans - 1
	}
	for i, s := range Spans {
		if now.Sub(at) < s.Up {
			return i
		}
	}
	return NumSpans - 2
}

// An AgeSum is what lies in one span.
type AgeSum struct {
	Versions int
	Disk     int64 // allocated bytes
}

// Ages is how old what the caches hold is.
type Ages struct {
	Fetched [NumSpans]AgeSum // module versions, toolchains too, by when they were downloaded or extracted
	Used    [NumSpans]AgeSum // by when they were read or fetched, whatever was later; nothing unless Asked
	Asked   bool             // it was looked at when versions were read
	Kept    bool             // the file system keeps access times: some version was read after it was fetched

	Builds [gocache.NumAges]tree.Size // entries of the build cache by their last use

	aged bool // some version was fetched long enough ago for a later use to be seen
}

// read is how long after it was fetched a version has to be read for this to be no part of fetching it.
const read = time.Hour

// seen is how long after it was fetched a use shows for certain: with relatime an access time changes once a day.
const seen = 2 * day

// AgesOf sums up what the caches hold by its age at the end of the scan. last has when each version was last read
// (modcache.LastRead); nil: nobody looked.
func AgesOf(inv *scan.Inventory, last []time.Time) *Ages {
	a := new(Ages)
	now := inv.Finished
	if now.IsZero() {
		now = inv.Started
	}
	if c := inv.ModCache; c != nil {
		a.Asked = len(last) == len(c.Versions)
		for i := range c.Versions {
			v := &c.Versions[i]
			add(&a.Fetched, v, spanOf(v.Fetched, now))
			if !a.Asked {
				continue
			}
			used := v.Fetched
			a.aged = a.aged || !used.IsZero() && now.Sub(used) > seen
			if last[i].After(used) {
				a.Kept = a.Kept || !used.IsZero() && last[i].Sub(used) > read
				used = last[i]
			}
			add(&a.Used, v, spanOf(used, now))
		}
	}
	if c := inv.BuildCache; c != nil {
		for _, g := range c.Groups {
			a.Builds[g.Age] = a.Builds[g.Age].Add(g.Size)
		}
	}
	return a
}

func add(to *[NumSpans]AgeSum, v *modcache.Version, span int) {
	to[span].Versions++
	to[span].Disk += v.Disk()
}

// UsedWords says what the use of a version is judged by.
func (a *Ages) UsedWords() string {
	switch {
	case !a.Asked:
		return "when they were used was not looked at"
	case !a.Kept && !a.aged:
		return "all was fetched within two days, too lately for a later use to be seen"
	case !a.Kept:
		return "none was read after it was fetched: no access times are kept here (noatime?), so the last use cannot be told"
	}
	return "used: when go last read its .ziphash, by the access time of that file; most systems keep it to the day"
}
