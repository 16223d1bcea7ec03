package state

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/natefinch/atomic"
	"github.com/rogpeppe/go-internal/lockedfile"
	"golang.org/x/mod/module"

	"godoctor/scan/regular"
)

// A Verified is a module version in which nothing was wrong when all of it was read.
type Verified struct {
	Module  module.Version
	Stamp   [32]byte  // modcache.Stamp.Sum, taken before anything was read
	At      time.Time // when; kept to the second
	Zip     string    // h1 of zip and directory, of those that were there; empty: neither was
	Mod     string    // h1 of .mod; empty: it was not there
	Claims  [32]byte  // digest of what others said it should be
	Sources bool      // the zip was there and was not read
}

// A Ledger is what is remembered of one module cache. The nil Ledger is empty.
type Ledger struct{ entries map[module.Version]Verified }

// Of gives what is remembered of a version.
func (l *Ledger) Of(m module.Version) (Verified, bool) {
	if l == nil {
		return Verified{}, false
	}
	v, ok := l.entries[m]
	return v, ok
}

// Len is the number of versions that are remembered.
func (l *Ledger) Len() int {
	if l == nil {
		return 0
	}
	return len(l.entries)
}

// Modules lists them, in no order.
func (l *Ledger) Modules() []module.Version {
	if l == nil {
		return nil
	}
	list := make([]module.Version, 0, len(l.entries))
	for m := range l.entries {
		list = append(list, m)
	}
	return list
}

// A LedgerChange is what one run has to add.
type LedgerChange struct {
	Root string           // the module cache, absolute, raw
	At   time.Time        // when the run began
	Set  []Verified       // that were whole
	Drop []module.Version // that were not, or are gone. What another run found whole after At stays
}

// Limits of the ledger: 50,000 versions are ten times a large cache, and 10 MB.
const (
	ledgerMax     = 32 << 20
	ledgerEntries = 50_000
)

func (h Home) ledgerFile() string { return filepath.Join(string(h), "ledger") }

// Ledger reads what was verified in a module cache. There is always one; it is empty, and the error says why, if the
// file is damaged or of another version, or if anybody but this user and root can write it or its directory: whoever
// can change a module could say there that he did not. It is empty without an error where there never was a file.
func (h Home) Ledger(modCache string) (*Ledger, error) {
	l := &Ledger{entries: map[module.Version]Verified{}}
	all, err := h.readLedger(modCache)
	if err != nil {
		return l, fmt.Errorf("what was verified before is not believed: %w", err)
	}
	for _, v := range all[modCache] {
		l.entries[v.Module] = v
	}
	return l, nil
}

// readLedger reads the entries of all module caches.
func (h Home) readLedger(modCache string) (ledgerRoots, error) {
	if h == "" {
		return nil, nil
	}
	if err := h.trust(modCache); err != nil {
		return nil, absentIsNil(err)
	}
	f, err := regular.Open(h.ledgerFile())
	if err != nil {
		return nil, absentIsNil(err)
	}
	fi, err := f.Stat()
	f.Close()
	if err == nil {
		err = onlyOurs(fi)
	}
	if err != nil {
		return nil, fmt.Errorf("%q: %w", h.ledgerFile(), err)
	}
	data, err := regular.ReadFile(h.ledgerFile(), ledgerMax)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", h.ledgerFile(), err)
	}
	all, err := decodeLedger(data)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", h.ledgerFile(), err)
	}
	return all, nil
}

func absentIsNil(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// trust refuses a directory in which others may replace files, and one inside the module cache: what can write
// there could write both.
func (h Home) trust(modCache string) error {
	fi, err := os.Stat(string(h))
	if err != nil {
		return err
	}
	if err := onlyOurs(fi); err != nil {
		return fmt.Errorf("%q: %w", string(h), err)
	}
	cache, err := os.Stat(modCache)
	if err != nil {
		return nil // nothing lies in what is not there
	}
	dir, err := filepath.EvalSymlinks(string(h))
	for err == nil {
		if fi, err := os.Stat(dir); err == nil && os.SameFile(fi, cache) {
			return fmt.Errorf("%q lies inside the module cache: set XDG_STATE_HOME to another place", string(h))
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	return err
}

// SaveLedger adds what a run found to the ledger, which is replaced atomically under a lock that other godoctors
// wait for. One that cannot be believed is replaced by what this run knows. A machine with no room or no permission
// for it loses nothing but the time of the next run.
func (h Home) SaveLedger(c *LedgerChange) error {
	if h == "" || c == nil || len(c.Set)+len(c.Drop) == 0 {
		return nil
	}
	if err := os.MkdirAll(string(h), 0o700); err != nil {
		return err
	}
	if err := h.trust(c.Root); err != nil {
		return err
	}
	unlock, err := lockedfile.MutexAt(h.ledgerFile() + ".lock").Lock()
	if err != nil {
		return err
	}
	defer unlock()
	all, err := h.readLedger(c.Root)
	if err != nil || all == nil {
		all = ledgerRoots{}
	}
	all.change(c)
	data, err := all.encode()
	if err != nil {
		return err
	}
	// The new file gets the mode of the old one, which is not to be that of a file which others can write.
	if fi, err := os.Lstat(h.ledgerFile()); err == nil && fi.Mode() != 0o600 && onlyUs {
		if err := os.Remove(h.ledgerFile()); err != nil {
			return err
		}
	}
	return atomic.WriteFile(h.ledgerFile(), bytes.NewReader(data))
}

// ledgerRoots has the entries of each module cache, in no order.
type ledgerRoots map[string][]Verified

// change carries out what a run wants, and forgets the oldest of what is too much.
func (all ledgerRoots) change(c *LedgerChange) {
	byName := make(map[module.Version]Verified, len(all[c.Root])+len(c.Set))
	for _, v := range all[c.Root] {
		byName[v.Module] = v
	}
	for _, m := range c.Drop {
		if old, ok := byName[m]; ok && !old.At.After(c.At) {
			delete(byName, m)
		}
	}
	for _, v := range c.Set {
		if old, ok := byName[v.Module]; !ok || replaces(&v, &old) {
			byName[v.Module] = v
		}
	}
	list := make([]Verified, 0, len(byName))
	for _, v := range byName {
		list = append(list, v)
	}
	all[c.Root] = list
	all.limit(ledgerEntries)
	maps.DeleteFunc(all, func(_ string, list []Verified) bool { return len(list) == 0 })
}

// replaces reports whether a is to stand instead of b: the later one, but not one that has read less of the same.
func replaces(a, b *Verified) bool {
	if a.Sources && !b.Sources && a.Stamp == b.Stamp && a.Claims == b.Claims {
		return false
	}
	return !a.At.Before(b.At)
}

// limit keeps the youngest n entries.
func (all ledgerRoots) limit(n int) {
	var times []time.Time
	for _, list := range all {
		for i := range list {
			times = append(times, list[i].At)
		}
	}
	if len(times) <= n {
		return
	}
	slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	oldest, equal := times[n-1], 0 // of those as old as the oldest that stays, some stay
	for _, t := range times[:n] {
		if t.Equal(oldest) {
			equal++
		}
	}
	for root, list := range all {
		all[root] = slices.DeleteFunc(list, func(v Verified) bool {
			if v.At.Equal(oldest) {
				equal--
				return equal < 0
			}
			return v.At.Before(oldest)
		})
	}
}

// compareVerified is the order in the file.
func compareVerified(a, b *Verified) int {
	return cmp.Or(cmp.Compare(a.Module.Path, b.Module.Path), cmp.Compare(a.Module.Version, b.Module.Version))
}
