package plain

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
)

// found is a document with one finding of each kind of target.
func found() *report.Document {
	return report.Bare("verify", "v0.1.0").WithFindings([]finding.Finding{
		{Check: "gosum-wrong", Severity: finding.Error, Title: "a go.sum line disagrees with the checksum database",
			Detail: "cache and database agree on h1:aaa=; the line says h1:bbb=.",
			Target: finding.Target{Module: "example.com/a", Version: "v1.2.0", File: "/home/ann/src/app/go.sum", Line: 41},
			Witnesses: []finding.Witness{{Name: "zip", Says: "h1:aaa="}, {Name: "sumdb", Says: "h1:aaa="},
				{Name: "gosum", Says: "h1:bbb=", From: "/home/ann/src/app/go.sum", Lies: true}},
			Fixes: []finding.Fix{{ID: "replace-line", Title: "replace that line", Argv: []string{"godoctor", "repair", "example.com/a@v1.2.0"}, Undo: "godoctor undo"}},
			Docs:  "gosum-wrong"},
		{Check: "sources-modified", Severity: finding.Error, Title: "the extracted directory is not what the zip holds",
			Target: finding.Target{Module: "example.com/b", Version: "v0.3.0", Path: "/home/ann/go/pkg/mod/example.com/b@v0.3.0"},
			Files: []finding.File{{Path: "a.go", Change: finding.Modified}, {Path: "b.go", Change: finding.Missing}, {Path: "c.go", Change: finding.Extra},
				{Path: "d.go", Change: finding.Extra}, {Path: "e.go", Change: finding.Extra}, {Path: "f.go", Change: finding.Extra}},
			More: 1, Fixes: []finding.Fix{{ID: "unpack-again", Title: "unpack again", NeedsNetwork: true, Bytes: 2048}}},
		{Check: "proxy-down", Severity: finding.Warning, Title: "a proxy does not answer",
			Detail: `GET https://ann:pw@goproxy.corp.example/x?token=t0p: dial tcp 10.1.2.3:443 as ann; see /home/ann/log, /home/bob/log`},
		{Check: "leftover-tmp", Severity: finding.Note, Title: "temporary files that nothing will remove", Target: finding.Target{Path: "/tmp/x"}},
	})
}

var evil = append([]string{"|", "`", "``|``", "<script>alert(1)</script>", "%0A::error::x", "::add-mask::x", "  ::stop-commands::x", "##[error]x",
	"@everyone #1 GH-1", "![x](http://evil)", "[x](3)", "{0} {", "a,b:c=d", "\r\n::error::", `\|`, "# h", "- x", "<!--", "C:\\a\\x41", "\\", "'; rm -rf ~"}, nasty...)

// hostile is a document in which every string is one of others' choosing.
func hostile(names ...string) *report.Document {
	var list []finding.Finding
	for _, n := range names {
		list = append(list, finding.Finding{Check: "c", Severity: finding.Warning, Title: n, Detail: n, Docs: n,
			Target:    finding.Target{Module: n, Version: n, Path: "/r/" + n, File: "/r/" + n, Line: 3},
			Witnesses: []finding.Witness{{Name: n, Says: n, From: n, Lies: true}, {Name: "zip", Says: n}},
			Files:     []finding.File{{Path: n, Change: finding.Odd}},
			Fixes:     []finding.Fix{{ID: n, Title: n, Argv: []string{n, n}, Undo: n}}})
		list = append(list, finding.Finding{Check: n, Severity: 9, Target: finding.Target{Path: n}})
	}
	d := report.Bare("check", "v0").WithFindings(list)
	for _, n := range names {
		d.Unreadable = append(d.Unreadable, report.Unreadable{Path: n, Error: n})
		d.Problems = append(d.Problems, report.Problem{Subject: n, Path: n, Message: n})
	}
	return d
}

