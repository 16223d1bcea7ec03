package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"godoctor/ui/plain"
	"godoctor/ui/text"
)

// patience is how many answers in a row may make no sense.
const patience = 100

// What is longer than lineMax is no answer, and what is longer than endMax is no input: it may have no end.
const (
	lineMax = 4 << 10
	endMax  = 1 << 20
)

// A Voice is a writer whose writes, each of whole lines, may come from several goroutines.
type Voice struct {
	mu sync.Mutex
	w  io.Writer
}

// NewVoice makes the Voice that writes to w.
func NewVoice(w io.Writer) *Voice { return &Voice{w: w} }

// Write hands b on.
func (v *Voice) Write(b []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.w.Write(b)
}

// A talk is one conversation.
type talk struct {
	Options
	ctx   context.Context
	out   *plain.Printer
	lines chan line
	lost  int // answers in a row that made no sense
	page  int // lines of a list at a time; 0: nobody has said

	machine  *Machine // nil: it is to be looked at
	changes  int      // how often something was changed: what was listed before is not what is there
	policy   Policy
	verified *Verified // the last one, of that machine
}

// A line is what was typed, or why nothing can be.
type line struct {
	text string
	err  error
}

// read reads lines until done is closed, or the input ends.
func read(r io.Reader, lines chan<- line, done <-chan struct{}) {
	b := bufio.NewReaderSize(r, lineMax)
	for {
		s, err := b.ReadSlice('\n')
		l := line{text: strings.TrimSpace(string(s))}
		for n := lineMax; errors.Is(err, bufio.ErrBufferFull); n += lineMax {
			l.text = "(a very long line)"
			if n > endMax {
				l.text, err = "", bufio.ErrTooLong
				break
			}
			_, err = b.ReadSlice('\n')
		}
		if err != nil && l.text == "" {
			l.err = errLeave
		}
		select {
		case lines <- l:
		case <-done:
			return
		}
		if err != nil {
			close(lines)
			return
		}
	}
}

// say prints a line, which is clean.
func (t *talk) say(format string, args ...any) { fmt.Fprintf(t.out, format+"\n", args...) }

// clean prepares what others wrote.
func (t *talk) clean(s string) string {
	if t.ASCII {
		return text.CleanASCII(s)
	}
	return text.Clean(s)
}

// catch begins to catch ctrl+c.
func (t *talk) catch() (<-chan os.Signal, func()) {
	if t.Catch == nil {
		return nil, func() {}
	}
	caught, release := t.Catch()
	return caught, sync.OnceFunc(release)
}

// ask asks, says what it means to type nothing, and gives the answer. An error ends the conversation.
func (t *talk) ask(question, nothing string) (string, error) {
	fmt.Fprintf(t.out, "%s (nothing typed: %s): ", question, nothing)
	answer, err := t.listen()
	if err != nil {
		return "", err
	}
	switch strings.ToLower(answer) {
	case "q", "quit", "exit":
		return "", errLeave
	}
	return answer, nil
}

// listen waits for a line.
func (t *talk) listen() (string, error) {
	if err := t.out.Err(); err != nil {
		return "", err
	}
	caught, release := t.catch()
	defer release()
	select {
	case l, ok := <-t.lines:
		switch {
		case !ok:
			l.err = errLeave
			fallthrough
		case l.err != nil:
			t.say("")
			return "", l.err
		case !t.Person: // nobody sees what comes out of a pipe
			t.say("%s", t.clean(l.text))
		}
		return l.text, nil
	case <-caught:
		t.say("")
		return "", ErrInterrupted
	case <-t.ctx.Done():
		t.say("")
		return "", context.Cause(t.ctx)
	}
}

// wrong says that an answer makes no sense here.
func (t *talk) wrong(answer, hint string) error {
	if t.lost++; t.lost >= patience {
		return ErrLost
	}
	t.say("%q is no answer here: %s.", t.clean(answer), hint)
	return nil
}

// early throws away what was typed before a question that changes something was asked: it was no answer to it.
func (t *talk) early() error {
	for t.Person {
		select {
		case l, ok := <-t.lines:
			if !ok || l.err != nil {
				return errLeave
			}
			t.say("%q was typed before the question, and is not its answer.", t.clean(l.text))
		case <-time.After(settled):
			return nil
		}
	}
	return nil
}

// settled is how long nothing comes of what was typed before.
const settled = 50 * time.Millisecond

// work does what takes its time. ctrl+c stops that and not the conversation; a second one ends the program.
func (t *talk) work(f func(ctx context.Context)) (stopped bool, err error) {
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	caught, release := t.catch()
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		select {
		case <-caught:
			io.WriteString(t.Out, "\nstopping: what it is at is finished first. ctrl+c again ends the program.\n")
			release()
			cancel()
		case <-done:
		}
	})
	f(ctx)
	close(done)
	wg.Wait()
	release()
	if t.ctx.Err() != nil {
		return true, context.Cause(t.ctx)
	}
	return ctx.Err() != nil, nil
}

// known is the machine, looked at if that is necessary. nil, without an error: that was stopped.
func (t *talk) known(exact bool) (*Machine, error) {
	if t.machine != nil && (!exact || t.machine.Inventory.Exact) {
		return t.machine, nil
	}
	var m *Machine
	var failed error
	stopped, err := t.work(func(ctx context.Context) { m, failed = t.Doctor.Look(ctx, exact) })
	switch {
	case err != nil:
		return nil, err
	case stopped:
		t.say("stopped: nothing is known of the machine yet")
		return nil, nil
	case failed != nil:
		t.say("the machine could not be looked at: %s", t.clean(failed.Error()))
		return nil, nil
	}
	t.machine = m
	return m, nil
}

// forget is for when something was changed: the machine is looked at again.
func (t *talk) forget() {
	t.machine, t.verified = nil, nil
	t.changes++
}
