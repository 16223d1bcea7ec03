package tui

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"godoctor/doctor/config"
	"godoctor/doctor/plan"
	"godoctor/doctor/state"
	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/meter"
)

// A rider drives a program as Bubble Tea does, in time that only the test moves: commands run beside the screen, their
// answers come in some order, and keys, sizes and old messages come between them. It counts what changes a cache, and what a
// person agreed to on a question that was drawn.
type rider struct {
	t testing.TB
	r *root

	mu      sync.Mutex
	inbox   []tea.Msg
	changes atomic.Int64 // runs that began
	agreed  int64        // questions answered with yes
	last    tea.Msg
	keys    []string // pressed last, for the report
}

// newRider makes a program in which everything can be done, and nothing is changed.
func newRider(t testing.TB, mods int, o Options) *rider {
	d := &rider{t: t}
	names := hostile[:min(mods, len(hostile))]
	slow := func(ctx context.Context, _ *plan.Control, _ int) { pause(ctx, 30*time.Millisecond) }
	rem := &remover{later: mods%2 == 0, names: names, pace: slow}
	n := &nurse{names: names, picture: inTheMiddle(3, names...), pace: func(ctx context.Context, _ string) { pause(ctx, 50*time.Millisecond) }}
	v, c := some(), symptoms(7)
	v.pace = func(ctx context.Context, _ int) { pause(ctx, 10*time.Millisecond) }
	o.Use, o.Verify, o.Check, o.Checks, o.Diff = useOf(config.Default()), v.run, c.run, manuals, someDiff
	o.Pin = func(config.Pin, bool) error { return errors.New("no room") }
	o.Machine = func() (scan.Options, string, error) { return scan.Options{}, "", errors.New("no machine\x1b[2J here") }
	o.Clean, o.Repair = d.countCleans(rem.cleaner()), d.countRepairs(n.repairer())
	carrier := &carrier{names: names, path: names, picture: inTheMiddle(3, names...), loose: mods % 3, pace: func(ctx context.Context, _ string, _ *Watch) {
		pause(ctx, 20*time.Millisecond)
	}}
	o.Bundle = d.countBundles(carrier.bundler())
	d.r = testRoot(t, o)
	load(d.r, withProjects(inventory(mods, names...), 3))
	return d
}

// pause waits, unless it is stopped.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (d *rider) countCleans(c *Cleaner) *Cleaner {
	run, undo := c.Run, c.Undo
	c.Run = func(ctx context.Context, inv *scan.Inventory, use *usage.Result, q *plan.Plan, opt plan.Options) Outcome {
		d.changes.Add(1)
		return run(ctx, inv, use, q, opt)
	}
	c.Undo = func(ctx context.Context, inv *scan.Inventory, of *state.Run, m *meter.Meter, each func(int, error)) Outcome {
		d.changes.Add(1)
		return undo(ctx, inv, of, m, each)
	}
	return c
}

func (d *rider) countRepairs(f *Repairer) *Repairer {
	make, get := f.Plan, f.Get
	f.Plan = func(ctx context.Context, inv *scan.Inventory, use *usage.Result, w MendWish, m *meter.Meter) (*Mending, error) {
		out, err := make(ctx, inv, use, w, m)
		if err != nil {
			return nil, err
		}
		run := out.Run
		out.Run = func(ctx context.Context, steps []plan.Step, w *Watch) Outcome {
			d.changes.Add(1)
			return run(ctx, steps, w)
		}
		return out, nil
	}
	f.Get = func(ctx context.Context, g GetWish, w *Watch) Outcome {
		d.changes.Add(1)
		return get(ctx, g, w)
	}
	return f
}

