package state

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A BusyError says who holds the lock of the runs that change caches.
type BusyError struct{ Who string }

func (e *BusyError) Error() string {
	return "another godoctor is changing the caches (" + e.Who + "): wait for its end, or stop it"
}

// LockRuns takes the lock that every run holds which changes a cache, without waiting: where another has it, the error
// is a [BusyError] that names it. Where the lock cannot even be made for lack of room, none is needed to free some: unlock
// does nothing then.
func (h Home) LockRuns() (unlock func(), err error) {
	if h == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(string(h), 0o700); err != nil {
		if full(err) {
			return func() {}, nil
		}
		return nil, err
	}
	name := filepath.Join(string(h), "run.lock")
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		if full(err) {
			return func() {}, nil
		}
		return nil, err
	}
	if err := tryLock(f); err != nil {
		defer f.Close()
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("%q cannot be locked: %w", name, err)
		}
		b, _ := io.ReadAll(io.LimitReader(f, 200))
		who := strings.TrimSpace(string(b))
		if who == "" {
			who = "which does not say its name"
		}
		return nil, &BusyError{who}
	}
	if f.Truncate(0) == nil {
		fmt.Fprintf(f, "pid %d\n", os.Getpid()) // for people; that it fails does not matter
	}
	return func() { f.Close() }, nil
}

var errLocked = errors.New("locked")
