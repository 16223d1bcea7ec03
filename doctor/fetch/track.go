package fetch

import (
	"sync"
	"sync/atomic"
	"time"
)

// A State says what a file of a Queue is doing.
type State string

// The states of a file.
const (
	Waiting    State = "waiting"    // for its turn
	Held       State = "held"       // until a time: between two tries, or because its host is left alone
	Connecting State = "connecting" // it was asked for from its beginning
	Resuming   State = "resuming"   // the rest of it was asked for
	Receiving  State = "receiving"
	Paused     State = "paused" // by somebody, or because the queue stopped
	Finished   State = "done"
	Failed     State = "failed"
	Canceled   State = "canceled"
)

// A track is how far a download is, for who looks on. The download writes, everybody may read.
type track struct {
	bytes atomic.Int64
	total atomic.Int64 // 0: not known

	mu    sync.Mutex
	state State
	host  string
	until time.Time
	tries int
	had   int64
}

// kept notes what an earlier run has left.
func (t *track) kept(n, size int64) {
	t.mu.Lock()
	t.had = n
	t.mu.Unlock()
	t.begins(n, size)
	t.set(Waiting)
}

func (t *track) set(s State) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.until = s, time.Time{}
}

// waits notes that nothing happens until a time; zero: until another download ends.
func (t *track) waits(host string, until time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.host, t.until = Held, host, until
	if until.IsZero() {
		t.state = Waiting
	}
}

// asks notes a request.
func (t *track) asks(host string, try int, from int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.state, t.host, t.tries, t.until = Connecting, host, try, time.Time{}
	if from > 0 {
		t.state = Resuming
	}
}

// begins notes that bytes come, behind the n that are there.
func (t *track) begins(n, size int64) {
	t.bytes.Store(n)
	if size > 0 {
		t.total.Store(size)
	}
	t.set(Receiving)
}

func (t *track) comes(n int64) { t.bytes.Store(n) }