func (d *rider) countBundles(f *Bundler) *Bundler {
	plan, look := f.Plan, f.Look
	f.Plan = func(ctx context.Context, w BundleWish, t *Watch) (*Packing, error) {
		out, err := plan(ctx, w, t)
		if err != nil {
			return nil, err
		}
		run := out.Make
		out.Make = func(ctx context.Context, t *Watch) Outcome {
			d.changes.Add(1)
			return run(ctx, t)
		}
		return out, nil
	}
	f.Look = func(ctx context.Context, u BundleUse, t *Watch) (*Unpacking, error) {
		out, err := look(ctx, u, t)
		if err != nil {
			return nil, err
		}
		run := out.Apply
		out.Apply = func(ctx context.Context, way int, t *Watch) Outcome {
			d.changes.Add(1)
			return run(ctx, way, t)
		}
		return out, nil
	}
	return f
}

// begin runs a command as Bubble Tea does: beside the screen, and those of a batch at once.
func (d *rider) begin(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	go func() {
		switch m := cmd().(type) {
		case nil, tea.QuitMsg, tea.SuspendMsg:
		case tea.BatchMsg:
			for _, c := range m {
				d.begin(c)
			}
		case *Crash:
			d.t.Errorf("a job panicked: %s\n%s", m.Value, m.Stack)
		default:
			d.mu.Lock()
			d.inbox = append(d.inbox, m)
			d.mu.Unlock()
		}
	}()
}

// deliver gives the program an answer that came in, if there is one.
func (d *rider) deliver(n int) {
	d.mu.Lock()
	if len(d.inbox) == 0 {
		d.mu.Unlock()
		return
	}
	n %= len(d.inbox)
	m := d.inbox[n]
	d.inbox = append(d.inbox[:n], d.inbox[n+1:]...)
	d.mu.Unlock()
	d.last = m
	d.update(m)
}

// settle lets time pass, and gives the program what comes in.
func (d *rider) settle(most int) {
	synctest.Wait()
	time.Sleep(askGrace + time.Millisecond)
	for range most {
		synctest.Wait()
		d.deliver(0)
	}
}

func (d *rider) update(m tea.Msg) {
	_, cmd := d.r.Update(m)
	d.begin(cmd)
}

// press presses a key. Whoever presses the button that does it, of a question that can be read, agrees.
func (d *rider) press(k tea.KeyPressMsg) {
	q := d.r.question
	marked := 0
	if q != nil {
		marked = q.marked
	}
	d.keys = append(d.keys, k.String())
	if len(d.keys) > 40 {
		d.keys = d.keys[1:]
	}
	d.update(k)
	if q == nil || d.r.question == q || !q.armed {
		return
	}
	if k.String() == "y" && q.typed+q.input == "" || k.String() == "enter" && marked > 0 {
		d.agreed++
	}
}

// pressed are the keys that are pressed: all that mean something, and some that do not.
var pressed = strings.Fields("1 2 3 4 5 6 7 8 9 0 [ ] j k h l g G n N s S f w P y Y E v r o d c x t K J F z H p X L R e ? q V a u / : % C B T m " +
	"esc enter space tab up down left right pgdown pgup home end ctrl+u ctrl+d ctrl+c ctrl+r ctrl+p backspace é 宽 A M D W i U Q ~")

// ways lead to where something can be done; a person finds them sooner than a fuzzer.
var ways = [][]string{{"esc", "esc", "6", "x"}, {"esc", "5", "F", "x"}, {"esc", "3", "x"}, {"7", "H", "z"}, {"esc", "1", "c"}, {"y"}, {"tab", "enter"}, {"4", "x", "x"}, {"esc", "B", "a", "x", "x"}, {"B", "B", "g", "enter", "f", "enter", "x"}}

// step does one thing.
func (d *rider) step(next func() int) {
	switch n := next(); {
	case n < 130:
		d.press(keyNamed(pressed[n%len(pressed)]))
	case n < 150:
		d.press(keyNamed([]string{"x", "y", "enter", "c", "tab", "space", "j", "z"}[n%8]))
	case n < 160:
		for _, k := range ways[n%len(ways)] {
			d.press(keyNamed(k))
			d.settle(20)
		}
	case n < 170:
		d.settle(100)
	case n < 176: // what has to be typed is typed
		if q := d.r.question; q != nil && q.armed {
			for _, c := range q.typed {
				d.press(tea.KeyPressMsg{Code: c, Text: string(c)})
			}
		}
	case n < 184:
		d.update(tea.WindowSizeMsg{Width: next() * next() / 200, Height: next() * next() / 600})
	case n < 188:
		d.update(tea.WindowSizeMsg{Width: 80, Height: 24})
	case n < 191:
		d.update(tea.PasteMsg{Content: hostile[n%len(hostile)] + "\x1b[31m\n"})
	case n < 194 && d.last != nil: // an answer that came already
		d.update(d.last)
	case n < 196:
		load(d.r, withProjects(inventory(next()%9, hostile[n%7:]...), next()%4))
	case n < 220:
		time.Sleep(time.Duration(next()) * time.Millisecond)
	default:
		d.deliver(next())
	}
	synctest.Wait()
}

