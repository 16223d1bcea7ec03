package prompt

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"godoctor/ui/text"
)

// How often it is looked how far a work is, and how long nothing is said at most.
const (
	lookEvery = 200 * time.Millisecond
	heartbeat = 30 * time.Second
)

// A State is how far a work is.
type State struct {
	Done, Total int64  // things; Total 0: how many there are is not known
	Of          string // what one of them is: "item"
	Bytes, Size int64  // likewise
	Detail      string // what it is at, clean; told with a heartbeat
}

// Tell says on w how far a work is, until the func that it returns is called: a line when it begins, at a quarter, at half
// and at three quarters of it, and one when nothing was said for 30 seconds. Each line stays. head is put before each; what
// is a word like "removing". look may be called from another goroutine.
func Tell(w io.Writer, head, what string, look func() State) (end func()) {
	t := newTeller(what, time.Now())
	write := func(line string) {
		if line != "" {
			io.WriteString(w, head+line+"\n")
		}
	}
	write(t.begin(look()))
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				write(t.next(now, look()))
			case <-quit:
				return
			}
		}
	})
	return func() {
		close(quit)
		wg.Wait()
	}
}

// A teller knows what was said of a work.
type teller struct {
	what       string
	start, was time.Time // when it began, and when something was said last
	quarter    int64     // that was told
}

func newTeller(what string, now time.Time) *teller { return &teller{what: what, start: now, was: now} }

// begin is the first line.
func (t *teller) begin(s State) string {
	var of []string
	if s.Total > 0 {
		of = append(of, text.Count(s.Total)+" "+s.things(s.Total))
	}
	if s.Size > 0 {
		of = append(of, text.Bytes(s.Size))
	}
	if of == nil {
		return t.what
	}
	return t.what + ": " + strings.Join(of, ", ")
}

// next is the line that is due, or nothing.
func (t *teller) next(now time.Time, s State) string {
	part := s.percent()
	quarter := part / 25
	switch {
	case quarter > t.quarter && quarter < 4:
		t.quarter, t.was = quarter, now
		return fmt.Sprintf("%s: %d percent, %s", t.what, part, t.words(now, s))
	case now.Sub(t.was) >= heartbeat:
		t.was = now
		line := "still working: " + t.what + ", " + t.words(now, s)
		if s.Detail != "" {
			line += "; " + s.Detail
		}
		return line
	}
	return ""
}

// things are n of what it is about.
func (s *State) things(n int64) string {
	switch stem, y := strings.CutSuffix(s.Of, "y"); {
	case n == 1:
		return s.Of
	case y:
		return stem + "ies"
	}
	return s.Of + "s"
}

// percent is how far it is: by bytes where it is known how many there are, else by things.
func (s *State) percent() int64 {
	done, all := s.Bytes, s.Size
	if all <= 0 {
		done, all = s.Done, s.Total
	}
	if all <= 0 || done <= 0 {
		return 0
	}
	return int64(min(100*float64(done)/float64(all), 100))
}

// words say how far it is.
func (t *teller) words(now time.Time, s State) string {
	var out []string
	switch {
	case s.Total > 0:
		out = append(out, fmt.Sprintf("%s of %s %s", text.Count(s.Done), text.Count(s.Total), s.things(s.Total)))
	case s.Done > 0:
		out = append(out, text.Count(s.Done)+" "+s.things(s.Done))
	}
	switch {
	case s.Size > 0:
		out = append(out, text.Bytes(min(s.Bytes, s.Size))+" of "+text.Bytes(s.Size))
	case s.Bytes > 0:
		out = append(out, text.Bytes(s.Bytes))
	}
	return strings.Join(append(out, text.Duration(now.Sub(t.start))), ", ")
}
