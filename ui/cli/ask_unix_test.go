//go:build unix

package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestStoppedAtQuestion stops a run while somebody is asked, and while standard input gives nothing: it ends at once, and not with
// the answer.
func TestStoppedAtQuestion(t *testing.T) {
	ptm, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	asked := make(chan string, 1)
	go func() {
		b := make([]byte, 100)
		n, _ := ptm.Read(b)
		asked <- string(b[:n])
		cancel(Stopped{os.Interrupt})
	}()
	a := newApp(IO{Stdin: tty, Stderr: tty})
	if err := a.ask1(ctx, "really? ", "y", "give --yes"); !errors.As(err, new(Stopped)) {
		t.Errorf("the question ends with %v", err)
	}
	if got := <-asked; got != "really? " {
		t.Errorf("asked %q", got)
	}
	if err := errors.Join(ptm.Close(), tty.Close()); err != nil { // which ends the read
		t.Error(err)
	}
	in, out := io.Pipe()
	defer out.Close()
	var errs strings.Builder
	if code := Run(ctx, IO{Args: []string{"--no-config", "compare", "-", "here"}, Stdin: in, Stdout: io.Discard, Stderr: &errs}); code != 130 {
		t.Errorf("compare - ends with %d: %s", code, errs.String())
	}
}
