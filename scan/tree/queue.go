package tree

import (
	"slices"
	"sync"
	"sync/atomic"
)

// A dir is a directory that waits to be read, is being read, or is kept open for the directories in it.
type dir struct {
	parent *dir
	root   int    // index into walk.roots
	name   string // of the root: its absolute path
	place  Place
	dev    uint64 // file system of the parent, to notice mount points

	old     uint64 // place of its record in the index of the earlier walk; zero: none
	indexed bool   // an Index may hold a Listing of it
	handle         // how the platform keeps it open

	live atomic.Int32 // of a root: directories of its tree that are still to be read, itself included
}

// path spells the directory out, for messages and where nothing above it is open.
func (d *dir) path() string {
	n := 0
	for e := d; e != nil; e = e.parent {
		n += len(e.name) + 1
	}
	buf := make([]byte, n)
	for e := d; e != nil; e = e.parent {
		n -= len(e.name)
		copy(buf[n:], e.name)
		n--
		if n >= 0 {
			buf[n] = '/'
		}
	}
	return string(buf[1:])
}

// at is the path of an entry of d, or of d itself if name is empty.
func (d *dir) at(name string) string {
	if name == "" {
		return d.path()
	}
	return d.path() + "/" + name
}

// rel is the path relative to the root, "" for the root itself.
func (d *dir) rel() string {
	if d.parent == nil {
		return ""
	}
	n := -1
	for e := d; e.parent != nil; e = e.parent {
		n += len(e.name) + 1
	}
	return string(d.fill(make([]byte, n)))
}

// fill writes the path relative to the root to the end of buf, which has room for it, and gives where it is.
func (d *dir) fill(buf []byte) []byte {
	n := len(buf)
	for e := d; ; e = e.parent {
		n -= len(e.name)
		copy(buf[n:], e.name)
		if e.parent.parent == nil {
			return buf[n:]
		}
		n--
		buf[n] = '/'
	}
}

// queue hands directories to the workers of a walk. Each worker has a stack of its own and takes the lock only
// when that is empty, or to share it when another worker has nothing to do. It is a stack and not a line so that
// the walk goes deep first: then few directories wait, and few are kept open for those that wait.
type queue struct {
	mu      sync.Mutex
	wake    *sync.Cond
	shared  []*dir
	workers int
	idle    atomic.Int32 // workers that wait
	stopped bool         // also when all of them wait and nothing is shared: the end
}

func newQueue(workers int, first []*dir) *queue {
	q := &queue{workers: workers, shared: first}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// share gives away the older half of a worker's stack, which leads to more work than the newer, if somebody waits
// for it, and returns the rest.
func (q *queue) share(stack []*dir) []*dir {
	if q.idle.Load() == 0 || len(stack) < 2 {
		return stack
	}
	n := len(stack) / 2
	q.mu.Lock()
	q.shared = append(q.shared, stack[:n]...)
	q.mu.Unlock()
	q.wake.Signal()
	return slices.Delete(stack, 0, n)
}

// next gives a directory to a worker whose stack is empty, or nil when there are no more.
func (q *queue) next() *dir {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.idle.Add(1)
	for len(q.shared) == 0 && !q.stopped {
		if int(q.idle.Load()) == q.workers {
			q.stopped = true
			q.wake.Broadcast()
			break
		}
		q.wake.Wait()
	}
	q.idle.Add(-1)
	if q.stopped {
		return nil
	}
	last := len(q.shared) - 1
	d := q.shared[last]
	q.shared[last] = nil
	q.shared = q.shared[:last]
	if last > 0 {
		q.wake.Signal()
	}
	return d
}

// leave takes what a worker that ends early has not read, for its descriptors to be closed.
func (q *queue) leave(stack []*dir) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.shared = append(q.shared, stack...)
}

// stop lets every worker end after the directory it is reading.
func (q *queue) stop() {
	q.mu.Lock()
	q.stopped = true
	q.mu.Unlock()
	q.wake.Broadcast()
}
