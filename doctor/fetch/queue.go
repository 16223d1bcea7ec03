package fetch

import (
	"cmp"
	"context"
	"errors"
	"sync"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
)

// queueWorkers is how many files are at work at a time: as many as one host takes, and as many again whose Done is
// being called.
const queueWorkers = 2 * hostAtATime

// An Item is a file to download.
type Item struct {
	Module   module.Version
	Ext      Ext    // "": ExtZip
	Sum      string // see Downloads
	Size     int64  // packed, 0 if not known: for the look at the free space before the start, and for Picture
	Unpacked int64  // see Downloads
}

// QueueOptions of a Queue.
type QueueOptions struct {
	Dir      string // see Downloads
	Workers  int    // 0: 8
	Progress *meter.Meter
	// Done is called when a file is there, and when it has failed, in the goroutine that fetched it: a proof may be made there
	// while other files come. It is called for several files at a time. It may be nil.
	Done func(id int, p *Part, err error)
}

var (
	errPaused   = errors.New("paused")
	errCanceled = errors.New("canceled")
	errHalted   = errors.New("the queue stopped")
)

// A Queue downloads many files. All its methods may be called by many goroutines at once, and return at once, but for Run.
type Queue struct {
	c *Client
	o QueueOptions

	mu      sync.Mutex
	changed chan struct{} // closed and replaced with each change of a state
	files   []*file
	ids     map[module.Version]map[Ext]int
	running bool
	stopped error
}

// A file is an Item of a Queue.
type file struct {
	item  Item
	track *track
	state State // Receiving stands for everything that the track tells apart
	part  *Part
	err   error
	stop  context.CancelCauseFunc // of a file that is at work
}

// NewQueue makes a Queue. It does nothing before Run.
func NewQueue(c *Client, o QueueOptions) *Queue {
	o.Workers = cmp.Or(o.Workers, queueWorkers)
	return &Queue{c: c, o: o, changed: make(chan struct{}), ids: map[module.Version]map[Ext]int{}}
}

// Add adds a file, before Run or while it runs, and gives its id: 0, 1, 2 and so on. A file that was added before has its old
// one.
func (q *Queue) Add(item Item) int {
	item.Ext = cmp.Or(item.Ext, ExtZip)
	q.mu.Lock()
	defer q.mu.Unlock()
	if id, ok := q.ids[item.Module][item.Ext]; ok {
		return id
	}
	if q.ids[item.Module] == nil {
		q.ids[item.Module] = map[Ext]int{}
	}
	id := len(q.files)
	q.ids[item.Module][item.Ext] = id
	f := &file{item: item, track: new(track), state: Waiting}
	f.track.total.Store(item.Size)
	q.files = append(q.files, f)
	q.o.Progress.Expect(1)
	q.change()
	return id
}

