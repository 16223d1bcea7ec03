package remedy

import (
	"context"
	"errors"
	"fmt"
	"path"

	"godoctor/doctor/plan"
)

// pending is a version that is out of sight, made durable, and not deleted. It holds nothing open: there may be thousands.
type pending struct {
	each  func(i int, o plan.Outcome)
	i     int
	it    plan.Item
	names plan.Below
	moves []put
}

// A put is a rename within one directory that was made.
type put struct {
	dir           string // below the module cache, with slashes
	name, newName string
}

// A run that is stopped leaves to the next sweep what is half deleted.
var errLeft = fmt.Errorf("it is out of sight, and what is left of it goes with the next clean: %w", context.Canceled)

// putOff keeps what is to be deleted of a target. The batch may end.
func (b *removal) putOff(t *target) *pending {
	p := &pending{each: b.each, i: t.i, it: *t.it, names: t.names}
	for _, m := range t.moved {
		dir := path.Dir(t.names.Zip)
		if t.dir != nil && m.from == t.dir {
			dir = path.Dir(t.names.Dir)
		}
		p.moves = append(p.moves, put{dir, m.name, m.newName})
	}
	return p
}

// Finish deletes what is out of sight, several directories at a time. It is the plan.Finisher of the package: from the
// first no of more on, versions that it has not begun with are put back whole.
func (r *Remover) Finish(ctx context.Context, more func() bool) {
	list := r.pending
	r.pending = nil
	job := r.newErasure(ctx)
	next := 0
	job.feed = func() bool {
		if next == len(list) || !more() {
			return false
		}
		list[next].begin(r, job)
		next++
		return true
	}
	job.wait()
	for _, p := range list[next:] {
		p.each(p.i, p.putBack(r))
	}
}

// begin opens where a version was and puts its parts on the list.
func (p *pending) begin(r *Remover, job *erasure) {
	r.opt.Meter.Working(p.it.Label())
	b := &removal{r: r, folders: make(map[string]*folder)}
	left := &leaving{todo: len(p.moves)}
	took := func(freed int64, err error) {
		if left.took(freed, err) {
			b.close()
			p.each(p.i, left.outcome())
		}
	}
	if len(p.moves) == 0 {
		p.each(p.i, left.outcome())
	}
	for _, m := range p.moves {
		f, err := b.at(m.dir)
		if err != nil {
			if gone(err) { // go clean was here
				err = nil
			}
			took(0, err)
			continue
		}
		job.add(f, m.newName, took)
	}
}

// putBack renames everything to where it was, under the version's lock, where nothing took its place.
func (p *pending) putBack(r *Remover) plan.Outcome {
	b := &removal{r: r, folders: make(map[string]*folder)}
	defer b.close()
	leave := func(err error) plan.Outcome {
		return plan.Outcome{Result: plan.Skipped, Err: errors.Join(errLeft, err)}
	}
	t := &target{names: p.names}
	for _, m := range p.moves {
		f, err := b.at(m.dir)
		if err != nil {
			return leave(err)
		}
		t.moved = append(t.moved, move{f, m.name, f, m.newName})
	}
	if len(t.moved) == 0 {
		return leave(nil)
	}
	lock, err := t.moved[0].from.lockOf(b, p.names)
	if err != nil {
		return leave(err)
	}
	defer lock.Close()
	if len(b.free(t.moved)) != len(t.moved) {
		return leave(nil) // go has fetched it again meanwhile
	}
	if err := t.back(); err != nil {
		return leave(err)
	}
	return plan.Outcome{} // untouched: it is as it was
}

var _ plan.Finisher = (*Remover)(nil)
