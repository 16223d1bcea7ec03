package tui

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"godoctor/doctor/fetch"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// flow follows the downloads of a run: how fast each file comes is told from one look to the next. The mutex of the run
// guards it.
type flow struct {
	names   []string      // of the files, clean, by id
	paces   map[int]*pace // of those that come
	earlier flowing       // downloads of this run that have ended
	last    *flowing
}

// flowing is a download at one moment, made ready: all text is clean. It is never changed.
type flowing struct {
	files   []transfer // those that come first, then what failed, waits, is done
	hosts   []hostLine // those that there is something to say of
	bytes   int64
	total   int64
	exact   bool // all sizes are known
	done    int
	stopped string // why it stopped early; empty: it did not
}

// A transfer is one file.
type transfer struct {
	name, host, why string
	state           fetch.State
	bytes, total    int64
	kept            int64 // of them from an earlier run
	rate            float64
	left            time.Duration
	known           bool // left is
	tries           int
	until           time.Time // of one that is held
}

// A hostLine is a host that is not asked for a while, or that is tried.
type hostLine struct {
	host    string
	breaker fetch.Breaker
	until   time.Time
	fails   int
	busy    int
	limit   int
}

// flowPace is how far the pace of a single file looks back.
const flowPace = time.Second

// begin is told of a new download: what is known of the one before stays.
func (f *flow) begin() {
	if f.last != nil {
		f.earlier = *f.last
	}
	f.names, f.paces = nil, make(map[int]*pace)
}

// look makes a picture of a download ready. Without one it is the last that there was.
func (f *flow) look(d Download, e *env, now time.Time) *flowing {
	if d == nil {
		return f.last
	}
	p := d.Picture()
	out := &flowing{bytes: f.earlier.bytes + p.Bytes, total: f.earlier.total + p.Total, exact: p.Exact, done: f.earlier.done + p.Counts[fetch.Finished]}
	if p.Stopped != nil {
		out.stopped = e.say(report.NoPassword(p.Stopped.Error()))
	}
	out.files = make([]transfer, 0, len(p.Files)+len(f.earlier.files))
	for i := range p.Files {
		out.files = append(out.files, f.file(&p.Files[i], e, now))
	}
	slices.SortStableFunc(out.files, func(a, b transfer) int { return cmp.Compare(transferRank(a.state), transferRank(b.state)) })
	out.files = append(out.files, f.earlier.files...)
	for i := range p.Hosts {
		if h := &p.Hosts[i]; h.Breaker != fetch.Closed && h.Breaker != "" || h.Paused.After(now) {
			until := h.Until
			if h.Paused.After(until) {
				until = h.Paused
			}
			out.hosts = append(out.hosts, hostLine{e.clean(h.Host), h.Breaker, until, h.Fails, h.Busy, h.Limit})
		}
	}
	f.last = out
	return out
}

// file makes one file ready.
func (f *flow) file(s *fetch.FileState, e *env, now time.Time) transfer {
	for len(f.names) <= s.ID {
		f.names = append(f.names, "")
	}
	if f.names[s.ID] == "" {
		f.names[s.ID] = e.clean(s.Item.Module.String())
		if s.Item.Ext != fetch.ExtZip && s.Item.Ext != "" {
			f.names[s.ID] += " " + e.clean(string(s.Item.Ext))
		}
	}
	t := transfer{name: f.names[s.ID], host: e.clean(s.Host), state: s.State, bytes: s.Bytes, total: s.Total, kept: s.Kept, tries: s.Tries, until: s.Until}
	if s.Err != nil {
		t.why = e.say(report.NoPassword(s.Err.Error()))
	}
	if transferRank(s.State) > 0 {
		delete(f.paces, s.ID)
		return t
	}
	p := f.paces[s.ID]
	if p == nil {
		p = &pace{over: flowPace}
		f.paces[s.ID] = p
	}
	p.add(now, s.Bytes, s.Total, false)
	t.rate, t.left, t.known = p.rate, p.left, p.known && s.Total > 0
	return t
}

// transferRank puts first what there is to look at.
func transferRank(s fetch.State) int {
	switch s {
	case fetch.Receiving, fetch.Resuming, fetch.Connecting, fetch.Held:
		return 0
	case fetch.Failed:
		return 1
	case fetch.Paused:
		return 2
	case fetch.Waiting:
		return 3
	case fetch.Canceled:
		return 4
	}
	return 5
}

// amount is how much of a file is there.
func (t *transfer) amount() string {
	switch {
	case t.total > 0 && t.bytes > 0 && t.bytes < t.total:
		return text.Bytes(t.bytes) + " of " + text.Bytes(t.total)
	case t.bytes > 0:
		return text.Bytes(t.bytes)
	case t.total > 0:
		return text.Bytes(t.total)
	}
	return ""
}

// percent is how far a file is; empty where that is not known.
func (t *transfer) percent() string {
	if t.total <= 0 {
		return ""
	}
	return fmt.Sprintf("%d%%", 100*min(t.bytes, t.total)/t.total)
}
