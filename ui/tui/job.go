package tui

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	tea "charm.land/bubbletea/v2"
)

// jobs counts the operations that run beside the screen. Each has an id, and messages of a job that was
// replaced are dropped by who receives them.
type jobs struct {
	ctx    context.Context
	cancel context.CancelFunc

	mu      sync.Mutex
	closed  bool
	last    int
	running sync.WaitGroup
	count   int
	busy    func(bool) // told when the first job begins and when the last has ended; may be nil
}

func newJobs(ctx context.Context) *jobs {
	j := &jobs{}
	j.ctx, j.cancel = context.WithCancel(ctx)
	return j
}

// A job is one operation.
type job struct {
	id     int
	ctx    context.Context
	cancel context.CancelFunc
}

// start makes a job whose body is run by the command that comes with it.
func (j *jobs) start(body func(context.Context) tea.Msg) (job, tea.Cmd) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	b := job{id: j.last}
	b.ctx, b.cancel = context.WithCancel(j.ctx)
	return b, guard(func() tea.Msg {
		if !j.enter() {
			return nil
		}
		defer j.leave()
		return body(b.ctx)
	})
}

// A Crash is a panic beside the screen, told once the terminal is as it was before.
type Crash struct {
	Value string
	Stack string
}

func (c *Crash) Error() string { return "internal error: " + c.Value }

// guard makes a message of a panic. Bubble Tea puts the terminal back too, but tells the panic in a race with
// the end of the program.
func guard(cmd tea.Cmd) tea.Cmd {
	return func() (msg tea.Msg) {
		defer func() {
			if v := recover(); v != nil {
				msg = &Crash{fmt.Sprint(v), string(debug.Stack())}
			}
		}()
		return cmd()
	}
}

// enter registers a job that begins, unless the program is ending.
func (j *jobs) enter() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return false
	}
	j.running.Add(1)
	if j.count++; j.count == 1 && j.busy != nil {
		j.busy(true)
	}
	return true
}

// leave takes a job that has ended off the count.
func (j *jobs) leave() {
	j.mu.Lock()
	if j.count--; j.count == 0 && j.busy != nil {
		j.busy(false)
	}
	j.mu.Unlock()
	j.running.Done()
}

// close cancels every job, lets no other begin, and waits.
func (j *jobs) close() {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	j.cancel()
	j.running.Wait()
}
