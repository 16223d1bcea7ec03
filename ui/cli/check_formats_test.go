package cli

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"godoctor/doctor/check"
	"godoctor/doctor/finding"
)

// sick makes the machine sick in several ways, one of which hashing alone finds, beside checks of our own with hostile words.
func (l *checkLab) sick() {
	l.t.Helper()
	l.write("go.mod", "module example.com/p\n\ngo 1.20\n\nrequire (\n\texample.com/dep v1.2.0\n\texample.com/gone v1.0.0\n)\n\nreplace example.com/gone => ../gone\n")
	l.must(os.Chmod(l.m.Dir(l.dep), 0o777))
	l.write(filepath.Join(l.m.Dir(l.dep), "evil.go"), "package dep\n")
	hostile := says("hostile", finding.Warning, finding.Target{Path: filepath.Join(l.project, "a\n::error::b|`<img>\x1b[31m")})
	hostile.Title = "a ::title:: with\nlines and |pipes| {braces} [x](y)"
	l.table = append(check.All(), hostile,
		says("a-note", finding.Note, finding.Target{Path: "GOFLAGS"}), says("in-home", finding.Error, finding.Target{File: filepath.Join(l.m.Home, "x"), Line: 7}))
}

// TestCheckFormats: every format has the same findings in the same order, and the same exit code.
func TestCheckFormats(t *testing.T) {
	l := newCheckLab(t)
	l.sick()
	d := l.document(3, "check", "--deep")
	var want []string
	for _, f := range d.Findings {
		want = append(want, f.Check)
	}
	for _, id := range []string{"replace-missing", "hostile", "a-note", "in-home", "sources-modified"} {
		if !slices.Contains(want, id) {
			t.Fatalf("%s is not among %q", id, want)
		}
	}
	same := func(format string, got []string) {
		if !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", format, got, want)
		}
	}
	out, _ := l.run(3, "check", "--deep", "--jsonl")
	var got []string
	for line := range strings.Lines(out) {
		var e struct{ Event, Check string }
		l.must(json.Unmarshal([]byte(line), &e))
		if e.Event == "finding" {
			got = append(got, e.Check)
		}
	}
	same("jsonl", got)

	out, _ = l.run(3, "check", "--deep", "--format", "sarif")
	var s struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID      string
						Help    struct{ Text string }
						HelpURI *string
					}
				}
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Message   struct{ Text string }
			}
		}
	}
	l.must(json.Unmarshal([]byte(out), &s))
	got = nil
	rules := s.Runs[0].Tool.Driver.Rules
	for _, r := range s.Runs[0].Results {
		if rules[r.RuleIndex].ID != r.RuleID || r.Message.Text == "" {
			t.Errorf("sarif: rule %d of %+v", r.RuleIndex, r)
		}
		got = append(got, r.RuleID)
	}
	same("sarif", got)
	for _, c := range l.table {
		i := slices.IndexFunc(rules, func(r struct {
			ID      string
			Help    struct{ Text string }
			HelpURI *string
		}) bool {
			return r.ID == c.ID
		})
		if i < 0 || rules[i].HelpURI != nil || !strings.Contains(strings.Join(strings.Fields(rules[i].Help.Text), " "), strings.Fields(c.Help.Do)[0]) {
			t.Errorf("sarif: the rule %s: %d", c.ID, i)
		}
	}

	out, _ = l.run(3, "check", "--deep", "--format", "github")
	got = nil
	for line := range strings.Lines(out) {
		_, rest, ok := strings.Cut(line, "title=")
		if !ok || !strings.HasPrefix(line, "::") {
			t.Errorf("github: %q", line)
		}
		id, _, _ := strings.Cut(rest, "%3A")
		got = append(got, id)
	}
	same("github", got)

	l.env = []string{"USER=jane"}
	out, _ = l.run(3, "check", "--deep", "--format", "markdown")
	got = nil
	for line := range strings.Lines(out) {
		if cells := strings.Split(line, "|"); len(cells) == 6 && slices.Contains([]string{"ERROR", "WARN", "NOTE"}, strings.TrimSpace(cells[1])) {
			got = append(got, strings.Trim(cells[2], " `"))
		}
	}
	same("markdown", got)
	if strings.Contains(out, l.m.Home) {
		t.Errorf("markdown names the home directory:\n%s", out)
	}

	out, _ = l.run(3, "check", "--deep", "-v")
	got = nil
	for sc := bufio.NewScanner(strings.NewReader(out)); sc.Scan(); {
		if f := strings.Fields(sc.Text()); len(f) > 1 && slices.Contains([]string{"ERROR", "WARN", "NOTE"}, f[0]) {
			got = append(got, f[1])
		}
		if strings.HasPrefix(strings.TrimSpace(sc.Text()), "::") || strings.ContainsRune(sc.Text(), '\x1b') {
			t.Errorf("text: %q", sc.Text())
		}
	}
	same("text", got)
}

