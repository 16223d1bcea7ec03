package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/cachetest"
)

// told runs the numbered menus on the machine with what flags have confirmed.
func (l *repairLab) told(code int, answers string, args ...string) string {
	l.t.Helper()
	var o, e bytes.Buffer
	env := append(append(append([]string{}, l.more...), "GOSUMDB="+cachetest.SumDBKey()), l.m.Environ()...) // the first of a name counts
	if got := Run(l.t.Context(), IO{Args: append(args, "--accessible", "-C", filepath.Dir(l.sums), "--root", l.m.Projects), Environ: env, Stdin: strings.NewReader(answers), Stdout: &o, Stderr: &e}); got != code {
		l.t.Fatalf("exit code %d, want %d\n%s\n%s", got, code, o.String(), e.String())
	}
	if strings.ContainsAny(o.String()+e.String(), "\x1b\r") {
		l.t.Error("that are not lines of text")
	}
	return o.String() + e.String()
}

// What a project lacks is told in the numbered menus, fetched when that is confirmed, and taken back.
func TestAccessibleProject(t *testing.T) {
	l := newRepairLab(t)
	l.must(cachetest.Remove(l.m.Dir(l.mod)))
	l.must(os.Remove(l.m.CachePath(l.mod, "zip")))
	answers := "6\n1\nf\nrun\nq\n"
	said := l.told(ExitUnconfirmed, answers)
	for _, want := range []string{"0 of 1 module versions present, does not work offline", "example.com/sick@v1.0.0", "download", "fetches ", "1. chosen, example.com/sick@v1.0.0: ", "godoctor: not confirmed: give --yes"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said: %s", want, said)
		}
	}
	if isThere(l.m.Dir(l.mod)) {
		t.Fatal("it was fetched without a yes")
	}
	said = l.told(ExitOK, answers, "--yes")
	for _, want := range []string{"confirmed beforehand: repair 1 item\n", "\nfetching: 1 file, ", "\nrepairing: 1 item\n", "the project builds without a network", "done example.com/sick@v1.0.0", "verified again: nothing found"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said: %s", want, said)
		}
	}
	if !isThere(l.m.Dir(l.mod)) {
		t.Error("it was not fetched")
	}
	l.run(ExitOK, "verify")
}

// A line of the settings file is told as a change, taken away, and put back.
func TestAccessibleSetting(t *testing.T) {
	l := newRepairLab(t)
	file := filepath.Join(l.m.Home, ".config", "go", "env")
	l.more = []string{"GOENV=" + file}
	l.must(os.MkdirAll(filepath.Dir(file), 0o777))
	l.write(file, "GOFLAGS=-mod=mod\n")
	said := l.told(ExitOK, "3\na\nrun\n7\n1\n", "--yes")
	for _, want := range []string{"WARN goflags ", "line 1 goes: GOFLAGS=-mod=mod", "repaired 1 item; verified again: nothing found", "brought back 1 item"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said: %s", want, said)
		}
	}
	if got := l.read(file); got != "GOFLAGS=-mod=mod\n" {
		t.Errorf("%q after undo", got)
	}
}
