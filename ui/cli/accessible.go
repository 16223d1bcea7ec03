package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"

	"godoctor/doctor/fetch"
	"godoctor/doctor/plan"
	"godoctor/scan/meter"
	"godoctor/ui/prompt"
)

// hear lets ACCESSIBLE, which several programs know, stand in for --accessible where nothing says anything about that.
func (a *app) hear() {
	if a.ranks["accessible"] == byDefault {
		v := strings.ToLower(a.getenv("ACCESSIBLE"))
		a.accessible = v != "" && v != "0" && v != "false"
	}
}

// speaks reports whether the program without a command is a conversation: for who wants that, where somebody is at both ends,
// or where it was asked for in so many words. A variable that is set for ever turns no pipe into one.
func (a *app) speaks() (bool, error) {
	switch {
	case !a.accessible || a.noTUI:
		return false, nil
	case a.tui && a.spoken:
		return false, misuse("--tui and --accessible exclude each other")
	case a.tui, a.format != "text", a.ranks["fast"] == byFlag, a.noInput:
		return false, nil
	}
	return a.spoken || isTerminal(a.Stdin) && isTerminal(a.Stdout), nil
}

// speak is the program in numbered menus and plain questions. All of it goes to stdout, so that it is in order.
func (a *app) speak(ctx context.Context) error {
	voice := prompt.NewVoice(a.Stdout)
	stderr := a.Stderr
	a.Stderr, a.talking = voice, true
	defer func() { a.Stderr = stderr }()
	s := &screens{app: a, via: "(numbered menus)"}
	d := &conversation{s, s.hooks()}
	kinds, age := plan.Usual()
	o := prompt.Options{Doctor: d, In: a.Stdin, Out: voice, Person: isTerminal(a.Stdin) && isTerminal(a.Stdout),
		ASCII: a.ascii || !a.unicode(), Bytes: a.bytes, Policy: prompt.Policy{Kinds: kinds, OlderThan: age}}
	if _, ok := a.Stdin.(*os.File); ok {
		signal.Reset(os.Interrupt) // it stops what runs and not the program, which ends with any other signal
		o.Catch = catch
	}
	err := prompt.Run(ctx, o)
	var no *prompt.Unconfirmed
	switch {
	case errors.As(err, &no):
		return &exitError{ExitUnconfirmed, err}
	case errors.Is(err, prompt.ErrInterrupted):
		return &exitError{130, err}
	case errors.Is(err, prompt.ErrLost):
		return &exitError{ExitUsage, err}
	}
	return err
}

// catch catches ctrl+c until it is released. Then it ends the program.
func catch() (<-chan os.Signal, func()) {
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, os.Interrupt)
	return ch, func() { signal.Stop(ch) }
}

// tell says how far something is in lines that stay.
func (a *app) tell(what string, look func() prompt.State) (stop func()) {
	head := "godoctor: "
	if a.talking {
		head = ""
	}
	return prompt.Tell(a.Stderr, head, what, look)
}

// stateOf is how far something is that a meter counts. Size is how many bytes it will be; 0: that is not known.
func stateOf(s meter.Sample, size int64) prompt.State {
	st := prompt.State{Done: s.Entries, Of: "entry", Bytes: s.Bytes, Size: size}
	if s.Total > 0 {
		st.Done, st.Total, st.Of = s.Units, s.Total, "item"
	}
	return st
}

// stateOfQueue is how far a download is.
func stateOfQueue(p fetch.Picture) prompt.State {
	return prompt.State{Done: int64(p.Counts[fetch.Finished]), Total: int64(len(p.Files)), Of: "file", Bytes: p.Bytes, Size: p.Total, Detail: queueNow(p)}
}
