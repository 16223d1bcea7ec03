package check

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

// TestHealthy: on a healthy machine nothing is an error and nothing a warning.
func TestHealthy(t *testing.T) {
	for _, f := range newLab(t).check() {
		if f.Severity != finding.Note {
			t.Errorf("%s %s: %s\n%s\n%+v", f.Severity, f.Check, f.Title, f.Detail, f.Target)
		}
	}
}

// TestTable: every check is whole, told apart and documented, and has a case in the laboratory.
func TestTable(t *testing.T) {
	seen := make(map[string]bool)
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for _, c := range All() {
		switch {
		case !name.MatchString(c.ID) || seen[c.ID]:
			t.Errorf("%q is no ID, or is there twice", c.ID)
		case c.Title == "" || strings.HasSuffix(c.Title, "."):
			t.Errorf("%s: the title is %q", c.ID, c.Title)
		case c.Help.Why == "" || c.Help.Look == "" || c.Help.Do == "":
			t.Errorf("%s: the manual page lacks a part: %+v", c.ID, c.Help)
		}
		seen[c.ID] = true
		has := slices.ContainsFunc(cases, func(l labCase) bool { return l.id == c.ID })
		if c.Run != nil && !has {
			t.Errorf("%s has no case in the laboratory", c.ID)
		}
		for _, says := range c.Says {
			if c.Run != nil && !slices.ContainsFunc(cases, func(l labCase) bool { return l.says == says && l.id == c.ID }) && !quoted[says] {
				t.Errorf("%s: nobody has heard go say %q", c.ID, says)
			}
		}
	}
	for _, c := range cases {
		if !seen[c.id] {
			t.Errorf("a case is about %q, which is no check", c.id)
		}
	}
}

// quoted are texts that are known from issues and cannot be made here, with a comment each that says from where.
var quoted = quotes(placesQuoted, toolchainsQuoted, settingsQuoted)

func quotes(lists ...[]string) map[string]bool {
	all := make(map[string]bool)
	for _, q := range slices.Concat(lists...) {
		all[q] = true
	}
	return all
}

// TestRun: what panics and what hangs is a finding, and hides no other.
func TestRun(t *testing.T) {
	m := newLab(t).look()
	say := func(what string) func(*Pass) {
		return func(p *Pass) { p.Report(finding.Finding{Target: finding.Target{Path: what}}) }
	}
	table := []*Check{
		{ID: "one", Title: "one", Severity: finding.Error, Run: say("a")},
		{ID: "panics", Title: "p", Run: func(p *Pass) { say("before")(p); panic("on purpose") }},
		{ID: "hangs", Title: "h", Severity: finding.Note, Run: func(p *Pass) { say("before")(p); select {} }},
		{ID: "asks", Title: "n", Cost: Network, Run: say("asked")},
		{ID: "each", Title: "of projects", Subject: OfProject, Severity: finding.Warning,
			Run: func(p *Pass) { say(p.Project.Dir)(p) }},
	}
	var got []string
	res := Run(t.Context(), m, table, Options{Patience: 200 * time.Millisecond})
	for _, f := range res.Findings {
		got = append(got, fmt.Sprint(f.Severity, " ", f.Check, " ", f.Target.Path))
	}
	want := []string{"error one a", "error panics before", "warning check-failed hangs", "warning check-failed panics",
		"warning each " + m.Projects[0].Dir, "note hangs before"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, f := range res.Findings {
		if f.Check == "check-failed" && f.Target.Path == "panics" && !strings.Contains(f.Detail, "on purpose\ndoctor/check/check_test.go:") {
			t.Errorf("the panic is told as %q", f.Detail)
		}
	}
	if res := Run(t.Context(), m, table, Options{Only: []string{"asks"}}); len(res.Findings) != 1 {
		t.Errorf("what was named is not run: %+v", res.Findings)
	}
	if res := Run(t.Context(), m, table, Options{Skip: []string{"stat"}}); len(res.Findings) != 0 {
		t.Errorf("a skipped class was run: %+v", res.Findings)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	Run(ended, m, table[2:3], Options{}) // returns
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		dots          string
		ok            bool
	}{
		{"verifying …: checksum mismatch", "go: x\nverifying a.b/c@v1.0.0: checksum mismatch\n", "a.b/c@v1.0.0", true},
		{"package … is not in std", "a.go:3:8: package bytes is not in std (/x)", "bytes", true},
		{"… is not in std", "a.go:3:8: package bytes is not in std (/x)", "", true},
		{"a … b … c", "a 1 b a 2 b 3 c", "1|a 2 b 3", true}, // the first that fits, from the left
		{"a … b … c", "a 1 b 3 c", "1|3", true},
		{"two words", "two\n\t words", "", true},
		{"a … z", "a " + strings.Repeat("b", 2*matchMax) + " z", "", false},
	} {
		dots, ok := match(c.pattern, spaced(c.text))
		if ok != c.ok || strings.Join(dots, "|") != c.dots {
			t.Errorf("match(%q, %q) = %q, %v", c.pattern, c.text, dots, ok)
		}
	}
}

// TestInstallationSettings: what the installation sets "go env -u" does not take away, so no command is named for that.
func TestInstallationSettings(t *testing.T) {
	s := goenv.Setting{Key: "GOPROXY", Value: "a;b", Origin: goenv.OriginGoroot, File: "/go/go.env", Line: 1}
	if fix := unset(s); fix.ID != FixGoroot || fix.Argv != nil {
		t.Errorf("%+v", fix)
	}
	if fix := reset(s, "direct"); !slices.Equal(fix.Argv, []string{"go", "env", "-w", "GOPROXY=direct"}) {
		t.Errorf("%+v", fix)
	}
}

// TestTempOfWindows: the directory for temporary files is that of TEMP where there is no TMP.
func TestTempOfWindows(t *testing.T) {
	l := newLab(t)
	l.sys.GOOS = "windows"
	l.write(filepath.Join(l.Tmp, "go.mod"), "module tmp\n")
	l.set("TEMP", l.Tmp)
	if list := l.check("stray-parent"); len(list) != 1 || list[0].Target.File != filepath.Join(l.Tmp, "go.mod") {
		t.Errorf("%+v", list)
	}
}

func TestCommandNames(t *testing.T) {
	for command, want := range map[string]bool{"rm -rf /a": true, "rm -rf /a/*": true, "rm -rf \"/a\"": true, "D=/a; rm -rf $D": true,
		"rm -rf /ab": false, "rm -rf /b/a": false, "rm -rf /b/a/a": false, "rm -rf /ab /a": true} {
		if got := mentions(command, "/a"); got != want {
			t.Errorf("%s: %v", command, got)
		}
	}
}

// TestStampsOnWindows: git is a program there too, with another name.
func TestStampsOnWindows(t *testing.T) {
	l := newLab(t)
	l.sys.GOOS = "windows"
	l.git(l.project)
	l.write(".git/HEAD", "")
	bin := filepath.Join(l.Home, "bin")
	l.write(filepath.Join(bin, "git.exe"), "MZ")
	must(t, os.Chmod(filepath.Join(bin, "git.exe"), 0o755))
	l.set("PATH", bin)
	if list := l.check("vcs-stamping"); len(list) != 1 {
		t.Errorf("%+v", list)
	}
}
