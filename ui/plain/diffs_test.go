package plain

import (
	"bytes"
	"strings"
	"testing"

	"godoctor/doctor/report"
	"godoctor/doctor/verify"
	"godoctor/ui/style"
	"godoctor/ui/text"
)

func TestDiffs(t *testing.T) {
	d := found()
	f := &d.Findings[1]
	f.Diffs = []report.Diff{
		report.NewDiff("a.go", []string{"--- zip/a.go", "+++ dir/a.go", "@@ -1,2 +1,2 @@", " package a", "-\tx()", "+\ty()"}, 3, "", 1000),
		report.NewDiff("c.bin", nil, 0, "binary files differ", 1000),
	}
	var buf bytes.Buffer
	New(&buf, Options{}).Diffs(d.Findings)
	const want = `diff of example.com/b@v0.3.0
  | --- zip/a.go
  | +++ dir/a.go
  | @@ -1,2 +1,2 @@
  |  package a
  | -    x()
  | +    y()
  | and 3 more lines
  | c.bin: binary files differ
  5 more files are not shown

`
	if buf.String() != want {
		t.Errorf("got\n%s", buf.String())
	}
	buf.Reset()
	theme := style.ANSI.Theme(style.Screen{Profile: style.ProfileOf(true, nil)})
	New(&buf, Options{Theme: theme}).Diffs(d.Findings)
	for _, s := range []string{theme.Good("+    y()"), theme.Bad("-    x()")} {
		if !strings.Contains(buf.String(), s) {
			t.Errorf("no %q in %q", s, buf.String())
		}
	}
}

// Whatever is in a file or its name: no escape, no line of its own, nothing that a workflow's log takes for a command; and
// lines end at the limit.
func TestDiffsOfOthersChoosing(t *testing.T) {
	for _, n := range evil {
		d := report.Bare("verify", "v0").WithFindings(nil)
		d.Findings = []report.Finding{{Target: report.Target{Module: n, Version: n},
			Diffs: []report.Diff{report.NewDiff(n, []string{n, n, n, " " + n, "+" + n, "-" + n}, 1, n, 1<<20)}}}
		var buf bytes.Buffer
		New(&buf, Options{}).Diffs(d.Findings)
		lines := strings.Split(strings.TrimSuffix(buf.String(), "\n"), "\n")
		if len(lines) != 10 {
			t.Errorf("%q: %d lines\n%s", n, len(lines), buf.String())
		}
		for _, l := range lines {
			if !text.Safe(l) || strings.HasPrefix(strings.TrimSpace(l), "::") {
				t.Errorf("%q: %q", n, l)
			}
		}
	}
	x := report.NewDiff("a", []string{"1234", "5678", strings.Repeat("x", 1<<20), "90"}, 2, "", 12)
	if len(x.Lines) != 2 || x.More != 4 {
		t.Errorf("%d lines, %d more", len(x.Lines), x.More)
	}
}

func TestToolchainVerdicts(t *testing.T) {
	list := []verify.ToolchainVerdict{
		{Path: "/usr/local/go", Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64", State: verify.Genuine, Bytes: 2048},
		{Path: "/x\x1b[2J", Version: "go1.99.1", GOOS: "linux", GOARCH: "amd64", State: verify.Differs, Why: "\u202ex"},
		{Path: "/old", State: verify.Unsigned, Why: "no record"},
		{Path: "/a.zip", Archive: true, Version: "go1.99.1", State: verify.Unofficial},
		{Path: "/env", State: verify.GenuineButEnv, Why: "GOTOOLCHAIN=local", Env: []string{"GOTOOLCHAIN=local"}},
	}
	d := report.Bare("toolchains verify", "v0")
	sum := d.WithVerdicts(nil, nil, list)
	if len(d.Toolchains) != 4 || len(d.Archives) != 1 || d.Archives[0].Verdict == nil || d.Toolchains[3].Verdict.Env[0] != "GOTOOLCHAIN=local" {
		t.Errorf("%+v %+v", d.Toolchains, d.Archives)
	}
	var buf bytes.Buffer
	p := New(&buf, Options{})
	p.ToolchainVerdicts(list)
	p.ToolchainTally(sum)
	p.ToolchainTally(report.ToolchainSummary{})
	for l := range strings.SplitSeq(buf.String(), "\n") {
		if !text.Safe(l) {
			t.Errorf("%q", l)
		}
	}
	if !strings.Contains(buf.String(), "\n5 toolchains: 2 genuine, 1 differs, 1 not official builds, 1 unknown; 2.00 KiB hashed\n") ||
		!strings.Contains(buf.String(), "\n0 toolchains: nothing to compare; ") {
		t.Errorf("got\n%s", buf.String())
	}
}
