package state

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// headNote is a tree head as far as state looks at it.
func headNote(n int64, hash byte) []byte {
	text := tlog.FormatTree(tlog.Tree{N: n, Hash: tlog.Hash{hash}})
	return append(text, "\n\u2014 sums.invalid AAAAAAAA\n"...)
}

const headName = "sums.invalid/x+01020304"

func mustHead(t *testing.T, h Home, want []byte) {
	t.Helper()
	got, err := h.Head(headName)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%q, %v; want %q", got, err, want)
	}
}

func TestHead(t *testing.T) {
	h := Home(filepath.Join(t.TempDir(), "a", "state"))
	mustHead(t, h, nil)
	if _, err := os.Lstat(string(h)); err == nil {
		t.Error("looking has made something")
	}
	save := func(n int64, hash byte) error { return h.SaveHead(headName, headNote(n, hash)) }
	if err := save(500, 1); err != nil {
		t.Fatal(err)
	}
	for _, lower := range []int64{0, 3, 499, 500} {
		if err := save(lower, 1); err != nil {
			t.Error(err)
		}
	}
	mustHead(t, h, headNote(500, 1))
	if err := save(500, 2); err == nil || !strings.Contains(err.Error(), "two tree heads of 500 records") {
		t.Errorf("a fork: %v", err)
	}
	mustHead(t, h, headNote(500, 1))
	if err := h.SaveHead("other+01", headNote(9, 9)); err != nil {
		t.Error(err)
	}
	if err := save(700, 3); err != nil {
		t.Error(err)
	}
	mustHead(t, h, headNote(700, 3))
	if err := h.SaveHead(headName, []byte("no head\n")); err == nil {
		t.Error("it keeps anything")
	}
	if Home("").SaveHead(headName, headNote(1, 1)) != nil {
		t.Error("without a home")
	}
	mustHead(t, "", nil)
}

// A file that is damaged is told, and made anew by the next head; one that is of another kind keeps nobody waiting.
func TestHeadDamaged(t *testing.T) {
	h := Home(t.TempDir())
	for _, damage := range []func(string) string{
		func(string) string { return "" },
		func(s string) string { return s[:len(s)/2] },
		func(s string) string { return strings.Replace(s, headsSchema, "godoctor/heads/v9", 1) },
		func(s string) string { return strings.Replace(s, `"note": "Z28u`, `"note": "Z28v`, 1) },
		func(s string) string { return strings.Replace(s, `"sha256": "`, `"sha256": "0`, 1) },
	} {
		os.Remove(h.headsFile())
		if err := h.SaveHead(headName, headNote(700, 1)); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(h.headsFile())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(h.headsFile(), []byte(damage(string(data))), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Head(headName); err == nil || got != nil {
			t.Errorf("%q, %v", got, err)
		}
		if err := h.SaveHead(headName, headNote(5, 1)); err != nil {
			t.Error(err)
		}
		mustHead(t, h, headNote(5, 1))
	}
}

// Many at once: the highest stays.
func TestHeadRace(t *testing.T) {
	h := Home(t.TempDir())
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			if err := h.SaveHead(headName, headNote(int64(i*7%24+1), 1)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	mustHead(t, h, headNote(24, 1))
}

func TestHeadsBounded(t *testing.T) {
	h := Home(t.TempDir())
	var err error
	for i := range headsKept + 1 {
		err = h.SaveHead(fmt.Sprint("db", i), headNote(1, 1))
	}
	if err == nil || !strings.Contains(err.Error(), "not kept") {
		t.Error(err)
	}
	if got, err := h.Head("db0"); err != nil || len(got) == 0 {
		t.Errorf("%q, %v", got, err)
	}
}
