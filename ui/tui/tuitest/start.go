//go:build unix

package tuitest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Options says how a program is run. The zero value is a terminal of 80 columns and 24 rows.
type Options struct {
	Args []string // without the program's name
	Dir  string

	// Env is the whole environment. Where it does not say otherwise, TERM is xterm-256color, COLORTERM
	// truecolor, LANG C.UTF-8 and TZ UTC; "TERM=" is a way to say otherwise.
	Env []string

	Cols, Rows int

	// Light makes the terminal say that it is dark on light, if it is asked.
	Light bool

	// Shell runs the program as a job of an interactive sh. The terminal ends with the shell, not with
	// the program: type exit, or Close. The shell's prompt is ShellPrompt.
	Shell bool

	// What is nil is the terminal. A program with all three redirected still has the terminal as its
	// controlling one.
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// ShellPrompt is what the shell of Options.Shell prints when it waits for a command.
const ShellPrompt = "shell$"

// Terminal is a program and the terminal it runs in. All methods may be called from any goroutine.
type Terminal struct {
	cmd   *exec.Cmd
	shell bool
	ptm   *os.File // the terminal's end of the line
	start Modes
	in    *inbox

	pumped  chan struct{} // closed when the program's last output is on the screen
	ended   chan struct{} // closed when the program is reaped and pumped, or reaped for a while
	pumps   sync.WaitGroup
	unwatch func() bool // stops watching the context

	mu         sync.Mutex // guards what is below; emu.Read alone goes without
	emu        *vt.Emulator
	cols, rows int
	tty        *os.File // the program's end, held open so that its modes can be read; nil at the end
	final      Modes    // the last modes, once tty is nil
	title      string
	hidden     bool // the cursor
	appKeys    bool // cursor keys are sent in application mode
	brackets   bool // the program wants to know what is pasted
	out        tail
	version    uint64 // counts what may have changed the screen
	changed    time.Time
}

// Start runs a program in a new terminal. When the context ends the program is killed. Close must be called.
func Start(ctx context.Context, binary string, o Options) (*Terminal, error) {
	if o.Cols <= 0 || o.Rows <= 0 {
		o.Cols, o.Rows = 80, 24
	}
	t := &Terminal{
		shell: o.Shell, in: newInbox(), cols: o.Cols, rows: o.Rows, changed: time.Now(),
		pumped: make(chan struct{}), ended: make(chan struct{}),
	}
	if err := t.open(binary, o); err != nil {
		return nil, fmt.Errorf("starting %q in a terminal: %w", binary, err)
	}
	t.pumps.Go(t.pumpOutput)
	t.pumps.Go(t.pumpAnswers)
	t.pumps.Go(t.pumpInput)
	t.pumps.Go(t.reap)
	t.unwatch = context.AfterFunc(ctx, t.kill)
	if o.Shell {
		if err := t.typeCommand(binary, o.Args); err != nil {
			t.Close()
			return nil, err
		}
	}
	return t, nil
}

// open makes the pseudo-terminal and the emulator and starts the program between them.
func (t *Terminal) open(binary string, o Options) (err error) {
	ptm, tty, err := pty.Open()
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			ptm.Close()
			tty.Close()
		}
	}()
	if ptm, err = nonblocking(ptm); err != nil {
		return err
	}
	if err := setSize(ptm, o.Cols, o.Rows); err != nil {
		return err
	}
	if t.start, err = readModes(tty); err != nil {
		return err
	}
	t.ptm, t.tty = ptm, tty
	t.emulate(o.Light)
	t.cmd = command(binary, o, tty)
	return t.cmd.Start()
}

// nonblocking gives the same file in a form in which Close ends a read or a write that waits. A write waits for
// ever when the program does not listen.
func nonblocking(f *os.File) (*os.File, error) {
	defer f.Close()
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return f, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return f, err
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

func setSize(f *os.File, cols, rows int) error {
	return control(f, func(fd int) error {
		return unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: uint16(cols), Row: uint16(rows)})
	})
}

// command is the program, or the shell that is to run it, on the given terminal.
func command(binary string, o Options, tty *os.File) *exec.Cmd {
	cmd := exec.Command(binary, o.Args...)
	if o.Shell {
		cmd = exec.Command("/bin/sh", "-i")
	}
	cmd.Dir, cmd.Env = o.Dir, environment(o)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.Stdin, o.Stdout, o.Stderr
	cmd.ExtraFiles = []*os.File{tty}
	cmd.WaitDelay = time.Second // for a redirected stream that a grandchild holds open
	ctty := 3
	if o.Stderr == nil {
		cmd.Stderr, ctty = tty, 2
	}
	if o.Stdout == nil {
		cmd.Stdout, ctty = tty, 1
	}
	if o.Stdin == nil {
		cmd.Stdin, ctty = tty, 0
	}
	if ctty < 3 {
		cmd.ExtraFiles = nil
	}
	// Without a controlling terminal there would be no SIGWINCH and no hang-up.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: ctty}
	return cmd
}

func environment(o Options) []string {
	env := slices.Clone(o.Env)
	add := []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "TZ=UTC"}
	if o.Shell { // an interactive sh reads the file that ENV names
		env = append(env, "PS1="+ShellPrompt+" ", "ENV=", "HISTFILE=")
		add = append(add, "PATH=/usr/local/bin:/usr/bin:/bin")
	}
	for _, v := range add {
		name, _, _ := strings.Cut(v, "=")
		if !slices.ContainsFunc(env, func(have string) bool { return strings.HasPrefix(have, name+"=") }) {
			env = append(env, v)
		}
	}
	return env
}

// typeCommand waits for the shell and gives it the program to run, quoted for it.
func (t *Terminal) typeCommand(binary string, args []string) error {
	if err := t.WaitText(10*time.Second, ShellPrompt); err != nil {
		return err
	}
	line := quote(binary)
	for _, arg := range args {
		line += " " + quote(arg)
	}
	return t.Type(line + "\r")
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
