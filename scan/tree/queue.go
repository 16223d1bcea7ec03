package tree

import "sync"

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

// queue is the stack of directories to read. It is a stack and not a line so that the walk goes deep
// first: then few directories wait, and few are kept open for those that wait.
type queue struct {
	mu      sync.Mutex
	wake    *sync.Cond
	stack   []*dir
	open    int // directories in the stack or being read
	stopped bool
}

func newQueue() *queue {
	q := &queue{}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// push adds directories found in one that is being read.
func (q *queue) push(ds []*dir) {
	q.mu.Lock()
	q.stack = append(q.stack, ds...)
	q.open += len(ds)
	q.mu.Unlock()
	for range min(len(ds), 4) {
		q.wake.Signal()
	}
}

// next says that the directory before is read and gives another, or nil when there are no more.
func (q *queue) next(before *dir) *dir {
	q.mu.Lock()
	defer q.mu.Unlock()
	if before != nil {
		if q.open--; q.open == 0 {
			q.wake.Broadcast()
		}
	}
	for len(q.stack) == 0 && q.open > 0 && !q.stopped {
		q.wake.Wait()
	}
	if len(q.stack) == 0 || q.stopped {
		return nil
	}
	last := len(q.stack) - 1
	d := q.stack[last]
	q.stack[last] = nil
	q.stack = q.stack[:last]
	return d
}

// stop lets every worker end after the directory it is reading.
func (q *queue) stop() {
	q.mu.Lock()
	q.stopped = true
	q.mu.Unlock()
	q.wake.Broadcast()
}
