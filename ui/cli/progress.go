package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"godoctor/scan/meter"
	"godoctor/ui/prompt"
	"godoctor/ui/text"
)

// How often progress is shown on a terminal, and in a log.
const (
	progressEvery = 120 * time.Millisecond
	logEvery      = 10 * time.Second
)

// progress shows on stderr what the meter counts, until the function it returns is called: one line that
// is drawn again on a terminal, a line every ten seconds elsewhere, so that a log stays short.
func (a *app) progress(m *meter.Meter) (stop func()) { return a.progressOf("scanning", m) }

// progressOf says what is going on, beside how far it is.
func (a *app) progressOf(what string, m *meter.Meter) (stop func()) { return a.progressTo(what, m, 0) }

// progressTo is progressOf of what is known to be so many bytes; 0: it is not.
func (a *app) progressTo(what string, m *meter.Meter, size int64) (stop func()) {
	if a.watch != nil {
		return a.watch.Working(what, m)
	}
	return a.show(what, func() prompt.State { return stateOf(m.Sample(), size) },
		func(d time.Duration) string { return what + ": " + counted(m.Sample(), d) })
}

// show shows how far something is until the function that it returns is called: its line, which gets how long it has gone on, or with
// --accessible its state.
func (a *app) show(what string, state func() prompt.State, line func(time.Duration) string) (stop func()) {
	switch {
	case a.quiet || a.noProgress:
		return func() {}
	case a.accessible:
		return a.tell(what, state)
	}
	live := drawsOn(a.Stderr) && a.getenv("TERM") != "dumb"
	every, head, tail := logEvery, "godoctor: ", "\n"
	if live {
		every, head, tail = progressEvery, wipe, ""
	}
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(every)
		defer t.Stop()
		start := time.Now()
		for shown := false; ; shown = true {
			select {
			case <-t.C:
				l := line(time.Since(start))
				if live {
					l = inRow(l, columns(a.Stderr))
					a.drawn.Store(true)
				}
				io.WriteString(a.Stderr, head+l+tail)
			case <-quit:
				if live && shown {
					io.WriteString(a.Stderr, wipe)
					a.drawn.Store(false)
				}
				return
			}
		}
	})
	return func() {
		close(quit)
		wg.Wait()
	}
}

// wipe goes back to the begin of a row of the terminal, and makes it empty.
const wipe = "\r\x1b[K"

// aside prints a line on stderr, in the place of one that is drawn again and again, if there is one.
func (a *app) aside(line string) {
	if a.drawn != nil && a.drawn.Load() {
		line = wipe + line
	}
	io.WriteString(a.Stderr, line+"\n")
}

// inRow cuts a clean line to what stands in a row of a terminal with so many columns; 0: nobody knows how many. What went on in the
// next row would stay there when the line is drawn again.
func inRow(line string, columns int) string {
	if columns <= 0 {
		return line
	}
	return text.Fit(line, min(text.Width(line), columns-1))
}

// counted is how far something is. Of what cannot be counted, as what the go command does, there is only the time.
func counted(s meter.Sample, d time.Duration) string {
	if s.Entries == 0 && s.Bytes == 0 {
		return text.Duration(d)
	}
	return fmt.Sprintf("%s entries, %s, %s", text.Count(s.Entries), text.Bytes(s.Bytes), text.Duration(d))
}