// change wakes who waits for a change. The mutex is held.
func (q *Queue) change() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// Run downloads until every file is done, failed or canceled; while one is paused by Pause it waits. That files failed is no
// error of it: see Picture and Result. It returns early
//   - when ctx ends, with its cause, at once;
//   - with an error that is ErrNoNetwork when there is no network: it is known of the first file, and the others are not tried;
//   - with an error that is ErrSpace when the disk is full, or would be.
//
// The files that are not there are paused then, with what came of them kept, and Resume and Run go on. One Run at a time.
func (q *Queue) Run(ctx context.Context) error {
	q.mu.Lock()
	if q.running {
		q.mu.Unlock()
		return errors.New("the queue is running")
	}
	q.running, q.stopped = true, nil
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.running = false
	}()
	if err := q.lookForRoom(); err != nil {
		q.halt(err)
		return err
	}
	var wg sync.WaitGroup
	for range q.o.Workers {
		wg.Go(func() {
			for id, f := q.next(ctx); f != nil; id, f = q.next(ctx) {
				q.fetch(ctx, id, f)
			}
		})
	}
	wg.Wait()
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.stopped != nil {
		return q.stopped
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// lookForRoom looks whether all that is to come has room, as far as the sizes are known.
func (q *Queue) lookForRoom() error {
	q.mu.Lock()
	var packed, unpacked int64
	for _, f := range q.files {
		if f.state == Waiting {
			packed += f.item.Size
			unpacked += cmp.Or(f.item.Unpacked, unpackedSize(f.item.Size, f.item.Ext))
		}
	}
	q.mu.Unlock()
	if packed+unpacked == 0 {
		return nil // each file looks for itself
	}
	if err := partsDir(q.o.Dir); err != nil {
		return nil // each file will say so
	}
	return q.c.roomFor(q.o.Dir, packed, unpacked)
}

// next waits for a file to work on, and gives none when there will be none.
func (q *Queue) next(ctx context.Context) (int, *file) {
	for {
		q.mu.Lock()
		hope := false
		for id, f := range q.files {
			if f.state == Waiting && ctx.Err() == nil && q.stopped == nil {
				f.state = Receiving
				f.track.set(Waiting)
				q.mu.Unlock()
				return id, f
			}
			hope = hope || f.state == Receiving || f.state == Paused
		}
		changed := q.changed
		hope = hope && ctx.Err() == nil && q.stopped == nil
		q.mu.Unlock()
		if !hope {
			return 0, nil
		}
		select {
		case <-ctx.Done():
		case <-changed:
		}
	}
}

// fetch downloads one file.
func (q *Queue) fetch(ctx context.Context, id int, f *file) {
	within, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	q.mu.Lock()
	if f.state != Receiving { // paused or canceled since
		q.mu.Unlock()
		return
	}
	f.stop = stop
	q.mu.Unlock()
	q.o.Progress.Working(f.item.Module.String())
	d := Downloads{Dir: q.o.Dir, Ext: f.item.Ext, Sum: f.item.Sum, Unpacked: f.item.Unpacked, Progress: q.o.Progress, track: f.track}
	p, err := q.c.Download(within, f.item.Module, d)
	end := q.ended(ctx, within, f, p, err)
	if end == Finished || end == Failed {
		q.o.Progress.Done(1)
		if q.o.Done != nil {
			q.o.Done(id, p, err)
		}
	}
}

// ended notes how it went.
func (q *Queue) ended(ctx, within context.Context, f *file, p *Part, err error) State {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.change()
	f.stop, f.err = nil, nil
	cause := context.Cause(within)
	switch {
	case err == nil:
		f.state, f.part = Finished, p
		f.track.bytes.Store(p.Bytes)
		f.track.total.Store(p.Bytes)
	case cause == errCanceled:
		f.state = Canceled
		q.o.Progress.Done(1)
	case cause == errPaused, cause == errHalted:
		f.state = Paused
	case ctx.Err() != nil:
		f.state = Waiting // the next Run goes on with it
	case errors.Is(err, ErrNoNetwork), errors.Is(err, ErrSpace):
		f.state, f.err = Paused, err
		q.haltLocked(err)
	default:
		f.state, f.err = Failed, err
	}
	return f.state
}

// halt pauses everything.
func (q *Queue) halt(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.haltLocked(err)
	q.change()
}

func (q *Queue) haltLocked(err error) {
	if q.stopped == nil {
		q.stopped = err
	}
	for _, f := range q.files {
		switch {
		case f.stop != nil:
			f.stop(errHalted)
		case f.state == Waiting, f.state == Receiving:
			f.state = Paused
		}
	}
}

// each calls do for the files of ids, or for all of them, with the mutex held.
func (q *Queue) each(ids []int, do func(*file)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.change()
	if len(ids) == 0 {
		for _, f := range q.files {
			do(f)
		}
	}
	for _, id := range ids {
		if id >= 0 && id < len(q.files) {
			do(q.files[id])
		}
	}
}

// halfway stops a file that is not at its end.
func (q *Queue) halfway(why error, end State) func(*file) {
	return func(f *file) {
		switch {
		case f.stop != nil:
			f.stop(why)
		case f.state == Waiting, f.state == Paused, f.state == Receiving:
			if f.state = end; end == Canceled {
				q.o.Progress.Done(1)
			}
		}
	}
}

// Pause breaks off what is under way and keeps what came; without ids it pauses all files.
func (q *Queue) Pause(ids ...int) { q.each(ids, q.halfway(errPaused, Paused)) }

// Cancel gives files up, without ids all of them. What came is kept for two weeks, should they be wanted again.
func (q *Queue) Cancel(ids ...int) { q.each(ids, q.halfway(errCanceled, Canceled)) }

// Resume goes on with paused files, without ids with all of them.
func (q *Queue) Resume(ids ...int) {
	q.each(ids, func(f *file) {
		if f.state == Paused {
			f.state, f.err = Waiting, nil
		}
	})
}

// Retry tries failed and canceled files again, without ids all of them. If Run has returned, call it again.
func (q *Queue) Retry(ids ...int) {
	q.each(ids, func(f *file) {
		if f.state == Failed || f.state == Canceled {
			f.state, f.err = Waiting, nil
			q.o.Progress.Expect(1)
		}
	})
}

// Result gives what came of a file: its Part, or why it failed or is paused, or neither.
func (q *Queue) Result(id int) (*Part, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if id < 0 || id >= len(q.files) {
		return nil, errors.New("no such file")
	}
	return q.files[id].part, q.files[id].err
}
