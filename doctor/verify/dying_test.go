package verify

import (
	"context"
	"sync/atomic"
	"testing"
)

// A dying context ends at the first question after which now says so: what is done from then on can be counted, however busy the
// machine is. Many goroutines may ask it.
type dying struct {
	context.Context
	cancel context.CancelFunc
	now    func(asked int64) bool
	asked  atomic.Int64 // questions before the end
	since  atomic.Int64 // and after it
}

// dies makes one. now, which may be nil, gets the number of the question; cancel ends it too.
func dies(t *testing.T, now func(asked int64) bool) *dying {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &dying{Context: ctx, cancel: cancel, now: now}
}

func (d *dying) Err() error {
	switch {
	case d.Context.Err() != nil:
		d.since.Add(1)
	case d.now != nil && d.now(d.asked.Add(1)):
		d.cancel()
	}
	return d.Context.Err()
}
