//go:build unix

package tui_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/ui/tui/tuitest"
)

// Started in a project the first line is about it, and the screen of projects opens what it needs.
func TestHere(t *testing.T) {
	term := open(t, tuitest.Options{Cols: 80, Rows: 24}, "-C", filepath.Join(world.Home, "src", "ledger"))
	see(t, term, "scanned ", "example.com/ledger: go1.", "can free ", "nobody needs it")
	press(t, term, "4")
	see(t, term, "[4 Projects]", "(godoctor was started here)", "7/7")
	press(t, term, "enter")
	see(t, term, "GO DOES", ".ziphash")
	press(t, term, "esc", "q")
	clean(t, term, 0)
}

// A pin is kept in the program's own file, the state follows at once, and the next start knows it.
func TestPinKept(t *testing.T) {
	file := filepath.Join(world.Home, ".config", "godoctor", "pins.toml")
	pins := func() string {
		data, err := os.ReadFile(file)
		if err != nil {
			return ""
		}
		return string(data)
	}
	term := open(t, tuitest.Options{Cols: 80, Rows: 24})
	see(t, term, "scanned ")
	findTools(t, term)
	see(t, term, "orphan: none of the")
	press(t, term, "P")
	see(t, term, "pinned golang.org/x/tools@v0.19.0: kept whatever happens", "pinned: you said so")
	press(t, term, "q")
	clean(t, term, 0)
	if !strings.Contains(pins(), `"golang.org/x/tools@v0.19.0"`) {
		t.Errorf("%s holds %q", file, pins())
	}
	term = open(t, tuitest.Options{Cols: 80, Rows: 24})
	see(t, term, "scanned ")
	findTools(t, term)
	see(t, term, "pinned: you said so", "P unpin")
	press(t, term, "w")
	see(t, term, "Why golang.org/x/tools@v0.19.0", "REASONS")
	press(t, term, "esc", "P")
	see(t, term, "unpinned golang.org/x/tools@v0.19.0", "orphan: none of the")
	press(t, term, "q")
	clean(t, term, 0)
	if strings.Contains(pins(), "golang.org") {
		t.Errorf("%s holds %q", file, pins())
	}
	without := open(t, tuitest.Options{Cols: 80, Rows: 24}, "--no-config")
	see(t, without, "scanned ")
	findTools(t, without)
	press(t, without, "P")
	see(t, without, "started without its configuration")
	press(t, without, "q")
	clean(t, without, 0)
}

// findTools goes to a version that nobody needs.
func findTools(t *testing.T, term *tuitest.Terminal) {
	t.Helper()
	press(t, term, "2", "/")
	if err := term.Type("x/tools@v0.19"); err != nil {
		t.Fatal(err)
	}
	see(t, term, "matches 1 of ")
	press(t, term, "enter", "G")
	see(t, term, "VERSION golang.org/x/tools@v0.19.0")
}
