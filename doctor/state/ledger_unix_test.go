//go:build unix

package state

import (
	"io/fs"
	"os"
	"slices"
	"syscall"
	"testing"
)

// A ledger that others can write is not believed, nor one where others can put another in its place.
func TestLedgerOthersCanWrite(t *testing.T) {
	h, cache := homeAndCache(t)
	change := &LedgerChange{Root: cache, Set: []Verified{verified("x.org/a", noon)}}
	must(t, h.SaveLedger(change))
	for _, mode := range []fs.FileMode{0o620, 0o602, 0o666} {
		must(t, os.Chmod(h.ledgerFile(), mode))
		if l, err := h.Ledger(cache); err == nil || l.Len() != 0 {
			t.Errorf("mode %v: %d entries", mode, l.Len())
		}
	}
	must(t, h.SaveLedger(change)) // anew
	if fi, err := os.Stat(h.ledgerFile()); err != nil || fi.Mode() != 0o600 {
		t.Errorf("rebuilt it has mode %v, %v", fi.Mode(), err)
	}
	if got := names(t, h, cache); !slices.Equal(got, []string{"x.org/a"}) {
		t.Errorf("got %q", got)
	}
	must(t, os.Chmod(string(h), 0o770))
	if l, err := h.Ledger(cache); err == nil || l.Len() != 0 {
		t.Errorf("others can write the directory: %d entries", l.Len())
	}
	if err := h.SaveLedger(change); err == nil {
		t.Error("kept where others can write")
	}
}

// owned is a file of somebody.
type owned struct {
	fs.FileInfo
	uid uint32
}

func (o owned) Sys() any { return &syscall.Stat_t{Uid: o.uid} }

func TestLedgerOwner(t *testing.T) {
	h, cache := homeAndCache(t)
	must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{verified("x.org/a", noon)}}))
	fi, err := os.Stat(h.ledgerFile())
	must(t, err)
	us := uint32(os.Geteuid())
	for uid, ok := range map[uint32]bool{us: true, 0: true, us + 1: false} {
		if err := onlyOurs(owned{fi, uid}); (err == nil) != ok {
			t.Errorf("of user %d: %v", uid, err)
		}
	}
}

// Whoever may not read it knows nothing; root may.
func TestLedgerDenied(t *testing.T) {
	h, cache := homeAndCache(t)
	must(t, h.SaveLedger(&LedgerChange{Root: cache, Set: []Verified{verified("x.org/a", noon)}}))
	must(t, os.Chmod(h.ledgerFile(), 0))
	if l, err := h.Ledger(cache); (err == nil) != (os.Getuid() == 0) || (l.Len() == 1) != (os.Getuid() == 0) {
		t.Errorf("%d entries, %v", l.Len(), err)
	}
}
