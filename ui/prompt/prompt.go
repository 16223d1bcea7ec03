// Package prompt is godoctor without a screen: numbered menus and plain questions, for who has a terminal read aloud, feels
// it, or sees a small part of it.
//
// [Run] speaks to a reader and a writer, in lines. What was written is never touched again: no cursor is moved, no line is
// drawn a second time, nothing is said by a colour, a place or a picture alone. How bad something is is a word. How far a
// work is, is told by lines that stay ([Tell]). Lists come in pages of a size that is asked.
//
// Every question says what it takes and what it means to type nothing, which never changes the disk. q, or the end of the
// input, leaves from anywhere; ctrl+c stops the work that goes on, and leaves where none does. An answer that makes no sense
// is told so, and asked for again; after [patience] of them in a row it leaves, so that no input goes on for ever.
//
// Nothing is decided here, and no disk is known: what is there, what may go, in which proportion to ask and how it is carried
// out is up to the [Doctor], who does what the commands do. What changes something is asked first, and only the answer that
// the question names is a yes. Where nobody can be asked, [Options.Person] says so, and it is refused.
package prompt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"godoctor/ui/plain"
	"godoctor/ui/style"
)

// Options say with whom to speak, and about what.
type Options struct {
	Doctor Doctor
	In     io.Reader
	Out    *Voice
	Person bool   // somebody is at the other end, and can be asked
	ASCII  bool   // print nothing but ASCII
	Bytes  bool   // sizes as plain numbers of bytes
	Policy Policy // that a plan is begun with

	// Catch begins to catch ctrl+c, and release ends that: then it stops the program. nil: it is not caught.
	Catch func() (caught <-chan os.Signal, release func())
}

// ErrInterrupted says that ctrl+c ended it.
var ErrInterrupted = errors.New("interrupted")

// ErrLost says that nothing that was typed made sense.
var ErrLost = fmt.Errorf("%d answers in a row made no sense: nothing was done by them", patience)

// Unconfirmed is the error of a change that nobody has confirmed, because nobody could be asked.
type Unconfirmed struct{ Otherwise string }

// Error says what to give instead.
func (u *Unconfirmed) Error() string { return "not confirmed: " + u.Otherwise }

// errLeave ends it: somebody has left, or the input has ended.
var errLeave = errors.New("leave")

// errBack ends a list or a menu.
var errBack = errors.New("back")

// Run speaks until somebody leaves, the input ends or ctx does. The reader is read beside it, a line ahead at most, and
// until it ends: a read cannot be broken off.
func Run(ctx context.Context, o Options) error {
	t := &talk{Options: o, ctx: ctx, lines: make(chan line), policy: o.Policy}
	colourless := style.Mono.Theme(style.Screen{Profile: style.ProfileOf(false, nil)})
	t.out = plain.New(o.Out, plain.Options{Theme: colourless, ASCII: o.ASCII, Bytes: o.Bytes, Verbose: true, Now: time.Now()})
	if !o.Person {
		t.page = pageAll // nobody has to hear it
	}
	done := make(chan struct{})
	defer close(done)
	go read(o.In, t.lines, done)
	err := t.top()
	switch {
	case errors.Is(err, errLeave):
		if t.changes == 0 {
			t.say("godoctor leaves. Nothing was changed.")
		} else {
			t.say("godoctor leaves. 'godoctor history' knows what was changed.")
		}
		return t.out.Err()
	case t.out.Err() != nil:
		return t.out.Err()
	}
	return err
}

// top is the menu that everything begins with.
func (t *talk) top() error {
	t.say("godoctor: numbered menus. Nothing on the disk is changed before a question has asked for it.")
	t.say("At every question: q leaves, b goes back, ? tells again what there is to answer.")
	if why := t.Doctor.Refused(); why != "" {
		t.say("Nothing can be changed here: %s", t.clean(why))
	}
	return t.menu("What next?", []choice{
		{"overview: where the bytes are", t.overview},
		{"what may go: plan, prove, confirm, remove", t.plan},
		{"check: what is wrong, and how it is mended", t.check},
		{"modules: list, who needs them, pin", t.modules},
		{"toolchains: every installed Go", t.toolchains},
		{"projects: what each needs, fetch what it lacks", t.projects},
		{"history: what was done, and undo", t.history},
		{"verify: recompute hashes", t.verify},
		{"settings: of go, and of these lists", t.settings},
	}, true)
}
