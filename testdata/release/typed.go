package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/creack/pty"
)

// patience is how long a shell may take to start, or to complete a word, on a machine that has much else to do.
const patience = 2 * time.Minute

// sequences are what a shell tells a terminal beside text: colours, the cursor, modes, titles.
var sequences = regexp.MustCompile("\x1b(\\[[0-9;?>=]*[ -/]*[@-~]|\\][^\x07\x1b]*(\x07|\x1b\\\\)|[=>()][B0]?)|\r|\x07|\x08")

// typed starts a shell in a pseudo-terminal, has it run a line that prepares it, types another one and a tab, and waits for the
// text. It does not end the line: nothing is run.
func typed(prepare, line, want string, shell []string) (err error) {
	c := exec.Command(shell[0], shell[1:]...)
	c.Env = append(os.Environ(), "TERM=xterm", "PS1=", "INPUTRC=/dev/null")
	t, err := pty.StartWithSize(c, &pty.Winsize{Rows: 40, Cols: 200})
	if err != nil {
		return err
	}
	defer func() {
		c.Process.Kill()
		t.Close()
		c.Wait() // killed
	}()
	out := make(chan string)
	go func() { // ends with the terminal
		defer close(out)
		b := make([]byte, 4096)
		for {
			n, err := t.Read(b)
			if n > 0 {
				out <- string(b[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	said := ""
	until := func(text string) error {
		deadline := time.After(patience)
		for !strings.Contains(sequences.ReplaceAllString(said, ""), text) {
			select {
			case more, ok := <-out:
				if said += more; !ok {
					return fmt.Errorf("%s ended: %q", shell[0], said)
				}
			case <-deadline:
				return fmt.Errorf("%s does not say %q, but %q", shell[0], text, said)
			}
		}
		said = ""
		return nil
	}
	write := func(s string) error {
		_, err := t.WriteString(s)
		return err
	}
	defer func() {
		go func() { // whoever reads must not wait for who listens no more
			for range out {
			}
		}()
	}()
	return errors.Join(write(prepare+"; echo re''ady\n"), until("ready\n"), write(line+"\t"), until(want))
}
