//go:build unix

package tuitest

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// WaitFor waits until the screen is as wanted. The error shows the screen that was there instead; it comes
// at once when the program ends.
func (t *Terminal) WaitFor(ctx context.Context, wanted func(screen string) bool) error {
	return t.poll(ctx, "the screen", func() bool { return wanted(t.Screen()) })
}

// WaitText waits until the text is on the screen, in one row.
func (t *Terminal) WaitText(timeout time.Duration, text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return t.poll(ctx, fmt.Sprintf("the text %q", text), func() bool { return strings.Contains(t.Screen(), text) })
}

// WaitGone waits until the text is on the screen no more.
func (t *Terminal) WaitGone(timeout time.Duration, text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return t.poll(ctx, fmt.Sprintf("%q to go", text), func() bool { return !strings.Contains(t.Screen(), text) })
}

// poll looks whenever the screen may have changed, now and then besides, because who waits may look at more
// than that, and the last time when the program has ended.
func (t *Terminal) poll(ctx context.Context, what string, wanted func() bool) error {
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	const besides = 50 * time.Millisecond
	var seen uint64
	var looked time.Time
	for {
		var over bool
		select {
		case <-t.ended:
			over = true
		default:
		}
		t.mu.Lock()
		version := t.version
		t.mu.Unlock()
		if over || version != seen || time.Since(looked) > besides {
			seen, looked = version, time.Now()
			if wanted() {
				return nil
			}
		}
		if over {
			return t.seen("waiting for %s: the program ended with code %d", what, t.exitCode())
		}
		select {
		case <-ctx.Done():
			return t.seen("waiting for %s: %v", what, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// WaitIdle waits until the program has written nothing for d since a key was pressed, or has ended.
func (t *Terminal) WaitIdle(timeout, d time.Duration) error {
	deadline := time.Now().Add(timeout)
	for {
		t.mu.Lock()
		rest := time.Until(t.changed.Add(d))
		t.mu.Unlock()
		if rest <= 0 {
			return nil
		}
		if time.Now().Add(rest).After(deadline) {
			rest = time.Until(deadline)
		}
		select {
		case <-t.ended:
			return nil
		case <-time.After(rest):
		}
		if !time.Now().Before(deadline) {
			return t.seen("waiting for %v without a change: still changing after %v", d, timeout)
		}
	}
}

// seen is an error that shows the screen.
func (t *Terminal) seen(format string, args ...any) error {
	cols, rows := t.Size()
	lines := t.Lines()
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return fmt.Errorf("%s; the screen of %dx%d:\n  | %s", fmt.Sprintf(format, args...), cols, rows,
		strings.Join(lines, "\n  | "))
}
