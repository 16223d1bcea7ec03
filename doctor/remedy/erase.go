package remedy

import (
	"context"
	"errors"
	"io"
	"sync"

	"godoctor/doctor/plan"
)

// parts are what became of the parts of one item.
type parts struct {
	freed int64
	errs  []error
}

// leaving gathers parts that several goroutines remove.
type leaving struct {
	parts
	mu   sync.Mutex
	todo int
}

// took notes one part, and reports whether it was the last.
func (l *leaving) took(freed int64, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.todo--
	l.freed += freed
	if err != nil {
		l.errs = append(l.errs, err)
	}
	return l.todo == 0
}

func (p *parts) outcome() plan.Outcome {
	o := plan.Outcome{Result: plan.Done, Disk: p.freed}
	if err := errors.Join(p.errs...); err != nil {
		o.Result, o.Err = plan.Failed, err
	}
	return o
}

// An erasure deletes trees, several directories at a time: one big tree does not wait for one worker. No link is
// followed, no other mount entered. Its unit of work is one directory: its files are unlinked, its directories become
// work of their own, and whoever finishes the last of them removes it.
type erasure struct {
	r     *Remover
	ctx   context.Context
	mu    sync.Mutex
	cond  *sync.Cond
	stack []*branch // work; the last is taken first, so that few directories are open
	open  int       // branches that are not finished

	feed    func() bool // adds more when there is no work left; false: there is none. nil: likewise
	feeding bool
}

// A branch is a directory that is being deleted.
type branch struct {
	above *branch // nil: it is the top of a tree
	in    *folder // that holds it
	name  string
	dir   *folder
	todo  int   // children that are not finished, and itself
	disk  int64 // of the directory itself
	keep  bool  // the directory may stay, empty
	freed int64
	err   error // the first; the others are alike
	done  func(freed int64, err error)
}

func (r *Remover) newErasure(ctx context.Context) *erasure {
	e := &erasure{r: r, ctx: ctx}
	e.cond = sync.NewCond(&e.mu)
	return e
}

// add puts a file or tree on the list. done is told once, by any goroutine.
func (e *erasure) add(in *folder, name string, done func(freed int64, err error)) *branch {
	b := &branch{in: in, name: name, todo: 1, done: done}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open++
	e.stack = append(e.stack, b)
	return b
}

// wait deletes everything on the list.
func (e *erasure) wait() {
	var wg sync.WaitGroup
	workers := e.r.opt.Workers
	if e.feed == nil {
		workers = min(workers, max(1, len(e.stack)*4))
	}
	for range workers {
		wg.Go(e.work)
	}
	wg.Wait()
}

func (e *erasure) work() {
	for {
		e.mu.Lock()
		if !e.wanted() {
			e.mu.Unlock()
			e.cond.Broadcast()
			return
		}
		b := e.stack[len(e.stack)-1]
		e.stack = e.stack[:len(e.stack)-1]
		e.mu.Unlock()
		subs := e.begin(b)
		e.mu.Lock()
		b.todo += len(subs)
		e.stack = append(e.stack, subs...)
		e.mu.Unlock()
		if len(subs) > 0 {
			e.cond.Broadcast()
		}
		e.finish(b)
	}
}

// wanted waits for work, and has more fed where there is none. false: there never will be. The mutex is held.
func (e *erasure) wanted() bool {
	for len(e.stack) == 0 {
		switch {
		case e.feed != nil && !e.feeding:
			e.feeding = true
			e.mu.Unlock()
			more := e.feed()
			e.mu.Lock()
			if e.feeding = false; !more {
				e.feed = nil
			}
			e.cond.Broadcast()
		case e.open == 0 && !e.feeding:
			return false
		default:
			e.cond.Wait()
		}
	}
	return true
}

// begin deletes a file, or what lies directly in a directory but for its directories, which it returns.
func (e *erasure) begin(b *branch) (subs []*branch) {
	st, err := b.in.lstat(b.name)
	switch {
	case gone(err): // go sweeps such names too
		return nil
	case err == nil && e.ctx.Err() != nil:
		err = errLeft
	case err == nil && st.kind != directory:
		if err = b.in.unlink(b.name); err == nil {
			b.freed += st.freed()
			e.r.opt.Meter.Add(1, st.freed())
		}
	case err == nil:
		subs, err = e.enter(b, st)
	}
	if err != nil && !gone(err) {
		b.err = err
	}
	return subs
}

// enter opens a directory and unlinks what is in it.
func (e *erasure) enter(b *branch, st stat) (subs []*branch, err error) {
	var thawed error
	if st.mode&0o500 != 0o500 { // only root opens it as it is
		thawed = b.in.thaw(b.name, st.mode|0o700)
	}
	if b.dir, err = b.in.open(b.name); err != nil {
		return nil, errors.Join(err, thawed)
	}
	b.disk = st.disk
	if st.mode&0o300 != 0o300 { // go makes extracted directories read-only
		if err := b.dir.chmod(st.mode | 0o700); err != nil {
			return nil, err
		}
	}
	var first error
	for {
		list, err := b.dir.names(1024)
		for _, x := range list {
			if x.kind == directory {
				subs = append(subs, &branch{above: b, in: b.dir, name: x.name, todo: 1})
				continue
			}
			if err := e.unlink(b, x.name); err != nil && first == nil {
				first = err // the others may go
			}
		}
		if e.ctx.Err() != nil && first == nil {
			first = errLeft
		}
		if err == io.EOF || len(list) == 0 && err == nil || e.ctx.Err() != nil {
			return subs, first
		}
		if err != nil {
			return subs, errors.Join(first, err)
		}
	}
}

// unlink removes one file of a directory, and counts what that frees.
func (e *erasure) unlink(b *branch, name string) error {
	if e.ctx.Err() != nil {
		return errLeft
	}
	st, err := b.dir.lstat(name)
	if err == nil {
		err = b.dir.unlink(name)
	}
	if gone(err) {
		return nil
	}
	if err == nil {
		b.freed += st.freed()
		e.r.opt.Meter.Add(1, st.freed())
	}
	return err
}

// rmdir removes the directory that is empty now.
func (e *erasure) rmdir(b *branch) {
	err := b.in.rmdir(b.name)
	if err == nil {
		b.freed += b.disk
		e.r.opt.Meter.Add(1, b.disk)
	} else if !gone(err) && !b.keep {
		b.err = err
	}
}

// freed is what unlinking a file gives back: nothing while another name leads to it.
func (s stat) freed() int64 {
	if s.links > 1 {
		return 0
	}
	return s.disk
}

// finish ends a branch once nothing of it is left to do, and then perhaps the one above.
func (e *erasure) finish(b *branch) {
	for b != nil {
		e.mu.Lock()
		b.todo--
		last := b.todo == 0
		e.mu.Unlock()
		if !last {
			return
		}
		if b.dir != nil {
			b.dir.close()
			if b.err == nil {
				e.rmdir(b)
			}
		}
		above := b.above
		e.mu.Lock()
		if above != nil {
			above.freed += b.freed
			if above.err == nil {
				above.err = b.err
			}
		} else {
			e.open--
		}
		e.mu.Unlock()
		if above == nil {
			b.done(b.freed, b.err)
			e.cond.Broadcast()
		}
		b = above
	}
}
