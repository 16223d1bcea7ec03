package sum

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"godoctor/scan/tree"
)

// errLater is why a job was put off: it is large, and another large one is in work.
var errLater = errors.New("later")

// bigJob is the memory, in bytes, from which on a job is large: about 30,000 files with a zip and a directory.
const bigJob = 4 << 20

// A pool has the jobs of one run. Its workers take a task of a job in work if there is one, else they begin a job,
// which may be the one that was put off, else they wait. So all of them work on a large module, and none waits
// for the others between small ones.
type pool struct {
	opt  Options
	jobs []Job

	mu      sync.Mutex
	change  sync.Cond
	next    int           // the next job to begin
	later   []int         // jobs that were put off
	big     bool          // a large job is in work
	working map[int]*work // jobs in work, those that are being begun included
	mem     int64         // bytes of memory of the jobs in work
	ready   []*task
	results []*Result
	stopped bool
	running int // workers that did not end
}

func run(ctx context.Context, jobs []Job, opt Options, done func(*Result)) error {
	if opt.Workers <= 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	if opt.Changes <= 0 {
		opt.Changes = 1000
	}
	if opt.Memory <= 0 {
		opt.Memory = 24 << 20
	}
	opt.Meter.Expect(int64(len(jobs)))
	p := &pool{opt: opt, jobs: jobs, working: map[int]*work{}, results: make([]*Result, len(jobs)), running: opt.Workers}
	p.change.L = &p.mu
	defer context.AfterFunc(ctx, p.stop)()
	defer p.closeAll()
	tree.Together(opt.Workers+1, func(i int) {
		defer p.stop() // the others would wait for ever for one that panics
		if i == opt.Workers {
			p.deliver(done)
			return
		}
		defer p.ended()
		p.work(newWorker(ctx, opt.Meter))
	})
	return ctx.Err()
}

func (p *pool) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.change.Broadcast()
}

// ended says that a worker ended.
func (p *pool) ended() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.change.Broadcast()
}

// closeAll closes the jobs that were not finished.
func (p *pool) closeAll() {
	for _, k := range p.working {
		k.close()
	}
}

// deliver gives out the results in their order, as they come; when the run is stopped, those that there are.
func (p *pool) deliver(done func(*Result)) {
	for i := range p.jobs {
		p.mu.Lock()
		for p.results[i] == nil && p.running > 0 {
			p.change.Wait()
		}
		r := p.results[i]
		p.results[i] = nil
		p.mu.Unlock()
		if r != nil {
			done(r)
		}
	}
}

// work is the life of a worker.
func (p *pool) work(w *worker) {
	for {
		t, k := p.take()
		switch {
		case t != nil:
			w.do(t)
			if w.ctx.Err() == nil && t.pending.Add(-1) == 0 {
				p.finished(t.work, t.finish(&p.opt))
			}
		case k != nil:
			p.begin(w, k)
		default:
			return
		}
	}
}

// take gives a task, or a job to begin, or neither when there is nothing left to do.
func (p *pool) take() (*task, *work) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.stopped {
		switch n := len(p.later); {
		case len(p.ready) > 0:
			t := p.ready[0]
			p.ready = p.ready[1:]
			return t, nil
		case n > 0 && !p.big:
			i := p.later[0]
			p.later, p.big = p.later[1:], true
			return nil, p.workOn(i, true)
		case p.next < len(p.jobs) && n < 2*p.opt.Workers && len(p.working) < 2*p.opt.Workers && p.mem < p.opt.Memory:
			p.next++
			return nil, p.workOn(p.next-1, false)
		case len(p.working) == 0:
			return nil, nil
		}
		p.change.Wait()
	}
	return nil, nil
}

func (p *pool) workOn(i int, big bool) *work {
	k := &work{job: &p.jobs[i], index: i, big: big}
	k.stats = Stats && p.opt.Entries && k.job.Name == nil
	p.working[i] = k
	return k
}

// begin reads the names of a job and hands out its tasks.
func (p *pool) begin(w *worker, k *work) {
	p.opt.Meter.Working(k.job.Path + "@" + k.job.Version)
	err := k.open(w.ctx, w.scratch(direntLen), func(n int64) error {
		k.mem += n
		if k.mem > bigJob && !k.big && !p.tryBig(k) {
			return errLater
		}
		return nil
	})
	var tasks []*task
	if err == nil {
		tasks = k.tasks()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.change.Broadcast()
	if err == nil {
		p.mem += k.mem
		p.ready = append(p.ready, tasks...)
		return
	}
	k.close()
	delete(p.working, k.index)
	if k.big {
		p.big = false
	}
	if err == errLater {
		p.later = append(p.later, k.index)
		slices.Sort(p.later) // the results wait for the first
	}
}

// tryBig asks for the permission to be large, which one job has at a time.
func (p *pool) tryBig(k *work) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.big {
		return false
	}
	p.big, k.big = true, true
	return true
}

// finished takes the result of a job.
func (p *pool) finished(k *work, r *Result) {
	k.close()
	p.opt.Meter.Done(1)
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.working, k.index)
	p.mem -= k.mem
	if k.big {
		p.big = false
	}
	p.results[k.index] = r
	p.change.Broadcast()
}
