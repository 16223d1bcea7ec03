package plan

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"godoctor/scan/meter"
)

// BatchMax is how many items an Ops gets at once: a batch is made durable as a whole.
const BatchMax = 64

// A Result is what became of an item.
type Result uint8

// The results.
const (
	Untouched Result = iota // the run ended before it came to it
	Done
	Skipped // it is in use, or changed since the plan was made: nothing to mend
	Failed
)

// String is the result in a word.
func (r Result) String() string { return [...]string{"untouched", "done", "skipped", "failed"}[r] }

// An Outcome is what became of an item, and why.
type Outcome struct {
	Result Result
	Disk   int64  // freed, in bytes on disk
	Later  int64  // not freed yet: it waits in the quarantine
	Kept   string // the name of the entry in the quarantine that has it
	Err    error  // of Skipped and Failed; raw
	Busy   bool   // of Skipped: a process uses it, or holds its lock
	Undone bool   // of Skipped: it was renamed away and put back, because a process came in between
}

// An Ops is the disk, as a plan needs it. Remove does a batch, at most BatchMax items whose parts all belong to
// versions or all do not, and gives one outcome for each, in order. It reports every item through each, once, when
// its outcome is known; each may be called from any goroutine. A context that ends makes it return soon; what it has
// not begun stays Untouched. It is called by one goroutine at a time.
type Ops interface {
	Remove(ctx context.Context, batch []Item, each func(i int, o Outcome))
}

// A Finisher is an Ops that puts off the slow part of its work: several batches are out of sight before the first is
// deleted. Finish does that part. Before it begins with an item it asks more, which waits while the run is paused; from
// the first no on it takes back what it has not begun with. Every item that Remove has not told of is told of, through the
// func that Remove got with it, before Finish returns.
type Finisher interface {
	Finish(ctx context.Context, more func() bool)
}

// A Control pauses and stops a run between items. The zero value is ready; its methods may be called from any
// goroutine.
type Control struct {
	mu     sync.Mutex
	paused chan struct{} // closed when the run may go on; nil: it is not paused
	stop   bool
}

// Pause holds the run before its next batch.
func (c *Control) Pause() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paused == nil {
		c.paused = make(chan struct{})
	}
}

// Resume lets it go on.
func (c *Control) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paused != nil {
		close(c.paused)
		c.paused = nil
	}
}

// Stop ends the run after what is under way.
func (c *Control) Stop() {
	c.mu.Lock()
	c.stop = true
	c.mu.Unlock()
	c.Resume()
}

// Wait blocks while the run is paused, and says whether it is to go on. A nil Control never pauses.
func (c *Control) Wait(ctx context.Context) bool {
	if c == nil {
		return ctx.Err() == nil
	}
	for {
		c.mu.Lock()
		paused, stop := c.paused, c.stop
		c.mu.Unlock()
		if stop || ctx.Err() != nil {
			return false
		}
		if paused == nil {
			return true
		}
		select {
		case <-paused:
		case <-ctx.Done():
			return false
		}
	}
}

// A Run is what became of a plan.
type Run struct {
	Plan     *Plan
	Started  time.Time
	Hidden   time.Time // when everything was out of the go command's sight
	Finished time.Time
	Outcomes []Outcome // of the items, in their order
	Stopped  bool      // it ended early
	Err      error     // ErrApplied or ErrLoaded: nothing was done

	Freed, Later          int64 // bytes on disk
	Done, Skipped, Failed int   // items
	Busy, Undone          int   // of those that were skipped
}

// Options say how a plan is applied.
type Options struct {
	Meter   *meter.Meter           // its units are items; bytes are counted by the Ops
	Each    func(i int, o Outcome) // told of every item; called by one goroutine at a time
	Control *Control               // nil: nothing pauses it
	Batch   int                    // items at once; 0: BatchMax
	Now     func() time.Time       // nil: time.Now
}

// The reasons for which Apply does nothing at all.
var (
	ErrApplied = errors.New("this plan was applied already: make a new one")
	ErrLoaded  = errors.New("this plan is from a file, and was not compared with what is there now: recheck it first")
)

// Apply carries a plan out, once, through ops; a dry run does not count. One item that fails does not hold up the others. The context ends the
// run early.
func Apply(ctx context.Context, p *Plan, ops Ops, opt Options) *Run {
	now := opt.Now
	if now == nil {
		now = time.Now
	}
	r := &Run{Plan: p, Started: now(), Outcomes: make([]Outcome, len(p.Items))}
	_, dry := ops.(*Looker)
	switch {
	case p.loaded && !dry:
		r.Err = ErrLoaded
	case !dry && !atomic.CompareAndSwapInt32(&p.applied, 0, 1):
		r.Err = ErrApplied
	}
	if r.Err != nil {
		r.Stopped, r.Finished = true, now()
		return r
	}
	opt.Meter.Expect(int64(len(p.Items)))
	var mu sync.Mutex
	for lo, hi := 0, 0; lo < len(p.Items); lo = hi {
		hi = batchEnd(p.Items, lo, opt.Batch)
		if !opt.Control.Wait(ctx) {
			r.Stopped = true
			break
		}
		told := make([]bool, hi-lo)
		ops.Remove(ctx, p.Items[lo:hi], func(i int, o Outcome) {
			mu.Lock()
			defer mu.Unlock()
			if i < 0 || i >= len(told) || told[i] {
				return
			}
			told[i] = true
			r.take(lo+i, o)
			opt.Meter.Done(1)
			if opt.Each != nil {
				opt.Each(lo+i, o)
			}
		})
		r.Stopped = ctx.Err() != nil
	}
	r.Hidden = now()
	if f, ok := ops.(Finisher); ok {
		f.Finish(ctx, func() bool {
			more := opt.Control.Wait(ctx)
			mu.Lock()
			r.Stopped = r.Stopped || !more
			mu.Unlock()
			return more
		})
	}
	r.Finished = now()
	return r
}

// batchEnd is where the batch that begins at lo ends.
func batchEnd(items []Item, lo, most int) int {
	if most <= 0 || most > BatchMax {
		most = BatchMax
	}
	hi := lo + 1
	for hi < len(items) && hi-lo < most && items[hi].Part.OfVersion() == items[lo].Part.OfVersion() {
		hi++
	}
	return hi
}

func (r *Run) take(i int, o Outcome) {
	r.Outcomes[i] = o
	r.Freed += o.Disk
	r.Later += o.Later
	switch o.Result {
	case Done:
		r.Done++
	case Skipped:
		r.Skipped++
		if o.Busy {
			r.Busy++
		}
		if o.Undone {
			r.Undone++
		}
	case Failed:
		r.Failed++
	}
}
