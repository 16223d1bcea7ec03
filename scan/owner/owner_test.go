package owner

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"godoctor/scan/system"
)

// made is a directory with files, and a system in which uid owns each of them but what others says.
func made(t *testing.T, uid int, others map[string]system.Entry) (dir string, sys system.System) {
	t.Helper()
	dir = t.TempDir()
	for i := range 20 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%02d", i)), []byte("12345"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sys = system.This()
	sys.UID, sys.GID, sys.Groups = uid, uid, nil
	real := sys.Entry
	sys.Entry = func(path string) (system.Entry, error) {
		e, err := real(path)
		e.UID, e.GID = 1000, 1000
		rel, _ := filepath.Rel(dir, path)
		if o, ok := others[rel]; ok {
			e.UID, e.GID, e.Mode = o.UID, o.GID, e.Mode.Type()|o.Mode
		}
		return e, err
	}
	return dir, sys
}

func TestLook(t *testing.T) {
	others := make(map[string]system.Entry)
	for i := 3; i < 13; i++ {
		others[fmt.Sprintf("f%02d", i)] = system.Entry{UID: 0, Mode: 0o644}
	}
	others["f04"] = system.Entry{UID: 0, Mode: 0o600}
	others["f05"] = system.Entry{UID: 2000, GID: 3000, Mode: 0o640}
	others["f06"] = system.Entry{UID: 1000, Mode: 0}
	for _, uid := range []int{1000, 0} { // root sees the same
		dir, sys := made(t, uid, others)
		l, ok := New(sys, dir)
		if !ok {
			t.Fatal("there is nothing to look at")
		}
		l.Dirs(t.Context(), []string{dir}, 3)
		f := l.Found()
		at := func(names ...string) (list []string) {
			for _, n := range names {
				list = append(list, filepath.Join(dir, n))
			}
			return list
		}
		if f.User != 1000 || f.Foreign != 9 || f.Owners[0] != 8 || f.Owners[2000] != 1 || f.Closed != 3 {
			t.Errorf("as %d: %+v", uid, f)
		}
		if !slices.Equal(f.ClosedPaths, at("f04", "f05", "f06")) || !slices.Equal(f.ForeignPaths, at("f03", "f04", "f05", "f07", "f08")) {
			t.Errorf("as %d: %v, %v", uid, f.ClosedPaths, f.ForeignPaths)
		}
		l.See(filepath.Join(dir, "f03"), Read)
		if f.Owners[0] != 8 || l.Found().Owners[0] != 9 {
			t.Errorf("as %d: what was found changes with what is seen later: %+v", uid, f)
		}
	}
}

// TestWrite: directories by access(2) for oneself, by their mode for others; lock files by their mode.
func TestWrite(t *testing.T) {
	others := map[string]system.Entry{"f00": {UID: 0, Mode: 0o644}, ".": {UID: 1000, Mode: 0o555}}
	dir, sys := made(t, 1000, others)
	asked := ""
	sys.Access = func(dir string) error { asked = dir; return fs.ErrPermission }
	l, _ := New(sys, dir)
	if l.See(dir, Write) || l.See(filepath.Join(dir, "f00"), Write) || !l.See(filepath.Join(dir, "f01"), Write) || !l.See(filepath.Join(dir, "none"), Write) {
		t.Error("the answers are wrong")
	}
	if asked != dir {
		t.Errorf("access was asked about %q", asked)
	}
	sys.UID, asked = 0, ""
	l, _ = New(sys, dir)
	if l.See(dir, Write) || asked != "" {
		t.Error("root asked for itself")
	}
}

// TestNothing: without owners, without a cache, and for root in its own there is nothing to tell.
func TestNothing(t *testing.T) {
	dir, sys := made(t, 0, map[string]system.Entry{".": {}})
	if _, ok := New(sys, dir); ok {
		t.Error("root in its own cache")
	}
	sys.UID = 1000
	if _, ok := New(sys, filepath.Join(dir, "none")); ok {
		t.Error("a cache that is not there")
	}
	sys.UID = -1
	if _, ok := New(sys, dir); ok {
		t.Error("a system without owners")
	}
}
