//go:build unix

package tuitest

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Resize changes the size of the terminal, which tells the program.
func (t *Terminal) Resize(cols, rows int) error {
	if cols < 1 || rows < 1 {
		return fmt.Errorf("a terminal of %dx%d cannot be shown", cols, rows)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.emu.Resize(cols, rows) // first, so that there is room for what the program draws
	t.cols, t.rows = cols, rows
	t.touch()
	return setSize(t.ptm, cols, rows)
}

// PID is the process of the program: with Options.Shell, of what is in the foreground.
func (t *Terminal) PID() int {
	if t.shell {
		if n, err := t.foreground(); err == nil && n > 0 {
			return n
		}
	}
	return t.cmd.Process.Pid
}

// foreground is the process group that the terminal's keys go to.
func (t *Terminal) foreground() (group int, err error) {
	err = control(t.ptm, func(fd int) (err error) {
		group, err = unix.IoctlGetInt(fd, unix.TIOCGPGRP)
		return err
	})
	return group, err
}

// control calls f with the file's descriptor. File.Fd would make the file blocking, and then Close could not
// end a read.
func control(file *os.File, f func(fd int) error) error {
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if err := conn.Control(func(fd uintptr) { inner = f(int(fd)) }); err != nil {
		return err
	}
	return inner
}

// Signal sends a signal to the program: with Options.Shell, to all of what is in the foreground.
func (t *Terminal) Signal(sig os.Signal) error {
	n, ok := sig.(syscall.Signal)
	switch {
	case !ok:
		return fmt.Errorf("%v is not a signal of this system", sig)
	case t.shell:
		return unix.Kill(-t.PID(), n)
	}
	return t.cmd.Process.Signal(sig)
}

// Wait waits until the program (with Options.Shell: the shell) has ended and all it wrote is on the screen.
// The code of a program that a signal ended is 128 and the signal's number. If it does not end in time the
// error shows the screen.
func (t *Terminal) Wait(timeout time.Duration) (exitCode int, err error) {
	select {
	case <-t.ended:
		return t.exitCode(), nil
	case <-time.After(timeout):
		return -1, t.seen("the program did not end within %v", timeout)
	}
}

// exitCode may be asked once ended is closed.
func (t *Terminal) exitCode() int {
	state := t.cmd.ProcessState
	if state == nil {
		return -1
	}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return state.ExitCode()
}

// kill ends everything that the terminal runs, at once.
func (t *Terminal) kill() {
	if group, err := t.foreground(); err == nil && group > 1 {
		unix.Kill(-group, unix.SIGKILL)
	}
	t.cmd.Process.Kill() // says so if it has ended, which is well
}

// Close kills the program if it still runs, reaps it and gives the terminal back. What was on the screen can
// still be asked for.
func (t *Terminal) Close() error {
	t.unwatch()
	select {
	case <-t.ended:
	default:
		t.kill()
		<-t.ended
	}
	t.in.close(errEnded)
	t.endAnswers()
	err := t.ptm.Close()
	t.pumps.Wait()
	if errors.Is(err, os.ErrClosed) {
		return nil // Close was called twice
	}
	return err
}

// Usage is what a program cost.
type Usage struct {
	CPU    time.Duration // user and system time
	RSS    int64         // bytes of memory in use now; 0 when it has ended
	MaxRSS int64         // the most that it ever was
}

// Usage measures the program: on Linux also while it runs, elsewhere once it has ended.
func (t *Terminal) Usage() (Usage, error) {
	select {
	case <-t.ended:
	default:
		return measure(t.PID())
	}
	state := t.cmd.ProcessState
	if state == nil {
		return Usage{}, errEnded
	}
	u := Usage{CPU: state.UserTime() + state.SystemTime()}
	if ru, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.MaxRSS = int64(ru.Maxrss) * rusageUnit
	}
	return u, nil
}
