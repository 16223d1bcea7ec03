//go:build unix

package tui_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
	"godoctor/ui/tui/tuitest"
)

// A snapshot of another machine is compared with this one: what can change a build stands first. A snapshot of this one is
// saved, and esc leads back, step by step.
func TestCompareScreen(t *testing.T) {
	other, err := cachetest.New(filepath.Join(t.TempDir(), "m"))
	check(err)
	t.Cleanup(func() { check(other.RemoveAll()) })
	project, err := other.Project("app", "module example.com/ledger\n\ngo 1.20\n", map[string]string{"p.go": "package p\n"})
	check(err)
	file := filepath.Join(world.Home, "other-machine.json")
	take := exec.Command(binary, "snapshot", "-o", file, "--project", project)
	take.Dir, take.Env = project, append(other.Environ(), "GOFLAGS=-tags=integration")
	if out, err := take.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Cleanup(func() { os.Remove(file) })

	term := open(t, tuitest.Options{Cols: 100, Rows: 30}, "-C", filepath.Join(world.Home, "src", "ledger"))
	see(t, term, "scanned ")
	press(t, term, "2")
	see(t, term, "[2 Modules]")
	press(t, term, "C")
	see(t, term, "[Compare]", "Choose A", "here: this machine now, with example.com/ledger", "project")
	press(t, term, "/")
	if err := term.Type("~/other-m"); err != nil {
		t.Fatal(err)
	}
	see(t, term, "~/other-machine.json")
	press(t, term, "tab")
	see(t, term, "/ ~/other-machine.json")
	press(t, term, "enter")
	see(t, term, "can change a build", "A  other-machine.json: a machine", "B  here: a machine", "> code ", "WHY ", "DO ")
	press(t, term, "/")
	if err := term.Type("-tags"); err != nil {
		t.Fatal(err)
	}
	see(t, term, "matches 1 of ", "integration")
	press(t, term, "enter", "enter")
	see(t, term, "build tags choose which files are compiled", "SAME AS")
	press(t, term, "esc", "esc")
	see(t, term, "can change a build")
	press(t, term, "J")
	see(t, term, "saved ~/.local/state/godoctor/snapshots/")
	saved, err := filepath.Glob(filepath.Join(world.Home, ".local", "state", "godoctor", "snapshots", "*-example.com-ledger.json"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("%q, %v", saved, err)
	}
	t.Cleanup(func() { os.Remove(saved[0]) })
	if fi, err := os.Stat(saved[0]); err != nil || fi.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", fi, err)
	}
	press(t, term, "C")
	see(t, term, "Choose A", "snapshot   20")
	press(t, term, "esc", "esc")
	see(t, term, "[2 Modules]")
	press(t, term, "q")
	clean(t, term, 0)
	if !strings.Contains(term.Screen(), "saved a snapshot of this machine: ") {
		t.Errorf("what was saved is not told:\n%s", term.Screen())
	}
	again := exec.Command(binary, "-C", filepath.Join(world.Home, "src", "ledger"), "compare", saved[0], "--exit-code")
	again.Env = append(world.Environ(), "LC_ALL=", "LANG=C.UTF-8") // as open has it
	if out, err := again.CombinedOutput(); err != nil || !strings.Contains(string(out), "no difference in ") {
		t.Errorf("%v\n%s", err, out)
	}
}

// What is no snapshot is said on the screen, and so is what cannot be read.
func TestCompareScreenWrong(t *testing.T) {
	file := filepath.Join(world.Home, "hostile.txt")
	check(os.WriteFile(file, []byte("\x1b[2J\x1b]0;title\x07"), 0o600))
	t.Cleanup(func() { os.Remove(file) })
	term := open(t, tuitest.Options{Cols: 80, Rows: 24})
	see(t, term, "scanned ")
	press(t, term, "C", "/")
	if err := term.Type(file); err != nil {
		t.Fatal(err)
	}
	press(t, term, "enter")
	see(t, term, "A cannot be compared: \"hostile.txt\" is neither a program nor a snapshot")
	press(t, term, "C", "/")
	if err := term.Type("/nowhere"); err != nil {
		t.Fatal(err)
	}
	press(t, term, "enter")
	see(t, term, "\"/nowhere\" cannot be read: no such file")
	press(t, term, "esc")
	see(t, term, "[1 Overview]")
	press(t, term, "q")
	clean(t, term, 0)
}
