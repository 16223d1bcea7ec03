package cli

import (
	"context"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/fetch"
	"godoctor/doctor/plan"
	"godoctor/doctor/remedy"
	"godoctor/doctor/state"
	"godoctor/scan/meter"
	"godoctor/ui/prompt"
	"godoctor/ui/text"
)

// mend downloads what the steps need, several files at a time, and carries them out.
func (a *app) mend(ctx context.Context, s *remedy.Session, l *look, steps []plan.Step, m *meter.Meter) (*state.Run, []plan.Outcome) {
	mender := remedy.Mender{Installer: a.installer(l.inv)}
	if slices.ContainsFunc(steps, func(s plan.Step) bool { return s.NeedsNetwork }) && !a.offline {
		if dir, err := a.parts(s); err != nil {
			a.note("nothing can be fetched: %v", err)
		} else {
			c := fetch.New(fetch.SettingsOf(l.inv.Env, a.Environ), fetch.Options{})
			defer c.Close()
			a.download(ctx, c, dir, steps)
			a.keepRate(c)
			mender.Fetch, mender.Installed = c.Proved(dir, m), c.Installed
			defer c.Leave() // what was not installed, for the version is in use or the run was stopped, is not fetched again
		}
	}
	outcomes := make([]plan.Outcome, len(steps))
	m.Expect(int64(len(steps)))
	defer a.progressOf("repairing", m)()
	var run *state.Run
	at := 0
	for _, part := range a.portions(steps) {
		first := at
		at += len(part)
		if run != nil && !a.watch.More(ctx) {
			break
		}
		run = s.Mend(ctx, part, mender, func(i int, o plan.Outcome) {
			outcomes[first+i] = o
			a.mendedEvent(&part[i], o)
		})
	}
	return run, outcomes
}

// portions are the steps as they are carried out together: all of them, but where somebody may pause them in between.
func (a *app) portions(steps []plan.Step) [][]plan.Step {
	if a.watch == nil {
		return [][]plan.Step{steps}
	}
	return slices.Collect(slices.Chunk(steps, plan.BatchMax))
}

// parts is the directory for what is being fetched.
func (a *app) parts(s *remedy.Session) (string, error) {
	dir, err := s.Staging()
	if err != nil {
		return "", err
	}
	return staged(dir)
}

// download fetches the zips of the steps into part files, where the repair of each version finds them. That one fails is told
// there.
func (a *app) download(ctx context.Context, c *fetch.Client, dir string, steps []plan.Step) {
	q := fetch.NewQueue(c, fetch.QueueOptions{Dir: dir})
	n := 0
	for i := range steps {
		if s := &steps[i]; s.Has(plan.FixFetch) && s.Name == "" && s.File == "" {
			q.Add(fetch.Item{Module: module.Version{Path: s.Module, Version: s.Version}, Sum: s.Hash, Size: s.Bytes})
			n++
		}
	}
	if n == 0 {
		return
	}
	stop, end := a.progressOfQueue(q), a.eventsOfQueue(q)
	err := q.Run(ctx)
	end()
	stop()
	if err != nil && ctx.Err() == nil {
		a.note("the download stopped: %v; what came is kept: run the same command again", err)
	}
}

// progressOfQueue shows how far a download is, as progressOf does.
func (a *app) progressOfQueue(q *fetch.Queue) (stop func()) {
	if a.watch != nil {
		return a.watch.Fetching(q)
	}
	return a.show("fetching", func() prompt.State { return stateOfQueue(q.Picture()) },
		func(d time.Duration) string { return queueLine(q.Picture(), d) })
}

// queueLine is the state of a download in one line: files, bytes, rate, time left, and what is going on with one of them.
func queueLine(p fetch.Picture, d time.Duration) string {
	var kept int64
	for i := range p.Files {
		kept += p.Files[i].Kept
	}
	s := fmt.Sprintf("fetching: %d of %d files, %s of %s", p.Counts[fetch.Finished], len(p.Files), text.Bytes(p.Bytes), text.Bytes(p.Total))
	if rate := float64(p.Bytes-kept) / d.Seconds(); rate > 0 && d > time.Second {
		s += fmt.Sprintf(", %s/s", text.Bytes(int64(rate)))
		if left := p.Total - p.Bytes; p.Exact && left > 0 {
			s += ", " + text.Duration(time.Duration(float64(left)/rate*float64(time.Second))) + " left"
		}
	}
	if now := queueNow(p); now != "" {
		s += "; " + now
	}
	return s
}

// queueNow is what is going on with one of the files, or nothing.
func queueNow(p fetch.Picture) string {
	i := slices.IndexFunc(p.Files, func(f fetch.FileState) bool {
		return f.State == fetch.Receiving || f.State == fetch.Resuming || f.State == fetch.Held || f.State == fetch.Connecting
	})
	if i < 0 {
		return ""
	}
	f := &p.Files[i]
	s := fmt.Sprintf("%s from %s: %s", text.Clean(f.Item.Module.String()), text.Clean(f.Host), f.State)
	if f.Tries > 1 {
		s += fmt.Sprintf(", try %d", f.Tries)
	}
	return s
}
