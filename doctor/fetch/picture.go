package fetch

import (
	"cmp"
	"slices"
	"time"
)

// A Picture is a Queue at one moment. It is a copy: look at it as long as you like.
type Picture struct {
	Files   []FileState // by id
	Hosts   []HostState // that were asked, by name
	Bytes   int64       // that are there
	Total   int64       // of the files whose size is known; of the others what is there
	Exact   bool        // all sizes are known
	Counts  map[State]int
	Running bool
	Stopped error // why the last Run stopped early: ErrNoNetwork or ErrSpace
}

// A FileState is a file of a Queue at one moment.
type FileState struct {
	ID    int
	Item  Item
	State State
	Bytes int64 // that are there; it may fall, when a file begins anew
	Total int64 // 0: not known
	Kept  int64 // of the bytes that an earlier run had left at the start
	Tries int
	Host  string    // that is asked, host:port; "" before
	Until time.Time // of Held
	Err   error     // of Failed, and of Paused where the queue stopped because of this file. Raw: clean it
}

// Picture looks at the queue. It is meant to be called a dozen times a second.
func (q *Queue) Picture() Picture {
	q.mu.Lock()
	p := Picture{Files: make([]FileState, len(q.files)), Counts: map[State]int{}, Exact: true, Running: q.running, Stopped: q.stopped}
	for i, f := range q.files {
		s := f.look()
		s.ID = i
		p.Files[i] = s
		p.Bytes += s.Bytes
		p.Total += max(s.Total, s.Bytes)
		p.Exact = p.Exact && s.Total > 0
		p.Counts[s.State]++
	}
	q.mu.Unlock()
	p.Hosts = q.c.Hosts()
	return p
}

// look makes the state of a file; the mutex of its queue is held.
func (f *file) look() FileState {
	t := f.track
	t.mu.Lock()
	defer t.mu.Unlock()
	s := FileState{Item: f.item, State: f.state, Bytes: t.bytes.Load(), Total: t.total.Load(), Kept: t.had, Tries: t.tries, Host: t.host, Err: f.err}
	if f.state == Receiving {
		s.State, s.Until = cmp.Or(t.state, Waiting), t.until
	}
	return s
}

// Hosts gives what is known of the hosts that downloads of this Client have asked, by name.
func (c *Client) Hosts() []HostState {
	c.hostsMu.Lock()
	var list []HostState
	for _, h := range c.hosts {
		list = append(list, h.state())
	}
	c.hostsMu.Unlock()
	slices.SortFunc(list, func(a, b HostState) int { return cmp.Compare(a.Host, b.Host) })
	return list
}
