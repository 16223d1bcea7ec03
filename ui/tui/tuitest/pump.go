//go:build unix

package tuitest

import (
	"io"
	"sync"
	"time"
	"unicode/utf8"
)

// pumpOutput brings what the program writes to the screen, until nobody can write any more.
func (t *Terminal) pumpOutput() {
	defer close(t.pumped)
	chunks := make(chan []byte)
	t.pumps.Go(func() { // a read cannot time out, and a torn cluster must not wait for ever
		defer close(chunks)
		for {
			buf := make([]byte, 16<<10)
			n, err := t.ptm.Read(buf)
			if n > 0 {
				chunks <- buf[:n]
			}
			if err != nil { // EIO on Linux: the other end is closed
				return
			}
		}
	})
	var held []byte
	for {
		var late <-chan time.Time
		if len(held) > 0 {
			late = time.After(20 * time.Millisecond)
		}
		select {
		case b, ok := <-chunks:
			if !ok {
				t.show(held)
				return
			}
			b = append(held, b...)
			n := torn(b)
			t.show(b[:n])
			held = b[n:]
		case <-late:
			t.show(held)
			held = nil
		}
	}
}

// torn gives the length of what can be shown without tearing a character or a cluster of several in
// two: the kernel hands over 4096 bytes at a time, and the emulator takes the end of what it is given
// for the end of a cluster.
func torn(b []byte) int {
	const longest = 64
	n := len(b)
	for n > 0 && b[n-1] >= utf8.RuneSelf && len(b)-n < longest {
		n--
	}
	if len(b)-n == longest {
		return len(b)
	}
	return n
}

// show writes to the emulated screen.
func (t *Terminal) show(b []byte) {
	if len(b) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out.add(b)
	t.emu.Write(b) // fails only when it is closed, which it never is
	t.touch()
}

// touch notes that the screen may have changed. The lock is held.
func (t *Terminal) touch() { t.version, t.changed = t.version+1, time.Now() }

// pumpAnswers brings what the terminal answers to the program's line. It must never wait for the program:
// the emulator waits for it with the lock held.
func (t *Terminal) pumpAnswers() {
	buf := make([]byte, 4<<10)
	for {
		n, err := t.emu.Read(buf)
		if n > 0 {
			t.in.put(buf[:n], 0)
		}
		if err != nil {
			return
		}
	}
}

// pumpInput writes keys and answers, in the order in which they came.
func (t *Terminal) pumpInput() {
	for {
		b, pause, ok := t.in.take()
		if !ok {
			return
		}
		if _, err := t.ptm.Write(b); err != nil {
			t.in.close(err)
			return
		}
		time.Sleep(pause)
	}
}

// reap waits for the program to end, and then for its output.
func (t *Terminal) reap() {
	t.cmd.Wait() // what it says is in ProcessState
	t.mu.Lock()
	// What the program left the terminal like. The line ends only when our end of it is closed too.
	t.final = t.readModes()
	t.tty.Close()
	t.tty = nil
	t.mu.Unlock()
	select {
	case <-t.pumped:
	case <-time.After(time.Second): // something that it started still holds the terminal
	}
	t.in.close(errEnded)
	close(t.ended)
}

// inbox is what is still to be written to the program: as much as there is, because nobody may wait here.
type inbox struct {
	mu     sync.Mutex
	some   *sync.Cond
	queue  []keystroke
	failed error
}

type keystroke struct {
	data  []byte
	pause time.Duration
}

func newInbox() *inbox {
	in := new(inbox)
	in.some = sync.NewCond(&in.mu)
	return in
}

func (in *inbox) put(b []byte, pause time.Duration) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.failed != nil {
		return in.failed
	}
	in.queue = append(in.queue, keystroke{append([]byte(nil), b...), pause})
	in.some.Signal()
	return nil
}

func (in *inbox) take() (b []byte, pause time.Duration, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.queue) == 0 && in.failed == nil {
		in.some.Wait()
	}
	if in.failed != nil {
		return nil, 0, false
	}
	k := in.queue[0]
	in.queue = in.queue[1:]
	return k.data, k.pause, true
}

func (in *inbox) close(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.failed == nil {
		in.failed = err
	}
	in.some.Broadcast()
}

// endAnswers lets pumpAnswers end. Emulator.Close would do it too, but races with Read.
func (t *Terminal) endAnswers() {
	if c, ok := t.emu.InputPipe().(io.Closer); ok {
		c.Close()
	}
}

// tail keeps the last bytes of what is added.
type tail struct{ b []byte }

const tailSize = 4 << 20

func (o *tail) add(b []byte) {
	o.b = append(o.b, b...)
	if over := len(o.b) - tailSize; over > tailSize/4 {
		o.b = append([]byte(nil), o.b[over:]...)
	}
}

func (o *tail) bytes() []byte {
	return append([]byte(nil), o.b[max(0, len(o.b)-tailSize):]...)
}
