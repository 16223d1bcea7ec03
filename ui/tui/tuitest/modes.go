//go:build unix

package tuitest

import (
	"os"

	"golang.org/x/sys/unix"
)

// Modes are the settings of the terminal's line, to be compared with ==.
type Modes struct{ termios unix.Termios }

// Raw says whether keys go to the program one by one and are not shown.
func (m Modes) Raw() bool { return m.termios.Lflag&(unix.ICANON|unix.ECHO) == 0 }

// StartModes gives the modes from before the program was started.
func (t *Terminal) StartModes() Modes { return t.start }

// Modes gives the modes as they are now: when the program has ended, as it left them.
func (t *Terminal) Modes() Modes {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.readModes()
}

// readModes asks the program's end of the line. Where the end of a session takes that away, the other end
// knows too.
func (t *Terminal) readModes() Modes {
	if t.tty == nil {
		return t.final
	}
	m, err := readModes(t.tty)
	if err != nil {
		m, _ = readModes(t.ptm)
	}
	return m
}

func readModes(f *os.File) (m Modes, err error) {
	err = control(f, func(fd int) error {
		termios, err := unix.IoctlGetTermios(fd, getTermios)
		if err == nil {
			m.termios = *termios
		}
		return err
	})
	return m, err
}
