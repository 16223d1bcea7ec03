//go:build unix

package tui_test

import (
	"context"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// cleanable is a machine of its own, whose proxy has all that its module cache has: what is removed can be had again.
func cleanable(t *testing.T) *cachetest.Machine {
	t.Helper()
	m, err := cachetest.Demo(filepath.Join(t.TempDir(), "m"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(m.RemoveAll()) })
	return m
}

// at starts the built program on a machine.
func at(t *testing.T, m *cachetest.Machine) *tuitest.Terminal {
	t.Helper()
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Cols: 80, Rows: 24, Dir: m.Home,
		Env: append(m.Environ(), "LC_ALL=", "LANG=C.UTF-8")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { term.Close() })
	see(t, term, "scanned ")
	return term
}

// contents are the files below a directory, with what is in them.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		out[strings.TrimPrefix(path, dir)] = string(data)
		return err
	}))
	return out
}

// until waits for a screen.
func until(t *testing.T, term *tuitest.Terminal, ok func(screen string) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := term.WaitFor(ctx, ok); err != nil {
		t.Fatal(err)
	}
}

// unasked waits until no question is on the screen.
func unasked(t *testing.T, term *tuitest.Terminal) {
	t.Helper()
	check(term.WaitGone(patience, "Cancel"))
}

// below are the names of all files and directories below a directory.
func below(t *testing.T, dir string) (out []string) {
	t.Helper()
	check(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		out = append(out, path)
		return err
	}))
	return out
}

// firstRow is the cursor in the row below the heading.
var firstRow = regexp.MustCompile(`STATE *\n> - (\S+)`)

// A new user, with nothing but what is on the screen: the largest module that nobody needs is found, freed, and taken
// back, file by file as it was.
func TestFreeAndTakeBack(t *testing.T) {
	t.Parallel()
	m := cleanable(t)
	term := at(t, m)
	see(t, term, "can free ", "nobody needs it", "2 Modules")
	press(t, term, "2")
	see(t, term, "sort SIZE desc", "f show by state", "space mark", "c clean up")
	for range 7 {
		if strings.Contains(term.Screen(), "show orphan") {
			break
		}
		before := term.Screen()
		press(t, term, "f")
		until(t, term, func(screen string) bool { return screen != before })
	}
	see(t, term, "show orphan")
	press(t, term, "g")
	check(term.WaitIdle(patience, 300*time.Millisecond))
	name := firstRow.FindStringSubmatch(term.Screen())
	dirs, err := filepath.Glob(filepath.Join(m.GOMODCACHE, name[1]+"@*"))
	check(err)
	before := make(map[string]map[string]string)
	for _, d := range dirs {
		before[d] = contents(t, d)
	}
	press(t, term, "space")
	see(t, term, "marked ")
	press(t, term, "c")
	see(t, term, "[6 Plan]", "ticked: frees up to", "x run")
	press(t, term, "x")
	see(t, term, "Remove ", "> [ Cancel ] <", "no running process uses any of it", "y remove")
	press(t, term, "y")
	see(t, term, "[7 Activity]", "Done: ", "failed 0", "Free on this file system", "z takes it back")
	gone := 0
	for d := range before {
		if _, err := os.Lstat(d); err != nil {
			gone++
		}
	}
	if gone == 0 {
		t.Errorf("of %d directories of %s %d are gone", len(before), name[1], gone)
	}
	see(t, term, "scanned ")
	press(t, term, "z")
	see(t, term, "Take back the run of", "downloaded again", "y take back")
	press(t, term, "y")
	see(t, term, "brought back, skipped 0, failed 0")
	for d, was := range before {
		if strings.Contains(d, "toolchain@") { // go makes them from _go.mod when it first uses one
			delete(was, "/src/go.mod")
			delete(was, "/src/cmd/go.mod")
		}
		if now := contents(t, d); !maps.Equal(was, now) {
			t.Errorf("%s has %d files, had %d", d, len(now), len(was))
			for name := range was {
				if now[name] != was[name] {
					t.Errorf("%s is not as it was", name)
				}
			}
		}
	}
	see(t, term, "scanned ")
	press(t, term, "H")
	see(t, term, "History: 2 runs", "taken back", "undo")
	press(t, term, "q")
	clean(t, term, 0)
}

// The guided way, by the keys that it names; what may not come back wants to be typed.
func TestGuidedWay(t *testing.T) {
	t.Parallel()
	m := cleanable(t)
	term := at(t, m)
	see(t, term, "c clean up")
	press(t, term, "c")
	see(t, term, "Step 1 of 6: What may go", "space tick", "c next: how old", "may not come back")
	press(t, term, "u", "G", "space", "c")
	see(t, term, "Step 2 of 6: How long unused", "(*) 30 days", "c next: review")
	press(t, term, "c")
	see(t, term, "Step 3 of 6: Review", "c next: confirm")
	press(t, term, "c")
	see(t, term, "Step 4 of 6: Remove ", "Among it is what may not come back", "esc cancels")
	typed := regexp.MustCompile(`type (delete \d+) and`).FindStringSubmatch(term.Screen())
	if typed == nil {
		t.Fatalf("what has to be typed cannot be seen:\n%s", term.Screen())
	}
	check(term.Type(typed[1]))
	see(t, term, "> [ Remove ] <")
	press(t, term, "enter")
	see(t, term, "Step 6 of 6: Result", "Done: ", "failed 0", "wait in the quarantine until", "z takes it back", "esc end")
	see(t, term, "scanned ")
	press(t, term, "z")
	see(t, term, "Take back", "put back from the quarantine", "y take back")
	press(t, term, "y")
	see(t, term, "brought back", "failed 0")
	press(t, term, "q")
	clean(t, term, 0)
}

// By accident nothing goes, whatever arrives before, while and after the question is on the screen.
func TestNothingByAccident(t *testing.T) {
	m := cleanable(t)
	before := below(t, m.GOMODCACHE)
	term := at(t, m)
	press(t, term, "6")
	see(t, term, "ticked: frees up to", "x run")
	check(term.Type("xyyyyyy")) // while it is hashed
	see(t, term, "> [ Cancel ] <", "y remove")
	press(t, term, "n")
	unasked(t, term)
	check(term.Type("xyy\ry")) // it is hashed: the question is there at once, and nobody can have read it
	see(t, term, "> [ Cancel ] <", "y remove")
	check(term.Paste("y\n"))
	for _, s := range []string{"\x1b[<0;40;12M", "\x1b[<0;40;12m", "\x1b[M !!", "\x1b[200~y\r\x1b[201~"} { // mouse, and a paste in pieces
		check(term.Type(s))
	}
	press(t, term, "space", "d", "backspace", "delete", "ctrl+r", "ctrl+d")
	see(t, term, "> [ Cancel ] <")
	press(t, term, "enter")
	unasked(t, term)
	press(t, term, "x")
	see(t, term, "y remove")
	press(t, term, "esc", "y")
	unasked(t, term)
	press(t, term, "x")
	see(t, term, "y remove")
	press(t, term, "n", "7")
	see(t, term, "Nothing was ever removed here")
	press(t, term, "q")
	clean(t, term, 0)
	if after := below(t, m.GOMODCACHE); !slices.Equal(before, after) {
		t.Errorf("%d names in the module cache, there were %d", len(after), len(before))
	}
}
