//go:build unix

package tuitest

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// escPause is how long nothing follows the escape key: programs take what comes sooner for one key with
// alt. Bubble Tea waits 50 ms.
const escPause = 120 * time.Millisecond

var errEnded = errors.New("the program has ended")

// Type writes text to the program as it is, as if typed very fast. Enter is "\r".
func (t *Terminal) Type(s string) error {
	if err := t.press(s, 0); err != nil {
		return fmt.Errorf("typing %q: %w", s, err)
	}
	return nil
}

// Paste gives text to the program as a paste: in brackets, if it asked for them.
func (t *Terminal) Paste(s string) error {
	t.mu.Lock()
	if t.brackets {
		s = "\x1b[200~" + s + "\x1b[201~"
	}
	t.mu.Unlock()
	return t.Type(s)
}

// Keys presses keys one after the other: a character, or a name such as "down", "enter", "esc", "space",
// "pgdown", "f1", with "ctrl+", "alt+" and "shift+" before it. An unknown name is an error, and then none
// is pressed.
func (t *Terminal) Keys(names ...string) error {
	t.mu.Lock()
	app := t.appKeys
	t.mu.Unlock()
	seqs := make([]string, len(names))
	for i, name := range names {
		var err error
		if seqs[i], err = encode(name, app); err != nil {
			return err
		}
	}
	for i, seq := range seqs {
		pause := time.Duration(0)
		if seq == "\x1b" {
			pause = escPause
		}
		if err := t.press(seq, pause); err != nil {
			return fmt.Errorf("pressing %q: %w", names[i], err)
		}
	}
	return nil
}

// press sends keys. From then on the screen may change: who waits until it is at rest waits for that too.
func (t *Terminal) press(s string, pause time.Duration) error {
	t.mu.Lock()
	t.changed = time.Now()
	t.mu.Unlock()
	return t.in.put([]byte(s), pause)
}

// plainKeys are keys that send one byte; letterKeys end in a letter, tildeKeys in a number and a tilde.
var (
	plainKeys = map[string]string{
		"enter": "\r", "tab": "\t", "esc": "\x1b", "space": " ", "backspace": "\x7f",
	}
	letterKeys = map[string]string{
		"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H",
		"f1": "P", "f2": "Q", "f3": "R", "f4": "S",
	}
	tildeKeys = map[string]int{
		"insert": 2, "delete": 3, "pgup": 5, "pgdown": 6,
		"f5": 15, "f6": 17, "f7": 18, "f8": 19, "f9": 20, "f10": 21, "f11": 23, "f12": 24,
	}
)

// encode gives what xterm sends for a key.
func encode(name string, app bool) (string, error) {
	key, mod := name, 0 // mod: 1 shift, 2 alt, 4 ctrl
	for _, m := range []struct {
		prefix string
		bit    int
	}{{"ctrl+", 4}, {"alt+", 2}, {"shift+", 1}} {
		if rest, ok := strings.CutPrefix(key, m.prefix); ok && rest != "" {
			key, mod = rest, mod|m.bit
		}
	}
	if end, ok := letterKeys[key]; ok {
		switch {
		case mod != 0:
			return fmt.Sprintf("\x1b[1;%d%s", 1+mod, end), nil
		case app || key[0] == 'f':
			return "\x1bO" + end, nil
		}
		return "\x1b[" + end, nil
	}
	if n, ok := tildeKeys[key]; ok {
		if mod != 0 {
			return fmt.Sprintf("\x1b[%d;%d~", n, 1+mod), nil
		}
		return fmt.Sprintf("\x1b[%d~", n), nil
	}
	seq, ok := encodeText(key, mod&4 != 0, mod&1 != 0)
	if !ok {
		return "", fmt.Errorf("%q is not the name of a key", name)
	}
	if mod&2 != 0 {
		seq = "\x1b" + seq
	}
	return seq, nil
}

// encodeText gives what a key with a character sends.
func encodeText(key string, ctrl, shift bool) (string, bool) {
	if key == "tab" && shift {
		return "\x1b[Z", !ctrl
	}
	seq, named := plainKeys[key]
	if !named {
		seq = key
	}
	switch {
	case shift || !named && utf8.RuneCountInString(key) != 1:
		return "", false
	case !ctrl:
		return seq, true
	case key == "space":
		return "\x00", true
	case len(key) == 1 && key[0] >= '@' && key[0] < 0x7f:
		return string(rune(key[0] & 0x1f)), true
	}
	return "", false
}
