package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// TestCheckError: what is here comes first, then what fits and is not here; what nobody knows is said.
func TestCheckError(t *testing.T) {
	l := newCheckLab(t)
	deep := says("by-hash", finding.Error, finding.Target{}, "verifying …: checksum mismatch")
	deep.Run, deep.Cost = nil, check.Deep
	asks := says("asks", finding.Error, finding.Target{Path: "asked"}, "checksum mismatch of the proxy")
	asks.Cost = check.Network
	l.table = []*check.Check{
		says("absent", finding.Error, finding.Target{}, "package … is not in std (…)"),
		says("here", finding.Warning, finding.Target{Path: "TMPDIR"}, "is not in std"),
		says("other", finding.Error, finding.Target{Path: "GOFLAGS"}, "something else entirely"), deep, asks}
	d := l.document(0, "check", "--error", "a.go:3:8: package bytes is not in std (/usr/lib/go/src/bytes)")
	want := []report.Recognised{
		{Check: "here", Title: "the title of here", Pattern: "is not in std", Found: true, Looked: true, Look: "look at here"},
		{Check: "absent", Title: "the title of absent", Pattern: "package … is not in std (…)", Looked: true, Look: "look at absent"}}
	if !slices.Equal(d.Recognised, want) || told(d.Findings) != "here" {
		t.Errorf("%+v\n%s", d.Recognised, told(d.Findings))
	}
	l.document(3, "check", "--fail-on", "warning", "--error", "x is not in std")
	out, _ := l.run(0, "check", "--error", "package bytes is not in std (x)")
	for _, want := range []string{"This is why, or may be:", "WARN here TMPDIR: ", "why: because of here", "The text fits these too", "absent: the title", "to see it: look at absent", "godoctor help absent"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if out, _ := l.run(0, "check", "--error", "never heard of"); !strings.Contains(out, "No check knows this text. 'godoctor check'") {
		t.Error(out)
	}
	if d := l.document(0, "check", "--error", "never heard of"); d.Recognised == nil || len(d.Recognised) != 0 || d.Findings == nil {
		t.Errorf("%+v", d)
	}

	l.stdin = "go: downloading x\n\x1b[31mverifying example.com/none@v1.0.0: checksum mismatch of the proxy\x1b[0m\nverifying example.com/none@v1.0.0: checksum mismatch\n"
	d = l.document(0, "check", "--error", "-")
	if len(d.Recognised) != 2 || d.Recognised[0].Check != "asks" || d.Recognised[0].WhyNot != "it asks the network: --ask-proxy" || d.Recognised[1].WhyNot == "" {
		t.Errorf("%+v", d.Recognised)
	}
	if d := l.document(3, "check", "--error", "-", "--ask-proxy"); told(d.Findings) != "asks" {
		t.Error(told(d.Findings))
	}
	l.stdin = strings.Repeat("x", check.ErrorMax) + " is not in std"
	if _, errs := l.run(0, "check", "--error", "-"); !strings.Contains(errs, "the first 1048576 bytes count") {
		t.Error(errs)
	}
}

// TestCheckErrorHashes: where the text names a module version, that one is hashed, and no other.
func TestCheckErrorHashes(t *testing.T) {
	l := newCheckLab(t)
	l.sick()
	deep := says("sources-modified", finding.Error, finding.Target{}, "dir has been modified")
	deep.Run, deep.Cost = nil, check.Deep
	l.table = []*check.Check{deep}
	d := l.document(3, "check", "--error", "example.com/dep@v1.2.0: dir has been modified (/x)")
	if told(d.Findings) != "sources-modified" || d.Findings[0].Target.Module != "example.com/dep" || !d.Recognised[0].Found || !d.Recognised[0].Looked {
		t.Errorf("%+v\n%+v", d.Recognised, d.Findings)
	}
	if d := l.document(0, "check", "--error", "dir has been modified (/x)"); len(d.Findings) != 0 || d.Recognised[0].Looked {
		t.Errorf("without a name: %+v", d.Recognised)
	}
}

// TestCheckErrorOfGo: the real go fails, what it prints goes in, and the reason comes out first; from another directory too,
// where the text names a file of the project.
func TestCheckErrorOfGo(t *testing.T) {
	l := newCheckLab(t)
	l.write("go.mod", "module example.com/p\n\ngo 1.20\n\nrequire example.com/gone v1.0.0\n\nreplace example.com/gone => ../gone\n")
	cmd := exec.CommandContext(t.Context(), "go", "build", "./...")
	cmd.Dir, cmd.Env = l.project, append(l.m.Environ(), "PATH="+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Fatal("go builds")
	}
	l.stdin = string(out)
	for _, dir := range []string{l.project, l.m.Tmp} {
		d := l.document(3, "-C", dir, "check", "--error", "-")
		if len(d.Findings) == 0 || d.Findings[0].Check != "replace-missing" || !d.Recognised[0].Found {
			t.Errorf("in %s: %s\n%s", dir, told(d.Findings), out)
		}
		l.stdin += "\t" + filepath.Join(l.project, "go.mod") + ":5: more\n"
	}
}

// TestHelpCheck: the page of every check has its texts, fits on paper, and is found by its name.
func TestHelpCheck(t *testing.T) {
	l := newCheckLab(t)
	for _, c := range allChecks() {
		out, _ := l.run(0, "help", c.ID)
		for _, want := range append([]string{c.ID + " - ", "severity    " + c.Severity.String(), "godoctor check " + c.ID}, c.Help.See...) {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is not on its page", c.ID, want)
			}
		}
		for _, s := range c.Says {
			if !strings.Contains(out, "go says: "+text.Clean(s)) {
				t.Errorf("%s: %q is not on its page", c.ID, s)
			}
		}
		for _, part := range []string{c.Help.Why, c.Help.Look, c.Help.Do} {
			if !strings.Contains(strings.Join(strings.Fields(out), " "), text.Clean(strings.Join(strings.Fields(part), " "))) {
				t.Errorf("%s: %q is not on its page", c.ID, part)
			}
		}
		for line := range strings.Lines(out) {
			line = strings.TrimRight(line, "\n")
			if text.Width(line) > 80 && !strings.Contains(line, "go says: ") && len(strings.Fields(line)) > 3 && !strings.HasPrefix(line, "    ") {
				t.Errorf("%s: a line of %d: %s", c.ID, text.Width(line), line)
			}
		}
	}
	list, _ := l.run(0, "help", "checks")
	again, _ := l.run(0, "check", "--list")
	if list != again || strings.Count(list, "\n") != len(allChecks())+1 {
		t.Errorf("two lists:\n%s\n%s", list, again)
	}
	md, _ := l.run(0, "check", "--list", "--format", "markdown")
	if strings.Count(md, "\n| `") != len(allChecks()) {
		t.Error(md)
	}
	if d := l.document(0, "check", "--list"); len(d.Checks) != len(allChecks()) || d.Checks[0].ID == "" {
		t.Errorf("%+v", d.Checks)
	}
	if d := l.document(0, "help", "replace-missing"); len(d.Checks) != 1 || d.Checks[0].Why == "" {
		t.Errorf("%+v", d.Checks)
	}
	for topic, want := range map[string]string{"replace-mising": "did you mean replace-missing", "vrify": "did you mean verify", "zzzzzzzzzzz": "lists the commands"} {
		if _, errs := l.run(2, "help", topic); !strings.Contains(errs, want) {
			t.Errorf("%s: %s", topic, errs)
		}
	}
	if out, _ := l.run(0, "help", "verify"); !strings.Contains(out, "godoctor verify [MODULE") {
		t.Error(out)
	}
	if out, _ := l.run(0, "help"); !strings.Contains(out, "Available Commands:") {
		t.Error(out)
	}
}

// TestCompleteChecks: the shell knows their names.
func TestCompleteChecks(t *testing.T) {
	l := newCheckLab(t)
	for _, args := range [][]string{{"check", "repl"}, {"help", "repl"}, {"check", "--skip", "repl"}} {
		if out, _ := l.run(0, append([]string{"__complete"}, args...)...); !strings.Contains(out, "replace-missing") {
			t.Errorf("%q: %s", args, out)
		}
	}
	if out, _ := l.run(0, "__complete", "check", "replace-missing", "replace-mis"); strings.Contains(out, "replace-missing") {
		t.Error("what was named is offered again")
	}
}
