//go:build unix

package tui_test

import (
	"context"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"godoctor/ui/tui/tuitest"
)

// A storm of sizes, while the machine is looked at and keys are typed. When it is over the screen is that of a program which
// has known one size only, cell by cell: nothing of another size is left on it.
func TestResizeStorm(t *testing.T) {
	t.Parallel()
	const first = "> + golang.org/toolchain" // the largest module
	calm := open(t, tuitest.Options{Cols: 80, Rows: 24})
	see(t, calm, "scanned ")
	press(t, calm, "2", "g")
	see(t, calm, "[2 Modules]", first)
	want := timeless(settled(t, calm))
	press(t, calm, "q")
	clean(t, calm, 0)

	term := open(t, tuitest.Options{Cols: 80, Rows: 24})
	random := rand.New(rand.NewPCG(1, 1))
	keys := []string{"1", "2", "3", "4", "5", "6", "7", "down", "up", "pgdown", "G", "R", "]"}
	for i := range 400 {
		if err := term.Resize(1+random.IntN(200), 1+random.IntN(70)); err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 {
			press(t, term, keys[random.IntN(len(keys))])
		}
		time.Sleep(time.Duration(random.IntN(3)) * time.Millisecond) // so that some are seen, and some overtaken
	}
	if err := term.Resize(80, 24); err != nil {
		t.Fatal(err)
	}
	end := time.Now().Add(patience)
	for { // a key that comes before the last size does is one that nobody sees the effect of
		press(t, term, "2")
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		err := term.WaitFor(ctx, func(screen string) bool { return strings.Contains(screen, "[2 Modules]") })
		cancel()
		if err == nil {
			break
		}
		if t.Context().Err() != nil || time.Now().After(end) {
			t.Fatalf("Modules does not come: %v\n%s", err, term.Screen())
		}
	}
	press(t, term, "g")
	see(t, term, first)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := term.WaitFor(ctx, func(screen string) bool { return timeless(screen) == want }); err != nil {
		t.Errorf("after the storm (%v):\n%s\nwithout:\n%s", err, term.Screen(), want)
	}
	press(t, term, "q")
	clean(t, term, 0)
}

// timeless leaves out when the machine was looked at, and how long that took.
func timeless(screen string) string {
	return regexp.MustCompile(` *scanned \d\d:\d\d, \S+`).ReplaceAllString(screen, "")
}

// settled waits until the screen has not changed for a while.
func settled(t *testing.T, term *tuitest.Terminal) string {
	t.Helper()
	for {
		before := term.Screen()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		err := term.WaitFor(ctx, func(screen string) bool { return screen != before })
		cancel()
		if err != nil {
			return before
		}
	}
}
