package cli

import (
	"sync"
	"time"

	"godoctor/doctor/fetch"
	"godoctor/doctor/plan"
	"godoctor/doctor/report"
	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// eventsOfQueue tells --jsonl how far each file of a download is that has changed since it was told: every second, and at
// the end.
func (a *app) eventsOfQueue(q *fetch.Queue) (stop func()) {
	if a.format != "jsonl" {
		return func() {}
	}
	start, told := time.Now(), make(map[int]report.GetProgress)
	tell := func() {
		for _, f := range q.Picture().Files {
			e := report.GetProgress{Module: f.Item.Module.Path, Version: f.Item.Module.Version, State: string(f.State), Bytes: f.Bytes,
				Total: f.Total, Tries: f.Tries, Host: f.Host}
			if f.State == fetch.Waiting || told[f.ID] == e {
				continue
			}
			told[f.ID] = e
			if rate := float64(f.Bytes-f.Kept) / time.Since(start).Seconds(); rate > 0 {
				e.Rate, e.LeftMS = int64(rate), int64(float64(max(f.Total-f.Bytes, 0))/rate*1000)
			}
			a.event("progress", e)
		}
	}
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(time.Second)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				tell()
			case <-quit:
				return
			}
		}
	})
	return func() {
		close(quit)
		wg.Wait()
		tell()
	}
}

// mendedEvent tells --jsonl what became of a step, once it is known.
func (a *app) mendedEvent(s *plan.Step, o plan.Outcome) {
	if a.watch != nil {
		a.watch.Step(s, o)
		return
	}
	if a.format != "jsonl" {
		return
	}
	e := report.MendedEvent{Module: s.Module, Version: s.Version, Path: s.Path, File: s.File, Fixes: s.Fixes, Result: o.Result.String()}
	if o.Err != nil {
		e.Error = report.NoPassword(o.Err.Error())
	}
	a.event("mended", e)
}

func (a *app) event(name string, v any) {
	if err := plain.Event(a.Stdout, name, v); err != nil {
		a.debugf("%v", text.Clean(err.Error()))
	}
}