// TestCheckDeep: hashing finds what only hashing can; what is named alone is told alone; what both find is told once.
func TestCheckDeep(t *testing.T) {
	l := newCheckLab(t)
	l.sick()
	l.table = []*check.Check{{ID: "sources-modified", Title: "t", Cost: check.Deep}, check.Find("replace-missing")}
	if d := l.document(3, "check", "--fail-on", "note"); strings.Contains(told(d.Findings), "sources-modified") {
		t.Error("it was found without hashing")
	}
	if d := l.document(3, "check", "--deep", "sources-modified"); told(d.Findings) != "sources-modified" {
		t.Errorf("named alone: %s", told(d.Findings))
	}
	if d := l.document(3, "check", "--deep", "--skip", "sources-modified"); strings.Contains(told(d.Findings), "sources-modified") {
		t.Error("left out, and told")
	}
	a := []finding.Finding{{Check: "a", Target: finding.Target{Path: "x"}, Detail: "cheap"}, {Check: "b"}}
	b := []finding.Finding{{Check: "a", Target: finding.Target{Path: "x"}, Detail: "hashed"}}
	if m := merge(a, b); len(m) != 2 || m[0].Detail != "hashed" {
		t.Errorf("%+v", m)
	}
}

// TestCheckBaseline: what is in the baseline fails nothing, in every format; what is new does; what is gone is told.
func TestCheckBaseline(t *testing.T) {
	l := newCheckLab(t)
	old, gone := says("old", finding.Error, finding.Target{File: filepath.Join(l.project, "go.mod"), Line: 3}), says("gone", finding.Error, finding.Target{Path: "GOFLAGS"})
	l.table = []*check.Check{old, gone}
	out, _ := l.run(3, "check", "--json")
	file := l.write(filepath.Join(l.m.Home, "baseline.json"), out)
	quiet := says("gone", finding.Error, finding.Target{})
	l.table = []*check.Check{says("old", finding.Error, finding.Target{File: filepath.Join(l.project, "go.mod"), Line: 4}), quiet}
	d := l.document(0, "check", "--baseline", file)
	if len(d.Findings) != 1 || !d.Findings[0].Baseline || told(d.Gone) != "gone" {
		t.Errorf("%+v, gone %s", d.Findings, told(d.Gone))
	}
	text, _ := l.run(0, "check", "--baseline", file)
	for _, want := range []string{"(in the baseline)", "1 finding of the baseline is no more found", "1 error, 1 of them in the baseline; 2 checks"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if d := l.document(0, "check", "old", "--baseline", file); len(d.Gone) != 0 {
		t.Error("what was not looked for is said to be gone")
	}
	for format, want := range map[string]string{"github": "::notice ", "sarif": `"baselineState": "unchanged"`, "markdown": "(in the baseline)", "jsonl": `"event":"gone"`} {
		if out, _ := l.run(0, "check", "--baseline", file, "--format", format); !strings.Contains(out, want) {
			t.Errorf("%s: %q is not in\n%s", format, want, out)
		}
	}
	l.table = append(l.table, says("new", finding.Warning, finding.Target{Path: "GOFLAGS"}))
	l.document(0, "check", "--baseline", file)
	l.document(3, "check", "--baseline", file, "--fail-on", "warning")
	// Elsewhere: another checkout, another home.
	moved := l.write(filepath.Join(l.m.Home, "moved.json"), strings.ReplaceAll(out, l.m.Root, "/home/runner"))
	if d := l.document(0, "check", "--baseline", moved); d.Summary.(map[string]any)["baseline"] != 1.0 {
		t.Errorf("from another machine: %v", d.Summary)
	}
}

// TestVerifyBaseline: verify takes one too, its own and that of check --deep.
func TestVerifyBaseline(t *testing.T) {
	l := newCheckLab(t)
	l.sick()
	l.table = nil
	for _, args := range [][]string{{"verify"}, {"check", "--deep"}} {
		out, _ := l.run(3, append(args, "--json")...)
		file := l.write(filepath.Join(l.m.Home, args[0]+".json"), out)
		if out, _ := l.run(0, "verify", "--baseline", file, "--fail-on", "error"); !strings.Contains(out, "(in the baseline)") {
			t.Errorf("%q: %s", args, out)
		}
	}
	if _, errs := l.run(2, "verify", "--baseline", l.project); !strings.Contains(errs, "baseline") {
		t.Error(errs)
	}
}

// TestCheckIgnore: what somebody lives with is counted and fails nothing, until its day.
func TestCheckIgnore(t *testing.T) {
	l := newCheckLab(t)
	l.table = []*check.Check{says("a", finding.Error, finding.Target{Path: "GOFLAGS"}), says("b", finding.Error, finding.Target{Path: "GOFLAGS"}), check.Failed, check.Expired}
	conf := l.write(filepath.Join(l.m.Home, "c.toml"), "[[ignore]]\ncheck = \"a\"\nreason = \"on\\u001b purpose\"\nuntil = 2999-01-01\n\n[[ignore]]\ncheck = \"bb\"\nreason = \"r\"\n")
	l.document(3, "check", "--config", conf)
	out, errs := l.run(3, "check", "--config", conf, "-v")
	for _, want := range []string{`ignored a GOFLAGS: the title of a (on\x1b purpose, until 2999-01-01)`, "1 error, 1 ignored; 2 checks", "ERROR b "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if !strings.Contains(errs, `c.toml:6: ignore: "bb" is no check`) {
		t.Error(errs)
	}
	l.table = l.table[:1]
	d := l.document(0, "check", "--config", conf)
	if len(d.Findings) != 0 || len(d.Ignored) != 1 || d.Ignored[0].Reason != "on\x1b purpose" || d.Ignored[0].Until != "2999-01-01" || d.Ignored[0].ByLine != 1 {
		t.Errorf("%+v", d.Ignored)
	}
	l.write(conf, "[[ignore]]\ncheck = \"a\"\nreason = \"r\"\nuntil = 2020-01-31\n")
	if d := l.document(3, "check", "--config", conf); told(d.Findings) != "a ignore-expired" || !strings.Contains(d.Findings[1].Detail, "2020-01-31") {
		t.Errorf("%+v", d.Findings)
	}
	// What a project says about itself hides nothing.
	l.write("config.toml", "[[ignore]]\ncheck = \"a\"\nreason = \"r\"\n")
	l.write(".config/godoctor/config.toml", "[[ignore]]\ncheck = \"a\"\nreason = \"r\"\n")
	l.document(3, "check")
}

// TestCheckRepairs: what godoctor repair mends names the command, and that takes it. (It is not carried out here: a go
// command that somebody else runs on this machine would keep it from that.)
func TestCheckRepairs(t *testing.T) {
	l := newCheckLab(t)
	l.must(os.Chmod(l.m.Dir(l.dep), 0o777))
	l.write(filepath.Join(l.m.Dir(l.dep), "evil.go"), "package dep\n")
	d := l.document(3, "check", "sources-modified")
	if want := []string{"godoctor", "repair", "example.com/dep@v1.2.0"}; len(d.Findings) != 1 || !slices.Equal(d.Findings[0].Fix[0].Argv, want) {
		t.Fatalf("%+v", d.Findings)
	}
	if r := l.document(0, append(d.Findings[0].Fix[0].Argv[1:], "-n", "--offline")...); r.Repair == nil || len(r.Repair.Steps) != 1 {
		t.Errorf("%+v", r.Repair)
	}
}
