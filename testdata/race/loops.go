//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// what are the kinds of loops. There are two of each: one is told the module cache, the other finds it by default.
var what = []string{"build", "vet", "download", readerName}

const (
	failuresShown = 5
	commandTime   = 2 * time.Minute
	pauseLeast    = 50 * time.Millisecond
)

// loops run commands until they are stopped.
type loops struct {
	w    *world
	seed uint64
	use  use
	last atomic.Bool // no further command begins
	wg   sync.WaitGroup
	tick chan struct{}

	mu       sync.Mutex
	pause    float64 // as a multiple of the work before it
	ran      []int   // of each loop
	failed   []int
	failures []string // the first
}

func newLoops(w *world, seed uint64) *loops {
	n := 2 * len(what)
	return &loops{w: w, seed: seed, use: use{now: make([]int, len(w.items))}, pause: 1, tick: make(chan struct{}),
		ran: make([]int, n), failed: make([]int, n)}
}

// start lets the loops run.
func (l *loops) start(ctx context.Context) {
	l.use.begin(l.w)
	for n := range l.ran {
		l.wg.Go(func() { l.loop(ctx, n) })
	}
	go l.steer()
}

// stop waits for the commands that run.
func (l *loops) stop() {
	l.last.Store(true)
	l.wg.Wait()
	close(l.tick)
	l.use.end()
}

// loop runs the commands of one kind, in one project after the other.
func (l *loops) loop(ctx context.Context, n int) {
	random := rand.New(rand.NewPCG(l.seed, uint64(n)))
	for i := 0; !l.last.Load() && ctx.Err() == nil; i++ {
		p := random.IntN(projects)
		began := time.Now()
		l.use.change(l.w.needs[p], 1)
		err := l.run(ctx, n, i, p)
		l.use.change(l.w.needs[p], -1)
		worked := time.Since(began)
		l.took(ctx, n, began, err)
		l.mu.Lock()
		pause := time.Duration(l.pause * (0.5 + random.Float64()) * float64(worked))
		l.mu.Unlock()
		l.sleep(ctx, max(pause, pauseLeast))
	}
}

// sleep waits, but not beyond the end.
func (l *loops) sleep(ctx context.Context, d time.Duration) {
	for end := time.Now().Add(d); !l.last.Load() && ctx.Err() == nil; {
		left := time.Until(end)
		if left <= 0 {
			return
		}
		time.Sleep(min(left, 100*time.Millisecond))
	}
}

// run runs the command number i of a loop in a project.
func (l *loops) run(ctx context.Context, n, i, p int) error {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	dir := l.w.projectDir(p)
	flags := "GOFLAGS=-mod=readonly"
	// What differs in a flag of the compiler is compiled anew: the sources are read to the end.
	anew := fmt.Sprintf("-gcflags=%s=-D=%d.%d", modulePattern, n, i)
	var c *exec.Cmd
	switch kind := what[n%len(what)]; kind {
	case "build", "vet":
		c = l.w.command(ctx, dir, kind, anew, "./...")
	case "download":
		c = l.w.command(ctx, dir, "mod", "download")
		flags = "GOFLAGS="
	case readerName:
		c = exec.CommandContext(ctx, l.w.reader())
		c.Dir = dir
	}
	c.Env = l.w.environ(n >= len(what), dir, flags)
	return said(c)
}

// took notes what came of a command.
func (l *loops) took(ctx context.Context, n int, began time.Time, err error) {
	if ctx.Err() != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ran[n]++
	if err == nil {
		return
	}
	l.failed[n]++
	if len(l.failures) < failuresShown {
		l.failures = append(l.failures, fmt.Sprintf("from %s to %s: %s", began.Format(stamped), time.Now().Format(stamped), cut(err.Error())))
	}
}

// cut keeps the beginning of a long text.
func cut(s string) string {
	if len(s) > 2000 {
		return s[:2000] + "..."
	}
	return s
}

// steer makes the pauses longer or shorter, so that a used version is in use half of the time on any machine.
func (l *loops) steer() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-l.tick:
			return
		case <-t.C:
		}
		lately := l.use.lately()
		l.mu.Lock()
		l.pause = min(max(l.pause*math.Exp(lately-0.5), 0.2), 20)
		l.mu.Unlock()
	}
}

func (l *loops) total() (ran, failed int) {
	for n := range l.ran {
		ran += l.ran[n]
		failed += l.failed[n]
	}
	return ran, failed
}

func (l *loops) least() int {
	n := l.ran[0]
	for _, ran := range l.ran {
		n = min(n, ran)
	}
	return n
}

// kinds says how many commands of each kind ran.
func (l *loops) kinds() string {
	var b bytes.Buffer
	for k, name := range what {
		fmt.Fprintf(&b, ", %d %s", l.ran[k]+l.ran[k+len(what)], name)
	}
	return strings.TrimPrefix(b.String(), ", ")
}

// use measures for how much of the time a version is in use: a command runs in a project that lists it.
type use struct {
	mu     sync.Mutex
	now    []int // commands, of each item
	used   int   // how many items are used at all
	busy   int   // how many of them are in use
	at     time.Time
	began  time.Time
	sum    time.Duration // of all of them
	before struct {
		at  time.Time
		sum time.Duration
	}
}

func (u *use) begin(w *world) {
	for _, it := range w.items {
		if it.Used {
			u.used++
		}
	}
	u.began = time.Now()
	u.at, u.before.at = u.began, u.began
}

// advance counts the time since the last change.
func (u *use) advance() {
	now := time.Now()
	u.sum += time.Duration(u.busy) * now.Sub(u.at)
	u.at = now
}

func (u *use) change(items []int, by int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance()
	for _, i := range items {
		was := u.now[i] > 0
		u.now[i] += by
		if is := u.now[i] > 0; is != was {
			u.busy += by
		}
	}
}

func (u *use) end() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance()
}

// lately is the share of the time since the last call.
func (u *use) lately() float64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.advance()
	sum, took := u.sum-u.before.sum, u.at.Sub(u.before.at)
	u.before.sum, u.before.at = u.sum, u.at
	return float64(sum) / float64(max(1, took)) / float64(u.used)
}

// share is that of the whole time.
func (u *use) share() float64 {
	return float64(u.sum) / float64(max(1, u.at.Sub(u.began))) / float64(max(1, u.used))
}
