package scan

import (
	"context"
	"sync"
	"time"

	"godoctor/scan/gocache"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/project"
	"godoctor/scan/tree"
)

// run is one call of Run.
type run struct {
	opt      Options
	started  time.Time
	finished time.Time
	env      *goenv.Env
	mod      rootDir
	build    rootDir
	problems []Problem

	mu     sync.Mutex
	passes []*pass // the fast one and the exact one, in this order
	others *others // nil until they were looked for

	projects *project.Found // likewise
}

// A pass walks the roots once.
type pass struct {
	fast  bool
	mod   *modcache.Scan // nil where there is no root
	build *gocache.Scan

	// of a pass that ended; guarded by run.mu
	done    bool
	headers time.Duration
	results []*tree.Result
	index   []*tree.Index
}

// pass walks the roots, both at once: while one waits for the disk the other has work.
func (r *run) pass(ctx context.Context, fast bool) {
	p := &pass{fast: fast}
	var roots []tree.Root
	opt := tree.Options{Workers: r.opt.Workers, Count: r.opt.Meter.Add, Record: true}
	if r.mod.ok {
		p.mod = modcache.New(r.mod.Real, fast)
		roots = append(roots, tree.Root{Path: r.mod.Real, Place: p.mod.Place()})
		opt.Skip = append(opt.Skip, r.mod.id)
	}
	if r.build.ok {
		p.build = gocache.New(r.build.Real)
		roots = append(roots, tree.Root{Path: r.build.Real, Place: p.build.Place()})
		opt.Skip = append(opt.Skip, r.build.id)
	}
	if fast {
		opt.Recall = r.opt.Index.treesOf(roots)
	}
	r.mu.Lock()
	r.passes = append(r.passes, p)
	r.mu.Unlock()

	res := tree.Walk(ctx, roots, opt)
	results := []*tree.Result{res}
	if fast && p.mod != nil {
		results = append(results, p.mod.Estimate(ctx, opt, res.Index[0]))
	}
	r.mu.Lock()
	p.results, p.index, p.done = results, res.Index, ctx.Err() == nil
	r.mu.Unlock()
}

// headers reads what the entries of the build cache say of themselves.
func (r *run) headers(ctx context.Context) {
	p := r.passes[len(r.passes)-1]
	if p.build == nil {
		return
	}
	start := time.Now()
	p.build.Headers(ctx, nil) // where the cache cannot be opened, or ctx ends, the kinds of its entries stay unknown
	r.mu.Lock()
	p.headers = time.Since(start)
	r.mu.Unlock()
}

// liveShare is how much of its time publishing may take: one part in so many. A snapshot of 2,700 module versions
// makes two megabytes of garbage; ten of them a second made the collector run twice as often as it does now.
const (
	liveShare = 100
	liveMost  = 500 * time.Millisecond // a figure that stands still for longer looks stuck
)

// publishLive stores a snapshot in Options.Live every now and then until the function it returns is called.
func (r *run) publishLive() (stop func()) {
	if r.opt.Live == nil {
		return func() {}
	}
	r.opt.Live.Store(r.snapshot())
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		t := time.NewTicker(liveEvery)
		defer t.Stop()
		for {
			select {
			case <-quit:
				return
			case <-t.C:
				start := time.Now()
				r.opt.Live.Store(r.snapshot())
				t.Reset(max(liveEvery, min(liveShare*time.Since(start), liveMost)))
			}
		}
	}()
	return func() {
		close(quit)
		<-gone
	}
}
