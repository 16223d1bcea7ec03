//go:build unix

package tui_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"godoctor/ui/tui/tuitest"
)

// TestSaved shows a saved scan after the machine is gone: everything that was found is there, what would change something or
// look again says why it does not, and nothing is written.
func TestSaved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "scan.json")
	save := exec.Command(binary, "scan", "-o", file, "-q")
	save.Env, save.Dir = world.Environ(), world.Home
	if out, err := save.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	empty := t.TempDir()
	env := []string{"HOME=" + empty, "USERPROFILE=" + empty, "GOPATH=", "GOMODCACHE=", "GOCACHE=", "GOBIN=", "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=",
		"XDG_STATE_HOME=", "XDG_DATA_HOME="}
	term := open(t, tuitest.Options{Cols: 130, Rows: 30, Env: env}, "--from", file)
	see(t, term, "from ", "Go keeps", "Module sources", "a saved scan, nothing is changed from here")
	press(t, term, "2")
	see(t, term, "[2 Modules]", "github.com/", "orphan")
	press(t, term, "w")
	see(t, term, "Why ", "VERSIONS")
	press(t, term, "esc", "P")
	see(t, term, "this is a saved scan (from ")
	press(t, term, "R")
	see(t, term, "what changes something is done on that machine")
	press(t, term, "3", "x")
	see(t, term, "Not here", "this is a saved scan", "Looking and planning work all the same.")
	press(t, term, "esc", "4", "enter")
	see(t, term, "GO DOES", ".ziphash")
	press(t, term, "esc", "5")
	see(t, term, "[5 Findings", "the extracted files are not those of the zip")
	press(t, term, "v")
	see(t, term, "this is a saved scan (from ")
	press(t, term, "x")
	see(t, term, "Not here")
	press(t, term, "esc", "6", "c")
	see(t, term, "x run (not here)")
	press(t, term, "x")
	see(t, term, "Not here")
	press(t, term, "esc", "7", "q")
	clean(t, term, 0)
	if list, err := os.ReadDir(empty); err != nil || len(list) > 0 {
		t.Errorf("the home of who looks has %v, %v", list, err)
	}
}
