package project

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"godoctor/scan/tree"
)

// A walk goes through the directories below the roots. It reads names; of what it finds there it opens
// directories only.
type walk struct {
	ctx    context.Context
	in     *Input
	skip   map[tree.ID]bool // Input.SkipDirs
	roots  map[tree.ID]bool
	mounts mountTable

	mu      sync.Mutex
	more    sync.Cond
	stack   []place
	busy    int // workers that may still add to the stack
	found   []candidate
	skipped map[SkipReason]*counted[string]
	unread  counted[tree.Unreadable]

	entries atomic.Int64
}

// A place is a directory to be read.
type place struct {
	path  string
	dev   uint64 // of the directory above
	depth int
	root  bool
}

// A candidate is a file that may be a project.
type candidate struct {
	file string
	kind Kind
	dir  string  // "": that of the file
	sum  string  // "": what belongs to the file by its name
	id   tree.ID // of its directory; the zero ID: not known
}

// depthLimit is how deep below a root the walk goes. A file system that shows itself inside itself has no end.
const depthLimit = 200

// batch is how many names are asked for at a time.
const batch = 1024

func newWalk(ctx context.Context, in *Input) *walk {
	w := &walk{
		ctx: ctx, in: in, skip: make(map[tree.ID]bool), roots: make(map[tree.ID]bool),
		skipped: make(map[SkipReason]*counted[string]),
	}
	w.more.L = &w.mu
	w.unread.limit = 1000
	for _, dir := range in.SkipDirs {
		if id, err := dirID(dir); err == nil {
			w.skip[id] = true
		}
	}
	return w
}

// dirID is the identity of a directory, links in its path followed.
func dirID(path string) (tree.ID, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return tree.ID{}, err
	}
	st, err := tree.StatRoot(real)
	return tree.ID{Dev: st.Dev, Ino: st.Ino}, err
}

// start puts the roots on the stack and says what became of them. A root that is another root by another name
// is read once.
func (w *walk) start() []Root {
	w.mounts = readMounts(w.in.Roots)
	list := make([]Root, len(w.in.Roots))
	for i, path := range w.in.Roots {
		path = filepath.Clean(path)
		list[i].Path = path
		id, err := dirID(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			list[i].Exists, list[i].Err = true, cause(err)
			w.lost(path, cause(err))
			continue
		}
		list[i].Exists = true
		if !w.roots[id] {
			w.roots[id] = true
			w.stack = append(w.stack, place{path: path, root: true})
		}
	}
	return list
}

// run reads everything.
func (w *walk) run(workers int) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(w.work)
	}
	stop := context.AfterFunc(w.ctx, w.more.Broadcast)
	wg.Wait()
	stop()
}

// workers is as many as there are CPUs, and at least two: a cold cache waits for the disk.
func workers(asked int) int {
	if asked > 0 {
		return asked
	}
	return max(2, min(runtime.GOMAXPROCS(0), 16))
}

func (w *walk) work() {
	var v visitor
	for {
		w.mu.Lock()
		for len(w.stack) == 0 && w.busy > 0 && w.ctx.Err() == nil {
			w.more.Wait()
		}
		if len(w.stack) == 0 || w.ctx.Err() != nil {
			w.mu.Unlock()
			w.more.Broadcast()
			return
		}
		p := w.stack[len(w.stack)-1]
		w.stack = w.stack[:len(w.stack)-1]
		w.busy++
		w.mu.Unlock()

		v.visit(w, p)

		w.mu.Lock()
		w.stack = append(w.stack, v.next...)
		w.found = append(w.found, v.found...)
		w.busy--
		if w.busy == 0 || len(v.next) > 1 {
			w.more.Broadcast()
		}
		w.mu.Unlock()
		clear(v.next)
		v.next, v.found = v.next[:0], v.found[:0]
	}
}

// lost notes a place that could not be read.
func (w *walk) lost(path string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unread.add(path, tree.Unreadable{Path: path, Err: err})
}

// leave notes a directory that is left out.
func (w *walk) leave(path string, why SkipReason) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.skipped[why]
	if c == nil {
		c = &counted[string]{limit: 100}
		w.skipped[why] = c
	}
	c.add(path, path)
}

// gone reports whether an error says that something is not there any more, or is not a directory any more:
// trees change while they are walked.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir) || errors.Is(err, errLink)
}

// list reads the names of an open directory.
func list(f *os.File, each func(fs.DirEntry)) (n int64, err error) {
	for {
		entries, err := f.ReadDir(batch)
		for _, e := range entries {
			each(e)
		}
		n += int64(len(entries))
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
