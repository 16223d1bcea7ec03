package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	hostAtATime = 4 // downloads under way to one host, unless it asks for fewer
	breakAfter  = 5 // failures one after another until a host is left alone
	breakFirst  = 30 * time.Second
	breakMost   = 5 * time.Minute
	breakDown   = 4 // probes without an answer after which nobody waits for a host any more: 7.5 minutes
)

// ErrHost: a host is left alone for a while, because it gives no answers or asked for it.
var ErrHost = errors.New("its host is left alone for now")

// A host is what is known of one host:port, for all downloads of a Client.
type host struct {
	name  string
	first time.Duration // how long the breaker is open at first

	mu      sync.Mutex
	changed chan struct{} // closed and replaced with each change
	busy    int
	limit   float64   // how many at a time: halved when it says 429 or 503, and up again by one for as many that went well
	paused  time.Time // what Retry-After asked for
	known   bool      // it has answered once
	fails   int       // one after another
	open    time.Duration
	until   time.Time // of the breaker, which is closed if open is 0
	opened  int       // times that it opened since the last answer
	probing bool
}

// A HostState is a host at one moment.
type HostState struct {
	Host    string // host:port
	Busy    int    // downloads under way
	Limit   int    // at most so many at a time
	Paused  time.Time
	Breaker Breaker
	Until   time.Time // of an open breaker
	Fails   int       // failures one after another
}

// A Breaker says whether a host is asked.
type Breaker string

// The states of a breaker.
const (
	Closed Breaker = "closed" // it is
	Opened Breaker = "open"   // it is not, until a time
	Probe  Breaker = "probe"  // by one download, whose end decides
)

// The ends of a use of a host.
type ending int

const (
	neutral   ending = iota // it says nothing of the host: cancelled, no network, no room
	wentWell                // an answer, whatever it says
	wentWrong               // no answer, a broken one, or 5xx
	throttled               // 429, or 503 with a time
)

// host gives the record of an address.
func (c *Client) host(name string) *host {
	c.hostsMu.Lock()
	defer c.hostsMu.Unlock()
	h := c.hosts[name]
	if h == nil {
		h = &host{name: name, first: c.breakFirst, limit: hostAtATime, changed: make(chan struct{})}
		if c.hosts == nil {
			c.hosts = map[string]*host{}
		}
		c.hosts[name] = h
	}
	return h
}

// waiting says until when nobody asks; and with a zero time that a place becomes free by a change only.
func (h *host) waiting(now time.Time) (until time.Time, wait bool) {
	if until = h.paused; h.until.After(until) {
		until = h.until
	}
	if until.After(now) {
		return until, true
	}
	return time.Time{}, h.open > 0 && h.probing || h.busy >= max(1, int(h.limit))
}

// enter waits for a place, until last at most where the host is left alone. wait is told until when. A probe is the one
// download that finds out whether the host is back.
func (h *host) enter(ctx context.Context, last time.Time, wait func(time.Time)) (probe bool, err error) {
	for {
		h.mu.Lock()
		until, full := h.waiting(time.Now())
		if !full {
			h.busy++
			probe = h.open > 0
			h.probing = h.probing || probe
			h.mu.Unlock()
			return probe, nil
		}
		down, changed := h.opened >= breakDown, h.changed
		h.mu.Unlock()
		var timer <-chan time.Time
		if !until.IsZero() {
			if down || until.After(last) {
				return false, fmt.Errorf("%w: retry it after %s", ErrHost, until.UTC().Format(time.RFC3339))
			}
			timer = time.After(time.Until(until))
		}
		wait(until)
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-changed:
		case <-timer:
		}
	}
}

// exit gives the place back and notes how it went. after is what the host asked to wait, 0 if nothing.
func (h *host) exit(probe bool, how ending, after time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	h.busy--
	if probe {
		h.probing = false
	}
	switch how {
	case wentWell:
		h.known = true
		h.fails, h.open, h.opened, h.until = 0, 0, 0, time.Time{}
		h.limit = min(hostAtATime, h.limit+1/h.limit)
	case throttled:
		h.limit = max(1, h.limit/2)
		if probe { // it answers
			h.fails, h.open, h.opened, h.until = 0, 0, 0, time.Time{}
		}
	case wentWrong:
		h.fails++
		if probe || h.open == 0 && h.fails >= breakAfter {
			h.open = min(max(h.first, 2*h.open), breakMost)
			h.until = now.Add(h.open)
			h.opened++
		}
	}
	if until := now.Add(after); after > 0 && until.After(h.paused) {
		h.paused = until
	}
	close(h.changed)
	h.changed = make(chan struct{})
}

// answered reports whether there was an answer from it at any time.
func (h *host) answered() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.known
}

// state is the host now.
func (h *host) state() HostState {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	s := HostState{Host: h.name, Busy: h.busy, Limit: max(1, int(h.limit)), Breaker: Closed, Fails: h.fails}
	if h.paused.After(now) {
		s.Paused = h.paused
	}
	switch {
	case h.open > 0 && h.until.After(now):
		s.Breaker, s.Until = Opened, h.until
	case h.open > 0:
		s.Breaker = Probe
	}
	return s
}
