package tui

import (
	"context"
	"slices"
	"sync/atomic"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/project"
)

// A who is an answer to the question who needs what. Versions are looked up in it by name, so that it serves the later
// snapshots of a scan too, and the beginning of the next one, until it is replaced.
type who struct {
	seq      int64 // of its question: an answer to an earlier one does not replace it
	use      *usage.Result
	here     *usage.Project  // the project that the program was started in, or nil
	inv      *scan.Inventory // that was asked about
	warnings []string        // what makes no sense in the configuration
}

// asking counts questions and keeps the answer to the last one. Commands ask, Update reads.
type asking struct {
	asked  atomic.Int64
	answer atomic.Pointer[who]
}

// ask finds out who needs what. It takes its time: it is for commands. An answer that was broken off is dropped, for
// it would know less than the one before.
func (r *root) ask(ctx context.Context, inv *scan.Inventory) *who {
	if r.Use == nil || ctx.Err() != nil {
		return r.who.answer.Load()
	}
	w := &who{seq: r.who.asked.Add(1), inv: inv}
	w.use, w.here = r.Use(ctx, inv)
	if r.Warnings != nil {
		w.warnings = r.Warnings()
	}
	for ctx.Err() == nil && w.use != nil {
		old := r.who.answer.Load()
		if old != nil && old.seq > w.seq {
			return old
		}
		if r.who.answer.CompareAndSwap(old, w) {
			return w
		}
	}
	return r.who.answer.Load()
}

// knows is the answer that data was prepared with.
func (d *data) knows() *who {
	if d == nil {
		return nil
	}
	return d.who
}

// result is who needs what; nil while nobody knows.
func (w *who) result() *usage.Result {
	if w == nil {
		return nil
	}
	return w.use
}

// index is the place of a version in the result, which most of its methods want.
func (w *who) index(u *usage.Version) int {
	for i := range w.use.Versions {
		if &w.use.Versions[i] == u {
			return i
		}
	}
	return -1
}

// found is how the look for projects went; nil if nobody looked.
func (w *who) found() *project.Found {
	if w == nil {
		return nil
	}
	return w.inv.Projects
}

// unsure is the first reason why nothing is called an orphan; empty if there is none.
func (w *who) unsure() string {
	if w == nil || !w.use.Unsure {
		return ""
	}
	i := slices.IndexFunc(w.use.Doubts, func(d usage.Doubt) bool { return !d.Bounded })
	if i < 0 {
		return "not everything is known"
	}
	return w.use.Doubts[i].Message
}
