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
	if a.quiet || a.noProgress {
		return func() {}
	}
	if a.accessible {
		return a.tell(what, func() prompt.State { return stateOf(m.Sample(), size) })
	}
	every, show := logEvery, logLine
	live := isTerminal(a.Stderr) && a.getenv("TERM") != "dumb"
	if live {
		every, show = progressEvery, liveLine
	}
	quit := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(every)
		defer t.Stop()
		start, shown := time.Now(), false
		for {
			select {
			case <-t.C:
				show(a.Stderr, what, m.Sample(), time.Since(start))
				shown = true
			case <-quit:
				if live && shown {
					io.WriteString(a.Stderr, "\r\x1b[K")
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

func liveLine(w io.Writer, what string, s meter.Sample, d time.Duration) {
	io.WriteString(w, "\r\x1b[K"+what+": "+counted(s, d))
}

func logLine(w io.Writer, what string, s meter.Sample, d time.Duration) {
	io.WriteString(w, "godoctor: "+what+": "+counted(s, d)+"\n")
}

// counted is how far something is. Of what cannot be counted, as what the go command does, there is only the time.
func counted(s meter.Sample, d time.Duration) string {
	if s.Entries == 0 && s.Bytes == 0 {
		return text.Duration(d)
	}
	return fmt.Sprintf("%s entries, %s, %s", text.Count(s.Entries), text.Bytes(s.Bytes), text.Duration(d))
}
