package check

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"godoctor/doctor/finding"
)

// Patience is how long one check may take, for all projects together. Those that go through a cache may take longer as
// long as somebody gets on with it, walkTimes as long at most: from a cold disk that is honest work.
const (
	Patience  = 5 * time.Second
	walkTimes = 6
)

// Failed is the check under whose ID a check that did not come to its end is reported.
var Failed = &Check{
	ID:       "check-failed",
	Title:    "a check did not come to its end",
	Severity: finding.Warning,
	Help: Help{
		Why: "A check of godoctor panicked, or did not get on for five seconds: a directory on a network that does not answer, or a fault in " +
			"godoctor. The other checks are not affected.",
		Look: "The finding says which check it was and what it said. 'godoctor check CHECK --debug' runs it alone.",
		Do:   "Leave it out with --skip, and report it with what it said.",
	},
}

// Options of a run. The zero value runs every check up to Walk.
type Options struct {
	Only     []string        // IDs; empty: all. What is named is run whatever its cost
	Skip     []string        // IDs and names of costs
	Network  bool            // checks of the cost Network are run as well
	Patience time.Duration   // instead of Patience; 0: that
	Workers  int             // 0: one for each CPU
	Began    func(id string) // is told of each check that begins, by many goroutines; may be nil
}

// wants reports whether a check is to run.
func (o *Options) wants(c *Check) bool {
	if slices.Contains(o.Skip, c.ID) || slices.Contains(o.Skip, c.Cost.String()) || c.Run == nil {
		return false
	}
	if len(o.Only) > 0 {
		return slices.Contains(o.Only, c.ID)
	}
	return c.Cost < Network || c.Cost == Network && o.Network
}

// A Result is what came of a run.
type Result struct {
	Findings []finding.Finding // sorted
	Ran      []string          // the IDs of the checks that ran, in the order of the table
	Times    map[string]time.Duration
}

// Run runs checks of a table on a machine. It returns when all have come to an end, or have lost their patience, or ctx
// has ended; then what they had found by then counts. A check that does not end keeps its goroutine.
func Run(ctx context.Context, m *Machine, table []*Check, opt Options) *Result {
	if opt.Patience == 0 {
		opt.Patience = Patience
	}
	if opt.Workers == 0 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	var picked []*Check
	for _, c := range table {
		if opt.wants(c) {
			picked = append(picked, c)
		}
	}
	found := make([][]finding.Finding, len(picked))
	took := make([]time.Duration, len(picked))
	free := make(chan struct{}, opt.Workers)
	var all sync.WaitGroup
	for i, c := range picked {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			if opt.Began != nil {
				opt.Began(c.ID)
			}
			start := time.Now()
			found[i] = one(ctx, m, c, max(opt.Patience, c.Patience))
			took[i] = time.Since(start)
		})
	}
	all.Wait()
	res := &Result{Times: make(map[string]time.Duration)}
	for i, c := range picked {
		res.Ran = append(res.Ran, c.ID)
		res.Times[c.ID] = took[i]
		res.Findings = append(res.Findings, found[i]...)
	}
	finding.Sort(res.Findings)
	return res
}

// one runs a check, and gives up waiting for it when it takes too long.
func one(ctx context.Context, m *Machine, c *Check, patience time.Duration) []finding.Finding {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	found, done := new(collector), make(chan *finding.Finding, 1)
	go func() { done <- run(ctx, m, c, found) }()
	failed := await(ctx, m, c, patience, done)
	list := found.take()
	if failed != nil {
		list = append(list, *failed)
	}
	return list
}

// await waits for a check, as long as one has patience.
func await(ctx context.Context, m *Machine, c *Check, patience time.Duration, done <-chan *finding.Finding) *finding.Finding {
	began := time.Now()
	moved, seen := began, m.Meter.Sample()
	tick := time.NewTicker(patience / 20)
	defer tick.Stop()
	for {
		select {
		case failed := <-done:
			return failed
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if s := m.Meter.Sample(); c.Cost == Walk && s != seen && now.Sub(began) < walkTimes*patience {
				moved, seen = now, s
			}
			if now.Sub(moved) > patience {
				return failure(c, fmt.Sprintf("it did not come to an end within %v", now.Sub(began).Round(patience/10)))
			}
		}
	}
}

// run calls a check for each of its subjects. What it panics with is a finding.
func run(ctx context.Context, m *Machine, c *Check, found *collector) (failed *finding.Finding) {
	defer func() {
		if r := recover(); r != nil {
			failed = failure(c, fmt.Sprintf("it panicked: %v\n%s", r, where(debug.Stack())))
		}
	}()
	p := &Pass{Context: ctx, Machine: m, Check: c, found: found}
	if c.Subject == OfMachine {
		c.Run(p)
		return nil
	}
	for _, project := range m.Projects {
		if ctx.Err() != nil {
			break
		}
		p := *p
		p.Project = project
		c.Run(&p)
	}
	return nil
}

func failure(c *Check, why string) *finding.Finding {
	return &finding.Finding{Check: Failed.ID, Severity: Failed.Severity, Title: Failed.Title, Docs: Failed.ID,
		Detail: fmt.Sprintf("%s: %s", c.ID, why), Target: finding.Target{Path: c.ID}}
}

// where is the line of a stack that panicked: the first one of this package behind the panic.
func where(stack []byte) string {
	lines := strings.Split(string(stack), "\n")
	panicked := false
	for i, line := range lines {
		panicked = panicked || strings.HasPrefix(line, "panic(")
		if panicked && strings.Contains(line, "doctor/check.") && i+1 < len(lines) {
			place, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
			if n := strings.LastIndex(place, "/doctor/"); n >= 0 {
				place = place[n+1:]
			}
			return place
		}
	}
	return ""
}
