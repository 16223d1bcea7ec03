package remedy

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"golang.org/x/mod/module"

	"godoctor/doctor/plan"
)

// batch are module versions that are mended together.
type batch struct {
	s        *Session
	r        *Remover
	ctx      context.Context
	m        *Mender
	b        *removal
	g        *staging // nil: there is none, and all have failed
	list     []*mending
	gathered chan struct{} // closed when everything that is needed is in the staging
}

// newBatch begins with steps of module versions, no version twice: what they need is brought while the caller does something
// else. Whoever calls it waits for gathered, whatever happens, and closes it then.
func (s *Session) newBatch(ctx context.Context, steps []plan.Step, m *Mender) *batch {
	g, err := s.stage()
	x := &batch{s: s, r: s.Remover, ctx: ctx, m: m, g: g, gathered: make(chan struct{})}
	x.b = &removal{r: s.Remover, ctx: ctx, folders: make(map[string]*folder)}
	for i := range steps {
		st := &steps[i]
		x.list = append(x.list, &mending{r: s.Remover, ctx: ctx, st: st, m: m, err: err,
			mod: module.Version{Path: st.Module, Version: st.Version}, b: x.b, stage: g})
	}
	x.step(x.list, (*mending).open)
	go func() { // ends when all is gathered, or the context has ended
		defer close(x.gathered)
		x.beside(fetchMax, x.list, (*mending).gather)
	}()
	return x
}

// mend carries the steps out once all is gathered. each is told of those that were come to, in their order.
func (x *batch) mend(each func(i int, o plan.Outcome)) {
	for _, part := range x.parts() {
		x.part(part)
	}
	for i, v := range x.list {
		if v.touched || v.err != nil && !x.stopped(v.err) {
			each(i, v.outcome())
		}
	}
}

func (x *batch) close() {
	for _, v := range x.list {
		v.close()
	}
	x.g.remove()
	x.b.close()
}

// stopped reports whether an error says no more than that the context has ended.
func (x *batch) stopped(err error) bool {
	return x.ctx.Err() != nil && (errors.Is(err, x.ctx.Err()) || errors.Is(err, context.Cause(x.ctx)))
}

// good are those of which nothing has failed yet.
func good(list []*mending) (out []*mending) {
	for _, v := range list {
		if v.err == nil {
			out = append(out, v)
		}
	}
	return out
}

// step does something for every version that is well, one after the other.
func (x *batch) step(list []*mending, do func(*mending) error) {
	for _, v := range list {
		if v.err == nil {
			v.err = do(v)
		}
	}
}

// beside does it for several at a time. When the context has ended it is done for none any more, and that is their error.
func (x *batch) beside(n int, list []*mending, do func(*mending) error) {
	todo := make(chan *mending)
	var wg sync.WaitGroup
	for range min(n, len(list)) {
		wg.Go(func() { // ends when there is no more to do
			for v := range todo {
				v.err = do(v)
			}
		})
	}
	for _, v := range good(list) {
		if v.err = x.ctx.Err(); v.err == nil {
			todo <- v
		}
	}
	close(todo)
	wg.Wait()
}

// parts are those of which nothing is to be put aside, all of them, and the others, a few at a time.
func (x *batch) parts() (out [][]*mending) {
	var fresh, aside []*mending
	for _, v := range good(x.list) {
		if early, late := v.wrong(); len(early)+len(late) == 0 {
			fresh = append(fresh, v)
		} else {
			aside = append(aside, v)
		}
	}
	if len(fresh) > 0 {
		out = append(out, fresh)
	}
	for lo := 0; lo < len(aside); lo += asideMax {
		out = append(out, aside[lo:min(lo+asideMax, len(aside))])
	}
	return out
}

// part puts aside what is wrong, has go install all of them, and looks what came of it.
func (x *batch) part(list []*mending) {
	for lo := 0; lo < len(list); lo += groupMax {
		x.take(list[lo:min(lo+groupMax, len(list))])
	}
	for _, v := range list {
		v.t.unlock() // go needs it
	}
	x.install(good(list))
	x.record(good(list))
	x.step(list, (*mending).reopen)
	x.beside(runtime.GOMAXPROCS(0), list, (*mending).check)
	if whole := good(list); len(whole) > 0 {
		if err := x.r.mod.syncAll(); err != nil {
			x.step(whole, func(*mending) error { return err })
		}
	}
	for _, v := range list {
		if v.err != nil {
			v.err = errors.Join(v.err, v.back())
		} else {
			v.end()
			if v.hashed {
				x.s.proved[v.mod] = v.hash
			}
		}
	}
}

// take locks versions and renames what of them is wrong into the quarantine, behind the gate. It may be that nothing is.
func (x *batch) take(list []*mending) {
	x.step(list, func(v *mending) error {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		return v.lock()
	})
	var aside []*mending
	for _, v := range good(list) {
		if len(v.early)+len(v.late) > 0 {
			aside = append(aside, v)
		}
	}
	if len(aside) == 0 {
		return
	}
	users := x.r.users(x.ctx)
	x.step(aside, func(v *mending) error { return v.free(users) })
	x.step(aside, (*mending).vault)
	x.step(aside, func(v *mending) error { return v.move(v.early) })
	if len(good(aside)) == 0 {
		return
	}
	users = x.r.users(x.ctx)
	x.step(aside, func(v *mending) error { return v.free(users) }) // whom somebody came to in between is put back
	x.step(aside, func(v *mending) error { return v.move(v.late) })
}

// install runs one go command for all of them. Of a step about .mod or .info alone it is no failure that there is no zip: what
// go has written is looked at.
func (x *batch) install(list []*mending) {
	x.step(list, func(v *mending) error {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		v.touched = true
		return x.r.disk.ask("install", v.mod.String())
	})
	list = good(list)
	wants := make([]Want, len(list))
	for i, v := range list {
		wants[i] = v.want()
	}
	for i, err := range x.g.install(x.ctx, x.m.Installer, wants) {
		if list[i].content() {
			list[i].err = err
		}
	}
}

// record has the go command get the signed records of toolchains that were fetched, while there is a network: see
// Session.recorded. It belongs to the repair: who is killed before it finds the old state again.
func (x *batch) record(list []*mending) {
	var of []Want
	for _, v := range list {
		if v.st.Module == toolchainPath && v.st.Has(plan.FixFetch) && x.m.Fetch != nil && x.ctx.Err() == nil {
			of = append(of, Want{Module: v.st.Module, Version: v.st.Version})
		}
	}
	x.s.recorded(x.ctx, x.m.Installer, of)
}
