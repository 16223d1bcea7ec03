//go:build unix

package remedy

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/state"
)

// TestRehash: of a .ziphash that go was writing when an undo was killed the next run makes what it was, or takes it away where nobody
// knows that; any other it leaves as it is.
func TestRehash(t *testing.T) {
	m := madeIn(t, quick(t))
	a := mod("example.com/a", "v1.0.0")
	hash, err := os.ReadFile(m.CachePath(a, "ziphash"))
	if err != nil {
		t.Fatal(err)
	}
	good, half, other := string(hash), strings.Repeat("\x00", 47), "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	for what, c := range map[string]struct {
		kind, is, hash, want string
		zip, noDir, busy     bool
	}{
		"half":             {kind: "undo", is: half, hash: good, want: good},
		"empty":            {kind: "undo", is: "", hash: good, want: good},
		"whole":            {kind: "undo", is: other, hash: good, want: other},
		"nobody knows":     {kind: "undo", is: half, want: "-"},
		"no hash":          {kind: "undo", is: half, hash: "sha256:x", want: "-"},
		"there is a zip":   {kind: "undo", is: half, hash: good, want: half, zip: true},
		"no directory":     {kind: "undo", is: half, hash: good, want: half, noDir: true},
		"another run":      {kind: "clean", is: half, hash: good, want: half},
		"somebody is here": {kind: "undo", is: half, hash: good, want: half, busy: true},
	} {
		m := madeIn(t, quick(t))
		write(t, m.CachePath(a, "ziphash"), c.is)
		if !c.zip {
			os.Remove(m.CachePath(a, "zip"))
		}
		if c.noDir {
			rename(t, m.Dir(a), m.Dir(a)+"x")
		}
		if c.busy {
			lock, err := opened(t, filepath.Dir(m.CachePath(a, "lock"))).lock("v1.0.0.lock")
			if err != nil {
				t.Fatal(err)
			}
			defer lock.Close()
		}
		err := state.Home(filepath.Join(m.Home, "state")).SaveRun(&state.Run{ID: "20260101-000000-001", Kind: c.kind, Started: time.Now(),
			Items: []state.RunItem{{Module: a.Path, Version: a.Version, Part: "zip", Hash: c.hash}, {Module: "example.com/none", Version: "v1.0.0", Part: "zip"}}})
		if err != nil {
			t.Fatal(err)
		}
		s := session(t, m, "20260101-000000-002", "")
		now := "-"
		if b, err := os.ReadFile(m.CachePath(a, "ziphash")); err == nil {
			now = string(b)
		}
		if now != c.want || (len(s.Notes) > 0) != c.busy {
			t.Errorf("%s: %q, want %q; %q", what, now, c.want, s.Notes)
		}
		s.Close()
	}
}

// Whoever was killed after the last rename of an undo left a directory that can be written, and an entry of the quarantine with nothing in
// it: the next run puts the permissions back, and removes the entry.
func TestPutBackAllButMode(t *testing.T) {
	m, items, of := waiting(t, 2)
	at := filepath.Join(filepath.Dir(m.GOMODCACHE), ".godoctor", "quarantine", filepath.FromSlash(of.Items[0].Kept))
	parts := partsOf(t, m, items[0].Module, items[0].Version)
	for _, part := range parts {
		rename(t, filepath.Join(at, filepath.Base(part)), part)
	}
	was, err := os.Stat(parts[2])
	if err != nil || was.Mode().Perm() != 0o755 {
		t.Fatalf("%v, %v", was, err)
	}
	s := session(t, m, "20260101-000000-002", "")
	defer s.Close()
	held, err := s.Quarantined()
	if err != nil || len(held) != 1 || held[0].Name != of.Items[1].Kept || len(s.Notes) != 1 {
		t.Errorf("%+v, %v; %q", held, err, s.Notes)
	}
	if now, err := os.Stat(parts[2]); err != nil || now.Mode().Perm() != 0o555 || exists(t, at) {
		t.Errorf("%v, %v; the entry is there: %v", now.Mode(), err, exists(t, at))
	}
}