// look draws the frame and holds it, and what happened, against what must be.
func (d *rider) look() {
	r := d.r
	what := fmt.Sprintf("after %q", d.keys)
	if r.ASCII || !r.tooSmall() {
		checkFrame(d.t, r, what)
	} else if n := strings.Count(r.View().Content, "\n") + 1; n != r.height {
		d.t.Errorf("%s: %d lines of %d", what, n, r.height)
	}
	if did := d.changes.Load(); did > d.agreed {
		d.t.Errorf("%s: %d runs changed something, and %d questions were answered", what, did, d.agreed)
	}
	if r.crash != nil {
		d.t.Errorf("%s: %s\n%s", what, r.crash.Value, r.crash.Stack)
	}
}

// ride goes through a program by what next says, until it says -1.
func ride(t *testing.T, next func() int) (agreed, changes int64) {
	synctest.Test(t, func(t *testing.T) {
		first := max(next(), 0)
		d := newRider(t, first%8*4, Options{Color: first&8 > 0, ASCII: first&16 > 0})
		d.look()
		for n := next(); n >= 0 && !t.Failed(); n = next() {
			given := false
			d.step(func() int {
				if !given {
					given = true
					return n
				}
				return max(next(), 0)
			})
			d.look()
		}
		d.r.jobs.close()
		time.Sleep(time.Minute) // ticks that nobody waits for
		agreed, changes = d.agreed, d.changes.Load()
	})
	return agreed, changes
}

// FuzzRoot feeds keys, sizes, pastes and answers in any order to the program: no panic, no frame that does not fit, and
// nothing is changed that nobody has confirmed.
func FuzzRoot(f *testing.F) {
	f.Add([]byte{3})
	f.Add([]byte("1c  xy7zHy\xf0\xf0\xf06x\xc8\xffy\xf5\xf5"))
	for seed := range uint64(2) { // few and short: the fuzzer begins with all of them
		src := rand.New(rand.NewPCG(seed, 11))
		b := make([]byte, 60)
		for i := range b {
			b[i] = byte(src.UintN(256))
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1000 {
			b = b[:1000]
		}
		at := 0
		ride(t, func() int {
			if at == len(b) {
				return -1
			}
			at++
			return int(b[at-1])
		})
	})
}

// How far TestRide goes, and from where: go test ./ui/tui -run TestRide -ride 1000000 -seed 1 -timeout 2h
var (
	rideSteps = flag.Int("ride", 7500, "how many `steps` TestRide does")
	rideSeed  = flag.Uint64("seed", 7, "where TestRide begins")
)

// TestRide does what FuzzRoot does from random steps, further. Somebody who presses everything does confirm now and then, and
// then something runs: the invariant is not held by a program that does nothing.
func TestRide(t *testing.T) {
	src := rand.New(rand.NewPCG(*rideSeed, 7))
	var agreed, changes int64
	for done := 0; done < *rideSteps && !t.Failed(); done += 2500 {
		left := 2500
		a, c := ride(t, func() int {
			if left--; left < 0 {
				return -1
			}
			return int(src.UintN(256))
		})
		agreed, changes = agreed+a, changes+c
	}
	t.Logf("%d steps from seed %d: %d questions answered, %d runs began", *rideSteps, *rideSeed, agreed, changes)
	if changes == 0 {
		t.Errorf("%d questions were answered, and nothing began", agreed)
	}
}
