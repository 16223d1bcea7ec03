package plain

import (
	"fmt"
	"io"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// How much Markdown shows without Verbose: the body of an issue on GitHub ends at 65,536 characters.
const (
	fewRows    = 100 // of the table
	fewDetails = 20  // findings told in full
)

// Markdown writes findings as GitHub Flavored Markdown for an issue: a table, then each in full, the worst first.
//
// It is made to be pasted where everybody reads it. The home directory becomes ~, the user's name USER, hosts that are
// neither public nor asked for HOST, and what stands before the host of an address is gone. Names and quoted text
// are code spans, so that no name mentions a person, refers to an issue, loads a picture or ends a cell.
func Markdown(w io.Writer, d *report.Document, o Export) error {
	if d.Command == "compare" {
		return compared(w, d, o)
	}
	m := &markdown{redactor: newRedactor(o), o: o}
	m.head(d)
	m.table(d.Findings)
	shown := d.Findings
	if !o.Verbose {
		shown = shown[:min(len(shown), fewDetails)]
	}
	for i := range shown {
		m.finding(&shown[i])
	}
	if n := len(d.Findings) - len(shown); n > 0 {
		m.line("\n%s not told in full.", plural(int64(n), "more finding is", "more findings are"))
	}
	_, err := io.WriteString(w, m.b.String())
	return err
}

type markdown struct {
	*redactor
	o Export
	b strings.Builder
}

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(&m.b, format+"\n", args...) }

// name names a target: files of the project relative to its root.
func (m *markdown) name(t report.Target) string {
	if rel, ok := inside(m.o.Root, t.File); ok {
		t.File = rel
	}
	if rel, ok := inside(m.o.Root, t.Path); ok {
		t.Path = rel
	}
	s := m.code(t.String())
	if at := m.code(place(&t)); at != "" {
		s += " in " + at
	}
	return s
}

func (m *markdown) head(d *report.Document) {
	n := map[string]int{}
	for i := range d.Findings {
		n[d.Findings[i].Severity]++
	}
	errors, warnings := n[finding.Error.String()], n[finding.Warning.String()]
	m.line("## godoctor %s: %s\n", m.prose(d.Command), tally(errors, warnings, len(d.Findings)-errors-warnings))
	s := m.code("godoctor "+d.Version) + " on " + m.code(d.Host.OS+"/"+d.Host.Arch)
	if d.Host.Go != "" {
		s += " with " + m.code(d.Host.Go)
	}
	m.line("%s. Home directory, user name and private hosts are left out.", s)
	if k := len(d.Unreadable); k > 0 {
		m.line("%s could not be read.", plural(int64(k), "place"))
	}
}

func (m *markdown) table(list []report.Finding) {
	if len(list) == 0 {
		return
	}
	m.line("\n| | check | where | what |\n|---|---|---|---|")
	shown := list
	if !m.o.Verbose {
		shown = shown[:min(len(shown), fewRows)]
	}
	for i := range shown {
		f := &shown[i]
		m.line("| %s | %s | %s | %s |", severityWord(f.Severity), m.code(f.Check), m.name(f.Target), m.prose(f.Title)+known(f))
	}
	if n := len(list) - len(shown); n > 0 {
		m.line("\nAnd %s.", plural(int64(n), "more finding"))
	}
}

func (m *markdown) finding(f *report.Finding) {
	m.line("\n### %s\n", strings.TrimSpace(severityWord(f.Severity)+" "+m.code(f.Check)+" "+m.code(f.Target.String())))
	m.line("What: %s", m.prose(f.Title)+known(f))
	if f.Detail != "" {
		m.line("\nSeen: %s", m.prose(strings.Join(strings.Fields(f.Detail), " ")))
	}
	if len(f.Evidence) > 0 {
		m.line("\n| witness | says | | from |\n|---|---|---|---|")
	}
	for _, e := range f.Evidence {
		mark := ""
		if e.Lies {
			mark = "**DIFFERS**"
		}
		m.line("| %s | %s | %s | %s |", m.code(e.Name), m.code(e.Says), mark, m.code(e.From))
	}
	m.files(f)
	if len(f.Fix) > 0 {
		m.line("")
	}
	for i := range f.Fix {
		x := &f.Fix[i]
		s := "- Fix: " + m.prose(x.Title)
		if len(x.Argv) > 0 {
			s += ": " + m.code(Command(x.Argv))
		}
		if x.NeedsNetwork {
			s += " (needs the network)"
		}
		m.line("%s", s)
	}
	if f.Docs != "" {
		m.line("\nMore: %s", m.code("godoctor help "+f.Docs))
	}
}

// known says that a finding stands in the baseline.
func known(f *report.Finding) string {
	if f.Baseline {
		return " (in the baseline)"
	}
	return ""
}

func (m *markdown) files(f *report.Finding) {
	if len(f.Files) > 0 {
		m.line("")
	}
	shown := f.Files
	if !m.o.Verbose {
		shown = shown[:min(len(shown), fewFiles)]
	}
	for _, x := range shown {
		m.line("- %s %s", m.prose(x.Change), m.code(x.Path))
	}
	if n := len(f.Files) - len(shown) + f.FilesMore; n > 0 {
		m.line("- and %s more", text.Count(int64(n)))
	}
}