func TestFindingsText(t *testing.T) {
	var buf bytes.Buffer
	p := New(&buf, Options{})
	p.Findings(found().Findings)
	p.Verified(report.VerifySummary{Modules: 9, Verified: 5, Unchanged: 2, Errors: 2, Warnings: 1, BytesHashed: 4096})
	p.Verified(report.VerifySummary{Modules: 1, Verified: 1})
	const want = `ERROR gosum-wrong example.com/a@v1.2.0: a go.sum line disagrees with the checksum database
  cache and database agree on h1:aaa=; the line says h1:bbb=.
  in /home/ann/src/app/go.sum:41
  zip    h1:aaa=
  sumdb  h1:aaa=
  gosum  h1:bbb=  DIFFERS  /home/ann/src/app/go.sum
  fix: replace that line (offline, undo: godoctor undo)
       godoctor repair example.com/a@v1.2.0
  more: godoctor help gosum-wrong

ERROR sources-modified example.com/b@v0.3.0: the extracted directory is not what the zip holds
  in /home/ann/go/pkg/mod/example.com/b@v0.3.0
  modified  a.go
  missing   b.go
  extra     c.go
  extra     d.go
  extra     e.go
  and 2 more files (-v shows more)
  fix: unpack again (needs the network, 2.00 KiB, cannot be undone)

WARN proxy-down a proxy does not answer
  GET https://ann:***@goproxy.corp.example/x?token=t0p: dial tcp 10.1.2.3:443 as ann; see /home/ann/log, /home/bob/log

NOTE leftover-tmp /tmp/x: temporary files that nothing will remove

5 module versions verified, 2 unchanged since they were, 2 not: 2 errors, 1 warning; 4.00 KiB hashed
1 module version verified: nothing found; 0 B hashed
`
	if got := buf.String(); got != want {
		t.Errorf("got\n%s", got)
	}
	buf.Reset()
	New(&buf, Options{Verbose: true}).Findings(found().Findings[1:2])
	if got := buf.String(); !strings.Contains(got, "extra     f.go\n  and 1 more file\n") {
		t.Errorf("--verbose:\n%s", got)
	}
}

func TestCommand(t *testing.T) {
	got := Command([]string{"go", "env", "-w", "GOFLAGS=-mod=mod", "", "a b", "it's", "~", "x~", "$HOME", "a;b"})
	if want := `go env -w GOFLAGS=-mod=mod '' 'a b' 'it'\''s' '~' x~ '$HOME' 'a;b'`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestInside(t *testing.T) {
	for _, c := range [][3]string{{"/r", "/r/a/b", "a/b"}, {"/r/", "/r/..x", "..x"}, {"/r", "/rx", ""}, {"/r", "/r", ""}, {"/r", "/x/../r/a", "a"},
		{"", "/a", ""}, {"/r", "a", ""}, {"r", "/r/a", ""}} {
		if got, ok := inside(c[0], c[1]); got != c[2] || ok != (c[2] != "") {
			t.Errorf("%q in %q: %q", c[1], c[0], got)
		}
	}
}

// In every format nothing is left that a terminal, or the log of a workflow, takes for a command; and two runs say the
// same.
func TestHostileFindings(t *testing.T) {
	o := Export{Root: "/r", Home: "/home/\xff", User: "\xfe", Hosts: []string{"\xfd", "."}}
	formats := map[string]func(io.Writer) error{
		"text": func(w io.Writer) error {
			p := New(w, Options{Verbose: true})
			p.Findings(hostile(evil...).Findings)
			return p.Err()
		},
		"jsonl":    func(w io.Writer) error { return Lines(w, hostile(evil...)) },
		"sarif":    func(w io.Writer) error { return SARIF(w, hostile(evil...), o) },
		"github":   func(w io.Writer) error { return GitHub(w, hostile(evil...), o) },
		"markdown": func(w io.Writer) error { return Markdown(w, hostile(evil...), o) },
	}
	for name, write := range formats {
		t.Run(name, func(t *testing.T) {
			var one, two bytes.Buffer
			if err := write(&one); err != nil {
				t.Fatal(err)
			}
			terminalSafe(t, one.String())
			for _, l := range strings.Split(one.String(), "\n") {
				if l = strings.TrimSpace(l); name != "github" && strings.HasPrefix(l, "::") {
					t.Errorf("a command of a workflow: %q", l)
				}
			}
			if write(&two); name != "jsonl" && name != "sarif" && one.String() != two.String() { // those tell the time
				t.Error("two runs differ")
			}
			if w := (&failing{}); write(w) == nil {
				t.Error("a failing writer was not noticed")
			}
		})
	}
}

// The events of JSON lines are the findings of the document.
func TestFindingEvents(t *testing.T) {
	var buf bytes.Buffer
	if err := Lines(&buf, found()); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(buf.String(), `{"event":"finding","id":"`); n != 4 {
		t.Errorf("%d findings in\n%s", n, buf.String())
	}
}

// TestNoWords prints a finding that has a title and no more: no empty line stands where its words would.
func TestNoWords(t *testing.T) {
	var buf bytes.Buffer
	New(&buf, Options{}).Checked([]report.Finding{{Check: "x", Severity: "error", Title: "it is wrong"}}, func(string) string { return "" })
	if want := "ERROR x it is wrong\n\n"; buf.String() != want {
		t.Errorf("got %q, want %q", buf.String(), want)
	}
}
