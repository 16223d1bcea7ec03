package fetch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/module"

	"godoctor/scan/meter"
)

// askers is how many questions Ask has under way at a time.
const askers = 16

// A Verdict is what is known of a version at the proxies.
type Verdict string

// The verdicts.
const (
	Had     Verdict = "had"     // a proxy has it
	Gone    Verdict = "gone"    // every proxy of the list said 404 or 410
	Private Verdict = "private" // GONOPROXY matches it: nobody was asked
	Unknown Verdict = "unknown" // everything else: offline, refused, broken, stopped
)

// An Answer is what came of one question.
type Answer struct {
	Module  module.Version
	Verdict Verdict
	Direct  bool  // of Gone, Private and Unknown: go would go on to the origin
	Info    Info  // of Had
	Err     error // of Gone and Unknown: why; of Private: the Error that says so
}

// Ask asks for the .info of each version, several at a time, and answers in the order of the versions. The meter
// may be nil; it expects and counts versions. When ctx ends, what was not answered by then is Unknown with the
// cause of that as its Err; Ask returns as soon as the requests under way are broken off.
func Ask(ctx context.Context, c *Client, versions []module.Version, progress *meter.Meter) []Answer {
	answers := make([]Answer, len(versions))
	progress.Expect(int64(len(versions)))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(askers, len(versions)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(versions)); i = next.Add(1) - 1 {
				answers[i] = askFor(ctx, c, versions[i], progress)
			}
		})
	}
	wg.Wait()
	return answers
}

// askFor asks for one version.
func askFor(ctx context.Context, c *Client, m module.Version, progress *meter.Meter) Answer {
	a := Answer{Module: m, Verdict: Unknown}
	if ctx.Err() != nil {
		a.Err = context.Cause(ctx)
		return a
	}
	progress.Working(m.String())
	defer progress.Done(1)
	a.Info, a.Err = c.Info(ctx, m)
	progress.Add(1, int64(len(a.Info.Raw)))
	if e := (*Error)(nil); errors.As(a.Err, &e) {
		a.Direct = e.Direct
	}
	switch {
	case a.Err == nil:
		a.Verdict = Had
	case errors.Is(a.Err, ErrPrivate):
		a.Verdict = Private
	case errors.Is(a.Err, ErrNotFound):
		a.Verdict = Gone
	}
	return a
}
