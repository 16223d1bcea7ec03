//go:build unix

package tui_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/ui/tui/tuitest"
)

// A line of the GOENV file that bricks go is found without a key, on a machine whose go does not start; x shows the line that
// goes and asks; then go works and the finding is gone; z brings the line back, and the checks find it again.
func TestCheckBricks(t *testing.T) {
	m, _ := harbour(t)
	goenv := filepath.Join(m.Home, ".config", "go", "env")
	const sick = "# mine\nGOPRIVATE=corp.example\nGOROOT=/nonexistent\n"
	check(os.MkdirAll(filepath.Dir(goenv), 0o777))
	check(os.WriteFile(goenv, []byte(sick), 0o640))
	var env []string
	for _, kv := range m.Environ() {
		if !strings.HasPrefix(kv, "GOENV=") && !strings.HasPrefix(kv, "GOROOT=") {
			env = append(env, kv)
		}
	}
	env = append(env, "LC_ALL=", "LANG=C.UTF-8")
	path, err := exec.LookPath("go")
	check(err)
	goWorks := func() bool {
		cmd := exec.Command(path, "env", "GOPRIVATE")
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		return err == nil && strings.TrimSpace(string(out)) == "corp.example"
	}
	if goWorks() {
		t.Fatal("the line does not keep go from starting")
	}
	term, err := tuitest.Start(t.Context(), binary, tuitest.Options{Env: env, Dir: m.Home, Cols: 120, Rows: 40})
	check(err)
	t.Cleanup(func() { term.Close() })
	see(t, term, "scanned ", "1 error, ", "5 Findings 1 ")
	press(t, term, "5")
	see(t, term, "> ERROR   goenv-bricks        ~/.config/go/env:3", "SEEN    ~/.config/go/env:3 says",
		"x shows what that would do, and asks", "godoctor help goenv-bricks", "WHY     go reads the GOENV file", "Hashes are not verified yet")
	press(t, term, "enter")
	see(t, term, "CHECK", "goenv-bricks", "Why", "go reads the GOENV file")
	press(t, term, "esc", "Y")
	see(t, term, "copied the command")
	press(t, term, "x")
	see(t, term, "[6 Plan]", "1 item to repair: offline", "@@ line 3 @@", "-GOROOT=/nonexistent", "z puts the lines back")
	press(t, term, "x")
	see(t, term, "Repair 1 item?", "-GOROOT=/nonexistent", "z puts the lines back as they were", "y repair")
	if data, err := os.ReadFile(goenv); err != nil || string(data) != sick {
		t.Fatalf("it was edited before that was confirmed: %q, %v", data, err)
	}
	press(t, term, "y")
	repaired(t, term)
	see(t, term, "Verified again: nothing is wrong with what was repaired.")
	if data, err := os.ReadFile(goenv); err != nil || string(data) != "# mine\nGOPRIVATE=corp.example\n" || !goWorks() {
		t.Errorf("the file says %q, %v; go works: %v", data, err, goWorks())
	}
	press(t, term, "5")
	check(term.WaitGone(patience, "goenv-bricks"))
	see(t, term, "scanned ", "[5 Findings]") // the checks have run again
	press(t, term, "7", "z")
	see(t, term, "Take back the run of", "1 item: lines put back as they were", "y take back")
	press(t, term, "y")
	see(t, term, "brought back")
	if data, err := os.ReadFile(goenv); err != nil || string(data) != sick {
		t.Errorf("taken back, the file says %q, %v", data, err)
	}
	press(t, term, "5")
	see(t, term, "[5 Findings 1]", "goenv-bricks")
	press(t, term, "q")
	clean(t, term, 0)
}
